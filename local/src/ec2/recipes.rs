//! How each resource type of templates is created and deleted with EC2's operations.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context, addresses, endpoints,
    errors::{Outcome, bad, need},
    gateways, groups,
    kinds::GROUP,
    nats, routes, rules,
    state::Region,
    subnets, tables, vpcs,
};
use crate::{params::Params, provision::Scope, random};

/// A created resource.
pub(super) struct Made {
    pub(super) physical_id: String,
    /// The id that carries its tags; the id of nothing where it can carry none.
    pub(super) tagged_id: String,
    pub(super) attributes: BTreeMap<String, Value>,
}

fn made(physical_id: &str, tagged_id: &str, attributes: Value) -> Made {
    let attributes = match attributes {
        Value::Object(attributes) => attributes.into_iter().collect(),
        _ => BTreeMap::new(),
    };
    Made { physical_id: physical_id.to_owned(), tagged_id: tagged_id.to_owned(), attributes }
}

/// Describes a resource that is named by its id alone.
fn made_by_id(id: &str, attributes: Value) -> Made {
    made(id, id, attributes)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Creates a resource from its properties.
pub(super) fn make(
    region: &mut Region,
    context: &Context,
    scope: &Scope,
    kind: &str,
    properties: &Value,
) -> Outcome<Made> {
    let params = Params::of_json(properties);
    match kind {
        "AWS::EC2::VPC" => vpc(region, context, params),
        "AWS::EC2::Subnet" => subnet(region, context, params),
        "AWS::EC2::InternetGateway" => {
            let gateway = gateways::create(region, context, &params)?;
            let id = text(&gateway["internetGateway"], "internetGatewayId");
            Ok(made_by_id(id, json!({ "InternetGatewayId": id })))
        }
        "AWS::EC2::VPCGatewayAttachment" => {
            gateways::attach(region, context, &params)?;
            let id = format!("IGW|{}", need(&params, "VpcId")?);
            Ok(made(&id, "", json!({ "AttachmentType": "IGW" })))
        }
        "AWS::EC2::RouteTable" => {
            let table = tables::create(region, context, &params)?;
            let id = text(&table["routeTable"], "routeTableId");
            Ok(made_by_id(id, json!({ "RouteTableId": id })))
        }
        "AWS::EC2::Route" => {
            routes::create(region, context, &params)?;
            let destination = need(&params, "DestinationCidrBlock")?;
            let id = format!("{}|{destination}", need(&params, "RouteTableId")?);
            Ok(made(&id, "", json!({ "CidrBlock": destination })))
        }
        "AWS::EC2::SubnetRouteTableAssociation" => {
            let association = tables::associate(region, context, &params)?;
            let id = text(&association, "associationId");
            Ok(made(id, "", json!({ "Id": id })))
        }
        "AWS::EC2::EIP" => {
            let address = addresses::allocate(region, context, &params)?;
            let (id, ip) = (text(&address, "allocationId"), text(&address, "publicIp"));
            Ok(made(ip, id, json!({ "AllocationId": id, "PublicIp": ip })))
        }
        "AWS::EC2::NatGateway" => nat(region, context, &params),
        "AWS::EC2::VPCEndpoint" => endpoint(region, context, params, properties),
        "AWS::EC2::SecurityGroup" => group(region, context, scope, params),
        "AWS::EC2::SecurityGroupIngress" => rule(region, context, &params, false),
        "AWS::EC2::SecurityGroupEgress" => rule(region, context, &params, true),
        other => Err(bad("InvalidRequest", format!("The local cloud does not make {other}."))),
    }
}

/// Turns a boolean that templates write plainly into the structure that calls use.
fn with_value(params: Params, name: &str) -> Params {
    match params.flag(name) {
        Some(flag) => params.with(&format!("{name}.Value"), &flag.to_string()),
        None => params,
    }
}

fn vpc(region: &mut Region, context: &Context, params: Params) -> Outcome<Made> {
    let answer = vpcs::create(region, context, &params)?;
    let id = text(&answer["vpc"], "vpcId");
    let params = with_value(with_value(params, "EnableDnsSupport"), "EnableDnsHostnames");
    vpcs::modify_attribute(region, context, &params.with("VpcId", id))?;
    let vpc = &region.vpcs[id];
    let attributes = json!({
        "VpcId": id, "CidrBlock": vpc.cidr, "DefaultNetworkAcl": vpc.network_acl,
        "DefaultSecurityGroup": region.default_group_of(id),
        "CidrBlockAssociations": [vpc.cidr_association], "Ipv6CidrBlocks": [],
    });
    Ok(made_by_id(id, attributes))
}

fn subnet(region: &mut Region, context: &Context, params: Params) -> Outcome<Made> {
    let answer = subnets::create(region, context, &params)?;
    let id = text(&answer["subnet"], "subnetId");
    let params = with_value(params, "MapPublicIpOnLaunch").with("SubnetId", id);
    subnets::modify_attribute(region, context, &params)?;
    let subnet = &region.subnets[id];
    let attributes = json!({
        "SubnetId": id, "VpcId": subnet.vpc, "CidrBlock": subnet.cidr,
        "AvailabilityZone": subnet.zone,
        "AvailabilityZoneId": answer["subnet"]["availabilityZoneId"],
        "NetworkAclAssociationId": subnet.network_acl_association, "Ipv6CidrBlocks": [],
    });
    Ok(made_by_id(id, attributes))
}

/// What AWS finds wrong with a NAT gateway only afterwards is known here at once.
fn nat(region: &mut Region, context: &Context, params: &Params) -> Outcome<Made> {
    let answer = nats::create(region, context, params)?;
    let id = text(&answer["natGateway"], "natGatewayId");
    if let Some((code, message)) = nats::failed(region, id) {
        return Err(bad(code, message.clone()));
    }
    let interface = answer["natGateway"]["natGatewayAddressSet"][0]["networkInterfaceId"].clone();
    Ok(made_by_id(id, json!({ "NatGatewayId": id, "EniId": interface })))
}

fn endpoint(
    region: &mut Region,
    context: &Context,
    mut params: Params,
    properties: &Value,
) -> Outcome<Made> {
    for (number, table) in params.list("RouteTableIds").iter().enumerate() {
        params = params.with(&format!("RouteTableId.{}", number + 1), table);
    }
    if let policy @ Value::Object(_) = &properties["PolicyDocument"] {
        params = params.with("PolicyDocument", &policy.to_string());
    }
    let answer = endpoints::create(region, context, &params)?;
    Ok(made_endpoint(&answer["vpcEndpoint"]))
}

/// Describes an endpoint, which is given as the calls show it.
pub(super) fn made_endpoint(endpoint: &Value) -> Made {
    let id = text(endpoint, "vpcEndpointId");
    let attributes = json!({
        "Id": id, "CreationTimestamp": endpoint["creationTimestamp"], "DnsEntries": [],
        "NetworkInterfaceIds": [],
    });
    made_by_id(id, attributes)
}

/// A group's own egress rules replace the one that lets everything out.
fn group(
    region: &mut Region,
    context: &Context,
    scope: &Scope,
    mut params: Params,
) -> Outcome<Made> {
    if params.text("GroupName").is_none() {
        let random = random::id().to_ascii_uppercase();
        let name = format!("{}-{}-{}", scope.stack_name, scope.logical_id, &random[..12]);
        params = params.with("GroupName", &name);
    }
    let answer = groups::create(region, context, &params)?;
    let id = text(&answer, "groupId");
    let ingress = params.groups("SecurityGroupIngress");
    let egress = params.groups("SecurityGroupEgress");
    if !egress.is_empty() {
        GROUP.get_mut(&mut region.groups, id)?.rules.clear();
    }
    for rule in ingress {
        rules::authorize_ingress(region, context, &rule.with("GroupId", id))?;
    }
    for rule in egress {
        rules::authorize_egress(region, context, &rule.with("GroupId", id))?;
    }
    let group = GROUP.get(&region.groups, id)?;
    let attributes = json!({
        "Id": id, "GroupId": id, "VpcId": group.vpc, "GroupName": group.name,
    });
    Ok(made_by_id(id, attributes))
}

fn rule(region: &mut Region, context: &Context, params: &Params, egress: bool) -> Outcome<Made> {
    let authorize = if egress { rules::authorize_egress } else { rules::authorize_ingress };
    let answer = authorize(region, context, params)?;
    let id = text(&answer["securityGroupRuleSet"][0], "securityGroupRuleId");
    Ok(made(id, "", json!({ "Id": id })))
}

/// An operation that deletes.
type Delete = fn(&mut Region, &Context, &Params) -> Outcome<Value>;

/// Deletes a created resource.
pub(super) fn delete(
    region: &mut Region,
    context: &Context,
    kind: &str,
    physical_id: &str,
) -> Outcome<()> {
    let (delete, parameter): (Delete, &str) = match kind {
        "AWS::EC2::VPC" => (vpcs::delete, "VpcId"),
        "AWS::EC2::Subnet" => (subnets::delete, "SubnetId"),
        "AWS::EC2::InternetGateway" => (gateways::delete, "InternetGatewayId"),
        "AWS::EC2::VPCGatewayAttachment" => (gateways::detach, ""),
        "AWS::EC2::RouteTable" => (tables::delete, "RouteTableId"),
        "AWS::EC2::Route" => (routes::delete, ""),
        "AWS::EC2::SubnetRouteTableAssociation" => (tables::disassociate, "AssociationId"),
        "AWS::EC2::EIP" => (addresses::release, "PublicIp"),
        "AWS::EC2::NatGateway" => (nats::delete, "NatGatewayId"),
        "AWS::EC2::VPCEndpoint" => (endpoints::delete, "VpcEndpointId.1"),
        "AWS::EC2::SecurityGroup" => (groups::delete, "GroupId"),
        "AWS::EC2::SecurityGroupIngress" => (rules::revoke_ingress, "SecurityGroupRuleId.1"),
        "AWS::EC2::SecurityGroupEgress" => (rules::revoke_egress, "SecurityGroupRuleId.1"),
        other => {
            return Err(bad("InvalidRequest", format!("The local cloud does not make {other}.")));
        }
    };
    let Some(params) = named(region, kind, physical_id) else { return Ok(()) };
    let params = if parameter.is_empty() { params } else { params.with(parameter, physical_id) };
    delete(region, context, &params).map(|_| ())
}

/// Returns the parameters that a physical id means besides itself; `None` if what it names is gone.
fn named(region: &Region, kind: &str, physical_id: &str) -> Option<Params> {
    let params = Params::default();
    match (kind, physical_id.split_once('|')) {
        ("AWS::EC2::VPCGatewayAttachment", Some((_, vpc))) => {
            let gateway = region.internet_gateway_of(vpc)?;
            Some(params.with("VpcId", vpc).with("InternetGatewayId", gateway))
        }
        ("AWS::EC2::Route", Some((table, destination))) => {
            let params = params.with("RouteTableId", table);
            Some(params.with("DestinationCidrBlock", destination))
        }
        ("AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress", _) => {
            let mut groups = region.groups.iter();
            let (group, _) = groups.find(|(_, group)| group.rules.contains_key(physical_id))?;
            Some(params.with("GroupId", group))
        }
        _ => Some(params),
    }
}
