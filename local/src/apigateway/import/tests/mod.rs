//! Imports through the operations that calls use.

mod lab;
mod refused;
mod three;

use serde_json::{Value, json};

use crate::apigateway::tests::{World, text};

/// Returns the resource at a path, with its methods.
fn at(world: &World, api: &str, path: &str) -> Value {
    let resources = world.get(&format!("{api}/resources?embed=methods&limit=500"));
    let resources = resources["item"].as_array().unwrap();
    resources.iter().find(|resource| resource["path"] == path).cloned().unwrap_or_default()
}

/// Imports a definition and returns the path of the new API.
fn imported(world: &World, definition: &Value) -> String {
    let made = world.good("POST /restapis?mode=import&failonwarnings=true", definition);
    format!("/restapis/{}", text(&made["id"]))
}

/// Returns a Swagger definition of one operation.
fn one(path: &str, operation: &Value) -> Value {
    json!({
        "swagger": "2.0", "info": { "title": "one", "version": "1" },
        "paths": { path: { "get": operation } },
    })
}

/// Returns a proxy to a backend on this machine.
fn proxy(uri: &str) -> Value {
    json!({ "type": "http_proxy", "httpMethod": "get", "uri": uri })
}
