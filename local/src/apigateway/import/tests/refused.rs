//! What is wrong with a definition, in AWS's words where they are known.

use serde_json::{Value, json};

use super::{one, proxy};
use crate::apigateway::tests::World;

const STRICT: &str = "POST /restapis?mode=import&failonwarnings=true";

fn refusal(definition: &Value) -> String {
    let world = World::new(&format!("refused-{}", crate::random::id()));
    let (code, message) = world.refusal(STRICT, definition);
    assert_eq!(code, "BadRequestException");
    assert_eq!(world.get("/restapis"), json!({ "item": [] }));
    message
}

fn with_integration(path: &str, integration: &Value) -> Value {
    one(path, &json!({ "x-amazon-apigateway-integration": integration }))
}

#[test]
fn a_path_parameter_must_be_declared() {
    let mut integration = proxy("http://localhost/{id}");
    integration["requestParameters"] =
        json!({ "integration.request.path.id": "method.request.path.id" });
    assert_eq!(
        refusal(&with_integration("/{id}", &integration)),
        "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path \
         '/{id}': Invalid mapping expression specified: Validation Result: warnings : [], errors : \
         [Invalid mapping expression parameter specified: method.request.path.id]"
    );
}

#[test]
fn integrations_must_be_such_as_are_carried_out() {
    let message = refusal(&with_integration("/", &json!({ "type": "magic" })));
    assert!(message.contains("Invalid integration type specified: 'MAGIC'"), "{message}");
    let lambda = json!({ "type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:…" });
    assert!(refusal(&with_integration("/", &lambda)).contains("AWS_PROXY"));
    let templates = json!({ "application/json": "#if(true) { \"statusCode\": 200 } #end" });
    let mock = json!({ "type": "mock", "requestTemplates": templates });
    assert!(refusal(&with_integration("/", &mock)).contains("#if"));
    let header = json!({ "method.response.header.ETag": "'1'" });
    let responses = json!({ "default": { "statusCode": "200", "responseParameters": header } });
    let undeclared = json!({ "type": "mock", "responses": responses });
    let message = refusal(&with_integration("/", &undeclared));
    assert!(message.contains("Unable to put integration response on 'GET'"), "{message}");
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let message = refusal(&json!({ "swagger": "2.0" }));
    assert_eq!(
        message,
        "Errors found during import:\n\tParse issue: attribute info is missing\n\tParse issue: \
         attribute paths is missing"
    );
    let guarded = json!({ "security": [{ "nobody": [] }] });
    assert!(refusal(&one("/", &guarded)).contains("'nobody', which is not defined"));
    let lost = json!({ "parameters": [{ "$ref": "#/parameters/lost" }] });
    assert!(refusal(&one("/", &lost)).contains("'#/parameters/lost'"));
    assert!(refusal(&one("/a b", &json!({}))).contains("Unable to create resource at path '/a b'"));
    let mut responses = one("/", &json!({}));
    responses["x-amazon-apigateway-gateway-responses"] = json!({ "SLEEPY": {} });
    assert!(refusal(&responses).contains("Unable to put gateway response 'SLEEPY'"));
}

#[test]
fn warnings_fail_only_where_they_are_asked_to() {
    let mut odd = one("/", &json!({ "x-amazon-apigateway-request-validator": "all" }));
    odd["securityDefinitions"] = json!({ "flow": { "type": "oauth2" } });
    let message = refusal(&odd);
    assert!(message.starts_with("Warnings found during import:\n\t"), "{message}");
    let world = World::new("warnings");
    let warnings = world.good("POST /restapis?mode=import", &odd)["warnings"].clone();
    assert_eq!(warnings.as_array().unwrap().len(), 2);
    assert!(warnings[0].as_str().unwrap().contains("'oauth2' for 'flow'"), "{warnings}");
}

#[test]
fn a_refused_put_leaves_the_api_as_it_was() {
    let world = World::new("put-refused");
    let api = world.api();
    let before = world.get(&format!("{api}/resources?embed=methods"));
    let bad = with_integration("/", &json!({ "type": "magic" }));
    world.refusal(&format!("PUT {api}?mode=overwrite"), &bad);
    assert_eq!(world.get(&format!("{api}/resources?embed=methods")), before);
    let refused = world.refusal(&format!("PUT {api}?mode=shuffle"), &bad);
    assert_eq!(refused.1, "Invalid mode specified: 'shuffle'");
}
