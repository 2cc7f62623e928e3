//! The existing network is the default: a lab keeps its topology and its zones until another one is
//! requested, and a network that was typed by hand is kept whatever its template says.

use aws_sdk_cloudformation::types::{Capability, Stack, StackStatus};

use serde_json::json;

use crate::helpers::{
    STACK,
    backend::{backend_address, count, run_with},
    binaries::backend,
    by_hand::by_query,
    cloud::Cloud,
    command::{Ended, ended},
    stack::{BY_HAND, cloudformation, create_by_hand, until_status},
};

fn stack(cloud: &Cloud) -> Stack {
    cloudformation(cloud, async |cloudformation| {
        let stacks = cloudformation.describe_stacks().stack_name(STACK).send().await.unwrap();
        stacks.stacks()[0].clone()
    })
}

fn parameter(cloud: &Cloud, name: &str) -> String {
    let stack = stack(cloud);
    let found = stack.parameters().iter().find(|it| it.parameter_key() == Some(name)).unwrap();
    found.parameter_value().unwrap().to_owned()
}

/// Updates the stack by hand, with nothing changed but its tags, which are removed.
fn lose_tags(cloud: &Cloud) {
    let before = stack(cloud);
    cloudformation(cloud, async |cloudformation| {
        let update = cloudformation.update_stack().stack_name(STACK).use_previous_template(true);
        let kept = before.parameters().iter().map(|parameter| {
            let kept = aws_sdk_cloudformation::types::Parameter::builder();
            kept.set_parameter_key(parameter.parameter_key.clone()).use_previous_value(true).build()
        });
        let tag = aws_sdk_cloudformation::types::Tag::builder().key("course").value("2026").build();
        let update = update.set_parameters(Some(kept.collect())).tags(tag);
        update.capabilities(Capability::CapabilityIam).send().await.unwrap();
    });
    until_status(cloud, &StackStatus::UpdateComplete);
}

#[track_caller]
fn says(text: &str, words: &str) {
    assert!(text.contains(words), "{words} is not in {text}");
}

fn deploy(cloud: &Cloud, more: &[&str]) -> Ended {
    cloud.run(&[&["core-stack", "deploy"], more].concat())
}

/// Whoever is first decides; the other one says what is happening instead of undoing it.
#[test]
fn two_deploys_that_contradict_each_other_do_not_wait_for_each_other() {
    let cloud = Cloud::start();
    deploy(&cloud, &["--topology", "classic"]).exit(0);
    let rule = json!({"kind": "hold", "service": "cloudformation", "operation": "UpdateStack"});
    cloud.faults(&json!([rule]));
    let first = cloud.spawn(&["core-stack", "deploy", "--topology", "economy"]);
    until_status(&cloud, &StackStatus::UpdateInProgress);
    let second = deploy(&cloud, &["--topology", "classic"]).exit(1);
    says(&second.stderr, "error[MYS054]: core-stack: the stack is being changed since ");
    says(&second.stderr, "Parameters.Topology becomes economy, not classic");
    // Who wishes nothing takes what comes.
    let third = cloud.spawn(&["core-stack", "deploy"]);
    cloud.no_faults();
    for deploy in [first, third] {
        let ended = deploy.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert_eq!(parameter(&cloud, "Topology"), "economy");
}

#[test]
fn a_lab_keeps_its_topology_until_another_one_is_asked_for() {
    let cloud = Cloud::start();
    deploy(&cloud, &["--topology", "economy"]).exit(0);
    cloud.forget_requests();
    deploy(&cloud, &[]).exit(0);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    says(&cloud.run(&["plan", "all"]).exit(0).stdout, "costs $1.58 a day");
    let plan = cloud.run(&["plan", "all", "--topology", "classic"]).exit(0).stdout;
    says(&plan, "changes what it costs from $0.00 to $2.54 a day");
    says(&plan, "All of it together costs $4.00 a day");
    // Whatever the flag says, existing resources cost what they cost.
    let status = ["core-stack", "status", "--topology", "classic"];
    says(&cloud.run(&status).exit(0).stdout, "What is deployed costs $0.00 a day");
    deploy(&cloud, &["--topology", "classic"]).exit(0);
    says(&cloud.run(&["core-stack", "status"]).exit(0).stdout, "What is deployed costs $2.5");
    assert_eq!(parameter(&cloud, "Topology"), "classic");
}

#[test]
fn an_update_keeps_the_topology_the_zones_and_the_other_tags() {
    let cloud = Cloud::start();
    deploy(&cloud, &["--topology", "economy", "--zones", "eu-west-1b,eu-west-1c"]).exit(0);
    lose_tags(&cloud);
    deploy(&cloud, &["--adopt"]).exit(0);
    let kept = ["Topology", "AvailabilityZoneOne", "AvailabilityZoneTwo"];
    assert_eq!(kept.map(|name| parameter(&cloud, name)), ["economy", "eu-west-1b", "eu-west-1c"]);
    let stack = stack(&cloud);
    let mut tags: Vec<_> = stack.tags().iter().filter_map(|tag| tag.key()).collect();
    tags.sort_unstable();
    assert_eq!(tags, ["course", "mysfits:lab"]);
    cloud.run(&["core-stack", "plan", "--exit-code"]).exit(0);
    let other = ["core-stack", "plan", "--zones", "eu-west-1a,eu-west-1c"];
    let words = "Parameters.AvailabilityZoneOne is eu-west-1b, expected eu-west-1a";
    says(&cloud.run(&other).exit(0).stdout, words);
}

#[test]
fn zones_come_from_flag_environment_and_file_and_are_two() {
    let cloud = Cloud::start();
    for wrong in ["eu-west-1a", "eu-west-1a,eu-west-1a", "euw1-az1,euw1-az2"] {
        let refused = cloud.run(&["core-stack", "plan", "--zones", wrong]).exit(2);
        says(&refused.stderr, &format!("`{wrong}` are not two different zones"));
        says(&refused.stderr, "`--zones eu-west-1a,eu-west-1b`, or `zones = [");
    }
    let refused = deploy(&cloud, &["--zones", "us-east-1a,us-east-1b"]).exit(2);
    says(&refused.stderr, "`us-east-1a` is not a zone of eu-west-1");
    assert_eq!(cloud.changes(), Vec::<String>::new());
    let file = cloud.home().join("mysfits.toml");
    std::fs::write(&file, "zones = [\"eu-west-1a\"]\n").unwrap();
    says(&cloud.run(&["core-stack", "plan"]).exit(2).stderr, "`eu-west-1a` are not two different");
    std::fs::write(&file, "zones = [\"eu-west-1b\", \"eu-west-1a\"]\n").unwrap();
    deploy(&cloud, &[]).exit(0);
    assert_eq!(parameter(&cloud, "AvailabilityZoneOne"), "eu-west-1b");
    let mut plan = cloud.command(&["core-stack", "plan", "--local"]);
    let plan = ended(plan.env("MYSFITS_ZONES", "eu-west-1c,eu-west-1a")).exit(0);
    says(&plan.stdout, "Parameters.AvailabilityZoneOne is eu-west-1b, expected eu-west-1c");
}

/// The reason comes at once and every time, and it does not make a working stack useless.
#[test]
fn an_update_that_is_rolled_back_fails_with_its_first_event() {
    let cloud = Cloud::start();
    deploy(&cloud, &["--topology", "economy"]).exit(0);
    // All addresses of the account are in use, so that the second NAT gateway gets none.
    let allocate = "Action=AllocateAddress&Domain=vpc&Version=2016-11-15";
    let taken: Vec<String> = (0..4)
        .map(|_| {
            let answer = by_query(&cloud, allocate);
            answer.split("<allocationId>").nth(1).unwrap().split('<').next().unwrap().to_owned()
        })
        .collect();
    cloud.forget_requests();
    for _ in 0..2 {
        let failed = deploy(&cloud, &["--topology", "classic"]).exit(1);
        says(&failed.stderr, "error[MYS048]: core-stack: the update of 2");
        says(&failed.stderr, " was rolled back: `NatGateway");
        says(&failed.stderr, "maximum number of addresses");
    }
    assert_eq!(cloud.changes(), ["UpdateStack"; 2]);
    assert_eq!(stack(&cloud).stack_status(), Some(&StackStatus::UpdateRollbackComplete));
    // It is what it was before, which is fine.
    cloud.run(&["core-stack", "plan", "--exit-code"]).exit(0);
    deploy(&cloud, &[]).exit(0);
    for id in taken {
        by_query(&cloud, &format!("Action=ReleaseAddress&AllocationId={id}&Version=2016-11-15"));
    }
    deploy(&cloud, &["--topology", "classic"]).exit(0);
    assert_eq!(parameter(&cloud, "Topology"), "classic");
}

/// Students may have left the outputs out: their values are in the stack's resources.
#[test]
fn a_network_typed_by_hand_without_outputs_carries_the_backend() {
    let cloud = Cloud::start();
    let (template, _) = BY_HAND.split_once("\nOutputs:").unwrap();
    create_by_hand(&cloud, template);
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3", "--adopt"]).exit(0);
    assert_eq!(count(&backend_address(&deployed), "/mysfits"), 12);
    says(&deployed.stderr, "core-stack: note: network typed by hand, kept");
    let status = cloud.run(&["core-stack", "status"]).exit(0).stdout;
    says(&status, "What is deployed costs $2.5");
    says(&status, "network typed by hand, kept");
    // No flag turns it into another one, and the command reports that.
    cloud.forget_requests();
    let flags = ["--topology", "economy", "--zones", "eu-west-1b,eu-west-1c"];
    let kept = "core-stack: note: network typed by hand, kept: \
                no effect of `--topology economy` and `--zones eu-west-1b,eu-west-1c`";
    says(&deploy(&cloud, &flags).exit(0).stderr, kept);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

#[test]
fn a_network_typed_by_hand_that_lacks_something_is_left_alone() {
    let cloud = Cloud::start();
    let (template, _) = BY_HAND.split_once("\nOutputs:").unwrap();
    create_by_hand(&cloud, &template.replace("\n  ECSTaskRole:", "\n  TheTaskRole:"));
    cloud.forget_requests();
    let words = "the stack was typed by hand, and has no output `ECSTaskRole`";
    let refused = deploy(&cloud, &["--adopt"]).exit(1);
    says(&refused.stderr, words);
    says(&refused.stderr, "hint: add the output to its template, or delete the stack");
    says(&cloud.run(&["core-stack", "plan", "--adopt"]).exit(0).stdout, words);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}
