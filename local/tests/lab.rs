//! The parts of a lab, each by one call, for tests that need something of every service.

use serde_json::{Value, json};

use crate::{client::Request, cloud::Cloud};

pub(crate) const ACCOUNT: &str = "111111111111";

pub(crate) fn ec2(parameters: &str) -> Request {
    Request::query("ec2", "2016-11-15", ACCOUNT, parameters)
}

pub(crate) fn elb(parameters: &str) -> Request {
    Request::query("elasticloadbalancing", "2015-12-01", ACCOUNT, parameters)
}

pub(crate) fn cloudformation(parameters: &str) -> Request {
    Request::query("cloudformation", "2010-05-15", ACCOUNT, parameters)
}

pub(crate) fn iam(parameters: &str) -> Request {
    Request::query("iam", "2010-05-08", ACCOUNT, parameters)
}

pub(crate) fn dynamodb(operation: &str, input: &Value) -> Request {
    json_call("dynamodb", "DynamoDB_20120810", operation, input)
}

pub(crate) fn ecs(operation: &str, input: &Value) -> Request {
    json_call("ecs", "AmazonEC2ContainerServiceV20141113", operation, input)
}

pub(crate) fn ecr(operation: &str, input: &Value) -> Request {
    json_call("ecr", "AmazonEC2ContainerRegistry_V20150921", operation, input)
}

pub(crate) fn logs(operation: &str, input: &Value) -> Request {
    json_call("logs", "Logs_20140328", operation, input)
}

pub(crate) fn cognito(operation: &str, input: &Value) -> Request {
    json_call("cognito-idp", "AWSCognitoIdentityProviderService", operation, input)
}

pub(crate) fn tagging(operation: &str, input: &Value) -> Request {
    json_call("tagging", "ResourceGroupsTaggingAPI_20170126", operation, input)
}

fn json_call(service: &str, target: &str, operation: &str, input: &Value) -> Request {
    Request::json(service, &format!("{target}.{operation}"), ACCOUNT, input)
}

pub(crate) fn apigateway(method: &str, path: &str, input: &Value) -> Request {
    let body = if input.is_null() { String::new() } else { input.to_string() };
    Request::new(method, path).signed(ACCOUNT, "apigateway").body(body)
}

pub(crate) fn s3(method: &str, path: &str) -> Request {
    Request::new(method, path).signed(ACCOUNT, "s3")
}

/// Returns the call that creates a bucket of this name.
pub(crate) fn bucket(name: &str) -> Request {
    let place = "<LocationConstraint>eu-west-1</LocationConstraint>";
    let body = format!("<CreateBucketConfiguration>{place}</CreateBucketConfiguration>");
    s3("PUT", &format!("/{name}")).body(body)
}

/// Returns the input that creates a table of this name.
pub(crate) fn table(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{ "AttributeName": "Id", "KeyType": "HASH" }],
        "AttributeDefinitions": [{ "AttributeName": "Id", "AttributeType": "S" }],
        "Tags": [{ "Key": "lab", "Value": "mysfits" }],
    })
}

/// Creates two subnets in two zones of a VPC.
pub(crate) async fn subnets(cloud: &Cloud) -> [String; 2] {
    let vpc = cloud.good(&ec2("Action=CreateVpc&CidrBlock=10.0.0.0/16")).await.element("vpcId");
    let mut subnets = Vec::new();
    for (number, zone) in ["eu-west-1a", "eu-west-1b"].into_iter().enumerate() {
        let cidr = format!("10.0.{number}.0/24");
        let parameters =
            format!("Action=CreateSubnet&VpcId={vpc}&CidrBlock={cidr}&AvailabilityZone={zone}");
        subnets.push(cloud.good(&ec2(&parameters)).await.element("subnetId"));
    }
    subnets.try_into().unwrap()
}

/// Creates an internal load balancer in these subnets and returns its ARN.
pub(crate) async fn load_balancer(cloud: &Cloud, subnets: &[String; 2]) -> String {
    let [one, two] = subnets;
    let parameters = format!(
        "Action=CreateLoadBalancer&Name=lab&Type=network&Scheme=internal&Subnets.member.1={one}\
         &Subnets.member.2={two}&Tags.member.1.Key=lab&Tags.member.1.Value=mysfits"
    );
    cloud.good(&elb(&parameters)).await.element("LoadBalancerArn")
}

/// Creates a service `app` without tasks, in a cluster `lab` of its own.
pub(crate) async fn service(cloud: &Cloud, subnets: &[String; 2]) {
    let cluster = json!({ "clusterName": "lab", "tags": [{ "key": "lab", "value": "mysfits" }] });
    cloud.good(&ecs("CreateCluster", &cluster)).await;
    let definition = json!({
        "family": "app", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": [{ "name": "app", "image": "lab/app:latest" }],
    });
    cloud.good(&ecs("RegisterTaskDefinition", &definition)).await;
    let service = json!({
        "cluster": "lab", "serviceName": "app", "taskDefinition": "app", "desiredCount": 0,
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [subnets[0]] } },
    });
    cloud.good(&ecs("CreateService", &service)).await;
}
