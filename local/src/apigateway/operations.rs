//! The operations, as a table: the route of each, the status that it answers with, and its handler.
//! Those called by `GET` only read.

use super::{
    ApiGateway, apis, authorizers, deployments, gateway_responses, import, integrations, methods,
    models,
    request::{self, Request},
    resources, stages, tags, vpc_links,
};
use crate::{
    place::Place,
    protocol::operations::{Handler, Operation, Output, signer},
    service::Call,
};

/// How an operation is called, and its handler.
#[derive(Debug)]
pub(crate) struct Rest {
    route: &'static str,
    pub(super) status: u16,
    run: fn(&ApiGateway, &Place, &Request) -> Output,
}

impl Rest {
    /// Runs an operation in a place.
    pub(super) fn run_in(&self, gateway: &ApiGateway, place: &Place, request: &Request) -> Output {
        (self.run)(gateway, place, request)
    }
}

impl Handler<ApiGateway> for Rest {
    fn run(&self, gateway: &ApiGateway, call: &Call) -> Output {
        let place = signer::<ApiGateway>(call)?;
        // It was found by this route.
        let request = request::fit(self.route, call).unwrap_or_default();
        self.run_in(gateway, place, &request)
    }
}

const fn op(
    name: &'static str,
    route: &'static str,
    status: u16,
    run: fn(&ApiGateway, &Place, &Request) -> Output,
) -> Operation<Rest> {
    let mutating = route.as_bytes()[0] != b'G';
    Operation { name, mutating, handler: Rest { route, status, run } }
}

#[rustfmt::skip]
pub(super) const OPERATIONS: &[Operation<Rest>] = &[
    op("CreateVpcLink", "POST /vpclinks", 202, vpc_links::create),
    op("GetVpcLinks", "GET /vpclinks", 200, vpc_links::list),
    op("GetVpcLink", "GET /vpclinks/{link}", 200, vpc_links::get),
    op("UpdateVpcLink", "PATCH /vpclinks/{link}", 200, vpc_links::update),
    op("DeleteVpcLink", "DELETE /vpclinks/{link}", 202, vpc_links::delete),

    op("ImportRestApi", "POST /restapis?mode=import", 201, import::import),
    op("PutRestApi", "PUT /restapis/{api}", 200, import::put),
    op("CreateRestApi", "POST /restapis", 201, apis::create),
    op("GetRestApis", "GET /restapis", 200, apis::list),
    op("GetRestApi", "GET /restapis/{api}", 200, apis::get),
    op("UpdateRestApi", "PATCH /restapis/{api}", 200, apis::update),
    op("DeleteRestApi", "DELETE /restapis/{api}", 202, apis::delete),

    op("GetResources", "GET /restapis/{api}/resources", 200, resources::list),
    op("GetResource", "GET /restapis/{api}/resources/{resource}", 200, resources::get),
    op("CreateResource", "POST /restapis/{api}/resources/{resource}", 201, resources::create),
    op("DeleteResource", "DELETE /restapis/{api}/resources/{resource}", 202, resources::delete),

    op("PutMethod", "PUT /restapis/{api}/resources/{resource}/methods/{method}", 201, methods::put),
    op("GetMethod", "GET /restapis/{api}/resources/{resource}/methods/{method}", 200, methods::get),
    op("DeleteMethod", "DELETE /restapis/{api}/resources/{resource}/methods/{method}", 204, methods::delete),
    op("PutMethodResponse", "PUT /restapis/{api}/resources/{resource}/methods/{method}/responses/{status}", 201, methods::put_response),
    op("PutIntegration", "PUT /restapis/{api}/resources/{resource}/methods/{method}/integration", 201, integrations::put),
    op("GetIntegration", "GET /restapis/{api}/resources/{resource}/methods/{method}/integration", 200, integrations::get),
    op("PutIntegrationResponse", "PUT /restapis/{api}/resources/{resource}/methods/{method}/integration/responses/{status}", 201, integrations::put_response),

    op("CreateAuthorizer", "POST /restapis/{api}/authorizers", 201, authorizers::create),
    op("GetAuthorizers", "GET /restapis/{api}/authorizers", 200, authorizers::list),
    op("GetAuthorizer", "GET /restapis/{api}/authorizers/{authorizer}", 200, authorizers::get),
    op("DeleteAuthorizer", "DELETE /restapis/{api}/authorizers/{authorizer}", 202, authorizers::delete),

    op("GetGatewayResponses", "GET /restapis/{api}/gatewayresponses", 200, gateway_responses::list),
    op("GetGatewayResponse", "GET /restapis/{api}/gatewayresponses/{type}", 200, gateway_responses::get),
    op("PutGatewayResponse", "PUT /restapis/{api}/gatewayresponses/{type}", 201, gateway_responses::put),
    op("DeleteGatewayResponse", "DELETE /restapis/{api}/gatewayresponses/{type}", 202, gateway_responses::delete),

    op("CreateDeployment", "POST /restapis/{api}/deployments", 201, deployments::create),
    op("GetDeployments", "GET /restapis/{api}/deployments", 200, deployments::list),
    op("GetDeployment", "GET /restapis/{api}/deployments/{deployment}", 200, deployments::get),
    op("DeleteDeployment", "DELETE /restapis/{api}/deployments/{deployment}", 202, deployments::delete),

    op("CreateStage", "POST /restapis/{api}/stages", 201, stages::create),
    op("GetStages", "GET /restapis/{api}/stages", 200, stages::list),
    op("GetStage", "GET /restapis/{api}/stages/{stage}", 200, stages::get),
    op("UpdateStage", "PATCH /restapis/{api}/stages/{stage}", 200, stages::update),
    op("DeleteStage", "DELETE /restapis/{api}/stages/{stage}", 202, stages::delete),

    op("GetModels", "GET /restapis/{api}/models", 200, models::list),
    op("GetUsagePlans", "GET /usageplans", 200, |_, _, request| request.page(Vec::new())),
    op("GetApiKeys", "GET /apikeys", 200, |_, _, request| request.page(Vec::new())),

    op("TagResource", "PUT /tags/{arn}", 204, tags::tag),
    op("UntagResource", "DELETE /tags/{arn}", 204, tags::untag),
    op("GetTags", "GET /tags/{arn}", 200, tags::list),
];

/// Finds the operation that a call is for, and its input.
pub(super) fn find(call: &Call) -> Option<(&'static Operation<Rest>, Request)> {
    let fit = |operation: &'static Operation<Rest>| {
        Some((operation, request::fit(operation.handler.route, call)?))
    };
    OPERATIONS.iter().find_map(fit)
}
