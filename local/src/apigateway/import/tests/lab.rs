//! A definition with everything odd about the lab's own: a version that is a number, no version of
//! the API, a duplicate key and a misplaced one.

use serde_json::{Map, Value, json};

use super::{at, one, proxy};
use crate::apigateway::tests::{World, text};

const POOL: &str = "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_a";
const HEADERS: [(&str, &str); 3] = [
    ("Access-Control-Allow-Headers", "'Content-Type,Authorization'"),
    ("Access-Control-Allow-Methods", "'*'"),
    ("Access-Control-Allow-Origin", "'*'"),
];

fn answers() -> (Value, Value) {
    let header = |(name, _): &(&str, &str)| ((*name).to_owned(), json!({ "type": "string" }));
    let headers: Map<String, Value> = HEADERS.iter().map(header).collect();
    let mapped =
        |(name, value): &(&str, &str)| (format!("method.response.header.{name}"), json!(value));
    let mapped: Map<String, Value> = HEADERS.iter().map(mapped).collect();
    (
        json!({ "200": { "description": "fine", "headers": headers } }),
        json!({ "default": { "statusCode": "200", "responseParameters": mapped } }),
    )
}

fn proxied(method: &str, path: &str, guarded: bool) -> Value {
    let (responses, mapped) = answers();
    let mut integration = json!({
        "type": "http_proxy", "httpMethod": method, "uri": format!("http://lab.example{path}"),
        "connectionType": "VPC_LINK", "connectionId": "abc123", "responses": mapped,
    });
    let mut operation = json!({ "responses": responses });
    if path.contains("{id}") {
        let parameter = json!({ "name": "id", "in": "path", "required": true, "type": "string" });
        operation["parameters"] = json!([parameter]);
        integration["requestParameters"] =
            json!({ "integration.request.path.id": "method.request.path.id" });
    }
    if guarded {
        operation["security"] = json!([{ "PoolAuthorizer": [] }]);
        integration["security"] = json!([{ "PoolAuthorizer": [] }]);
    }
    operation["x-amazon-apigateway-integration"] = integration;
    operation
}

/// Returns an operation that answers a preflight. Like the lab's, it declares no path parameters.
fn options() -> Value {
    let (responses, mut mapped) = answers();
    mapped["default"]["responseTemplates"] = json!({ "application/json": "{}\n" });
    json!({
        "consumes": ["application/json"], "produces": ["application/json"], "responses": responses,
        "x-amazon-apigateway-integration": {
            "type": "mock", "responses": mapped,
            "requestTemplates": { "application/json": "{\n  \"statusCode\" : 200\n}\n" },
        },
    })
}

/// Returns the text of the definition.
fn definition() -> String {
    let get = |path: &str| json!({ "get": proxied("GET", path, false), "options": options() });
    let post = |path: &str| json!({ "post": proxied("POST", path, true), "options": options() });
    let text = json!({
        "swagger": 2.0, "info": { "title": "MysfitsApi" },
        "securityDefinitions": { "PoolAuthorizer": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {
                "type": "COGNITO_USER_POOLS", "providerARNs": [POOL],
            },
        } },
        "paths": {
            "/": get("/"), "/mysfits": get("/mysfits"), "/mysfits/{id}": get("/mysfits/{id}"),
            "/mysfits/{id}/like": post("/mysfits/{id}/like"),
            "/mysfits/{id}/adopt": post("/mysfits/{id}/adopt"),
        },
    });
    text.to_string().replace("\"uri\":", "\"uri\":\"http://first.example\",\"uri\":")
}

#[test]
fn it_is_imported_without_a_warning() {
    let world = World::new("lab");
    let target = "/restapis?mode=import&failonwarnings=true&endpointConfigurationTypes=REGIONAL";
    let made = world.good_text(&format!("POST {target}"), &definition());
    assert_eq!((&made["name"], made.get("warnings")), (&json!("MysfitsApi"), None));
    assert_eq!(made["endpointConfiguration"]["types"], json!(["REGIONAL"]));
    let api = format!("/restapis/{}", text(&made["id"]));
    let resources = world.get(&format!("{api}/resources"));
    assert_eq!(resources["item"].as_array().unwrap().len(), 5);

    let authorizers = world.get(&format!("{api}/authorizers"));
    let authorizer = &authorizers["item"][0];
    assert_eq!(authorizer["providerARNs"], json!([POOL]));
    assert_eq!(authorizer["identitySource"], "method.request.header.Authorization");

    let like = at(&world, &api, "/mysfits/{id}/like")["resourceMethods"]["POST"].clone();
    assert_eq!(like["authorizationType"], "COGNITO_USER_POOLS");
    assert_eq!(like["authorizerId"], authorizer["id"]);
    assert_eq!(like["requestParameters"], json!({ "method.request.path.id": true }));
    let integration = &like["methodIntegration"];
    assert_eq!(integration["uri"], "http://lab.example/mysfits/{id}/like");
    assert_eq!(integration["type"], "HTTP_PROXY");
    assert_eq!(integration["connectionId"], "abc123");

    let options = at(&world, &api, "/mysfits")["resourceMethods"]["OPTIONS"].clone();
    assert_eq!(options["authorizationType"], "NONE");
    let mock = &options["methodIntegration"];
    assert_eq!((&mock["type"], mock.get("connectionType")), (&json!("MOCK"), None));
    let origin = "method.response.header.Access-Control-Allow-Origin";
    assert_eq!(mock["integrationResponses"]["200"]["responseParameters"][origin], "'*'");
}

#[test]
fn put_again_it_changes_nothing() {
    let world = World::new("again");
    let api = world.api();
    let put = format!("PUT {api}?mode=overwrite&failonwarnings=true");
    world.good_text(&put, &definition());
    let parts = ["resources?embed=methods", "authorizers", "gatewayresponses"];
    let all = || parts.map(|part| world.get(&format!("{api}/{part}")));
    let before = all();
    world.good_text(&put, &definition());
    assert_eq!(all(), before);
    world.good_text(&format!("PUT {api}?mode=merge"), &definition());
    assert_eq!(all(), before);
}

#[test]
fn an_overwrite_replaces_and_a_merge_adds() {
    let world = World::new("modes");
    let api = world.api();
    let put = |mode: &str, definition: &Value| {
        world.good(&format!("PUT {api}?mode={mode}"), definition);
    };
    let definition = |path: &str| {
        let integration = proxy("http://localhost/");
        one(path, &json!({ "x-amazon-apigateway-integration": integration }))
    };
    put("merge", &definition("/a/b"));
    let has = |path: &str| !at(&world, &api, path)["resourceMethods"].is_null();
    assert!(has("/") && has("/a/b") && !has("/a"));
    assert_eq!(world.get(&api)["name"], "lab");
    put("overwrite", &definition("/a/c"));
    assert!(!has("/") && !has("/a/b") && has("/a/c"));
    assert_eq!(world.get(&format!("{api}/resources"))["item"].as_array().unwrap().len(), 3);
    assert_eq!(world.get(&api)["name"], "one");
    put("overwrite&basepath=prepend", &{
        let mut based = definition("/c");
        based["basePath"] = json!("/a");
        based
    });
    assert!(has("/a/c") && !has("/c"));
    // Another name for a path variable is not a second variable.
    for path in ["/a/{x}", "/a/{y}/"] {
        put("overwrite", &definition(path));
    }
    assert!(has("/a/{y}") && !has("/a/{x}"));
}
