//! The not-found answer of each operation, for the fault `not-found`. A test compares the errors
//! with those that the services themselves give.

use http::StatusCode;
use percent_encoding::percent_decode_str;

use super::stale::Stale;
use crate::{
    clock::fits,
    params::Params,
    service::{AwsError, Call, Caller, Subject},
};

/// Where a call has the name of the resource that it reads.
#[derive(Clone, Copy, Debug)]
enum Named {
    /// The name is not needed for the answer.
    Nowhere,
    /// In this parameter; of a list its first entry.
    In(&'static str),
    /// In this parameter, if it contains this text.
    InWith(&'static str, &'static str),
    /// In this parameter, after this text: the end of an ARN.
    InAfter(&'static str, &'static str),
    /// In the path, at this index.
    Part(usize),
}
use Named::{In, InAfter, InWith, Nowhere, Part};

/// The answer. In a message `{name}` is the resource's name, `{account}` the caller's account.
#[derive(Clone, Copy, Debug)]
enum Reply {
    /// Status, code and message.
    Refused(u16, &'static str, &'static str),
    Empty(&'static [&'static str]),
    Missing(&'static str, &'static str),
}
use Reply::{Empty, Missing, Refused};

/// A service, some of its operations, where they have the name, and their answer.
type Row = (&'static str, &'static [&'static str], Named, Reply);

const NO_RESOURCE: &str = "ResourceNotFoundException";
const NO_TABLE: Reply =
    Refused(400, NO_RESOURCE, "Requested resource not found: Table: {name} not found");
const NO_BUCKET: Reply = Refused(404, "NoSuchBucket", "The specified bucket does not exist");
const NO_KEY: Reply = Refused(404, "NoSuchKey", "The specified key does not exist.");
const NO_BALANCER: Reply = Refused(400, "LoadBalancerNotFound", "Load balancer '{name}' not found");
const NO_TARGET_GROUP: Reply =
    Refused(400, "TargetGroupNotFound", "One or more target groups not found");
const NO_LISTENER: Reply = Refused(400, "ListenerNotFound", "One or more listeners not found");
const NO_LOG_GROUP: Reply = Refused(400, NO_RESOURCE, "The specified log group does not exist.");
const NO_REPOSITORY: Reply = Refused(
    400,
    "RepositoryNotFoundException",
    "The repository with name '{name}' does not exist in the registry with id '{account}'",
);
const NO_STACK: Reply = Refused(400, "ValidationError", "Stack with id {name} does not exist");
const NO_POOL: Reply = Refused(400, NO_RESOURCE, "User pool {name} does not exist.");
const NO_CLIENT: Reply = Refused(400, NO_RESOURCE, "User pool client {name} does not exist.");
const NO_API: Reply =
    Refused(404, "NotFoundException", "Invalid API identifier specified {account}:{name}");
const NO_STAGE: Reply = Refused(404, "NotFoundException", "Invalid Stage identifier specified");
const NO_LINK: Reply = Refused(404, "NotFoundException", "Invalid Vpc Link identifier specified");
const NO_DEFINITION: Reply = Refused(400, "ClientException", "Unable to describe task definition.");
const NO_ROLE: Reply = Refused(404, "NoSuchEntity", "The role with name {name} cannot be found.");

/// The first row that fits a call gives its answer.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("dynamodb", &["DescribeTable"], In("TableName"), NO_TABLE),
    ("dynamodb", &["ListTagsOfResource"], In("ResourceArn"), Refused(400, NO_RESOURCE, "Requested resource not found: ResourcArn: {name} not found")),
    ("dynamodb", &["BatchGetItem", "GetItem", "Query", "Scan"], Nowhere, Refused(400, NO_RESOURCE, "Requested resource not found")),
    ("dynamodb", &["ListTables"], Nowhere, Empty(&["TableNames"])),

    ("s3", &["ListBuckets"], Nowhere, Empty(&["Buckets"])),
    ("s3", &["GetObject", "HeadObject", "GetObjectAcl", "GetObjectTagging"], Nowhere, NO_KEY),
    ("s3", &["HeadBucket", "ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"], Nowhere, NO_BUCKET),
    ("s3", &["GetBucketAcl", "GetBucketCors", "GetBucketEncryption", "GetBucketLocation", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPolicyStatus", "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite", "GetPublicAccessBlock"], Nowhere, NO_BUCKET),

    ("elasticloadbalancing", &["DescribeLoadBalancers"], In("LoadBalancerArns"), NO_BALANCER),
    ("elasticloadbalancing", &["DescribeLoadBalancers"], In("Names"), Refused(400, "LoadBalancerNotFound", "Load balancers '[{name}]' not found")),
    ("elasticloadbalancing", &["DescribeLoadBalancers"], Nowhere, Empty(&["LoadBalancers"])),
    ("elasticloadbalancing", &["DescribeTargetGroups"], In("TargetGroupArns"), NO_TARGET_GROUP),
    ("elasticloadbalancing", &["DescribeTargetGroups"], In("Names"), NO_TARGET_GROUP),
    ("elasticloadbalancing", &["DescribeListeners"], In("ListenerArns"), NO_LISTENER),
    ("elasticloadbalancing", &["DescribeLoadBalancerAttributes", "DescribeListeners", "DescribeTargetGroups"], In("LoadBalancerArn"), NO_BALANCER),
    ("elasticloadbalancing", &["DescribeTargetGroups"], Nowhere, Empty(&["TargetGroups"])),
    ("elasticloadbalancing", &["DescribeTargetGroupAttributes", "DescribeTargetHealth"], Nowhere, NO_TARGET_GROUP),
    ("elasticloadbalancing", &["DescribeTags"], InWith("ResourceArns", ":loadbalancer/"), NO_BALANCER),
    ("elasticloadbalancing", &["DescribeTags"], InWith("ResourceArns", ":targetgroup/"), NO_TARGET_GROUP),
    ("elasticloadbalancing", &["DescribeTags"], InWith("ResourceArns", ":listener/"), NO_LISTENER),

    ("ec2", &["DescribeInternetGateways"], In("InternetGatewayId"), Refused(400, "InvalidInternetGatewayID.NotFound", "The internetGateway ID '{name}' does not exist")),
    ("ec2", &["DescribeInternetGateways"], Nowhere, Empty(&["internetGatewaySet"])),
    ("ec2", &["DescribeNatGateways"], In("NatGatewayId"), Refused(400, "NatGatewayNotFound", "The natGateway ID '{name}' does not exist")),
    ("ec2", &["DescribeNatGateways"], Nowhere, Empty(&["natGatewaySet"])),
    ("ec2", &["DescribeNetworkInterfaces"], In("NetworkInterfaceId"), Refused(400, "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '{name}' does not exist")),
    ("ec2", &["DescribeNetworkInterfaces"], Nowhere, Empty(&["networkInterfaceSet"])),
    ("ec2", &["DescribeRouteTables"], In("RouteTableId"), Refused(400, "InvalidRouteTableID.NotFound", "The routeTable ID '{name}' does not exist")),
    ("ec2", &["DescribeRouteTables"], Nowhere, Empty(&["routeTableSet"])),
    ("ec2", &["DescribeSecurityGroups"], In("GroupId"), Refused(400, "InvalidGroup.NotFound", "The security group '{name}' does not exist")),
    ("ec2", &["DescribeSecurityGroups"], Nowhere, Empty(&["securityGroupInfo"])),
    ("ec2", &["DescribeSubnets"], In("SubnetId"), Refused(400, "InvalidSubnetID.NotFound", "The subnet ID '{name}' does not exist")),
    ("ec2", &["DescribeSubnets"], Nowhere, Empty(&["subnetSet"])),
    ("ec2", &["DescribeVpcs"], In("VpcId"), Refused(400, "InvalidVpcID.NotFound", "The vpc ID '{name}' does not exist")),
    ("ec2", &["DescribeVpcs"], Nowhere, Empty(&["vpcSet"])),

    ("logs", &["DescribeLogGroups"], Nowhere, Empty(&["logGroups"])),
    ("logs", &["DescribeLogStreams", "FilterLogEvents", "GetLogEvents", "ListTagsForResource", "ListTagsLogGroup"], Nowhere, NO_LOG_GROUP),

    ("ecr", &["DescribeRepositories"], In("repositoryNames"), NO_REPOSITORY),
    ("ecr", &["DescribeRepositories"], Nowhere, Empty(&["repositories"])),
    ("ecr", &["BatchGetImage", "DescribeImages", "GetLifecyclePolicy", "ListImages"], In("repositoryName"), NO_REPOSITORY),
    ("ecr", &["ListTagsForResource"], InAfter("resourceArn", ":repository/"), NO_REPOSITORY),

    ("ecs", &["DescribeClusters"], Nowhere, Missing("clusters", "clusterArn")),
    ("ecs", &["DescribeServices"], Nowhere, Missing("services", "serviceArn")),
    ("ecs", &["DescribeTasks"], Nowhere, Missing("tasks", "taskArn")),
    ("ecs", &["DescribeTaskDefinition"], Nowhere, NO_DEFINITION),
    ("ecs", &["ListClusters"], Nowhere, Empty(&["clusterArns"])),
    ("ecs", &["ListServices"], Nowhere, Empty(&["serviceArns"])),
    ("ecs", &["ListTaskDefinitions"], Nowhere, Empty(&["taskDefinitionArns"])),
    ("ecs", &["ListTasks"], Nowhere, Empty(&["taskArns"])),

    ("cloudformation", &["DescribeStackEvents", "DescribeStackResources", "DescribeStacks", "GetTemplate", "ListStackResources"], In("StackName"), NO_STACK),
    ("cloudformation", &["DescribeStacks"], Nowhere, Empty(&["Stacks"])),
    ("cloudformation", &["ListStacks"], Nowhere, Empty(&["StackSummaries"])),
    ("cloudformation", &["ListExports"], Nowhere, Empty(&["Exports"])),

    ("cognito-idp", &["DescribeUserPoolClient"], In("ClientId"), NO_CLIENT),
    ("cognito-idp", &["AdminGetUser", "DescribeUserPool", "ListUserPoolClients", "ListUsers"], In("UserPoolId"), NO_POOL),
    ("cognito-idp", &["ListTagsForResource"], InAfter("ResourceArn", ":userpool/"), NO_POOL),
    ("cognito-idp", &["ListUserPools"], Nowhere, Empty(&["UserPools"])),

    ("apigateway", &["GetAuthorizers", "GetDeployments", "GetGatewayResponses", "GetResources", "GetRestApi", "GetStages"], Part(1), NO_API),
    ("apigateway", &["GetRestApis", "GetVpcLinks"], Nowhere, Empty(&["item"])),
    ("apigateway", &["GetStage"], Nowhere, NO_STAGE),
    ("apigateway", &["GetVpcLink"], Nowhere, NO_LINK),

    ("iam", &["GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "ListRoleTags"], In("RoleName"), NO_ROLE),

    ("tagging", &["GetResources"], Nowhere, Empty(&["ResourceTagMappingList"])),
];

/// Returns whether a rule for this service and operation can strike any call.
pub(super) fn knows(service: &str, operation: &str) -> bool {
    ROWS.iter().any(|(known, operations, ..)| {
        fits(service, known) && operations.iter().any(|one| fits(operation, one))
    })
}

/// Returns the not-found answer to a call; `None` for operations that have none.
pub(super) fn answer(subject: &Subject, call: &Call) -> Option<Stale> {
    let mut rows = ROWS.iter().filter(|(service, operations, ..)| {
        *service == subject.service && operations.contains(&subject.operation.name.as_str())
    });
    let reply = |row: &Row| Some((name(call, row.2)?, row.3));
    let (name, reply) = rows.find_map(reply)?;
    Some(match reply {
        Refused(status, code, message) => {
            let account = match &call.caller {
                Caller::Signed { place, .. } => place.account.as_str(),
                Caller::Anonymous => "",
            };
            let message = message.replace("{account}", account).replace("{name}", &name);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
            Stale::Refused(AwsError::new(status, code, message))
        }
        Empty(fields) => Stale::Empty(fields),
        Missing(list, arn) => Stale::Missing(list, arn),
    })
}

/// Returns the name that a call has in this place; `None` when it has none there.
fn name(call: &Call, named: Named) -> Option<String> {
    match named {
        Nowhere => Some(String::new()),
        In(parameter) => first(call, parameter),
        InWith(parameter, part) => first(call, parameter).filter(|text| text.contains(part)),
        InAfter(parameter, part) => Some(first(call, parameter)?.split_once(part)?.1.to_owned()),
        Part(number) => {
            let part = call.uri.path().trim_start_matches('/').split('/').nth(number)?;
            Some(percent_decode_str(part).decode_utf8().ok()?.into_owned())
        }
    }
}

/// Returns a parameter, or the first entry of a list, from a JSON body or a form.
fn first(call: &Call, parameter: &str) -> Option<String> {
    let json = serde_json::from_slice(&call.body).ok().map(|json| Params::of_json(&json));
    let params = json.as_ref().unwrap_or_else(|| call.form());
    let text = params.text(parameter).map(str::to_owned);
    text.or_else(|| params.list(parameter).into_iter().next())
}
