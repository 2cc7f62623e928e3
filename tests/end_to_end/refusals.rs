//! What AWS refuses permanently: named and explained, tried once, and nothing is forced.

use serde_json::json;

use crate::helpers::{
    BUCKET, STACK,
    backend::run_with,
    binaries::backend,
    by_hand::make_foreign_bucket,
    calls::struck,
    cloud::Cloud,
    command::{awaited, ended, press_ctrl_c, until},
    leftovers::assert_nothing_of_part_3,
};

#[test]
fn a_bucket_name_that_another_account_took_is_not_asked_for_again() {
    let cloud = Cloud::start();
    cloud.faults(&json!([{"service": "s3", "operation": "CreateBucket", "kind": "error",
        "status": 409, "code": "BucketAlreadyExists", "message": "It is not available"}]));
    let refused = cloud.run(&["bucket", "deploy"]).exit(1);
    assert!(refused.stderr.contains("error[MYS041]: bucket: "), "{}", refused.stderr);
    assert!(refused.stderr.contains("`--bucket NAME`"), "{}", refused.stderr);
    assert_eq!(struck(&cloud, ("s3", "CreateBucket"), "BucketAlreadyExists"), 1);
}

/// It did not exist when it was looked up, and exists when it is to be created.
#[test]
fn a_bucket_that_came_meanwhile_is_ours_only_with_our_tag() {
    let cloud = Cloud::start();
    let unseen = json!([{"service": "s3", "operation": "HeadBucket", "kind": "error", "times": 1,
                         "status": 404, "code": "NotFound"}]);
    make_foreign_bucket(&cloud);
    cloud.faults(&unseen);
    cloud.forget_requests();
    let refused = cloud.run(&["bucket", "deploy"]).exit(1);
    assert!(refused.stderr.contains("error[MYS040]: bucket: "), "{}", refused.stderr);
    assert_eq!(cloud.changes(), ["CreateBucket"]);

    cloud.reset();
    cloud.run(&["bucket", "deploy"]).exit(0);
    cloud.faults(&unseen);
    cloud.forget_requests();
    cloud.run(&["bucket", "deploy"]).exit(0);
    assert_eq!(cloud.changes(), ["CreateBucket"]);
}

#[cfg(unix)]
#[test]
fn a_bucket_name_that_does_not_become_free_is_explained() {
    let cloud = Cloud::start();
    cloud.faults(&json!([{"service": "s3", "operation": "CreateBucket", "kind": "error",
        "status": 409, "code": "OperationAborted", "message": "A conflicting operation"}]));
    let deploy = cloud.spawn(&["bucket", "deploy"]);
    let tries = || struck(&cloud, ("s3", "CreateBucket"), "OperationAborted");
    until("a second try", || (tries() > 1).then_some(()));
    press_ctrl_c(&deploy);
    let ended = awaited(deploy);
    assert!(ended.stderr.contains("error[MYS041]: bucket: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("was deleted recently"), "{}", ended.stderr);
}

#[test]
fn what_ecs_does_not_take_is_explained() {
    let cloud = Cloud::start();
    for (code, message, hint) in [
        (
            "InvalidParameterException",
            "The new ARN and resource ID format must be enabled to add tags to the service.",
            "serviceLongArnFormat",
        ),
        (
            "PlatformTaskDefinitionIncompatibilityException",
            "The specified platform does not satisfy the task definition's required capabilities.",
            "`--service-binary PATH`",
        ),
    ] {
        cloud.faults(&json!([{"service": "ecs", "operation": "CreateService", "kind": "error",
                              "code": code, "message": message}]));
        cloud.forget_requests();
        let refused = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(1);
        for words in [code, message, hint] {
            assert!(refused.stderr.contains(words), "{words} is not in {}", refused.stderr);
        }
        assert_eq!(struck(&cloud, ("ecs", "CreateService"), code), 1);
    }
}

#[test]
fn a_new_account_that_may_not_have_load_balancers_is_told_whom_to_ask() {
    let cloud = Cloud::start();
    cloud.faults(&json!([{"service": "elasticloadbalancing", "operation": "CreateLoadBalancer", "kind": "error",
        "status": 400, "code": "OperationNotPermitted", "message": "This AWS account currently does \
        not support creating load balancers. For more information, please contact AWS Support."}]));
    let refused = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(1);
    for words in ["error[MYS051]: load-balancer: ", "Support Center", "`mysfits deploy part-2`"] {
        assert!(refused.stderr.contains(words), "{words} is not in {}", refused.stderr);
    }
    cloud.run(&["deploy", "part-2"]).exit(0);
}

/// A leftover of a VPC link holds the load balancer permanently, and no call of the lab can end
/// that.
#[cfg(unix)]
#[test]
fn a_load_balancer_that_an_endpoint_service_holds_is_explained_with_the_commands() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.faults(&json!([{"service": "elasticloadbalancing", "operation": "DeleteLoadBalancer", "kind": "error",
        "status": 400, "code": "ResourceInUse", "message": "Load balancer 'arn' cannot be deleted \
        because it is currently associated with another service"}]));
    let cleanup = cloud.spawn(&["cleanup", "part-3", "--yes"]);
    let tries = || struck(&cloud, ("elasticloadbalancing", "DeleteLoadBalancer"), "ResourceInUse");
    until("a second try", || (tries() > 1).then_some(()));
    press_ctrl_c(&cleanup);
    let ended = awaited(cleanup);
    for words in [
        "error[MYS053]: load-balancer: ",
        "aws ec2 describe-vpc-endpoint-service-configurations",
        "aws ec2 reject-vpc-endpoint-connections --service-id ID",
        "aws ec2 delete-vpc-endpoint-service-configurations --service-ids ID",
    ] {
        assert!(ended.stderr.contains(words), "{words} is not in {}", ended.stderr);
    }
}

/// What is protected stays and is reported with its reason, what it depends on is not touched, the
/// rest is deleted.
#[test]
fn what_somebody_protected_stays_and_the_rest_goes() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    protect(&cloud, true);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    for words in [
        "error[MYS051]: table: DynamoDB table `MysfitsTable` is protected",
        "error[MYS051]: load-balancer: network load balancer `mysfits-nlb` is protected",
        "not removed: `core-stack`",
        "to continue: `mysfits cleanup all --yes --local`",
    ] {
        assert!(ended.stderr.contains(words), "{words} is not in {}", ended.stderr);
    }
    let done = ended.stderr.lines().find(|line| line.starts_with("done: ")).unwrap();
    for gone in ["`service`", "`cluster`", "`target-group`", "`repository`", "`bucket`"] {
        assert!(done.contains(gone), "{gone} is not in {done}");
    }
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 1));

    protect(&cloud, false);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert_nothing_of_part_3(&cloud);
}

/// Turns the protection of the table and of the load balancer on or off.
fn protect(cloud: &Cloud, on: bool) {
    cloud.wait_for(async |sdk| {
        let dynamodb = aws_sdk_dynamodb::Client::new(sdk);
        let update = dynamodb.update_table().table_name("MysfitsTable");
        update.deletion_protection_enabled(on).send().await.unwrap();
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
        let balancers = elb.describe_load_balancers().send().await.unwrap();
        let arn = balancers.load_balancers()[0].load_balancer_arn().unwrap();
        let switch = aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute::builder()
            .key("deletion_protection.enabled")
            .value(on.to_string())
            .build();
        let modify = elb.modify_load_balancer_attributes().load_balancer_arn(arn);
        modify.attributes(switch).send().await.unwrap();
    });
}

#[test]
fn a_protected_stack_stays() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    let protect = |on: bool| {
        cloud.wait_for(async |sdk| {
            let update = aws_sdk_cloudformation::Client::new(sdk).update_termination_protection();
            let update = update.stack_name(STACK).enable_termination_protection(on);
            update.send().await.unwrap();
        });
    };
    protect(true);
    let ended = cloud.run(&["core-stack", "cleanup", "--yes"]).exit(3);
    assert!(ended.stderr.contains("is protected against deletion"), "{}", ended.stderr);
    protect(false);
    cloud.run(&["core-stack", "cleanup", "--yes"]).exit(0);
}

#[test]
fn another_accounts_bucket_and_one_elsewhere_are_not_written_to() {
    let cloud = Cloud::start();
    cloud.run(&["bucket", "deploy", "--bucket", BUCKET]).exit(0);
    cloud.forget_requests();
    let args = ["bucket", "deploy", "--local", "--bucket", BUCKET];
    let mut other = cloud.command(&args);
    ended(other.env("AWS_ACCESS_KEY_ID", "111111111111")).exit(1);
    cloud.run(&["bucket", "deploy", "--bucket", BUCKET, "--region", "eu-north-1"]).exit(1);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}
