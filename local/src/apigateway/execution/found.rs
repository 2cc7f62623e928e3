//! What a request is for: the API, its stage, and the method in the stage's deployment, with
//! everything that its execution needs.

use std::collections::BTreeMap;

use super::routing::{self, Parameters};
use crate::{
    apigateway::{
        ApiGateway,
        model::{Authorizer, GatewayResponse, Method, Texts},
        state::{Api, Limits},
    },
    place::Place,
};

/// A stage of an API.
#[derive(Clone, Debug)]
pub(in crate::apigateway) struct Found {
    pub(super) place: Place,
    pub(super) api: String,
    pub(super) stage: String,
    pub(super) variables: Texts,
    pub(super) limits: BTreeMap<String, Limits>,
    pub(super) gateway_responses: BTreeMap<String, GatewayResponse>,
    /// None when the path or the method is not the API's.
    pub(super) matched: Option<Matched>,
}

/// A method of a resource.
#[derive(Clone, Debug)]
pub(super) struct Matched {
    pub(super) resource_id: String,
    pub(super) resource_path: String,
    pub(super) parameters: Parameters,
    pub(super) method: Method,
    pub(super) authorizer: Option<Authorizer>,
}

impl ApiGateway {
    /// Finds what a request with this method and path, `/STAGE/…`, is for; `None` when there is no
    /// such API or stage. Ids of APIs are unique across all accounts and regions.
    pub(super) fn find(&self, api: &str, method: &str, path: &str) -> Option<Found> {
        self.regions.all().into_iter().find_map(|(place, store)| {
            store.read(|region| in_api(place, region.apis.get(api)?, method, path))
        })
    }
}

fn in_api(place: Place, api: &Api, method: &str, path: &str) -> Option<Found> {
    if api.settings.disable_execute_api_endpoint {
        return None;
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    let end = path.find('/').unwrap_or(path.len());
    let (stage, path) = path.split_at(end);
    let stage = api.stages.get(stage)?;
    let definition = &api.deployments.get(&stage.deployment)?.definition;
    let matched = || {
        let (resource, parameters) = routing::resource(definition, path, method)?;
        let method = routing::method(resource, method)?;
        let authorizer = method.authorizer_id.as_ref();
        Some(Matched {
            resource_id: resource.id.clone(),
            resource_path: resource.path.clone(),
            parameters,
            method: method.clone(),
            authorizer: authorizer.and_then(|id| definition.authorizers.get(id).cloned()),
        })
    };
    Some(Found {
        place,
        api: api.id.clone(),
        stage: stage.name.clone(),
        variables: stage.variables.clone(),
        limits: stage.limits.clone(),
        gateway_responses: definition.gateway_responses.clone(),
        matched: matched(),
    })
}
