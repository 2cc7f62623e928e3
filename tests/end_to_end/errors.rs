//! Bad input and a bad environment: a code, a hint, three lines, the right exit code, nothing
//! created.

use serde_json::json;

use crate::helpers::{
    cloud::Cloud,
    command::{Ended, command, ended},
};

/// The error has this code, contains this text, and is at most three lines long. It is at the end,
/// although it was also shown when it happened.
#[track_caller]
fn is_error(ended: &Ended, code: &str, says: &[&str]) {
    let lines: Vec<_> = ended.stderr.lines().collect();
    let last = lines.iter().rposition(|line| line.starts_with("error["));
    let lines = &lines[last.unwrap_or(lines.len())..];
    assert!(
        lines.first().is_some_and(|line| line.starts_with(&format!("error[{code}]"))),
        "{}",
        ended.stderr
    );
    assert!((2..=3).contains(&lines.len()), "{}", ended.stderr);
    assert!(lines.last().is_some_and(|line| line.starts_with("  hint: ")), "{}", ended.stderr);
    for words in says {
        assert!(ended.stderr.contains(words), "{words} is not in: {}", ended.stderr);
    }
    assert_eq!(ended.stdout, "");
}

fn aws(cloud: &Cloud, args: &[&str], keys: bool) -> Ended {
    let mut command = command(cloud.folder.path());
    command.args(args).stdin(std::process::Stdio::null());
    if keys {
        command.env("AWS_ACCESS_KEY_ID", "000000000000").env("AWS_SECRET_ACCESS_KEY", "x");
    }
    ended(&mut command)
}

#[test]
fn settings_that_cannot_be_right() {
    let cloud = Cloud::start();
    let cases: [(&[&str], &str, &str); 9] = [
        (&["deploy", "part-2", "--bucket", "My_Bucket"], "MYS001", "`My_Bucket`"),
        (&["deploy", "part-2", "--lab", "TEAM"], "MYS001", "`TEAM`"),
        (&["deploy", "part-2", "--region", "mars-north-1"], "MYS013", "`mars-north-1`"),
        (&["deploy", "part-9"], "MYS006", "part-1, part-2, part-3, part-4, all"),
        (&["frobnicate"], "MYS006", "frobnicate"),
        (&["deploy", "--endpoint-url", "ftp://x"], "MYS001", "`ftp://x`"),
        (&["deploy", "--bukket", "x"], "MYS006", "--bukket"),
        (&["local", "status", "--region", "eu-west-1"], "MYS006", "`--region`"),
        (&["--bucket", "x-y-z", "local", "reset"], "MYS006", "`--bucket`"),
    ];
    for (args, code, says) in cases {
        is_error(&cloud.run(args).exit(2), code, &[says]);
    }
    assert_eq!(cloud.requests().len(), 0);
}

#[test]
fn an_unknown_key_in_the_file() {
    let cloud = Cloud::start();
    std::fs::write(cloud.home().join("mysfits.toml"), "local = true\nregoin = \"x\"\n").unwrap();
    let ended = cloud.run(&["deploy", "part-2"]).exit(2);
    is_error(&ended, "MYS002", &["`mysfits.toml`: line 2", "`regoin`"]);
    assert_eq!(cloud.requests().len(), 0);
}

#[test]
fn settings_in_the_file_hold_unless_a_flag_says_otherwise() {
    let cloud = Cloud::start();
    let file = "local = true\nregion = \"eu-north-1\"\nbucket = \"from-the-file\"\n";
    std::fs::write(cloud.home().join("mysfits.toml"), file).unwrap();
    let plan = ended(&mut cloud.command(&["plan", "part-1", "--region", "us-east-1"])).exit(0);
    assert!(plan.stdout.contains("from-the-file"), "{}", plan.stdout);
    assert!(plan.stdout.contains("us-east-1"), "{}", plan.stdout);
}

#[test]
fn settings_hold_in_the_folders_below_and_the_file_is_named() {
    let cloud = Cloud::start();
    let below = cloud.home().join("deep/below");
    std::fs::create_dir_all(&below).unwrap();
    let file = cloud.home().join("mysfits.toml");
    std::fs::write(&file, "local = true\nbucket = \"from-the-file\"\n").unwrap();
    let plan = |flags: &[&str]| {
        let args = [&["plan", "part-1"], flags].concat();
        ended(cloud.command(&args).current_dir(&below)).exit(0)
    };
    assert!(plan(&[]).stdout.contains("from-the-file"));
    let verbose = plan(&["--verbose"]);
    let named = format!("settings from `{}`", file.display());
    assert!(verbose.stderr.contains(&named), "{}", verbose.stderr);
    // The nearest file is the one that counts.
    std::fs::write(below.join("mysfits.toml"), "local = true\n").unwrap();
    assert!(!plan(&[]).stdout.contains("from-the-file"));
}

/// As in a container or a course's machine whose metadata service is blocked.
#[test]
fn a_machine_that_gives_no_credentials_has_none() {
    use std::io::{Read as _, Write as _};
    let cloud = Cloud::start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metadata = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let url = format!("http://127.0.0.1:{}", cloud.port);
    let mut plan = command(cloud.folder.path());
    plan.args(["plan", "--endpoint-url", &url])
        .env_remove("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata);
    is_error(&ended(&mut plan).exit(1), "MYS010", &["`~/.aws/credentials`", "`--local`"]);
}

#[test]
fn no_credentials() {
    let cloud = Cloud::start();
    let url = format!("http://127.0.0.1:{}", cloud.port);
    let ended = aws(&cloud, &["deploy", "part-2", "--endpoint-url", &url], false).exit(1);
    is_error(&ended, "MYS010", &["`aws configure`", "`--local`"]);
    assert_eq!(cloud.requests().len(), 0);
}

#[test]
fn expired_and_refused_credentials() {
    let cloud = Cloud::start();
    let url = format!("http://127.0.0.1:{}", cloud.port);
    for (code, number) in
        [("ExpiredToken", "MYS011"), ("InvalidClientTokenId", "MYS012"), ("AccessDenied", "MYS015")]
    {
        cloud.faults(&json!([{"service": "sts", "operation": "*", "kind": "error", "status": 403,
                              "code": code, "message": "so it is"}]));
        let ended = aws(&cloud, &["deploy", "part-2", "--endpoint-url", &url], true).exit(1);
        is_error(&ended, number, &[&format!("sts GetCallerIdentity: {code}: so it is")]);
    }
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

#[test]
fn an_endpoint_that_refuses_the_connection() {
    let cloud = Cloud::start();
    // A port that was free a moment ago; nothing listens on it.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let ended = aws(&cloud, &["deploy", "part-2", "--endpoint-url", &url], true).exit(1);
    is_error(&ended, "MYS014", &[&url]);
}

#[test]
fn aws_is_asked_for_confirmation() {
    let cloud = Cloud::start();
    let url = format!("http://127.0.0.1:{}", cloud.port);
    let ended = aws(&cloud, &["deploy", "part-2", "--endpoint-url", &url], true).exit(2);
    is_error(&ended, "MYS003", &["`--yes`", "a day on AWS"]);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    aws(&cloud, &["deploy", "part-2", "--endpoint-url", &url, "--yes"], true).exit(0);
}

#[test]
fn public_access_blocked_above_the_bucket() {
    let cloud = Cloud::start();
    cloud.run(&["bucket", "deploy"]).exit(0);
    // The bucket allows it already, so this is reported at once.
    cloud.wait_for(async |sdk| {
        let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(config);
        let delete = s3.delete_bucket_policy().bucket("mysfits-000000000000-eu-west-1");
        delete.send().await.unwrap();
    });
    cloud.faults(&json!([{"service": "s3", "operation": "PutBucketPolicy", "kind": "error",
        "status": 403, "code": "AccessDenied",
        "message": "public policies are prevented by the BlockPublicPolicy setting"}]));
    let ended = cloud.run(&["bucket", "deploy"]).exit(1);
    is_error(
        &ended,
        "MYS043",
        &["the account or its organization blocks it", "Block Public Access"],
    );
}

#[test]
fn a_bucket_name_that_is_somebody_elses() {
    let cloud = Cloud::start();
    cloud.run(&["bucket", "deploy", "--bucket", "first-come"]).exit(0);
    let mut other = cloud.command(&["bucket", "deploy", "--local", "--bucket", "first-come"]);
    let ended = ended(other.env("AWS_ACCESS_KEY_ID", "111111111111")).exit(1);
    is_error(&ended, "MYS040", &["belongs to another account"]);
}

#[test]
fn a_bucket_in_another_region() {
    let cloud = Cloud::start();
    cloud.run(&["bucket", "deploy", "--bucket", "over-there"]).exit(0);
    let args = ["bucket", "deploy", "--bucket", "over-there", "--region", "eu-north-1"];
    is_error(&cloud.run(&args).exit(1), "MYS042", &["eu-west-1", "eu-north-1"]);
}

/// AWS's words, like names and logs, may be somebody else's: they must not clear the screen, set
/// the title, or turn text around.
#[test]
fn what_aws_says_cannot_act_on_the_terminal() {
    let cloud = Cloud::start();
    let message = "\u{1b}]0;title\u{7} \u{1b}[2J \u{9b}2J \u{202e}deploy";
    cloud.faults(&json!([{"service": "dynamodb", "operation": "DescribeTable", "kind": "error",
        "code": "Odd\u{1b}[8mException", "message": message}]));
    for format in ["human", "plain", "json"] {
        let ended = cloud.run(&["table", "deploy", "--output", format]).exit(1);
        let text = ended.stdout + &ended.stderr;
        assert!(text.contains(r"\u009b2J") && text.contains(r"\u202edeploy"), "{text}");
        let acts =
            |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
        assert_eq!(text.chars().find(acts), None, "{format}: {text:?}");
    }
}
