//! What an earlier run, or a person, left behind: it is waited for, used, or created again.

use aws_sdk_ecs::types::TaskDefinitionStatus::{self, Active, Inactive};
use serde_json::json;

use crate::helpers::{
    backend::{ask, backend_address, run_with},
    binaries::backend,
    by_hand::by_query,
    cloud::Cloud,
    held::{self, Held},
    leftovers::assert_nothing_of_part_3,
};

#[test]
fn a_service_that_is_going_away_is_waited_for_and_made_anew() {
    let cloud = Cloud::start();
    let deploy = ["deploy", "part-3", "--service-binary", backend().to_str().unwrap()];
    let held = [
        Held {
            service: "cloudformation",
            operation: "CreateStack",
            until: "core-stack: waiting: CREATE_IN_PROGRESS",
        },
        Held {
            service: "elasticloadbalancing",
            operation: "CreateLoadBalancer",
            until: "load-balancer: waiting: provisioning",
        },
    ];
    held::run(&cloud, &held, &deploy).exit(0);
    let held =
        [Held { service: "ecs", operation: "DeleteService", until: "service: waiting: DRAINING" }];
    held::hold(&cloud, &held);
    cloud.wait_for(async |sdk| {
        let delete = aws_sdk_ecs::Client::new(sdk).delete_service().force(true);
        let delete = delete.cluster("MythicalMysfits-Cluster").service("MythicalMysfits-Service");
        delete.send().await.unwrap();
    });
    let again = held::run(&cloud, &held, &deploy).exit(0);
    assert_eq!(ask(&backend_address(&again), "GET", "/mysfits").0, 200);
}

#[test]
fn a_table_that_is_going_away_is_waited_for_and_made_anew() {
    let cloud = Cloud::start();
    cloud.run(&["table", "deploy"]).exit(0);
    let until = "table: waiting: DELETING";
    let held = [Held { service: "dynamodb", operation: "DeleteTable", until }];
    held::hold(&cloud, &held);
    cloud.wait_for(async |sdk| {
        let delete = aws_sdk_dynamodb::Client::new(sdk).delete_table().table_name("MysfitsTable");
        delete.send().await.unwrap();
    });
    held::run(&cloud, &held, &["table", "deploy"]).exit(0);
    assert_eq!(cloud.tables().len(), 2);
}

/// The usual remains of a half-finished cleanup.
#[test]
fn a_target_group_of_a_network_that_is_gone_is_made_again() {
    let cloud = Cloud::start();
    let answer = by_query(&cloud, "Action=CreateVpc&CidrBlock=10.9.0.0/16&Version=2016-11-15");
    let vpc = answer.split("<vpcId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    cloud.wait_for(async |sdk| {
        use aws_sdk_elasticloadbalancingv2::types::{ProtocolEnum, Tag, TargetTypeEnum};
        let create = aws_sdk_elasticloadbalancingv2::Client::new(sdk).create_target_group();
        let create = create
            .name("MythicalMysfits-TargetGroup")
            .protocol(ProtocolEnum::Tcp)
            .port(8080)
            .vpc_id(vpc)
            .target_type(TargetTypeEnum::Ip)
            .tags(Tag::builder().key("mysfits:lab").value("mythical-mysfits").build());
        create.send().await.unwrap();
    });
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let note = "it belongs to a VPC other than the lab's; it is deleted and created again";
    assert!(deployed.stderr.contains(note), "{}", deployed.stderr);
    assert_eq!(ask(&backend_address(&deployed), "GET", "/").0, 200);
}

/// ECS may have created its role for somebody else: IAM then answers that its name "has been
/// taken".
#[test]
fn a_service_linked_role_that_is_there_is_used() {
    let cloud = Cloud::start();
    cloud.wait_for(async |sdk| {
        let create = aws_sdk_iam::Client::new(sdk).create_service_linked_role();
        create.aws_service_name("ecs.amazonaws.com").send().await.unwrap();
    });
    // It was created between the reads and the call.
    cloud.faults(&json!([{"service": "iam", "operation": "GetRole", "kind": "error", "times": 2,
                          "status": 404, "code": "NoSuchEntity"}]));
    cloud.forget_requests();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let requests = cloud.requests();
    let create = requests.iter().find(|it| it["operation"] == "CreateServiceLinkedRole").unwrap();
    assert_eq!(create["code"], "InvalidInput");
}

/// Registers revisions of the lab's task definition.
fn register(cloud: &Cloud, revisions: usize) {
    cloud.wait_for(async |sdk| {
        use aws_sdk_ecs::types::{ContainerDefinition, Tag};
        let ecs = aws_sdk_ecs::Client::new(sdk);
        for _ in 0..revisions {
            let container = ContainerDefinition::builder().name("backend").image("backend");
            let register = ecs.register_task_definition().family("mythicalmysfitsservice");
            let tag = Tag::builder().key("mysfits:lab").value("mythical-mysfits").build();
            let register = register.container_definitions(container.memory(512).build()).tags(tag);
            register.send().await.unwrap();
        }
    });
}

/// Returns how many revisions are in a state.
fn revisions(cloud: &Cloud, status: TaskDefinitionStatus) -> usize {
    cloud.wait_for(async |sdk| {
        let list = aws_sdk_ecs::Client::new(sdk).list_task_definitions().status(status);
        list.send().await.unwrap().task_definition_arns().len()
    })
}

/// A cleanup that ends between deregistering and deleting leaves `INACTIVE` revisions, which nobody
/// would look for.
#[test]
fn revisions_that_were_only_deregistered_are_deleted_by_the_next_cleanup() {
    let cloud = Cloud::start();
    register(&cloud, 2);
    cloud.faults(&json!([{"service": "ecs", "operation": "DeleteTaskDefinitions", "kind": "error",
                          "code": "AccessDeniedException", "message": "no", "times": 1}]));
    cloud.run(&["cleanup", "part-3", "--yes"]).exit(3);
    let count = |status| revisions(&cloud, status);
    assert_eq!((count(Active), count(Inactive)), (0, 2));
    cloud.run(&["cleanup", "part-3", "--yes"]).exit(0);
    assert_eq!((count(Active), count(Inactive)), (0, 0));
}

/// What many deployments leave. ECS deregisters about one revision a second.
#[test]
fn revisions_are_taken_back_although_ecs_throttles() {
    let cloud = Cloud::start();
    let revisions = || revisions(&cloud, TaskDefinitionStatus::Active);
    register(&cloud, 12);
    assert_eq!(revisions(), 12);
    cloud.faults(&json!([{"service": "ecs", "operation": "DeregisterTaskDefinition",
                          "kind": "throttle", "probability": 0.5, "times": 8}]));
    cloud.run(&["cleanup", "part-3", "--yes"]).exit(0);
    let requests = cloud.requests();
    let throttled = requests.iter().filter(|it| it["fault"] == "throttle").count();
    assert!(throttled > 4, "only {throttled} calls were throttled");
    assert_eq!(revisions(), 0);
}

/// The SDK resends a call when its answer is lost, and the second answer differs: "it exists
/// already", "it is gone already".
#[test]
fn lost_answers_to_every_create_and_delete_of_the_backend() {
    let lose = |operations: &[&str]| {
        let rule = |operation: &&str| json!({"service": "*", "operation": operation, "kind": "lose-answer", "times": 1});
        operations.iter().map(rule).collect()
    };
    let cloud = Cloud::start();
    cloud.faults(&lose(&[
        "CreateStack",
        "CreateRepository",
        "CreateLogGroup",
        "CreateServiceLinkedRole",
        "CreateCluster",
        "RegisterTaskDefinition",
        "CreateLoadBalancer",
        "CreateTargetGroup",
        "CreateListener",
        "CreateService",
    ]));
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert_eq!(ask(&backend_address(&deployed), "GET", "/mysfits").0, 200);
    let said = |operation: &str, code: &str| {
        let requests = cloud.requests();
        let is_it = |it: &serde_json::Value| it["operation"] == operation && it["code"] == code;
        requests.iter().any(is_it)
    };
    assert!(said("CreateStack", "AlreadyExistsException"));
    assert!(said("CreateRepository", "RepositoryAlreadyExistsException"));
    assert!(said("CreateService", "InvalidParameterException"));

    cloud.faults(&lose(&[
        "DeleteService",
        "DeleteCluster",
        "DeregisterTaskDefinition",
        "DeleteTaskDefinitions",
        "DeleteListener",
        "DeleteLoadBalancer",
        "DeleteTargetGroup",
        "DeleteLogGroup",
        "DeleteRepository",
        "DeleteStack",
        "DeleteTable",
        "DeleteBucketPolicy",
        "DeleteObjects",
        "DeleteBucket",
    ]));
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert!(said("DeleteRepository", "RepositoryNotFoundException"));
    assert_nothing_of_part_3(&cloud);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
}
