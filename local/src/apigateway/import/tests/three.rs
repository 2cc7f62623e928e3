//! `OpenAPI` 3.

use serde_json::json;

use super::{at, imported};
use crate::apigateway::tests::World;

#[test]
fn three_says_the_same_in_other_places() {
    let world = World::new("three");
    let pool = "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_a";
    let definition = json!({
        "openapi": "3.0.1", "info": { "title": "three", "version": "1", "description": "words" },
        "components": {
            "parameters": { "Id": {
                "name": "id", "in": "path", "required": true, "schema": { "type": "string" },
            } },
            "schemas": { "Mysfit": { "type": "object" } },
            "securitySchemes": {
                "pool": {
                    "type": "apiKey", "name": "X-Token", "in": "header",
                    "x-amazon-apigateway-authtype": "cognito_user_pools",
                    "x-amazon-apigateway-authorizer": {
                        "type": "cognito_user_pools", "providerARNs": [pool],
                    },
                },
                "iam": {
                    "type": "apiKey", "name": "Authorization", "in": "header",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                },
                "key": { "type": "apiKey", "name": "x-api-key", "in": "header" },
            },
        },
        "security": [{ "pool": ["lab/read"] }],
        "x-amazon-apigateway-gateway-responses": { "DEFAULT_4XX": {
            "responseParameters": { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
        } },
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "paths": { "/mysfits/{id}": {
            "parameters": [{ "$ref": "#/components/parameters/Id" }],
            "get": {
                "operationId": "getMysfit",
                "responses": { "200": { "description": "it", "content": {
                    "application/json": { "schema": { "$ref": "#/components/schemas/Mysfit" } },
                } } },
                "x-amazon-apigateway-integration": {
                    "type": "http", "httpMethod": "GET", "uri": "http://localhost:1/{id}",
                    "requestParameters": {
                        "integration.request.path.id": "method.request.path.id",
                    },
                    "passthroughBehavior": "when_no_templates", "timeoutInMillis": 1000,
                    "responses": { "2\\d{2}": { "statusCode": 200 } },
                },
            },
            "put": { "security": [{ "iam": [] }] },
            "post": { "security": [{ "key": [] }] },
            "x-amazon-apigateway-any-method": { "security": [] },
        } },
    });
    let api = imported(&world, &definition);
    let shown = world.get(&api);
    assert_eq!(
        (&shown["description"], &shown["binaryMediaTypes"]),
        (&json!("words"), &json!(["*/*"]))
    );
    let methods = at(&world, &api, "/mysfits/{id}")["resourceMethods"].clone();
    let get = &methods["GET"];
    assert_eq!(get["authorizationScopes"], json!(["lab/read"]));
    assert_eq!(get["operationName"], "getMysfit");
    assert_eq!(get["requestParameters"], json!({ "method.request.path.id": true }));
    let models = &get["methodResponses"]["200"]["responseModels"];
    assert_eq!(models, &json!({ "application/json": "Mysfit" }));
    let integration = &get["methodIntegration"];
    assert_eq!(integration["integrationResponses"]["200"]["selectionPattern"], "2\\d{2}");
    assert_eq!(integration["passthroughBehavior"], "WHEN_NO_TEMPLATES");
    assert_eq!(methods["PUT"]["authorizationType"], "AWS_IAM");
    assert_eq!(methods["POST"]["apiKeyRequired"], true);
    assert_eq!(methods["ANY"]["authorizationType"], "NONE");
    let source = &world.get(&format!("{api}/authorizers"))["item"][0]["identitySource"];
    assert_eq!(source, "method.request.header.X-Token");
    let response = world.get(&format!("{api}/gatewayresponses/DEFAULT_4XX"));
    assert_eq!(response["defaultResponse"], false);
}
