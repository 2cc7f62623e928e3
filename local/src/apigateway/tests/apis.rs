//! APIs and their parts, deployments and stages.

use serde_json::{Value, json};

use super::{World, replace, text};

#[test]
fn an_api_is_made_changed_and_deleted() {
    let mut world = World::new("api");
    let new = json!({
        "name": "lab", "description": "one", "endpointConfiguration": { "types": ["REGIONAL"] },
        "tags": { "lab": "mysfits" },
    });
    let made = world.good("POST /restapis", &new);
    let path = format!("/restapis/{}", text(&made["id"]));
    world.restart();
    let found = world.get(&path);
    assert_eq!(found, made);
    assert_eq!(found["endpointConfiguration"]["types"], json!(["REGIONAL"]));
    assert_eq!(found["apiStatus"], "AVAILABLE");
    let renamed = world.good(&format!("PATCH {path}"), &replace("/name", "new"));
    assert_eq!(renamed["name"], "new");
    world.good(&format!("DELETE {path}"), &Value::Null);
    let (code, message) = world.refusal(&format!("GET {path}"), &Value::Null);
    assert_eq!(code, "NotFoundException");
    assert!(message.starts_with("Invalid API identifier specified 111111111111:"), "{message}");
}

#[test]
fn apis_are_deleted_slowly() {
    let world = World::at_pace("slow", 1.0);
    let (one, other) = (world.api(), world.api());
    world.good(&format!("DELETE {one}"), &Value::Null);
    let refused = world.refusal(&format!("DELETE {other}"), &Value::Null);
    assert_eq!(refused.0, "TooManyRequestsException");
    assert_eq!(world.refusal(&format!("DELETE {one}"), &Value::Null).0, "NotFoundException");
}

#[test]
fn lists_have_pages() {
    let world = World::new("pages");
    (0..3).for_each(|_| drop(world.api()));
    let first = world.get("/restapis?limit=2");
    assert_eq!(first["item"].as_array().unwrap().len(), 2);
    let position = text(&first["position"]);
    let second = world.get(&format!("/restapis?limit=2&position={position}"));
    assert_eq!(second["item"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("position"), None);
    assert_eq!(world.refusal("GET /restapis?limit=0", &Value::Null).0, "BadRequestException");
}

#[test]
fn a_method_is_put_together() {
    let world = World::new("method");
    let api = world.api();
    let root = text(&world.get(&format!("{api}/resources"))["item"][0]["id"]);
    let child = json!({ "pathPart": "{id}" });
    let child = world.good(&format!("POST {api}/resources/{root}"), &child);
    assert_eq!(child["path"], "/{id}");
    let path = format!("{api}/resources/{}", text(&child["id"]));
    let method = format!("{path}/methods/POST");

    let unknown = json!({ "authorizationType": "COGNITO_USER_POOLS", "authorizerId": "none" });
    let (_, message) = world.refusal(&format!("PUT {method}"), &unknown);
    assert!(message.starts_with("Invalid authorizer ID specified."), "{message}");
    let pool = "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_a";
    let authorizer =
        json!({ "name": "pool", "type": "COGNITO_USER_POOLS", "providerARNs": [pool] });
    let authorizer = world.good(&format!("POST {api}/authorizers"), &authorizer);
    let authorizer = text(&authorizer["id"]);
    let put = json!({
        "authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer,
        "requestParameters": { "method.request.path.id": true },
    });
    world.good(&format!("PUT {method}"), &put);
    assert_eq!(world.refusal(&format!("PUT {method}"), &put).0, "ConflictException");
    let (code, message) =
        world.refusal(&format!("DELETE {api}/authorizers/{authorizer}"), &Value::Null);
    assert_eq!((code.as_str(), message.contains("POST /{id}")), ("ConflictException", true));

    let header = "method.response.header.ETag";
    let response = json!({ "responseParameters": { header: false } });
    world.good(&format!("PUT {method}/responses/200"), &response);
    let integration = json!({ "type": "MOCK", "requestTemplates": { "application/json": "{}" } });
    world.good(&format!("PUT {method}/integration"), &integration);
    let response = json!({ "responseParameters": { header: "'1'" } });
    world.good(&format!("PUT {method}/integration/responses/200"), &response);
    let not_declared = format!("PUT {method}/integration/responses/404");
    assert_eq!(world.refusal(&not_declared, &response).0, "NotFoundException");

    let found = world.get(&method);
    assert_eq!(found["methodIntegration"], world.get(&format!("{method}/integration")));
    assert_eq!(found["methodIntegration"]["type"], "MOCK");
    assert_eq!(found["methodIntegration"]["timeoutInMillis"], 29_000);
    let shown = &found["methodIntegration"]["integrationResponses"]["200"];
    assert_eq!(shown["responseParameters"], json!({ header: "'1'" }));
    let whole = world.get(&format!("{path}?embed=methods"));
    assert_eq!(whole["resourceMethods"]["POST"], found);
    assert_eq!(world.get(&path)["resourceMethods"], json!({ "POST": {} }));

    world.good(&format!("DELETE {method}"), &Value::Null);
    assert_eq!(world.refusal(&format!("GET {method}"), &Value::Null).0, "NotFoundException");
    world.good(&format!("DELETE {path}"), &Value::Null);
    let refused = world.refusal(&format!("DELETE {api}/resources/{root}"), &Value::Null);
    assert_eq!(refused.1, "Root resource cannot be deleted");
}

#[test]
fn what_does_nothing_is_not_deployed() {
    let world = World::new("nothing");
    let api = world.good("POST /restapis", &json!({ "name": "lab" }));
    let path = format!("/restapis/{}", text(&api["id"]));
    let deploy = format!("POST {path}/deployments");
    let message = || world.refusal(&deploy, &json!({ "stageName": "prod" })).1;
    assert_eq!(message(), "The REST API doesn't contain any methods");
    let root = text(&api["rootResourceId"]);
    let method = format!("PUT {path}/resources/{root}/methods/GET");
    world.good(&method, &json!({ "authorizationType": "NONE" }));
    assert_eq!(message(), "No integration defined for method");
}

#[test]
fn a_stage_shows_one_deployment_after_another() {
    let mut world = World::new("stage");
    let api = world.api();
    let deploy = format!("POST {api}/deployments");
    let deployment = |variables: Value| {
        let body = json!({ "stageName": "prod", "variables": variables });
        text(&world.good(&deploy, &body)["id"])
    };
    let first = deployment(json!({ "a": "1", "b": "1" }));
    let arn = format!("arn:aws:apigateway:eu-west-1::{api}/stages/prod").replace('/', "%2F");
    world.good(&format!("PUT /tags/{arn}"), &json!({ "tags": { "lab": "mysfits" } }));
    let second = deployment(json!({ "b": "2" }));
    world.restart();
    let stage = world.get(&format!("{api}/stages/prod"));
    assert_eq!(
        (text(&stage["deploymentId"]), &stage["tags"]["lab"]),
        (second.clone(), &json!("mysfits"))
    );
    assert_eq!(stage["variables"], json!({ "a": "1", "b": "2" }));

    let (code, message) =
        world.refusal(&format!("DELETE {api}/deployments/{second}"), &Value::Null);
    assert_eq!(code, "BadRequestException");
    assert!(message.starts_with("Active stages pointing to this deployment"), "{message}");
    world.good(&format!("PATCH {api}/stages/prod"), &replace("/deploymentId", &first));
    world.good(&format!("DELETE {api}/deployments/{second}"), &Value::Null);
    let found = world.get(&format!("{api}/deployments/{first}?embed=apisummary"));
    assert_eq!(found["apiSummary"]["/"]["GET"]["authorizationType"], "NONE");
    world.good(&format!("DELETE {api}/stages/prod"), &Value::Null);
    assert_eq!(world.get(&format!("{api}/stages"))["item"], json!([]));
}

#[test]
fn gateway_responses_are_aws_s_until_they_are_put() {
    let world = World::new("responses");
    let api = world.api();
    let path = format!("{api}/gatewayresponses/UNAUTHORIZED");
    assert_eq!(world.get(&path)["defaultResponse"], true);
    let header = "gatewayresponse.header.Access-Control-Allow-Origin";
    let put = json!({ "responseParameters": { header: "'*'" } });
    assert_eq!(world.good(&format!("PUT {path}"), &put)["statusCode"], "401");
    assert_eq!(world.get(&path)["responseParameters"], json!({ header: "'*'" }));
    let listed = world.get(&format!("{api}/gatewayresponses"));
    assert_eq!(listed["item"].as_array().unwrap().len(), 21);
    world.good(&format!("DELETE {path}"), &Value::Null);
    assert_eq!(world.refusal(&format!("DELETE {path}"), &Value::Null).0, "NotFoundException");
}

#[test]
fn everything_with_tags_is_found() {
    let world = World::new("tags");
    let (api, link) = (world.api(), world.link());
    world.good(&format!("POST {api}/deployments"), &json!({ "stageName": "prod" }));
    let paths = [api.clone(), format!("{api}/stages/prod"), format!("/vpclinks/{link}")];
    for path in &paths {
        let target = format!("/tags/arn:aws:apigateway:eu-west-1::{}", path.replace('/', "%2F"));
        world.good(&format!("PUT {target}"), &json!({ "tags": { "lab": "m", "other": "x" } }));
        world.good(&format!("DELETE {target}?tagKeys=other&tagKeys=none"), &Value::Null);
        assert_eq!(world.get(&target)["tags"], json!({ "lab": "m" }));
        let reserved = json!({ "tags": { "aws:a": "b" } });
        assert_eq!(world.refusal(&format!("PUT {target}"), &reserved).0, "BadRequestException");
    }
    let tagged = crate::service::Service::tagged(&world.gateway, &world.place);
    let mut found: Vec<String> = tagged.into_iter().map(|tagged| tagged.arn).collect();
    let mut wanted = paths.map(|path| format!("arn:aws:apigateway:eu-west-1::{path}"));
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}
