//! The pitfalls of Cognito and API Gateway: names that are not unique, links that fail permanently,
//! updates that reset what they do not name, deletions that have to queue.

use aws_sdk_apigateway::types::VpcLinkStatus;
use aws_sdk_cognitoidentityprovider::types::{
    DeletionProtectionType, ExplicitAuthFlowsType, UserPoolTierType, VerifiedAttributeType,
};
use serde_json::json;

use crate::helpers::{
    backend::{api_address, run_with},
    binaries::backend,
    by_hand::{cognito, gateway, lab_tag, second_pool_with_a_visitor},
    calls::{Calls, nothing_was_in_the_way, struck},
    cloud::Cloud,
    held::{self, Held},
    http::{http, whole},
    leftovers::{assert_nothing_of_part_3, assert_nothing_of_part_4, part_4_counts},
    visitor::{client, pool, set_pool_back},
};

fn deployed() -> Cloud {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud
}

#[test]
fn the_pool_is_of_the_cheapest_tier_and_its_client_signs_in_as_the_page_does() {
    let cloud = deployed();
    let pool = pool(&cloud);
    assert_eq!(pool.user_pool_tier(), Some(&UserPoolTierType::Lite));
    assert_eq!(pool.auto_verified_attributes(), [VerifiedAttributeType::Email]);
    assert!(!pool.username_configuration().unwrap().case_sensitive());
    let client = client(&cloud);
    assert!(client.client_secret().is_none());
    let mut flows = client.explicit_auth_flows().to_vec();
    flows.sort();
    assert_eq!(
        flows,
        [
            ExplicitAuthFlowsType::AllowRefreshTokenAuth,
            ExplicitAuthFlowsType::AllowUserPasswordAuth
        ]
    );
}

#[test]
fn an_update_that_set_the_pool_back_is_mended_in_full() {
    let cloud = deployed();
    let before = pool(&cloud);
    set_pool_back(&cloud);
    assert_ne!(pool(&cloud).auto_verified_attributes, before.auto_verified_attributes);
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let mut after = pool(&cloud);
    after.last_modified_date = before.last_modified_date;
    assert_eq!(after, before);
}

#[test]
fn a_second_pool_with_visitors_is_left_to_a_person() {
    let cloud = deployed();
    second_pool_with_a_visitor(&cloud);
    let refused = run_with(&cloud, backend(), &["deploy", "all"]).exit(1);
    assert!(refused.stderr.contains("error[MYS044]: user-pool: a second"), "{}", refused.stderr);
    assert!(refused.stderr.contains("has users"), "{}", refused.stderr);
    assert_eq!(part_4_counts(&cloud)[0], ("user pools", 2));
}

#[test]
fn a_pool_with_a_domain_goes_with_it() {
    let cloud = deployed();
    let id = pool(&cloud).id.unwrap();
    cognito(&cloud, async |cognito| {
        let domain = cognito.create_user_pool_domain().domain("mysfits-by-hand");
        domain.user_pool_id(id).send().await.unwrap();
    });
    cloud.forget_requests();
    cloud.run(&["cleanup", "part-4", "--yes"]).exit(0);
    assert_nothing_of_part_4(&cloud);
    Calls::of(&cloud).are_in_order(&[("DeleteUserPoolDomain", "DeleteUserPool")]);
}

#[test]
fn a_protected_pool_stays_with_its_reason() {
    let cloud = deployed();
    let protect = |how: DeletionProtectionType| {
        let id = pool(&cloud).id.unwrap();
        cognito(&cloud, async |cognito| {
            let update = cognito.update_user_pool().user_pool_id(id).deletion_protection(how);
            update.set_user_pool_tags(Some(lab_tag())).send().await.unwrap();
        });
    };
    protect(DeletionProtectionType::Active);
    let ended = cloud.run(&["cleanup", "part-4", "--yes"]).exit(3);
    let words = "error[MYS051]: user-pool: Cognito user pool `MysfitsUserPool` is protected";
    assert!(ended.stderr.contains(words), "{}", ended.stderr);
    assert_eq!(
        part_4_counts(&cloud)[2..],
        [("VPC links", 0), ("REST APIs", 0), ("deployments", 0)]
    );
    protect(DeletionProtectionType::Inactive);
    cloud.run(&["cleanup", "part-4", "--yes"]).exit(0);
    assert_nothing_of_part_4(&cloud);
}

/// The guard names the pool, the page names the client, and the backend checks the issuer of a
/// token.
#[test]
fn a_new_pool_is_known_to_api_page_and_backend() {
    let cloud = deployed();
    let old = pool(&cloud).id.unwrap();
    cognito(&cloud, async |cognito| {
        cognito.delete_user_pool().user_pool_id(old).send().await.unwrap();
    });
    cloud.forget_requests();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let changes = cloud.changes();
    for change in ["PutRestApi", "CreateDeployment", "RegisterTaskDefinition", "UpdateService"] {
        assert!(changes.iter().any(|it| it == change), "no {change} in {changes:?}");
    }
    let site = format!("mysfits-000000000000-eu-west-1.s3-website.localhost:{}", cloud.port);
    let (_, config) = http(cloud.port, &site, "GET", "/config.js", "");
    assert!(config.contains(client(&cloud).client_id().unwrap()), "{config}");
}

#[test]
fn a_link_is_asked_for_only_when_the_load_balancer_is_active() {
    let cloud = Cloud::start();
    let held = [
        Held {
            service: "elasticloadbalancing",
            operation: "CreateLoadBalancer",
            until: "load-balancer: waiting: provisioning",
        },
        Held {
            service: "apigateway",
            operation: "CreateVpcLink",
            until: "vpc-link: waiting: PENDING",
        },
    ];
    let deploy = ["deploy", "all", "--service-binary", backend().to_str().unwrap()];
    let deployed = held::run(&cloud, &held, &deploy).exit(0);
    assert!(!deployed.stderr.contains("FAILED"), "{}", deployed.stderr);
    assert_eq!(cloud.changes().iter().filter(|it| *it == "CreateVpcLink").count(), 1);
}

#[test]
fn a_link_that_failed_is_deleted_and_made_again() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let balancer = cloud.wait_for(async |sdk| {
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
        let balancers = elb.describe_load_balancers().send().await.unwrap();
        balancers.load_balancers()[0].load_balancer_arn().unwrap().to_owned()
    });
    gateway(&cloud, async |gateway| {
        // Another link holds the load balancer when the lab's is created, so that one fails.
        let link = |name| gateway.create_vpc_link().name(name).target_arns(&balancer);
        let other = link("by-hand").send().await.unwrap().id.unwrap();
        let ours =
            link("MysfitsApiVpcLink").set_tags(Some(lab_tag())).send().await.unwrap().id.unwrap();
        let ours = gateway.get_vpc_link().vpc_link_id(ours).send().await.unwrap();
        assert_eq!(ours.status(), Some(&VpcLinkStatus::Failed));
        gateway.delete_vpc_link().vpc_link_id(other).send().await.unwrap();
    });
    let repaired = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    assert!(
        repaired.stderr.contains("it is FAILED: NLB is already associated"),
        "{}",
        repaired.stderr
    );
    assert!(repaired.stderr.contains("it is deleted and created again"), "{}", repaired.stderr);
    assert_eq!(part_4_counts(&cloud)[2], ("VPC links", 1));
}

#[test]
fn the_api_is_made_with_its_tag_and_then_imported() {
    let cloud = deployed();
    let calls = Calls::of(&cloud);
    calls.are_in_order(&[("CreateRestApi", "PutRestApi"), ("PutRestApi", "CreateDeployment")]);
    assert!(!cloud.changes().contains(&"ImportRestApi".to_owned()));
    gateway(&cloud, async |gateway| {
        let apis = gateway.get_rest_apis().send().await.unwrap();
        assert_eq!(apis.items()[0].tags(), Some(&lab_tag()));
    });
}

#[test]
fn what_api_gateway_does_not_import_is_shown_word_for_word() {
    let cloud = Cloud::start();
    let said = "Warnings found during import:\n\tParse issue: `paths` is not right";
    cloud.faults(&json!([{"service": "apigateway", "operation": "PutRestApi", "kind": "error",
        "status": 400, "code": "BadRequestException", "message": said}]));
    let refused = run_with(&cloud, backend(), &["deploy", "all"]).exit(1);
    let words = "BadRequestException: Warnings found during import: Parse issue: `paths`";
    assert!(refused.stderr.contains(words), "{}", refused.stderr);
    assert_eq!(struck(&cloud, ("apigateway", "PutRestApi"), "BadRequestException"), 1);
    // The next deploy continues with the existing API.
    cloud.no_faults();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    assert_eq!(part_4_counts(&cloud)[3], ("REST APIs", 1));
}

#[test]
fn pages_can_read_why_they_were_refused() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let address = api_address(&deployed);
    let (host, base) = address.split_once('/').unwrap();
    for path in ["mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3/like", "no/such/path"] {
        let answer = whole(cloud.port, host, "POST", &format!("/{base}/{path}"), "", "");
        let head = answer.split("\r\n\r\n").next().unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 40"), "{head}");
        assert!(head.contains("access-control-allow-origin: *"), "{path}: {head}");
    }
}

/// AWS deletes one API every 30 seconds in an account. Here the time is shorter, but the limit as
/// strict.
#[test]
fn two_apis_queue_to_be_deleted() {
    let cloud = Cloud::with_pace("0.05");
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    gateway(&cloud, async |gateway| {
        let create = gateway.create_rest_api().name("MysfitsApi").set_tags(Some(lab_tag()));
        create.send().await.unwrap();
    });
    cloud.forget_requests();
    cloud.run(&["cleanup", "part-4", "--yes"]).exit(0);
    let requests = cloud.requests();
    let refused = requests
        .iter()
        .find(|it| it["operation"] == "DeleteRestApi" && it["code"] == "TooManyRequestsException");
    assert!(refused.is_some(), "nothing had to queue");
    assert_nothing_of_part_4(&cloud);
}

#[test]
fn what_is_in_the_way_goes_first() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.forget_requests();
    let until = "vpc-link: waiting: DELETING";
    let held = [Held { service: "apigateway", operation: "DeleteVpcLink", until }];
    let ended = held::run(&cloud, &held, &["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    Calls::of(&cloud).are_in_order(&[
        ("DeleteStage", "DeleteRestApi"),
        ("DeleteStage", "DeleteVpcLink"),
        ("DeleteVpcLink", "DeleteLoadBalancer"),
        ("DeleteRestApi", "DeleteUserPool"),
        ("DeleteLoadBalancer", "DeleteStack"),
    ]);
    nothing_was_in_the_way(&cloud);
    assert_nothing_of_part_4(&cloud);
    assert_nothing_of_part_3(&cloud);
}

#[test]
fn lost_answers_to_every_delete() {
    let cloud = deployed();
    let operations = ["DeleteStage", "DeleteRestApi", "DeleteVpcLink", "DeleteUserPool"];
    let rule = |operation| json!({"service": "*", "operation": operation, "kind": "lose-answer", "times": 1});
    cloud.faults(&operations.map(rule).into_iter().collect());
    cloud.run(&["cleanup", "part-4", "--yes"]).exit(0);
    assert_nothing_of_part_4(&cloud);
}
