//! The core stack in each state in which a deploy or a cleanup may find it.

use std::process::Child;

use aws_sdk_cloudformation::types::{
    Capability, ChangeSetType, OnFailure, Parameter, StackStatus, Tag,
};
use serde_json::json;

use crate::helpers::{
    STACK,
    by_hand::by_query,
    cloud::Cloud,
    command::{Ended, awaited, until},
    held::{self, Held},
    stack::{
        cloudformation, delete, interfere, network_that_left_its_vpc, output, status, tagged,
        until_status, withdraw,
    },
};

const TEMPLATE: &str = include_str!("../../templates/core.yml");

/// Returns the parameters that the lab passes.
fn parameters() -> Vec<Parameter> {
    let values = [
        ("Topology", "classic"),
        ("TableName", "MysfitsTable"),
        ("RepositoryName", "mythicalmysfits/service"),
        ("LogGroupName", "mythicalmysfits-logs"),
    ];
    let build =
        |(name, value)| Parameter::builder().parameter_key(name).parameter_value(value).build();
    values.map(build).to_vec()
}

fn tag() -> Tag {
    Tag::builder().key("mysfits:lab").value("mythical-mysfits").build()
}

/// Creates the stack as the lab would, except for what happens on a failure, with or without its
/// tag.
fn create(cloud: &Cloud, on_failure: OnFailure, tags: Vec<Tag>) {
    cloudformation(cloud, async |cloudformation| {
        let create = cloudformation.create_stack().stack_name(STACK).template_body(TEMPLATE);
        let create = create.set_parameters(Some(parameters())).set_tags(Some(tags));
        let create = create.capabilities(Capability::CapabilityIam).on_failure(on_failure);
        create.send().await.unwrap();
    });
}

fn deploying(cloud: &Cloud) -> Child {
    cloud.spawn(&["core-stack", "deploy", "--adopt"])
}

#[track_caller]
fn says(ended: &Ended, words: &str) {
    assert!(ended.stderr.contains(words), "{words} is not in {}", ended.stderr);
}

#[test]
fn one_that_is_being_made_is_waited_for() {
    let cloud = Cloud::start();
    let until_said = "core-stack: waiting: CREATE_IN_PROGRESS";
    let held = [Held { service: "cloudformation", operation: "CreateStack", until: until_said }];
    held::hold(&cloud, &held);
    let mut first = deploying(&cloud);
    until("the stack to be begun", || status(&cloud));
    first.kill().unwrap();
    first.wait().unwrap();
    held::run(&cloud, &held, &["core-stack", "deploy"]).exit(0);
    assert_eq!(cloud.changes().iter().filter(|change| *change == "CreateStack").count(), 1);
}

/// Leaves a change set that would create the stack, for a person to review.
fn put_up_for_review(cloud: &Cloud) {
    cloudformation(cloud, async |cloudformation| {
        let set = cloudformation.create_change_set().stack_name(STACK).change_set_name("by-hand");
        let set = set.change_set_type(ChangeSetType::Create).template_body(TEMPLATE);
        let set = set.set_parameters(Some(parameters())).tags(tag());
        set.capabilities(Capability::CapabilityIam).send().await.unwrap();
    });
    until_status(cloud, &StackStatus::ReviewInProgress);
}

#[test]
fn one_that_is_up_for_review_is_not_waited_for_by_cleanup() {
    let cloud = Cloud::start();
    put_up_for_review(&cloud);
    let ended = cloud.run(&["core-stack", "cleanup", "--adopt", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert_eq!(status(&cloud), None);
}

#[test]
fn one_that_is_up_for_review_is_waited_for() {
    let cloud = Cloud::start();
    put_up_for_review(&cloud);
    cloud.forget_requests();
    let deploy = deploying(&cloud);
    until("the deploy to wait", || {
        let requests = cloud.requests();
        let looks = requests.iter().filter(|it| it["operation"] == "DescribeStacks").count();
        (looks > 3).then_some(())
    });
    cloudformation(&cloud, async |cloudformation| {
        let execute = cloudformation.execute_change_set().stack_name(STACK);
        execute.change_set_name("by-hand").send().await.unwrap();
    });
    says(&awaited(deploy).exit(0), "core-stack: waiting: REVIEW_IN_PROGRESS");
    assert_eq!(cloud.changes(), ["ExecuteChangeSet"]);
}

#[test]
fn one_that_was_made_by_hand_is_taken_only_with_its_tag() {
    let cloud = Cloud::start();
    create(&cloud, OnFailure::Rollback, Vec::new());
    until_status(&cloud, &StackStatus::CreateComplete);
    let refused = cloud.run(&["core-stack", "deploy"]).exit(1);
    says(&refused, "error[MYS040]: core-stack: ");
    cloud.run(&["core-stack", "deploy", "--adopt"]).exit(0);
    assert_eq!(status(&cloud), Some(StackStatus::UpdateComplete));
    // And an updated one is as good as a new one.
    cloud.forget_requests();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

#[test]
fn one_that_failed_is_shown_deleted_and_made_again() {
    let cloud = Cloud::start();
    // All addresses of the account are in use, so that the second NAT gateway gets none.
    let allocate = "Action=AllocateAddress&Domain=vpc&Version=2016-11-15";
    let taken: Vec<String> =
        (0..4).map(|_| tagged(&by_query(&cloud, allocate), "allocationId")).collect();
    create(&cloud, OnFailure::DoNothing, vec![tag()]);
    until_status(&cloud, &StackStatus::CreateFailed);
    for id in taken {
        by_query(&cloud, &format!("Action=ReleaseAddress&AllocationId={id}&Version=2016-11-15"));
    }
    let repaired = cloud.run(&["core-stack", "deploy"]).exit(0);
    says(&repaired, "the stack is CREATE_FAILED: ");
    says(&repaired, "maximum number of addresses");
    says(&repaired, "it is deleted and created again");
}

#[test]
fn one_that_could_not_be_deleted_is_deleted_and_made_again() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    let interface = interfere(&cloud);
    delete(&cloud);
    until_status(&cloud, &StackStatus::DeleteFailed);
    withdraw(&cloud, &interface);
    let repaired = cloud.run(&["core-stack", "deploy"]).exit(0);
    says(&repaired, "the stack is DELETE_FAILED: ");
    says(&repaired, "it is deleted and created again");
}

#[test]
fn one_that_is_going_away_is_waited_for_and_made_anew() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    let old = output(&cloud, "VPCId");
    let until = "core-stack: waiting: DELETE_IN_PROGRESS";
    let held = [Held { service: "cloudformation", operation: "DeleteStack", until }];
    held::hold(&cloud, &held);
    delete(&cloud);
    held::run(&cloud, &held, &["core-stack", "deploy"]).exit(0);
    assert_ne!(output(&cloud, "VPCId"), old);
}

#[test]
fn a_deletion_that_fails_once_is_tried_again() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    let interface = interfere(&cloud);
    // Time enough for the interface to go before the second try.
    cloud.faults(&json!([{"service": "cloudformation", "operation": "DeleteStack", "skip": 1,
                          "kind": "delay", "milliseconds": 2000}]));
    let cleanup = cloud.spawn(&["core-stack", "cleanup", "--yes"]);
    until_status(&cloud, &StackStatus::DeleteFailed);
    withdraw(&cloud, &interface);
    let ended = awaited(cleanup).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
}

/// Only a search by tag finds the rest.
#[test]
fn what_a_stack_was_deleted_without_is_found() {
    let cloud = Cloud::start();
    let (vpc, interface) = network_that_left_its_vpc(&cloud);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    assert!(ended.stdout.contains("its stack was deleted without it"), "{}", ended.stdout);
    assert!(ended.stdout.contains(&format!("vpc/{vpc}")), "{}", ended.stdout);
    says(&ended, "error[MYS060]: 2 resources are left\n  hint: remove it in the AWS console");
    withdraw(&cloud, &interface);
    let subnet = "Action=DescribeSubnets&Version=2016-11-15";
    let subnet = tagged(&by_query(&cloud, subnet), "subnetId");
    by_query(&cloud, &format!("Action=DeleteSubnet&SubnetId={subnet}&Version=2016-11-15"));
    by_query(&cloud, &format!("Action=DeleteVpc&VpcId={vpc}&Version=2016-11-15"));
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
}

/// A role to which a student attached a policy, and an interface in a subnet.
#[test]
fn what_keeps_a_stack_is_named() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    let role = output(&cloud, "ECSTaskRole").rsplit('/').next().unwrap().to_owned();
    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
    cloud.wait_for(async |sdk| {
        let attach = aws_sdk_iam::Client::new(sdk).attach_role_policy();
        attach.role_name(&role).policy_arn(policy).send().await.unwrap();
    });
    is_named(&cloud, "must detach all policies first");
    cloud.wait_for(async |sdk| {
        let detach = aws_sdk_iam::Client::new(sdk).detach_role_policy();
        detach.role_name(&role).policy_arn(policy).send().await.unwrap();
    });
    cloud.run(&["core-stack", "cleanup", "--yes"]).exit(0);

    cloud.run(&["core-stack", "deploy"]).exit(0);
    let interface = interfere(&cloud);
    is_named(&cloud, "has dependencies and cannot be deleted");
    withdraw(&cloud, &interface);
    cloud.run(&["core-stack", "cleanup", "--yes"]).exit(0);
}

/// The cleanup ends with the reason after a few tries, and does not skip what it cannot delete.
#[track_caller]
fn is_named(cloud: &Cloud, reason: &str) {
    cloud.forget_requests();
    let ended = cloud.run(&["core-stack", "cleanup", "--yes"]).exit(3);
    says(&ended, "error[MYS048]: core-stack: the stack is DELETE_FAILED: ");
    says(&ended, reason);
    assert!(ended.stdout.contains("Stack`: it is still there"), "{}", ended.stdout);
    assert_eq!(cloud.changes(), ["DeleteStack"; 3]);
    assert_eq!(status(cloud), Some(StackStatus::DeleteFailed));
}

/// The original template gave its roles fixed names, so an account could hold the lab only once.
#[test]
fn two_labs_in_one_account_have_a_stack_each() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    cloud.run(&["core-stack", "deploy", "--lab", "team-7"]).exit(0);
    cloud.run(&["core-stack", "cleanup", "--lab", "team-7", "--yes"]).exit(0);
    cloud.run(&["core-stack", "deploy"]).exit(0);
    assert_eq!(status(&cloud), Some(StackStatus::CreateComplete));
}
