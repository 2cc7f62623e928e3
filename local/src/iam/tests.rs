//! IAM as a whole.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Iam, operations};
use crate::{
    params::Params,
    place::{AccountId, Place},
    ports::Roles,
    protocol::operations::named,
    provision::{Provider, Scope},
    service::AwsError,
    test_folder::Folder,
};

const TRUST: &str = r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
    "Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}"#;
const LOGS: &str = r#"{"Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}"#;

struct Desk {
    /// Held until the test is over.
    _folder: Folder,
    iam: Iam,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let iam = Iam::open(&folder, None).unwrap();
        Self { _folder: folder, iam }
    }

    fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Result<Value, AwsError> {
        let operation = named(operations::OPERATIONS, action).unwrap();
        let place = Place { account: account(), region: "eu-west-1".to_owned() };
        operation.handler.run_in(&self.iam, &place, &Params::of_pairs(parameters))
    }

    fn code(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.ask(action, parameters).unwrap_err().code
    }
}

fn account() -> AccountId {
    AccountId::named("")
}

#[test]
fn a_role_stays_while_it_has_policies() {
    let desk = Desk::new("conflict");
    let new = [("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST)];
    desk.ask("CreateRole", &new).unwrap();
    assert_eq!(desk.code("CreateRole", &new), "EntityAlreadyExists");
    let inline = [("RoleName", "r"), ("PolicyName", "p"), ("PolicyDocument", LOGS)];
    desk.ask("PutRolePolicy", &inline).unwrap();
    let attached = [("RoleName", "r"), ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")];
    desk.ask("AttachRolePolicy", &attached).unwrap();
    let role = [("RoleName", "r")];
    assert_eq!(desk.code("DeleteRole", &role), "DeleteConflict");
    desk.ask("DetachRolePolicy", &attached).unwrap();
    assert_eq!(desk.code("DeleteRole", &role), "DeleteConflict");
    desk.ask("DeleteRolePolicy", &inline).unwrap();
    desk.ask("DeleteRole", &role).unwrap();
    assert_eq!(desk.code("GetRole", &role), "NoSuchEntity");
}

#[test]
fn a_service_linked_role_is_made_once_and_is_not_the_users() {
    let desk = Desk::new("linked");
    let service = [("AWSServiceName", "ecs.amazonaws.com")];
    desk.ask("CreateServiceLinkedRole", &service).unwrap();
    let error = desk.ask("CreateServiceLinkedRole", &service).unwrap_err();
    let message = "Service role name AWSServiceRoleForECS has been taken in this account, please \
                   try a different suffix.";
    assert_eq!((error.code.as_str(), error.message.as_str()), ("InvalidInput", message));
    let role = [("RoleName", "AWSServiceRoleForECS")];
    assert_eq!(desk.code("DeleteRole", &role), "UnmodifiableEntity");
    assert!(!desk.iam.ensure_service_linked_role(&account(), "ecs.amazonaws.com"));
    let elb = "elasticloadbalancing.amazonaws.com";
    assert!(desk.iam.ensure_service_linked_role(&account(), elb));
}

#[test]
fn a_role_of_a_template_goes_with_what_the_template_gave_it() {
    let desk = Desk::new("template");
    let scope = Scope {
        place: Place { account: account(), region: "eu-west-1".to_owned() },
        stack_name: "Core".to_owned(),
        logical_id: "TaskRole".to_owned(),
        tags: BTreeMap::from([("lab".to_owned(), "mysfits".to_owned())]),
        token: String::new(),
    };
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let properties = json!({
        "AssumeRolePolicyDocument": parse(TRUST),
        "Policies": [{ "PolicyName": "p", "PolicyDocument": parse(LOGS) }],
    });
    let role = desk.iam.create(&scope, "AWS::IAM::Role", &properties).unwrap();
    let (name, arn) = (role.physical_id.as_str(), role.attributes["Arn"].as_str().unwrap());
    assert!(name.starts_with("Core-TaskRole-"), "{name}");
    assert!(desk.iam.assumable(&account(), arn, "ecs-tasks.amazonaws.com"));
    assert!(!desk.iam.assumable(&account(), arn, "ecs.amazonaws.com"));
    let delete = || desk.iam.delete(&scope, "AWS::IAM::Role", name);
    let foreign = [("RoleName", name), ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")];
    desk.ask("AttachRolePolicy", &foreign).unwrap();
    assert_eq!(delete().unwrap_err().code, "DeleteConflict");
    desk.ask("DetachRolePolicy", &foreign).unwrap();
    assert!(delete().is_ok() && delete().is_ok());
}
