//! `mysfits doctor`, and what of it stops a deployment before anything is created.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

use crate::helpers::{
    BUCKET,
    by_hand::by_query,
    cloud::Cloud,
    command::{Ended, ended},
    faults::denied,
    figures::lines,
    http::whole,
};

fn doctor(cloud: &Cloud) -> Ended {
    cloud.run(&["doctor", "--output", "json"])
}

/// Returns the finding of this name.
#[track_caller]
fn finding(ended: &Ended, check: &str) -> Value {
    let all = lines(ended, "finding");
    let found = all.iter().find(|finding| finding["check"] == check);
    found.unwrap_or_else(|| panic!("no {check}: {}", ended.stdout)).clone()
}

#[track_caller]
fn is(ended: &Ended, check: &str, verdict: &str, words: &str) {
    let finding = finding(ended, check);
    assert_eq!(finding["verdict"], verdict, "{finding}");
    assert!(finding["actual"].as_str().unwrap().contains(words), "{finding}");
}

fn room(ended: &Ended) -> Value {
    lines(ended, "doctor")[0]["room"].clone()
}

fn create_vpcs(cloud: &Cloud, count: usize) {
    for _ in 0..count {
        by_query(cloud, "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.9.0.0/16");
    }
}

/// Blocks public access to all buckets of the account.
fn block_public_access(cloud: &Cloud) {
    let headers = "X-Amz-Account-Id: 000000000000\r\nX-Amz-Date: 20260101T000000Z\r\n\
                   Authorization: AWS4-HMAC-SHA256 \
                   Credential=000000000000/20260101/eu-west-1/s3/aws4_request, \
                   SignedHeaders=host, Signature=00\r\n";
    let body = "<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy>\
                </PublicAccessBlockConfiguration>";
    let path = "/v20180820/configuration/publicAccessBlock";
    let host = format!("127.0.0.1:{}", cloud.port);
    let answer = whole(cloud.port, &host, "PUT", path, headers, body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn an_account_in_which_the_lab_can_be_deployed() {
    let cloud = Cloud::start();
    let well = doctor(&cloud).exit(0);
    is(&well, "account", "ok", "000000000000");
    is(&well, "identity", "ok", "user/student");
    is(&well, "credentials", "ok", "a key without an end");
    is(&well, "region", "ok", "eu-west-1, always enabled");
    is(&well, "clock", "ok", "AWS's");
    is(&well, "account plan", "ok", "paid plan");
    for service in ["apigateway", "cloudformation", "cognito-idp", "dynamodb", "ecr", "ecs", "s3"] {
        is(&well, &format!("read {service}"), "ok", "allowed");
    }
    is(&well, "make networks", "ok", "allowed");
    is(&well, "public websites", "ok", "does not block");
    is(&well, "names", "ok", "all free");
    is(&well, "quota VPCs per Region", "ok", "0 of 5 used");
    is(&well, "running", "ok", "$0.0000 an hour");
    is(&well, "other labs", "ok", "none");
    // A lab takes two of five addresses in the classic topology, and none in the other.
    assert_eq!(room(&well), json!({"classic": 2, "economy": 5}));
    assert_eq!(lines(&well, "doctor")[0]["fail"], 0);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    // A dry run of `CreateVpc` makes none.
    let vpcs = by_query(&cloud, "Action=DescribeVpcs&Version=2016-11-15");
    assert!(!vpcs.contains("<vpcId>"), "{vpcs}");
}

#[test]
fn what_the_lab_has_is_counted_and_not_needed_again() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    create_vpcs(&cloud, 4);
    let full = doctor(&cloud).exit(0);
    is(&full, "quota VPCs per Region", "ok", "5 of 5 used");
    is(&full, "quota EC2-VPC Elastic IPs", "ok", "2 of 5 used");
    is(&full, "quota NAT gateways per Availability Zone", "ok", "1 of 5 used");
    is(&full, "names", "ok", "1 resource of this lab");
    is(&full, "running", "ok", "$0.1060 an hour");
    assert_eq!(room(&full), json!({"classic": 0, "economy": 0}));
    // Nor does it stop another deployment of the same lab.
    cloud.run(&["core-stack", "deploy"]).exit(0);
}

#[test]
fn an_exhausted_quota_stops_the_network_before_it_is_created() {
    let cloud = Cloud::start();
    create_vpcs(&cloud, 5);
    let full = doctor(&cloud).exit(3);
    is(&full, "quota VPCs per Region", "fail", "5 of 5 used");
    cloud.forget_requests();
    let stopped = cloud.run(&["deploy", "part-3"]).exit(1);
    assert!(stopped.stderr.contains("error[MYS071]"), "{}", stopped.stderr);
    assert!(stopped.stderr.contains("L-F678F1CE"), "{}", stopped.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    // The parts that need no network are not concerned.
    cloud.run(&["deploy", "part-2"]).exit(0);
}

#[test]
fn an_account_that_blocks_public_websites() {
    let cloud = Cloud::start();
    block_public_access(&cloud);
    is(&doctor(&cloud).exit(3), "public websites", "fail", "BlockPublicPolicy");
    cloud.forget_requests();
    let stopped = cloud.run(&["deploy", "part-1"]).exit(1);
    assert!(stopped.stderr.contains("error[MYS043]"), "{}", stopped.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    cloud.run(&["table", "deploy"]).exit(0);
}

#[test]
fn a_name_that_another_account_has_stops_all_of_the_lab() {
    let cloud = Cloud::start();
    let mut other = cloud.command(&["bucket", "deploy", "--local", "--bucket", BUCKET]);
    ended(other.env("AWS_ACCESS_KEY_ID", "111111111111")).exit(0);
    is(&doctor(&cloud).exit(3), "names", "fail", "belongs to another account");
    cloud.forget_requests();
    let stopped = cloud.run(&["deploy", "part-2"]).exit(1);
    assert!(stopped.stderr.contains("error[MYS040]: bucket: "), "{}", stopped.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

#[test]
fn what_cannot_be_looked_at_is_unknown_and_stops_nothing() {
    let cloud = Cloud::start();
    cloud.faults(&json!([
        denied("servicequotas", "*"),
        denied("freetier", "*"),
        denied("s3", "GetAccountPublicAccessBlock"),
        denied("ec2", "*"),
    ]));
    let blind = doctor(&cloud);
    for check in ["account plan", "public websites", "region", "quota VPCs per Region"] {
        is(&blind, check, "unknown", "access denied");
    }
    is(&blind, "make networks", "fail", "`ec2:CreateVpc`");
    assert_eq!(room(&blind), json!({"classic": null, "economy": null}));
    // The answers that deny say what time it is.
    is(&blind, "clock", "ok", "AWS's");
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud.run(&["core-stack", "deploy"]).exit(0);
}

#[test]
fn a_service_that_may_not_be_read_fails() {
    let cloud = Cloud::start();
    cloud.faults(&json!([denied("dynamodb", "DescribeTable")]));
    let ended = doctor(&cloud).exit(3);
    is(&ended, "read dynamodb", "fail", "access denied (`dynamodb:DescribeTable`)");
    is(&ended, "read ecs", "ok", "allowed");
}

#[test]
fn a_look_without_an_answer_ends() {
    let cloud = Cloud::start();
    cloud.faults(&json!([
        {"service": "freetier", "operation": "*", "kind": "hang"},
        {"service": "ec2", "operation": "DescribeVpcs", "kind": "hang"},
    ]));
    let ended = doctor(&cloud).exit(0);
    is(&ended, "account plan", "unknown", "no answer within 15 s");
    is(&ended, "quota VPCs per Region", "unknown", "no answer within 15 s");
    is(&ended, "quota VPC links", "ok", "used");
    is(&ended, "public websites", "ok", "does not block");
}

#[test]
fn redacted_it_can_be_shown_to_anybody() {
    let cloud = Cloud::start();
    for output in ["plain", "json"] {
        let whole = cloud.run(&["doctor", "--output", output]).exit(0).stdout;
        let redacted = cloud.run(&["doctor", "--output", output, "--redact"]).exit(0).stdout;
        for secret in ["000000000000", "student"] {
            assert!(whole.contains(secret), "{whole}");
            assert!(!redacted.contains(secret), "{redacted}");
        }
    }
}

/// A server of 1994: it knows the caller and allows nothing.
fn server_of_another_time() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, requests) = (listener.local_addr().unwrap().port(), Arc::default());
    let kept = Arc::clone(&requests);
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &kept);
        }
    });
    (port, requests)
}

fn answer(mut stream: TcpStream, requests: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    // Its requests are small, and all of one is there once its body is.
    while !is_whole(&request) {
        let mut part = [0; 4096];
        match stream.read(&mut part) {
            Ok(length) if length > 0 => request.extend(&part[..length]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let (status, body) = if request.contains("GetCallerIdentity") {
        (
            "200 OK",
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:user/a</Arn>\
                    <Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
        )
    } else {
        (
            "403 Forbidden",
            "<R><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></R>",
        )
    };
    requests.lock().unwrap().push(request);
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    });
    body.len() >= length.unwrap_or(0)
}

#[test]
fn a_wrong_clock_stops_the_deployment() {
    let cloud = Cloud::start();
    let (port, requests) = server_of_another_time();
    let url = format!("http://127.0.0.1:{port}");
    let run = |args: &[&str]| {
        let mut command = cloud.command(args);
        command.env("AWS_ACCESS_KEY_ID", "AKIATEST").env("AWS_SECRET_ACCESS_KEY", "secret");
        ended(command.args(["--endpoint-url", &url]))
    };
    let stopped = run(&["core-stack", "deploy", "--yes"]).exit(1);
    assert!(stopped.stderr.contains("error[MYS070]: clock: "), "{}", stopped.stderr);
    let sent = requests.lock().unwrap().join("\n");
    assert!(sent.contains("DescribeVpcs") && !sent.contains("CreateStack"), "{sent}");
    let ended = run(&["doctor", "--output", "json"]).exit(3);
    is(&ended, "clock", "fail", "ahead of AWS's");
    // Whether such a server would do nothing in a dry run is not known.
    is(&ended, "make networks", "unknown", "this endpoint");
    assert!(!requests.lock().unwrap().join("\n").contains("Action=CreateVpc"));
}
