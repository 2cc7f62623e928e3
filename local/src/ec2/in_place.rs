//! What CloudFormation changes in a resource of EC2 without making a new one: an endpoint's policy
//! and its route tables. All other types here are replaced.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html>

use serde_json::Value;

use super::{
    Context, endpoints,
    errors::Outcome,
    recipes::{self, Made},
    state::Region,
};
use crate::params::Params;

/// Changes a resource to new properties; `None` when it must be replaced.
pub(super) fn update(
    region: &mut Region,
    context: &Context,
    kind: &str,
    id: &str,
    properties: &Value,
) -> Option<Outcome<Made>> {
    let endpoint = region.endpoints.get(id).filter(|_| kind == "AWS::EC2::VPCEndpoint")?;
    let params = Params::of_json(properties);
    let same = params.text("VpcId") == Some(&endpoint.vpc)
        && params.text("ServiceName") == Some(&endpoint.service);
    let tables = params.list("RouteTableIds");
    let removed = endpoint.route_tables.iter().filter(|it| !tables.contains(it));
    let mut changes = Params::default().with("VpcEndpointId", id).with("ResetPolicy", "true");
    for (number, table) in removed.enumerate() {
        changes = changes.with(&format!("RemoveRouteTableId.{}", number + 1), table);
    }
    for (number, table) in tables.iter().enumerate() {
        changes = changes.with(&format!("AddRouteTableId.{}", number + 1), table);
    }
    if let policy @ Value::Object(_) = &properties["PolicyDocument"] {
        changes = changes.with("PolicyDocument", &policy.to_string());
    }
    same.then(|| {
        endpoints::modify(region, context, &changes)?;
        Ok(recipes::made_endpoint(&endpoints::shown(region, context, id, &region.endpoints[id])))
    })
}
