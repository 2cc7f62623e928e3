//! Accounts that are reached by a role: the local cloud as a place like AWS, with its own STS.

use serde_json::Value;

use super::{lines, states, write};
use crate::helpers::{
    cloud::Cloud,
    command::{Ended, ended},
};

const TEACHER: &str = "999999999999";

/// Makes a role that trusts the teacher, with an external id.
fn role(cloud: &Cloud, account: &str, actions: &str) {
    let trust = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": {actions},
            "Principal": {{"AWS": "arn:aws:iam::{TEACHER}:root"}},
            "Condition": {{"StringEquals": {{"sts:ExternalId": "class-7"}}}}}}]}}"#
    );
    let all = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    cloud.wait_for(async |sdk| {
        use aws_sdk_iam::config::{Credentials, SharedCredentialsProvider};
        let keys = Credentials::new(account, "test", None, None, "test");
        let keys = SharedCredentialsProvider::new(keys);
        let sdk = sdk.clone().into_builder().credentials_provider(keys).build();
        let iam = aws_sdk_iam::Client::new(&sdk);
        let role = iam.create_role().role_name("Teacher").assume_role_policy_document(trust);
        role.send().await.unwrap();
        let policy = iam.put_role_policy().role_name("Teacher").policy_name("all");
        policy.policy_document(all).send().await.unwrap();
    });
}

/// Runs a command as the teacher, who knows the local cloud as an endpoint only.
fn as_teacher(cloud: &Cloud, args: &[&str]) -> Ended {
    let url = format!("http://127.0.0.1:{}", cloud.port);
    let mut command = cloud.command(&[args, &["--endpoint-url", &url]].concat());
    command.env("AWS_ACCESS_KEY_ID", TEACHER).env("AWS_SECRET_ACCESS_KEY", "x");
    ended(command.env("AWS_REGION", "eu-west-1"))
}

#[test]
fn roles_are_assumed_with_the_teachers_name_and_one_that_does_not_trust_is_one_failure() {
    let cloud = Cloud::start();
    role(&cloud, "111111111111", r#"["sts:AssumeRole", "sts:SetSourceIdentity"]"#);
    // As the roles that Organizations makes.
    role(&cloud, "222222222222", r#""sts:AssumeRole""#);
    role(&cloud, "333333333333", r#""sts:TagSession""#);
    let row = |name: &str, account: &str, lab: &str| {
        format!("{name},arn:aws:iam::{account}:role/Teacher,class-7,{lab}\n")
    };
    let text = "name,role_arn,external_id,lab\n".to_owned()
        + &row("anna", "111111111111", "a1")
        + &row("anna", "111111111111", "a2")
        + &row("bert", "222222222222", "b")
        + &row("cora", "333333333333", "c");
    write(&cloud, "class.csv", &text);
    write(&cloud, "mysfits.toml", "allow-accounts = [\"111111111111\", \"222222222222\"]\n");
    cloud.forget_requests();
    let args = ["class", "deploy", "--part", "part-1", "--yes", "--output", "json"];
    let deployed = as_teacher(&cloud, &args).exit(3);
    let ended = states(&deployed);
    for lab in ["a1", "a2", "b"] {
        assert_eq!(ended[lab]["state"], "ready", "{}", ended[lab]);
    }
    assert_eq!(
        (&ended["c"]["state"], &ended["c"]["errors"][0]["code"]),
        (&"failed".into(), &"MYS015".into())
    );
    let assumed = cloud.requests().into_iter().filter(|it| it["operation"] == "AssumeRole");
    let (good, bad): (Vec<Value>, Vec<Value>) = assumed.partition(|it| it["status"] == 200);
    // Two labs in one account share a session.
    assert_eq!(good.len(), 2, "{good:#?}");
    assert!(!bad.is_empty());
    let journal = std::fs::read_to_string(cloud.home().join("class.journal.jsonl")).unwrap();
    let who = "arn:aws:sts::111111111111:assumed-role/Teacher/mysfits-student";
    assert!(lines(&journal, "call").iter().any(|call| call["who"] == who), "{journal}");
}

/// The teacher's own credentials, in an account that is another than the roster says.
#[test]
fn credentials_of_another_account_are_refused() {
    let cloud = Cloud::start();
    write(&cloud, "class.csv", "name,account,lab\nanna,111111111111,a\n");
    cloud.forget_requests();
    let ended = as_teacher(&cloud, &["class", "deploy", "--yes"]).exit(2);
    assert!(ended.stderr.contains("error[MYS088]"), "{}", ended.stderr);
    let said = "the roster says account 111111111111, and the credentials belong to account 9999";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}
