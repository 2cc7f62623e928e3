//! The permissions that API Gateway's operations need: its actions are the methods of HTTP, and its
//! resources the paths. Here is what some need besides.

use crate::{
    authorize::{
        self, Access, Inputs,
        Need::{By, Other},
        Needed,
    },
    protocol::operations::Tabled,
    service::Call,
};

use super::ApiGateway;

const OTHERS: &[Access] = &[
    (
        &["CreateVpcLink"],
        &[
            Other("elasticloadbalancing:DescribeLoadBalancers", "*"),
            Other("ec2:CreateVpcEndpointServiceConfiguration", "vpc-endpoint-service/*"),
            Other("ec2:DescribeVpcEndpointServiceConfigurations", "*"),
            Other("ec2:ModifyVpcEndpointServicePermissions", "vpc-endpoint-service/*"),
            By(|inputs| tagging(inputs, "vpclinks")),
        ],
    ),
    (&["CreateRestApi", "CreateStage"], &[By(|inputs| tagging(inputs, "restapis"))]),
    (
        &["DeleteVpcLink"],
        &[
            Other("ec2:DescribeVpcEndpointServiceConfigurations", "*"),
            Other("ec2:DeleteVpcEndpointServiceConfigurations", "vpc-endpoint-service/*"),
        ],
    ),
];

/// Returns what tagging something new needs, if a call gives tags.
fn tagging(inputs: &Inputs<'_>, kind: &str) -> Vec<(Option<String>, String)> {
    if !inputs.has("tags") {
        return Vec::new();
    }
    let region = &inputs.place.region;
    let tagged = format!("arn%3Aaws%3Aapigateway%3A{region}%3A%3A%2F{kind}%2F*");
    let resource = format!("arn:aws:apigateway:{region}::/tags/{tagged}");
    vec![(Some("apigateway:PUT".to_owned()), resource)]
}

/// Returns what a call of an operation needs.
pub(super) fn needed(operation: &str, call: &Call, inputs: &Inputs<'_>) -> Vec<Needed> {
    let (action, region) = (call.method.as_str(), &inputs.place.region);
    let resource = format!("arn:aws:apigateway:{region}::{}", call.uri.path());
    let mut all = vec![Needed::new(format!("{}:{action}", ApiGateway::NAME), resource)];
    all.extend(authorize::needed(OTHERS, ApiGateway::NAME, operation, inputs).unwrap_or_default());
    all
}
