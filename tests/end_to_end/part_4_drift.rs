//! Part 4 changed by hand: `plan` names the difference, and `deploy` repairs exactly that.

use aws_sdk_apigateway::types::{Op, PatchOperation};

use crate::helpers::{backend::run_with, binaries::backend, calls::changes_by_cli, cloud::Cloud};

fn deployed() -> Cloud {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud
}

/// Calls of API Gateway, with the id of the lab's API.
fn by_hand(cloud: &Cloud, calls: impl AsyncFnOnce(aws_sdk_apigateway::Client, String)) {
    cloud.wait_for(async |sdk| {
        let gateway = aws_sdk_apigateway::Client::new(sdk);
        let apis = gateway.get_rest_apis().send().await.unwrap();
        let id = apis.items()[0].id().unwrap().to_owned();
        calls(gateway, id).await;
    });
}

#[track_caller]
fn is_named_and_mended(cloud: &Cloud, difference: &str, calls: &[&str]) {
    let plan = run_with(cloud, backend(), &["plan", "all", "--exit-code"]).exit(4);
    assert!(plan.stdout.contains(difference), "{}", plan.stdout);
    cloud.forget_requests();
    run_with(cloud, backend(), &["deploy", "all"]).exit(0);
    assert_eq!(changes_by_cli(cloud), calls);
    run_with(cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
}

#[test]
fn a_method_that_was_opened_is_guarded_again() {
    let cloud = deployed();
    by_hand(&cloud, async |gateway, api| {
        let list = gateway.get_resources().rest_api_id(&api).send().await.unwrap();
        let like = |it: &&aws_sdk_apigateway::types::Resource| {
            it.path().is_some_and(|path| path.ends_with("/like"))
        };
        let like = list.items().iter().find(like).unwrap().id().unwrap();
        let delete = gateway.delete_method().rest_api_id(&api).resource_id(like);
        delete.http_method("OPTIONS").send().await.unwrap();
    });
    // What is deployed never had the change, so it is not redeployed.
    is_named_and_mended(&cloud, "OPTIONS /mysfits/{mysfitId}/like is not defined", &["PutRestApi"]);
}

#[test]
fn a_stage_without_its_limits_gets_them_back() {
    let cloud = deployed();
    by_hand(&cloud, async |gateway, api| {
        let more = PatchOperation::builder()
            .op(Op::Replace)
            .path("/*/*/throttling/rateLimit")
            .value("5000")
            .build();
        let update = gateway.update_stage().rest_api_id(&api).stage_name("prod");
        update.patch_operations(more).send().await.unwrap();
    });
    let calls = ["UpdateStage", "TagResource"];
    is_named_and_mended(&cloud, "throttlingRateLimit is 5000, expected 50", &calls);
}

#[test]
fn a_deleted_stage_and_an_old_deployment() {
    let cloud = deployed();
    by_hand(&cloud, async |gateway, api| {
        let delete = gateway.delete_stage().rest_api_id(&api).stage_name("prod");
        delete.send().await.unwrap();
    });
    let calls = ["CreateDeployment", "UpdateStage", "TagResource", "DeleteDeployment"];
    is_named_and_mended(&cloud, "stage", &calls);
}

/// A student created a stage of the same API, which shows the API as it was deployed then.
#[test]
fn a_deployment_that_a_stage_made_by_hand_uses_is_kept() {
    let cloud = deployed();
    by_hand(&cloud, async |gateway, api| {
        let stages = gateway.get_stages().rest_api_id(&api).send().await.unwrap();
        let deployment = stages.item()[0].deployment_id().unwrap().to_owned();
        let stage = gateway.create_stage().rest_api_id(&api).stage_name("dev");
        stage.deployment_id(deployment).send().await.unwrap();
        let delete = gateway.delete_stage().rest_api_id(&api).stage_name("prod");
        delete.send().await.unwrap();
    });
    let calls = ["CreateDeployment", "UpdateStage", "TagResource"];
    is_named_and_mended(&cloud, "stage", &calls);
    // It goes with its stage.
    by_hand(&cloud, async |gateway, api| {
        let delete = gateway.delete_stage().rest_api_id(&api).stage_name("dev");
        delete.send().await.unwrap();
    });
    let calls = ["UpdateStage", "TagResource", "DeleteDeployment"];
    is_named_and_mended(&cloud, "deployments without a stage is 1, expected 0", &calls);
}

#[test]
fn a_second_api_and_a_second_empty_pool_of_the_labs_go() {
    let cloud = deployed();
    let tags = || [("mysfits:lab".to_owned(), "mythical-mysfits".to_owned())].into();
    by_hand(&cloud, async |gateway, _| {
        let create = gateway.create_rest_api().name("MysfitsApi");
        create.set_tags(Some(tags())).send().await.unwrap();
    });
    cloud.wait_for(async |sdk| {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(sdk);
        let create = cognito.create_user_pool().pool_name("MysfitsUserPool");
        create.set_user_pool_tags(Some(tags())).send().await.unwrap();
    });
    let plan = run_with(&cloud, backend(), &["plan", "all"]).exit(0);
    assert_eq!(plan.stdout.matches("there are 2 with this name").count(), 2, "{}", plan.stdout);
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    run_with(&cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
}

#[test]
fn a_pool_of_the_labs_name_without_its_tag_is_not_touched() {
    let cloud = Cloud::start();
    cloud.wait_for(async |sdk| {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(sdk);
        cognito.create_user_pool().pool_name("MysfitsUserPool").send().await.unwrap();
    });
    let refused = run_with(&cloud, backend(), &["deploy", "all"]).exit(1);
    assert!(refused.stderr.contains("error[MYS040]: user-pool: "), "{}", refused.stderr);
    let left = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    assert!(left.stdout.contains("MysfitsUserPool"), "{}", left.stdout);
    run_with(&cloud, backend(), &["deploy", "all", "--adopt"]).exit(0);
    run_with(&cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
}
