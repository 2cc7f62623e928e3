//! The REST API, its stage and the VPC link. IAM identifies the calls by their HTTP methods.

use crate::aws::{Also, On, Retry, Service, When};

const APIGATEWAY: Service =
    Service { name: "apigateway", sdk: "API Gateway", iam: "apigateway", cli: "apigateway" };

const TOO_MANY: &str = "TooManyRequestsException";
/// API Gateway accepts one change of an API at a time.
const ONE_AT_A_TIME: Retry = Retry::code("ConflictException", 60);

/// IAM checks the tags of what is created like those that are written later.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging.html>
const TAGS: On = On::Any(&["/tags/*"]);
const TAGGED: Also = Also::on("apigateway:PUT", TAGS);
/// A VPC link makes an endpoint service in the caller's name.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/grant-permissions-to-create-vpclink.html>
const ENDPOINT_SERVICE: On = On::Any(&["vpc-endpoint-service/*"]);
const LOOKS_AT_ENDPOINT_SERVICES: Also =
    Also::on("ec2:DescribeVpcEndpointServiceConfigurations", On::All);

operations! {
    use aws_sdk_apigateway;
    GET_REST_APIS = APIGATEWAY.reads("GetRestApis").action("GET").on(On::Any(&["/restapis"]));
    GET_REST_API = APIGATEWAY.reads("GetRestApi").action("GET");
    GET_RESOURCES = APIGATEWAY.reads("GetResources").action("GET").on(On::Below("/resources"));
    GET_AUTHORIZERS =
        APIGATEWAY.reads("GetAuthorizers").action("GET").on(On::Below("/authorizers"));
    GET_GATEWAY_RESPONSES =
        APIGATEWAY.reads("GetGatewayResponses").action("GET").on(On::Below("/gatewayresponses"));
    GET_STAGE = APIGATEWAY.reads("GetStage").action("GET");
    GET_STAGES = APIGATEWAY.reads("GetStages").action("GET").on(On::Any(&["/restapis/*/stages"]));
    GET_DEPLOYMENTS = APIGATEWAY.reads("GetDeployments").action("GET").on(On::Any(&["/restapis/*/deployments"]));
    GET_VPC_LINKS = APIGATEWAY.reads("GetVpcLinks").action("GET").on(On::Any(&["/vpclinks"]));
    GET_VPC_LINK = APIGATEWAY.reads("GetVpcLink").action("GET");
    TAG_RESOURCE = APIGATEWAY.writes("TagResource").action("PUT").on(TAGS);
    CREATE_REST_API = APIGATEWAY
        .writes("CreateRestApi")
        .action("POST")
        .on(On::Any(&["/restapis"]))
        .also(&[TAGGED])
        .retries(&[Retry::code(TOO_MANY, 300), ONE_AT_A_TIME]);
    PUT_REST_API = APIGATEWAY
        .writes("PutRestApi")
        .action("PUT")
        .retries(&[Retry::code(TOO_MANY, 300), ONE_AT_A_TIME]);
    // AWS deletes one API every 30 seconds in an account: a class has to queue.
    DELETE_REST_API = APIGATEWAY
        .writes("DeleteRestApi")
        .action("DELETE")
        .retries(&[Retry::code(TOO_MANY, 1200), ONE_AT_A_TIME]);
    CREATE_DEPLOYMENT = APIGATEWAY
        .writes("CreateDeployment")
        .action("POST")
        .on(On::Any(&["/restapis/*/deployments"]))
        // With a stage's name it creates the stage.
        .also(&[Also::on("apigateway:POST", On::Any(&["/restapis/*/stages"]))])
        .retries(&[Retry::code(TOO_MANY, 300), ONE_AT_A_TIME]);
    DELETE_DEPLOYMENT = APIGATEWAY
        .writes("DeleteDeployment")
        .action("DELETE")
        .on(On::Any(&["/restapis/*/deployments/*"]))
        .retries(&[
            Retry::code(TOO_MANY, 300),
            // A stage that was just moved still counts for a moment.
            Retry::message("BadRequestException", "Active stages pointing to this deployment", 60),
        ]);
    UPDATE_STAGE = APIGATEWAY.writes("UpdateStage").action("PATCH").retries(&[ONE_AT_A_TIME]);
    DELETE_STAGE =
        APIGATEWAY.writes("DeleteStage").action("DELETE").retries(&[Retry::code(TOO_MANY, 300)]);
    CREATE_VPC_LINK = APIGATEWAY
        .writes("CreateVpcLink")
        .action("POST")
        .on(On::Any(&["/vpclinks"]))
        .also(&[
            TAGGED,
            Also::on("ec2:CreateVpcEndpointServiceConfiguration", ENDPOINT_SERVICE),
            Also::on("ec2:ModifyVpcEndpointServicePermissions", ENDPOINT_SERVICE),
            LOOKS_AT_ENDPOINT_SERVICES,
            Also::on(
                "iam:CreateServiceLinkedRole",
                On::Any(&["role/aws-service-role/ops.apigateway.amazonaws.com/*"]),
            )
            .when(When::Is("iam:AWSServiceName", "ops.apigateway.amazonaws.com")),
        ])
        .retries(&[ONE_AT_A_TIME]);
    DELETE_VPC_LINK = APIGATEWAY
        .writes("DeleteVpcLink")
        .action("DELETE")
        .also(&[
            Also::on("ec2:DeleteVpcEndpointServiceConfigurations", ENDPOINT_SERVICE),
            LOOKS_AT_ENDPOINT_SERVICES,
        ])
        .retries(&[
            Retry::code(TOO_MANY, 300),
            // The deletion of a stage takes time to propagate.
            Retry::message("BadRequestException", "is referenced in", 300),
        ]);
}
