//! Mocks, and backends whose answers are mapped.

use serde_json::{Value, json};

use super::{Deployed, direct, error, header, json_of};

/// Returns an operation whose integration answers with 200 and 404.
fn mapped(integration: Value, parameters: &Value, templates: &Value) -> Value {
    let headers = json!({ "X-Word": {}, "X-Id": {} });
    let response = json!({ "description": "", "headers": headers });
    let mut integration = integration;
    integration["responses"] = json!({
        "default": {
            "statusCode": "200", "responseParameters": parameters, "responseTemplates": templates,
        },
        "4\\d{2}": { "statusCode": "404" },
    });
    json!({
        "responses": { "200": response, "404": response },
        "parameters": [{ "name": "id", "in": "query" }],
        "x-amazon-apigateway-integration": integration,
    })
}

#[tokio::test]
async fn a_mock_answers_what_it_is_told() {
    let deployed = Deployed::new("mock", |_| {
        let template = "{\"statusCode\": $input.params('status')}";
        let mock = json!({ "type": "mock", "requestTemplates": { "application/json": template } });
        let parameters = json!({
            "method.response.header.X-Word": "'hello'",
            "method.response.header.X-Id": "context.requestId",
        });
        let template = "{\"stage\": \"$context.stage\", \"link\": \"$stageVariables.vpcLinkId\"}";
        let templates = json!({ "application/json": template });
        let never = json!({
            "type": "mock", "passthroughBehavior": "never",
            "requestTemplates": { "application/json": "{\"statusCode\": 200}" },
        });
        json!({ "paths": {
            "/": { "x-amazon-apigateway-any-method": mapped(mock, &parameters, &templates) },
            "/never": { "post": mapped(never, &json!({}), &json!({})) },
        } })
    })
    .await;
    let answer = deployed.get("/prod?status=200").await;
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(header(&answer, "x-word"), Some("hello"));
    assert_eq!(header(&answer, "x-id"), header(&answer, "x-amzn-requestid"));
    assert_eq!(header(&answer, "content-type"), Some("application/json"));
    assert_eq!(json_of(&answer)["stage"], "prod");
    assert_eq!(json_of(&answer)["link"].as_str().map(str::len), Some(6));

    let answer = deployed.get("/prod?status=418").await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (404, 0));
    // An invalid status is an error of the API.
    let internal = (500, "Internal server error".to_owned());
    assert_eq!(error(&deployed.get("/prod").await), internal);

    let plain = [("content-type", "text/plain")];
    let answer = deployed.call("POST", "/prod/never", &plain, "a").await;
    assert_eq!(error(&answer), (415, "Unsupported Media Type".to_owned()));
    let json = [("content-type", "application/json; charset=utf-8")];
    assert_eq!(deployed.call("POST", "/prod/never", &json, "a").await.status().as_u16(), 200);
}

#[tokio::test]
async fn a_backends_answer_is_mapped() {
    let deployed = Deployed::new("mapped", |address| {
        let http = |path: &str| {
            let mut integration = direct(address, path);
            integration["type"] = json!("http");
            integration["httpMethod"] = json!("POST");
            integration
        };
        let mut echo = http("/echo");
        echo["requestParameters"] =
            json!({ "integration.request.querystring.wanted": "method.request.querystring.id" });
        echo["requestTemplates"] = json!({ "application/json": "<$input.json('$.name')>" });
        let parameters =
            json!({ "method.response.header.X-Word": "integration.response.header.X-Word" });
        let template = json!({ "application/json": "[$input.json('$.target'), $input.json('$')]" });
        json!({ "paths": {
            "/echo": { "post": mapped(echo, &parameters, &template) },
            "/missing": { "post": mapped(http("/missing"), &json!({}), &json!({})) },
        } })
    })
    .await;
    let sent = [("x-mine", "1"), ("content-type", "application/json")];
    let body = "{\"name\": \"Evangeline\"}";
    let answer = deployed.call("POST", "/prod/echo?id=7&other=1", &sent, body).await;
    assert_eq!(header(&answer, "x-word"), Some("quiet"));
    assert_eq!(header(&answer, "access-control-allow-origin"), None);
    let said = json_of(&answer);
    assert_eq!(said[0], "/echo?wanted=7");
    assert_eq!(
        (&said[1]["method"], &said[1]["body"]),
        (&json!("POST"), &json!("<\"Evangeline\">"))
    );
    let headers = &said[1]["headers"];
    assert_eq!(headers.get("x-mine"), None);
    assert_eq!(headers["user-agent"], format!("AmazonAPIGateway_{}", deployed.id));

    let answer = deployed.call("POST", "/prod/missing", &[], "").await;
    assert_eq!((answer.status().as_u16(), json_of(&answer)), (404, json!({ "reason": "none" })));
}
