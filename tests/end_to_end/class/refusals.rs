//! What must not be worked on: each with its error, and nothing sent but reads.

use serde_json::{Value, json};

use super::{roster, write};
use crate::helpers::{cloud::Cloud, command::Ended, faults::denied};

/// Sends a call of Organizations, which has no SDK here, and returns its answer.
fn organizations(cloud: &Cloud, account: &str, operation: &str, input: &Value) -> Value {
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
    };
    let body = input.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", cloud.port)).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSOrganizationsV20161128.{operation}\r\n\
         X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential={account}/20260101/us-east-1/organizations/aws4_request, \
         SignedHeaders=host, Signature=00\r\n\r\n{body}",
        cloud.port,
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{operation}: {answer}");
    serde_json::from_str(body).unwrap_or(Value::Null)
}

/// Gives an account an alias.
fn alias(cloud: &Cloud, account: &str, alias: &str) {
    cloud.wait_for(async |sdk| {
        use aws_sdk_iam::config::{Credentials, SharedCredentialsProvider};
        let keys = Credentials::new(account, "test", None, None, "test");
        let keys = SharedCredentialsProvider::new(keys);
        let sdk = sdk.clone().into_builder().credentials_provider(keys).build();
        let iam = aws_sdk_iam::Client::new(&sdk);
        iam.create_account_alias().account_alias(alias).send().await.unwrap();
    });
}

/// Runs a deployment that is refused with this error before anything is changed.
#[track_caller]
fn refused(cloud: &Cloud, code: &str, exit: i32) -> Ended {
    cloud.forget_requests();
    let ended = cloud.run(&["class", "deploy", "--part", "part-1", "--yes"]).exit(exit);
    assert!(ended.stderr.contains(&format!("error[{code}]")), "{code}: {}", ended.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    assert!(!cloud.home().join("class.journal.jsonl").exists());
    ended
}

#[test]
fn a_management_account_and_a_closed_one_are_refused() {
    let cloud = Cloud::start();
    let manager = "111111111111";
    organizations(&cloud, manager, "CreateOrganization", &json!({}));
    roster(&cloud, 2, 1);
    let ended = refused(&cloud, "MYS082", 2);
    assert!(ended.stderr.contains("account 111111111111 manages"), "{}", ended.stderr);

    // The command's own account, which is asked for the states of others.
    cloud.reset();
    let own = "000000000000";
    organizations(&cloud, own, "CreateOrganization", &json!({}));
    let input = json!({"AccountName": "anna", "Email": "anna@example.com"});
    let made = organizations(&cloud, own, "CreateAccount", &input);
    let account = made["CreateAccountStatus"]["AccountId"].as_str().unwrap().to_owned();
    write(&cloud, "class.csv", &format!("name,account\nanna,{account}\nbert,222222222222\n"));
    let yes = ["class", "deploy", "--part", "part-1", "--yes"];
    cloud.run(&yes).exit(0);
    std::fs::remove_file(cloud.home().join("class.journal.jsonl")).unwrap();
    organizations(&cloud, own, "CloseAccount", &json!({"AccountId": account}));
    let ended = refused(&cloud, "MYS083", 2);
    assert!(ended.stderr.contains("Organizations says CLOSED"), "{}", ended.stderr);
}

#[test]
fn an_alias_of_production_and_accounts_outside_of_the_list_are_refused() {
    let cloud = Cloud::start();
    roster(&cloud, 2, 1);
    alias(&cloud, "222222222222", "shop-prod");
    write(&cloud, "mysfits.toml", "allow-accounts = [\"111111111111\", \"222222222222\"]\n");
    let ended = refused(&cloud, "MYS085", 2);
    assert!(ended.stderr.contains("has the alias `shop-prod`"), "{}", ended.stderr);
    alias(&cloud, "222222222222", "product-class");
    write(&cloud, "mysfits.toml", "allow-accounts = [\"111111111111\"]\n");
    let ended = refused(&cloud, "MYS086", 2);
    assert!(ended.stderr.contains("account 222222222222 is not among"), "{}", ended.stderr);
    write(&cloud, "mysfits.toml", "allow-accounts = [\"111111111111\", \"222222222222\"]\n");
    cloud.run(&["class", "deploy", "--part", "part-1", "--yes"]).exit(0);
}

#[test]
fn what_cannot_be_asked_needs_the_list() {
    let cloud = Cloud::start();
    roster(&cloud, 2, 1);
    for (service, operation) in [("organizations", "*"), ("iam", "ListAccountAliases")] {
        cloud.faults(&json!([denied(service, operation)]));
        let ended = refused(&cloud, "MYS087", 2);
        assert!(ended.stderr.contains("could not be asked for: access denied"), "{}", ended.stderr);
    }
    write(&cloud, "mysfits.toml", "allow-accounts = [\"111111111111\", \"222222222222\"]\n");
    let ended = cloud.run(&["class", "deploy", "--part", "part-1", "--yes"]).exit(0);
    let said = "aliases of accounts could not be asked for: access denied";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

#[test]
fn a_roster_with_mistakes_is_refused_and_so_is_a_lab_that_is_there_twice() {
    let cloud = Cloud::start();
    write(
        &cloud,
        "class.csv",
        "name;account;lab\nanna;11111111111;a\nbert;1,2E+11;much-too-long-lab\n",
    );
    let ended = refused(&cloud, "MYS081", 2);
    assert!(ended.stderr.contains("the roster `class.csv` has 3 mistakes"), "{}", ended.stderr);
    for said in ["row:  2, `account`", "row:  3, `account`", "row:  3, `lab`"] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    write(&cloud, "class.csv", "name,account\nanna,111111111111\nbert,111111111111\n");
    refused(&cloud, "MYS084", 2);
    assert!(cloud.requests().is_empty());
}

#[test]
fn without_a_terminal_nothing_is_confirmed() {
    let cloud = Cloud::start();
    roster(&cloud, 1, 1);
    cloud.forget_requests();
    let ended = cloud.run(&["class", "cleanup"]).exit(2);
    assert!(ended.stderr.contains("error[MYS003]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("Remove all of 1 lab"), "{}", ended.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    let ended = cloud.run(&["class", "status", "--only", "anna,zoe"]).exit(2);
    assert!(ended.stderr.contains("nobody in the roster is named `zoe`"), "{}", ended.stderr);
    let ended = cloud.run(&["class", "deploy", "--report", "class.xls", "--yes"]).exit(2);
    assert!(ended.stderr.contains("`--report class.xls`"), "{}", ended.stderr);
    // Before anything is looked at.
    for command in ["status", "cost", "deploy"] {
        cloud.forget_requests();
        let ended = cloud.run(&["class", command, "--report", "class.xls"]).exit(2);
        assert!(ended.stderr.contains("`--report class.xls`"), "{}", ended.stderr);
        assert!(cloud.requests().is_empty(), "{command}");
    }
    let ended = cloud.run(&["class", "status", "--lab", "x"]).exit(2);
    assert!(ended.stderr.contains("`--lab` has no effect"), "{}", ended.stderr);
}
