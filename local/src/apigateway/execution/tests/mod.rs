//! Stages that are called, with a real backend.

mod backend;
mod gateway;
mod integrations;
mod proxy;

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::exchange::ClientRequest;
use crate::{
    apigateway::tests::{World, text},
    service::Answer,
};
use backend::Backend;

/// A deployed API, and the backend behind its link.
struct Deployed {
    world: World,
    backend: Backend,
    /// Its path in the service, and its id.
    path: String,
    id: String,
}

/// Returns a proxy integration through the link in the stage's variable.
fn linked(uri: &str) -> Value {
    json!({
        "type": "http_proxy", "httpMethod": "ANY", "uri": uri, "connectionType": "VPC_LINK",
        "connectionId": "${stageVariables.vpcLinkId}",
    })
}

/// Returns a proxy integration to a backend on this machine.
fn direct(address: SocketAddr, path: &str) -> Value {
    json!({ "type": "http_proxy", "httpMethod": "ANY", "uri": format!("http://{address}{path}") })
}

/// Returns an operation with this integration.
fn operation(integration: &Value) -> Value {
    json!({ "x-amazon-apigateway-integration": integration })
}

impl Deployed {
    /// Deploys a definition, completed with its head, to the stage `prod`.
    async fn new(name: &str, definition: impl FnOnce(SocketAddr) -> Value) -> Self {
        let world = World::new(&format!("execution-{name}"));
        let backend = Backend::start().await;
        world.lead_to(Some(backend.address));
        let link = world.link();
        let mut whole = definition(backend.address);
        whole["openapi"] = json!("3.0.1");
        whole["info"] = json!({ "title": name, "version": "1" });
        let made = world.good("POST /restapis?mode=import&failonwarnings=true", &whole);
        let id = text(&made["id"]);
        let path = format!("/restapis/{id}");
        let stage = json!({ "stageName": "prod", "variables": { "vpcLinkId": link } });
        world.good(&format!("POST {path}/deployments"), &stage);
        Self { world, backend, path, id }
    }

    /// Deploys these paths alone, each with an operation for `ANY`.
    async fn with_any(name: &str, paths: impl FnOnce(SocketAddr) -> Value) -> Self {
        let definition = |address| {
            let paths = paths(address);
            let any = |(path, integration): (&String, &Value)| {
                let operation = operation(integration);
                (path.clone(), json!({ "x-amazon-apigateway-any-method": operation }))
            };
            let paths: serde_json::Map<_, _> = paths.as_object().unwrap().iter().map(any).collect();
            json!({ "paths": paths })
        };
        Self::new(name, definition).await
    }

    async fn get(&self, target: &str) -> Answer {
        self.call("GET", target, &[], "").await
    }

    async fn call(
        &self,
        method: &str,
        target: &str,
        headers: &[(&'static str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let header = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        let request = ClientRequest {
            method: method.parse().unwrap(),
            uri: target.parse().unwrap(),
            headers: headers.iter().map(header).collect::<HeaderMap>(),
            body: body.into(),
            port: 4566,
        };
        let found = self.world.gateway().find(&self.id, method, request.uri.path()).unwrap();
        self.world.gateway().execute(&request, &found).await.answer
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(answer.body()).unwrap_or_else(|_| panic!("{:?}", answer.body()))
}

/// Returns the status and the message of an error.
fn error(answer: &Answer) -> (u16, String) {
    (answer.status().as_u16(), text(&json_of(answer)["message"]))
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers().get(name).map(|value| value.to_str().unwrap())
}
