//! Gateway endpoints of VPCs, and the prefix lists that their routes lead to. There are no
//! interface endpoints here.

use serde_json::{Value, json};

use super::{
    Context,
    errors::{Outcome, bad, invalid, need},
    filters,
    kinds::{ENDPOINT, ENDPOINT_SERVICE, ROUTE_TABLE, VPC},
    listing::Listing,
    state::{Endpoint, Region},
    tags,
};
use crate::{params::Params, service::AwsError, times};

/// The services that have gateway endpoints, with the ranges of their prefix lists here: from the
/// range for network tests, as nothing is sent there.
const SERVICES: &[(&str, &str)] = &[("dynamodb", "198.19.0.0/24"), ("s3", "198.19.128.0/17")];

/// What an endpoint lets through by default.
const OPEN_POLICY: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

const LISTING: Listing = Listing {
    set: "vpcEndpointSet",
    ids: "VpcEndpointId",
    kind: &ENDPOINT,
    filters: &[
        ("vpc-endpoint-id", "vpcEndpointId"),
        ("vpc-id", "vpcId"),
        ("service-name", "serviceName"),
        ("vpc-endpoint-state", "state"),
        ("vpc-endpoint-type", "vpcEndpointType"),
    ],
};

/// Returns the id of a service's prefix list: the same for everyone in a region, as on AWS.
pub(super) fn prefix_list_of(service: &str) -> String {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in service.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    format!("pl-{hash:08x}")
}

/// Returns the names of the services that have gateway endpoints in a region.
fn services(region: &str) -> impl Iterator<Item = (String, &'static str)> {
    SERVICES.iter().map(move |(name, range)| (format!("com.amazonaws.{region}.{name}"), *range))
}

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let token = params.text("ClientToken");
    let same = |endpoint: &Endpoint| token.is_some() && endpoint.client_token.as_deref() == token;
    if let Some((id, made)) = region.endpoints.iter().find(|(_, endpoint)| same(endpoint)) {
        return Ok(json!({ "vpcEndpoint": shown(region, context, id, made) }));
    }
    let vpc = need(params, "VpcId")?;
    VPC.get(&region.vpcs, vpc)?;
    let service = need(params, "ServiceName")?;
    if !services(&context.place.region).any(|(known, _)| known == service) {
        return Err(no_service(service));
    }
    let kind = params.text("VpcEndpointType").unwrap_or("Gateway");
    if kind != "Gateway" {
        return Err(invalid(
            "vpcEndpointType",
            kind,
            "The local cloud has gateway endpoints only.",
        ));
    }
    let tables = params.list("RouteTableId");
    tables.iter().try_for_each(|table| check_table(region, table, vpc, service))?;
    let tags = tags::at_creation(params, &ENDPOINT)?;
    let id = ENDPOINT.fresh_id();
    let endpoint = Endpoint {
        vpc: vpc.to_owned(),
        service: service.to_owned(),
        policy: params.text("PolicyDocument").map(str::to_owned),
        route_tables: tables,
        created: context.moment.now,
        client_token: token.map(str::to_owned),
    };
    region.endpoints.insert(id.clone(), endpoint);
    region.tags.insert(id.clone(), tags);
    Ok(json!({ "vpcEndpoint": shown(region, context, &id, &region.endpoints[&id]) }))
}

fn no_service(name: &str) -> AwsError {
    bad("InvalidServiceName", format!("The Vpc Endpoint Service '{name}' does not exist"))
}

/// Checks that a table gets one route to a service, and only in its own VPC.
fn check_table(region: &Region, id: &str, vpc: &str, service: &str) -> Outcome<()> {
    if ROUTE_TABLE.get(&region.route_tables, id)?.vpc != vpc {
        let message = format!("Route table {id} belongs to a different network than {vpc}");
        return Err(bad("InvalidParameter", message));
    }
    let taken = |endpoint: &Endpoint| {
        endpoint.service == service && endpoint.route_tables.iter().any(|table| table == id)
    };
    if region.endpoints.values().any(taken) {
        let list = prefix_list_of(service);
        let message =
            format!("route table {id} already has a route with destination-prefix-list-id {list}");
        return Err(bad("RouteAlreadyExists", message));
    }
    Ok(())
}

/// Returns an endpoint as the calls show it.
pub(super) fn shown(region: &Region, context: &Context, id: &str, endpoint: &Endpoint) -> Value {
    json!({
        "vpcEndpointId": id, "vpcId": endpoint.vpc, "serviceName": endpoint.service,
        "vpcEndpointType": "Gateway", "state": "available",
        "policyDocument": endpoint.policy.as_deref().unwrap_or(OPEN_POLICY),
        "routeTableIdSet": endpoint.route_tables, "subnetIdSet": [], "groupSet": [],
        "networkInterfaceIdSet": [], "privateDnsEnabled": false, "requesterManaged": false,
        "creationTimestamp": times::iso(endpoint.created),
        "ownerId": context.place.account.as_str(), "tagSet": tags::shown(region, id),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let all = region.endpoints.iter();
    let shown = all.map(|(id, endpoint)| (id.clone(), shown(region, context, id, endpoint)));
    LISTING.answer(params, shown.collect())
}

pub(super) fn modify(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "VpcEndpointId")?;
    let endpoint = ENDPOINT.get(&region.endpoints, id)?.clone();
    let added = params.list("AddRouteTableId");
    let removed = params.list("RemoveRouteTableId");
    for table in added.iter().filter(|table| !endpoint.route_tables.contains(table)) {
        check_table(region, table, &endpoint.vpc, &endpoint.service)?;
    }
    let endpoint = ENDPOINT.get_mut(&mut region.endpoints, id)?;
    endpoint.route_tables.retain(|table| !removed.contains(table) && !added.contains(table));
    endpoint.route_tables.extend(added);
    if params.flag("ResetPolicy") == Some(true) {
        endpoint.policy = None;
    }
    if let Some(policy) = params.text("PolicyDocument") {
        endpoint.policy = Some(policy.to_owned());
    }
    Ok(json!({ "return": true }))
}

/// What could not be deleted is listed in a successful answer.
pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    need(params, "VpcEndpointId.1")?;
    let mut unsuccessful = Vec::new();
    for id in params.list("VpcEndpointId") {
        if region.endpoints.remove(&id).is_none() {
            let error = ENDPOINT.not_found(&id);
            unsuccessful.push(json!({
                "resourceId": id, "error": { "code": error.code, "message": error.message },
            }));
        }
    }
    Ok(json!({ "unsuccessful": unsuccessful }))
}

pub(super) fn describe_prefix_lists(
    _: &Region,
    context: &Context,
    params: &Params,
) -> Outcome<Value> {
    const KNOWN: &[filters::Known] =
        &[("prefix-list-id", "prefixListId"), ("prefix-list-name", "prefixListName")];
    let wanted = params.list("PrefixListId");
    let mut lists: Vec<(String, Value)> = services(&context.place.region)
        .map(|(name, range)| (prefix_list_of(&name), name, range))
        .filter(|(id, ..)| wanted.is_empty() || wanted.contains(id))
        .map(|(id, name, range)| {
            let list = json!({ "prefixListId": id, "prefixListName": name, "cidrSet": [range] });
            (id, list)
        })
        .collect();
    filters::keep(params, KNOWN, &mut lists)?;
    let found: Vec<Value> = lists.into_iter().map(|(_, list)| list).collect();
    Ok(json!({ "prefixListSet": found }))
}

pub(super) fn describe_services(_: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let wanted = params.list("ServiceName");
    let mut names: Vec<String> = services(&context.place.region).map(|(name, _)| name).collect();
    if let Some(missing) = wanted.iter().find(|wanted| !names.contains(wanted)) {
        return Err(no_service(missing));
    }
    names.retain(|name| wanted.is_empty() || wanted.contains(name));
    let details: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({
                "serviceName": name, "serviceType": [{ "serviceType": "Gateway" }],
                "owner": "amazon", "vpcEndpointPolicySupported": true,
                "acceptanceRequired": false, "managesVpcEndpoints": false,
            })
        })
        .collect();
    Ok(json!({ "serviceNameSet": names, "serviceDetailSet": details }))
}

/// Nothing here makes endpoint services yet.
pub(super) fn describe_service_configurations(
    _: &Region,
    _: &Context,
    params: &Params,
) -> Outcome<Value> {
    const LISTING: Listing = Listing {
        set: "serviceConfigurationSet",
        ids: "ServiceId",
        kind: &ENDPOINT_SERVICE,
        filters: &[
            ("service-id", "serviceId"),
            ("service-name", "serviceName"),
            ("service-state", "serviceState"),
        ],
    };
    LISTING.answer(params, Vec::new())
}
