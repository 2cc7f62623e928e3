//! The fault rules of the kind `hold`: what takes time stays in progress until the rule is removed,
//! here at pace 0, where it would settle at once.

use serde_json::{Value, json};

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
    lab::{self, apigateway, cloudformation, dynamodb, ec2, ecs, elb, table},
};

/// Starts a cloud at pace 0 that holds what this service does.
async fn holding(folder: &Folder, service: &str) -> Cloud {
    let cloud = Cloud::start(folder).await;
    hold(&cloud, service, "*").await;
    cloud
}

async fn hold(cloud: &Cloud, service: &str, operation: &str) {
    let rule = json!({ "kind": "hold", "service": service, "operation": operation });
    cloud.put_faults(json!({ "rules": [rule] })).await;
}

async fn status(cloud: &Cloud, table: &str) -> Value {
    let describe = dynamodb("DescribeTable", &json!({ "TableName": table }));
    let reply = describe.send(cloud.port).await;
    if reply.status == 200 { reply.json()["Table"]["TableStatus"].clone() } else { Value::Null }
}

#[tokio::test]
async fn a_table_is_created_updated_and_deleted_when_the_hold_ends() {
    let folder = Folder::new();
    let cloud = holding(&folder, "dynamodb").await;
    cloud.good(&dynamodb("CreateTable", &table("Mysfits"))).await;
    assert_eq!(status(&cloud, "Mysfits").await, "CREATING");
    let on_table = json!({ "TableName": "Mysfits" });
    assert_eq!(dynamodb("Scan", &on_table).send(cloud.port).await.status, 400);
    cloud.clear_faults().await;
    assert_eq!(status(&cloud, "Mysfits").await, "ACTIVE");

    hold(&cloud, "dynamodb", "*").await;
    assert_eq!(status(&cloud, "Mysfits").await, "ACTIVE", "what has settled stays settled");
    let update = json!({ "TableName": "Mysfits", "DeletionProtectionEnabled": false });
    let updated = cloud.good(&dynamodb("UpdateTable", &update)).await.json();
    assert_eq!(updated["TableDescription"]["TableStatus"], "UPDATING");
    assert_eq!(status(&cloud, "Mysfits").await, "UPDATING");
    cloud.good(&dynamodb("Scan", &on_table)).await;
    let refused = dynamodb("DeleteTable", &on_table).send(cloud.port).await;
    assert_eq!(refused.code(), "ResourceInUseException");
    cloud.clear_faults().await;
    assert_eq!(status(&cloud, "Mysfits").await, "ACTIVE");

    hold(&cloud, "dynamodb", "*").await;
    cloud.good(&dynamodb("DeleteTable", &on_table)).await;
    assert_eq!(status(&cloud, "Mysfits").await, "DELETING");
    cloud.clear_faults().await;
    assert_eq!(status(&cloud, "Mysfits").await, Value::Null);
}

#[tokio::test]
async fn a_hold_of_one_operation_leaves_the_others() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    cloud.good(&dynamodb("CreateTable", &table("Old"))).await;
    hold(&cloud, "dynamodb", "CreateTable").await;
    cloud.good(&dynamodb("CreateTable", &table("New"))).await;
    cloud.good(&dynamodb("DeleteTable", &json!({ "TableName": "Old" }))).await;
    assert_eq!(status(&cloud, "New").await, "CREATING");
    assert_eq!(status(&cloud, "Old").await, Value::Null);
    // Rules without the hold end it as well as no rules.
    cloud.put_faults(json!({ "rules": [{ "kind": "throttle", "service": "s3" }] })).await;
    assert_eq!(status(&cloud, "New").await, "ACTIVE");
}

#[tokio::test]
async fn a_reset_ends_a_hold() {
    let folder = Folder::new();
    let cloud = holding(&folder, "dynamodb").await;
    cloud.good(&Request::new("POST", "/_local/reset")).await;
    cloud.good(&dynamodb("CreateTable", &table("Mysfits"))).await;
    assert_eq!(status(&cloud, "Mysfits").await, "ACTIVE");
}

#[tokio::test]
async fn a_stack_stays_in_progress() {
    const TEMPLATE: &str = "Resources: {Group: {Type: AWS::Logs::LogGroup}}";
    const OTHER: &str =
        "Resources: {Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 7}}}";
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let describe = cloudformation("Action=DescribeStacks&StackName=Lab");
    let begin = |action: &str, template: &str| {
        let template: String = form_urlencoded::byte_serialize(template.as_bytes()).collect();
        cloudformation(&format!("Action={action}&StackName=Lab&TemplateBody={template}"))
    };
    for (request, operation, during, after) in [
        (begin("CreateStack", TEMPLATE), "CreateStack", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"),
        (begin("UpdateStack", OTHER), "UpdateStack", "UPDATE_IN_PROGRESS", ">UPDATE_COMPLETE<"),
        (begin("DeleteStack", ""), "DeleteStack", "DELETE_IN_PROGRESS", "does not exist"),
    ] {
        hold(&cloud, "cloudformation", operation).await;
        cloud.good(&request).await;
        assert_eq!(cloud.good(&describe).await.element("StackStatus"), during);
        cloud.clear_faults().await;
        cloud.until_text(&describe, after).await;
    }
}

#[tokio::test]
async fn a_load_balancer_stays_in_provisioning() {
    let folder = Folder::new();
    let cloud = holding(&folder, "elasticloadbalancing").await;
    let subnets = lab::subnets(&cloud).await;
    lab::load_balancer(&cloud, &subnets).await;
    let describe = elb("Action=DescribeLoadBalancers&Names.member.1=lab");
    assert_eq!(cloud.good(&describe).await.element("Code"), "provisioning");
    cloud.clear_faults().await;
    assert_eq!(cloud.good(&describe).await.element("Code"), "active");
    hold(&cloud, "elasticloadbalancing", "*").await;
    assert_eq!(cloud.good(&describe).await.element("Code"), "active");
}

#[tokio::test]
async fn a_vpc_link_stays_pending_and_holds_its_load_balancer_until_it_is_gone() {
    let folder = Folder::new();
    let cloud = holding(&folder, "apigateway").await;
    let balancer = lab::load_balancer(&cloud, &lab::subnets(&cloud).await).await;
    let new = json!({ "name": "lab", "targetArns": [balancer] });
    let link = cloud.good(&apigateway("POST", "/vpclinks", &new)).await.json();
    let path = format!("/vpclinks/{}", link["id"].as_str().unwrap());
    let get = apigateway("GET", &path, &Value::Null);
    assert_eq!(cloud.good(&get).await.json()["status"], "PENDING");
    cloud.clear_faults().await;
    assert_eq!(cloud.good(&get).await.json()["status"], "AVAILABLE");

    hold(&cloud, "apigateway", "DeleteVpcLink").await;
    cloud.good(&apigateway("DELETE", &path, &Value::Null)).await;
    assert_eq!(cloud.good(&get).await.json()["status"], "DELETING");
    let delete = elb(&format!("Action=DeleteLoadBalancer&LoadBalancerArn={balancer}"));
    assert_eq!(delete.send(cloud.port).await.element("Code"), "ResourceInUse");
    cloud.clear_faults().await;
    assert_eq!(get.send(cloud.port).await.status, 404);
    cloud.good(&delete).await;
}

#[tokio::test]
async fn a_nat_gateway_stays_pending_and_keeps_its_interface_until_it_is_deleted() {
    let folder = Folder::new();
    let cloud = holding(&folder, "ec2").await;
    let [subnet, _] = lab::subnets(&cloud).await;
    let create = format!("Action=CreateNatGateway&SubnetId={subnet}&ConnectivityType=private");
    let id = cloud.good(&ec2(&create)).await.element("natGatewayId");
    let describe = ec2(&format!("Action=DescribeNatGateways&NatGatewayId.1={id}"));
    assert_eq!(cloud.good(&describe).await.element("state"), "pending");
    cloud.clear_faults().await;
    assert_eq!(cloud.good(&describe).await.element("state"), "available");

    hold(&cloud, "ec2", "DeleteNatGateway").await;
    cloud.good(&ec2(&format!("Action=DeleteNatGateway&NatGatewayId={id}"))).await;
    assert_eq!(cloud.good(&describe).await.element("state"), "deleting");
    let delete = ec2(&format!("Action=DeleteSubnet&SubnetId={subnet}"));
    assert_eq!(delete.send(cloud.port).await.element("Code"), "DependencyViolation");
    cloud.clear_faults().await;
    assert_eq!(cloud.good(&describe).await.element("state"), "deleted");
    cloud.good(&delete).await;
}

#[tokio::test]
async fn the_interfaces_of_a_load_balancer_stay_after_it() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let subnets = lab::subnets(&cloud).await;
    let balancer = lab::load_balancer(&cloud, &subnets).await;
    hold(&cloud, "ec2", "DeleteNetworkInterface").await;
    cloud.good(&elb(&format!("Action=DeleteLoadBalancer&LoadBalancerArn={balancer}"))).await;
    let delete = ec2(&format!("Action=DeleteSubnet&SubnetId={}", subnets[0]));
    assert_eq!(delete.send(cloud.port).await.element("Code"), "DependencyViolation");
    cloud.clear_faults().await;
    cloud.good(&delete).await;
}

#[tokio::test]
async fn a_service_stays_in_its_roll_out_and_in_draining() {
    let folder = Folder::new();
    let cloud = holding(&folder, "ecs").await;
    let subnets = lab::subnets(&cloud).await;
    lab::service(&cloud, &subnets).await;
    let describe = ecs("DescribeServices", &json!({ "cluster": "lab", "services": ["app"] }));
    let deployment = |answer: &Value| answer["services"][0]["deployments"][0].clone();
    let answer = cloud.good(&describe).await.json();
    assert_eq!(deployment(&answer)["rolloutState"], "IN_PROGRESS");
    cloud.clear_faults().await;
    cloud.until(&describe, |answer| deployment(answer)["rolloutState"] == "COMPLETED").await;

    hold(&cloud, "ecs", "DeleteService").await;
    let app = json!({ "cluster": "lab", "service": "app" });
    cloud.good(&ecs("DeleteService", &app)).await;
    assert_eq!(cloud.good(&describe).await.json()["services"][0]["status"], "DRAINING");
    cloud.clear_faults().await;
    cloud.until(&describe, |answer| answer["services"][0]["status"] == "INACTIVE").await;
}
