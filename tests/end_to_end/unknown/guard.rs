//! What keeps the guard in place, and when it may be removed.

use std::path::Path;

use aws_sdk_ecs::{
    Client,
    types::{Compatibility, Tag},
};
use serde_json::json;

use crate::helpers::{
    CLUSTER, SERVICE,
    backend::run_with,
    binaries::backend,
    by_hand::cognito,
    calls::asked_twice_before_it_went,
    cloud::Cloud,
    faults::denied,
    standing::{Lab, Standing, says_what_it_keeps},
    visitor::pool,
};

fn ecs<T>(cloud: &Cloud, calls: impl AsyncFnOnce(Client) -> T) -> T {
    cloud.wait_for(async |sdk| calls(Client::new(sdk)).await)
}

/// Registers what the service runs once more, without the guard, as an experimenting person does.
fn register_without_guard(cloud: &Cloud) {
    ecs(cloud, async |ecs| {
        let describe = ecs.describe_task_definition().task_definition("mythicalmysfitsservice");
        let standing = describe.send().await.unwrap().task_definition.unwrap();
        let mut containers = standing.container_definitions.unwrap();
        let environment = containers[0].environment.as_mut().unwrap();
        environment.retain(|it| !it.name().unwrap().starts_with("USER_POOL_"));
        let tag = Tag::builder().key("mysfits:lab").value("mythical-mysfits").build();
        let register = ecs
            .register_task_definition()
            .set_family(standing.family)
            .set_container_definitions(Some(containers))
            .set_cpu(standing.cpu)
            .set_memory(standing.memory)
            .set_network_mode(standing.network_mode)
            .requires_compatibilities(Compatibility::Fargate)
            .set_runtime_platform(standing.runtime_platform)
            .set_execution_role_arn(standing.execution_role_arn)
            .set_task_role_arn(standing.task_role_arn)
            .tags(tag);
        register.send().await.unwrap();
    });
}

/// Deploys part 3 while nobody can see whether there is a pool; the guard stays, and the command
/// reports that.
#[track_caller]
fn stays_although_the_pool_is_not_seen(lab: &Lab, binary: &Path, before: &Standing) {
    lab.cloud.faults(&json!([denied("cognito-idp", "ListUserPools")]));
    let ended = run_with(&lab.cloud, binary, &["deploy", "part-3"]);
    lab.cloud.no_faults();
    lab.keeps_addresses_and_guard(before, "a deploy that does not see the pool");
    lab.is_guarded(before, "a deploy that does not see the pool");
    says_what_it_keeps(&ended);
}

#[test]
fn a_new_image_gets_the_guard_of_the_revision_that_the_service_runs() {
    let (lab, before) = Lab::deployed();
    register_without_guard(&lab.cloud);
    // The same program, one byte longer: another digest.
    let newer = lab.cloud.folder.path().join("newer");
    let mut bytes = std::fs::read(backend()).unwrap();
    bytes.push(0);
    std::fs::write(&newer, bytes).unwrap();
    stays_although_the_pool_is_not_seen(&lab, &newer, &before);
}

#[test]
fn a_service_that_is_made_again_gets_the_guard_of_the_newest_revision() {
    let (lab, before) = Lab::deployed();
    ecs(&lab.cloud, async |ecs| {
        let delete = ecs.delete_service().cluster(CLUSTER).service(SERVICE).force(true);
        delete.send().await.unwrap();
    });
    stays_although_the_pool_is_not_seen(&lab, backend(), &before);
}

/// A list may be late, or somebody may have renamed the pool: the pool itself is requested, twice.
#[test]
fn the_guard_goes_only_when_its_own_pool_is_known_to_be_gone() {
    let (lab, before) = Lab::deployed();
    let id = pool(&lab.cloud).id;
    cognito(&lab.cloud, async |cognito| {
        cognito.delete_user_pool().set_user_pool_id(id).send().await.unwrap();
    });
    for asked in [0, 1] {
        let mut rule = denied("cognito-idp", "DescribeUserPool");
        rule["skip"] = asked.into();
        lab.cloud.faults(&json!([rule]));
        lab.run(&["deploy", "part-3"]);
        lab.cloud.no_faults();
        lab.is_guarded(&before, &format!("{asked} answers of the pool"));
    }
    lab.cloud.forget_requests();
    lab.run(&["deploy", "part-3"]).exit(0);
    asked_twice_before_it_went(&lab.cloud.requests(), 0);
    assert_eq!(lab.like_at_the_balancer(), 200);
}
