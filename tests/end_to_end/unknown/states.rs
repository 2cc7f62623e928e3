//! A complete lab of which one resource exists but is not as it should be: not the lab's, a
//! duplicate, broken, settling, or at rest.

use std::collections::HashMap;

use aws_sdk_apigateway::types::{Op, PatchOperation, VpcLinkStatus};
use aws_sdk_cloudformation::types::{Capability, Parameter, Tag};
use aws_sdk_cognitoidentityprovider::types::ExplicitAuthFlowsType;
use aws_sdk_dynamodb::types::ProvisionedThroughput;

use crate::helpers::{
    CLUSTER, SERVICE, STACK,
    backend::run_with,
    binaries::small,
    by_hand::{cognito, gateway, lab_tag, second_pool_with_a_visitor, untag_service},
    cloud::Cloud,
    command::until,
    standing::{Lab, Standing, repaired, says_what_it_keeps},
    visitor::{client, pool},
};

const TAG: &str = "mysfits:lab";

/// After a deploy of the first part, of the backend and of everything, the lab is as before, and
/// each reports that it kept something. The last one fails with this error.
#[track_caller]
fn every_deploy_keeps_it(lab: &Lab, before: &Standing, error: &str) {
    for part in ["part-1", "part-3", "all"] {
        let ended = lab.run(&["deploy", part]);
        lab.is_still(before, part);
        says_what_it_keeps(&ended);
        if part == "all" {
            assert!(ended.exit(1).stderr.contains(error), "no {error}");
        }
    }
}

#[test]
fn a_user_pool_that_lost_its_tag() {
    let (lab, before) = Lab::deployed();
    let arn = pool(&lab.cloud).arn;
    cognito(&lab.cloud, async |cognito| {
        let untag = cognito.untag_resource().set_resource_arn(arn);
        untag.tag_keys(TAG).send().await.unwrap();
    });
    every_deploy_keeps_it(&lab, &before, "error[MYS040]: user-pool: ");
}

#[test]
fn a_second_user_pool_with_a_visitor() {
    let (lab, before) = Lab::deployed();
    second_pool_with_a_visitor(&lab.cloud);
    every_deploy_keeps_it(&lab, &before, "error[MYS044]: user-pool: ");
}

/// It is deleted and recreated, so a deploy of everything has another client. Until then the page
/// names the old one.
#[test]
fn a_client_with_a_secret() {
    let (lab, before) = Lab::deployed();
    let old = client(&lab.cloud);
    cognito(&lab.cloud, async |cognito| {
        let delete = cognito.delete_user_pool_client().set_client_id(old.client_id);
        delete.set_user_pool_id(old.user_pool_id.clone()).send().await.unwrap();
        let create = cognito.create_user_pool_client().set_client_name(old.client_name);
        let create = create.set_user_pool_id(old.user_pool_id).generate_secret(true);
        create
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
            .send()
            .await
            .unwrap();
    });
    for part in ["part-1", "part-3"] {
        let ended = lab.run(&["deploy", part]);
        lab.is_still(&before, part);
        says_what_it_keeps(&ended);
    }
    repaired(&lab);
    let config = lab.standing().config;
    assert!(config.contains(client(&lab.cloud).client_id().unwrap()), "{config}");
    assert_eq!(lab.like_at_the_balancer(), 401);
}

#[test]
fn an_api_that_lost_its_tag() {
    let (lab, before) = Lab::deployed();
    gateway(&lab.cloud, async |gateway| {
        let apis = gateway.get_rest_apis().send().await.unwrap();
        let arn =
            format!("arn:aws:apigateway:eu-west-1::/restapis/{}", apis.items()[0].id().unwrap());
        gateway.untag_resource().resource_arn(arn).tag_keys(TAG).send().await.unwrap();
    });
    every_deploy_keeps_it(&lab, &before, "error[MYS040]: rest-api: ");
}

/// The lab's link has failed, and the API goes through another one that somebody created: it works.
#[test]
fn a_vpc_link_that_failed() {
    let (lab, before) = Lab::deployed();
    gateway(&lab.cloud, async |gateway| {
        let apis = gateway.get_rest_apis().send().await.unwrap();
        let api = apis.items()[0].id().unwrap();
        let lead_to = |link: &str| {
            let patch = PatchOperation::builder().op(Op::Replace);
            let patch = patch.path("/variables/vpcLinkId").value(link).build();
            gateway
                .update_stage()
                .rest_api_id(api)
                .stage_name("prod")
                .patch_operations(patch)
                .send()
        };
        let links = gateway.get_vpc_links().send().await.unwrap();
        let old = &links.items()[0];
        let link = |name| gateway.create_vpc_link().name(name).target_arns(&old.target_arns()[0]);
        // As long as the stage uses it, it cannot be deleted.
        lead_to("none").await.unwrap();
        gateway.delete_vpc_link().vpc_link_id(old.id().unwrap()).send().await.unwrap();
        let by_hand = link("by-hand").send().await.unwrap().id.unwrap();
        let ours = link(old.name().unwrap()).set_tags(Some(lab_tag())).send().await.unwrap();
        let ours = gateway.get_vpc_link().vpc_link_id(ours.id.unwrap()).send().await.unwrap();
        assert_eq!(ours.status(), Some(&VpcLinkStatus::Failed));
        lead_to(&by_hand).await.unwrap();
    });
    lab.is_still(&before, "the link failed");
    // A command that only reads sees the stage with its address; there is nothing to keep.
    for part in ["part-1", "part-3"] {
        lab.run(&["deploy", part]).exit(0);
        lab.is_still(&before, part);
    }
    let ended = lab.run(&["deploy", "all"]).exit(1);
    lab.is_still(&before, "all");
    assert!(ended.stderr.contains("]: vpc-link: "), "{}", ended.stderr);
    says_what_it_keeps(&ended);
}

#[test]
fn a_service_that_lost_its_tag() {
    let (lab, before) = Lab::deployed();
    untag_service(&lab.cloud);
    every_deploy_keeps_it(&lab, &before, "error[MYS040]: service: ");
}

/// Everything that the network provides is unknown with it.
#[test]
fn a_stack_of_another_lab() {
    let (lab, before) = Lab::deployed();
    lab.cloud.wait_for(async |sdk| {
        let stacks = aws_sdk_cloudformation::Client::new(sdk);
        let stack = stacks.describe_stacks().stack_name(STACK).send().await.unwrap();
        let stack = stack.stacks.unwrap().remove(0);
        let as_it_is = |it: &Parameter| {
            let parameter = Parameter::builder().set_parameter_key(it.parameter_key.clone());
            parameter.use_previous_value(true).build()
        };
        let update = stacks.update_stack().stack_name(STACK).use_previous_template(true);
        update
            .set_parameters(Some(stack.parameters().iter().map(as_it_is).collect()))
            .capabilities(Capability::CapabilityIam)
            .tags(Tag::builder().key(TAG).value("another-lab").build())
            .send()
            .await
            .unwrap();
    });
    let status = || {
        lab.cloud.wait_for(async |sdk| {
            let stacks = aws_sdk_cloudformation::Client::new(sdk);
            let answer = stacks.describe_stacks().stack_name(STACK).send().await.unwrap();
            answer.stacks()[0].stack_status().unwrap().as_str().to_owned()
        })
    };
    until("the update", || (status() == "UPDATE_COMPLETE").then_some(()));
    // The service is the lab's and exists, so its address is known whoever owns the network.
    for part in ["part-1", "part-3"] {
        lab.run(&["deploy", part]);
        lab.is_still(&before, part);
    }
    let ended = lab.run(&["deploy", "all"]).exit(1);
    lab.is_still(&before, "all");
    assert!(ended.stderr.contains("error[MYS040]: core-stack: "), "{}", ended.stderr);
    says_what_it_keeps(&ended);
}

fn scale_to_zero(cloud: &Cloud) {
    cloud.wait_for(async |sdk| {
        let update = aws_sdk_ecs::Client::new(sdk).update_service().cluster(CLUSTER);
        update.service(SERVICE).desired_count(0).send().await.unwrap();
    });
}

/// Nothing answers, neither at the load balancer nor through the API.
#[test]
fn a_service_without_tasks() {
    let (lab, before) = Lab::deployed();
    scale_to_zero(&lab.cloud);
    let ended = lab.run(&["deploy", "part-1"]).exit(0);
    lab.keeps_addresses_and_guard(&before, "part-1");
    says_what_it_keeps(&ended);
    for part in ["part-3", "all"] {
        scale_to_zero(&lab.cloud);
        lab.run(&["deploy", part]).exit(0);
        lab.is_still(&before, part);
    }
}

/// The previous tasks still serve.
#[test]
fn a_new_backend_that_crashes() {
    let (lab, before) = Lab::deployed();
    let crashes = small("crashes", "fn main() { std::process::exit(3); }");
    let ended = run_with(&lab.cloud, &crashes, &["deploy", "all"]).exit(1);
    assert!(ended.stderr.contains("error[MYS048]: service: "), "{}", ended.stderr);
    lab.keeps_addresses_and_guard(&before, "the crash");
    says_what_it_keeps(&ended);
    let ended = lab.cloud.run(&["deploy", "part-1"]).exit(0);
    lab.keeps_addresses_and_guard(&before, "part-1");
    says_what_it_keeps(&ended);
    assert_eq!(lab.like_at_the_balancer(), 401);
}

/// The account of somebody who has just begun to change the table, and whose tasks are starting.
#[test]
fn a_table_and_a_service_that_settle() {
    let (mut lab, before) = Lab::deployed();
    // From now on everything takes days.
    lab.cloud.restart(&["--pace", "100000"]);
    lab.cloud.wait_for(async |sdk| {
        let update = aws_sdk_dynamodb::Client::new(sdk).update_table().table_name("MysfitsTable");
        let more = ProvisionedThroughput::builder().read_capacity_units(7).write_capacity_units(7);
        update.provisioned_throughput(more.build().unwrap()).send().await.unwrap();
    });
    let status = lab.cloud.run(&["status", "--output", "json"]).exit(0).stdout;
    for resource in ["table", "service"] {
        let mut rows = status.lines().map(|it| serde_json::from_str::<HashMap<_, _>>(it).unwrap());
        let row: HashMap<String, serde_json::Value> =
            rows.find(|row| row.get("resource").is_some_and(|it| it == resource)).unwrap();
        assert!(row["state"] != "ready" && row["state"] != "not there", "{row:?}");
    }
    let ended = lab.run(&["deploy", "part-1"]).exit(0);
    lab.keeps_addresses_and_guard(&before, "part-1");
    says_what_it_keeps(&ended);
}
