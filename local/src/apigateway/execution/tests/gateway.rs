//! What the gateway answers itself.

use serde_json::{Value, json};

use super::{Deployed, error, header, json_of, linked, operation};
use crate::apigateway::tests::{World, replace};

const POOL: &str = "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_a";
const UNAUTHORIZED: (u16, &str) = (401, "Unauthorized");

fn guarded(security: &Value) -> Value {
    let mut operation = operation(&linked("http://lab.example/"));
    operation["security"] = json!([security]);
    operation["x-amazon-apigateway-integration"]["requestParameters"] =
        json!({ "integration.request.header.x-who": "context.authorizer.claims.sub" });
    operation
}

/// Deploys an API with methods guarded in every way, and these gateway responses.
async fn deployed(name: &str, gateway_responses: Value) -> Deployed {
    let key = |more: Value| {
        let mut scheme = json!({ "type": "apiKey", "name": "Authorization", "in": "header" });
        scheme.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        scheme
    };
    let authorizer = json!({ "type": "cognito_user_pools", "providerARNs": [POOL] });
    let schemes = json!({
        "pool": key(json!({
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": authorizer,
        })),
        "iam": key(json!({ "x-amazon-apigateway-authtype": "awsSigv4" })),
        "key": key(json!({ "name": "x-api-key" })),
    });
    Deployed::new(name, |_| {
        json!({
            "components": { "securitySchemes": schemes },
            "x-amazon-apigateway-gateway-responses": gateway_responses,
            "paths": {
                "/open": { "get": operation(&linked("http://lab.example/")) },
                "/id": { "get": guarded(&json!({ "pool": [] })) },
                "/scoped": { "get": guarded(&json!({ "pool": ["lab/read", "lab/write"] })) },
                "/iam": { "get": guarded(&json!({ "iam": [] })) },
                "/key": { "get": guarded(&json!({ "key": [] })) },
            },
        })
    })
    .await
}

#[tokio::test]
async fn a_token_must_be_the_pools() {
    let deployed = deployed("token", json!({})).await;
    let with = async |path: &str, token: &str| {
        let headers = [("authorization", token)];
        let headers = if token.is_empty() { &[][..] } else { &headers[..] };
        deployed.call("GET", &format!("/prod/{path}"), headers, "").await
    };
    let refused = async |path: &str, token: &str| error(&with(path, token).await);
    let unauthorized = (UNAUTHORIZED.0, UNAUTHORIZED.1.to_owned());
    for token in ["", "bogus", "Bearer ", "access:lab/read"] {
        assert_eq!(refused("id", token).await, unauthorized, "{token}");
    }
    let answer = with("id", "expired:me").await;
    assert_eq!(error(&answer), (401, "The incoming token has expired".to_owned()));
    assert_eq!(header(&answer, "x-amzn-errortype"), Some("UnauthorizedException"));
    for token in ["id:me", "Bearer id:me", "bearer id:me"] {
        let answer = with("id", token).await;
        assert_eq!(answer.status().as_u16(), 200, "{token}");
        assert_eq!(json_of(&answer)["headers"]["x-who"], "me");
        assert_eq!(json_of(&answer)["headers"]["authorization"], token);
    }
    assert_eq!(refused("scoped", "id:me").await, unauthorized);
    assert_eq!(refused("scoped", "access:other lab/rea").await.0, 403);
    assert_eq!(with("scoped", "access:other lab/write").await.status().as_u16(), 200);
}

#[tokio::test]
async fn signatures_are_asked_for_and_keys_do_not_exist() {
    let deployed = deployed("signature", json!({})).await;
    let missing = (403, "Missing Authentication Token".to_owned());
    assert_eq!(error(&deployed.get("/prod/iam").await), missing);
    let signature = "AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/execute-api/aws4_request, \
                     SignedHeaders=host, Signature=abc";
    let answer = deployed.call("GET", "/prod/iam", &[("authorization", signature)], "").await;
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(json_of(&answer)["headers"].get("authorization"), None);
    let answer = deployed.call("GET", "/prod/key", &[("x-api-key", "abc")], "").await;
    assert_eq!(error(&answer), (403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn what_is_not_the_apis_is_no_token_either() {
    let deployed = deployed("unknown", json!({})).await;
    for (method, path) in [("GET", "/prod/none"), ("POST", "/prod/open"), ("GET", "/prod")] {
        let answer = deployed.call(method, path, &[], "").await;
        assert_eq!(error(&answer), (403, "Missing Authentication Token".to_owned()), "{path}");
        let kind = header(&answer, "x-amzn-errortype");
        assert_eq!(kind, Some("MissingAuthenticationTokenException"));
        assert!(header(&answer, "x-amzn-requestid").is_some());
    }
    let found = |id: &str, path: &str| deployed.world.gateway().find(id, "GET", path).is_some();
    assert!(found(&deployed.id, "/prod/none"));
    assert!(!found(&deployed.id, "/dev/open") && !found(&deployed.id, "/"));
    assert!(!found("nothing", "/prod/open"));
}

#[tokio::test]
async fn a_deployment_is_what_is_called() {
    let deployed = deployed("snapshot", json!({})).await;
    let world: &World = &deployed.world;
    let definition = json!({ "swagger": "2.0", "info": { "title": "empty" }, "paths": {} });
    world.good(&format!("PUT {}?mode=overwrite", deployed.path), &definition);
    assert_eq!(deployed.get("/prod/open").await.status().as_u16(), 200);
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let deployed = deployed("large", json!({})).await;
    let body = vec![b'x'; super::super::LARGEST_BODY + 1];
    let (status, message) = error(&deployed.call("GET", "/prod/open", &[], body).await);
    assert_eq!((status, message.as_str()), (413, "HTTP content length exceeded 10485760 bytes."));
    // This one passes; the answer, which repeats it and adds to it, is too large.
    let body = vec![b'x'; super::super::LARGEST_BODY];
    assert_eq!(deployed.call("GET", "/prod/open", &[], body).await.status().as_u16(), 500);
}

#[tokio::test]
async fn a_stage_is_throttled() {
    let deployed = deployed("throttled", json!({})).await;
    let set = |path: &str, value: &str| {
        let stage = format!("PATCH {}/stages/prod", deployed.path);
        deployed.world.good(&stage, &replace(path, value));
    };
    set("/*/*/throttling/rateLimit", "0.001");
    set("/*/*/throttling/burstLimit", "2");
    let status = async |path: &str| deployed.get(path).await.status().as_u16();
    assert_eq!([status("/prod/open").await, status("/prod/id").await], [200, 401]);
    let answer = deployed.get("/prod/open").await;
    assert_eq!(error(&answer), (429, "Too Many Requests".to_owned()));
    assert_eq!(header(&answer, "x-amzn-errortype"), Some("TooManyRequestsException"));
    // A method may have a limit of its own.
    set("/~1open/GET/throttling/burstLimit", "1");
    assert_eq!([status("/prod/open").await, status("/prod/id").await], [200, 429]);
}

#[tokio::test]
async fn the_gateway_answers_in_the_apis_words() {
    let origin = "gatewayresponse.header.Access-Control-Allow-Origin";
    let template = "{\"why\": $context.error.messageString, \"kind\": \
                    \"$context.error.responseType\", \"id\": \"$context.requestId\"}";
    let deployed = deployed(
        "words",
        json!({
            "DEFAULT_4XX": { "responseParameters": { origin: "'*'" } },
            "DEFAULT_5XX": { "responseParameters": { origin: "'five'" } },
            "UNAUTHORIZED": {
                "statusCode": 418, "responseTemplates": { "application/json": template },
                "responseParameters": { origin: "method.request.header.origin" },
            },
        }),
    )
    .await;
    let allowed = |answer| header(answer, "access-control-allow-origin").map(str::to_owned);
    let missing = deployed.get("/prod/none").await;
    assert_eq!((missing.status().as_u16(), allowed(&missing).as_deref()), (403, Some("*")));
    let guarded = deployed.call("GET", "/prod/id", &[("origin", "http://site")], "").await;
    assert_eq!(
        (guarded.status().as_u16(), allowed(&guarded).as_deref()),
        (418, Some("http://site"))
    );
    let said = json_of(&guarded);
    assert_eq!((&said["why"], &said["kind"]), (&json!("Unauthorized"), &json!("UNAUTHORIZED")));
    assert_eq!(said["id"].as_str(), header(&guarded, "x-amzn-requestid"));
    deployed.world.lead_to(None);
    let broken = deployed.get("/prod/open").await;
    assert_eq!((broken.status().as_u16(), allowed(&broken).as_deref()), (500, Some("five")));
}
