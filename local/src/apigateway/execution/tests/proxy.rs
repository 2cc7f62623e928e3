//! Proxies: everything passes unchanged except what belongs to a connection.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Deployed, direct, error, header, json_of, linked, operation};
use crate::apigateway::tests::{replace, text};

/// Deploys `/mysfits/{id}` and everything below `/all`, through the link.
async fn deployed(name: &str) -> Deployed {
    let definition = |_| {
        let mut one = linked("http://lab.example:8080/pets/{id}");
        one["requestParameters"] = json!({
            "integration.request.path.id": "method.request.path.id",
            "integration.request.header.x-stage": "context.stage",
            "integration.request.header.x-fixed": "'fixed'",
            "integration.request.querystring.who": "method.request.header.x-who",
        });
        let mut rest = linked("http://lab.example/{proxy}");
        rest["requestParameters"] =
            json!({ "integration.request.path.proxy": "method.request.path.proxy" });
        let parameter = |name: &str, part: &str| json!({ "name": name, "in": part });
        let (mut one, mut rest) = (operation(&one), operation(&rest));
        one["parameters"] = json!([parameter("id", "path"), parameter("x-who", "header")]);
        rest["parameters"] = json!([parameter("proxy", "path")]);
        json!({ "paths": {
            "/mysfits/{id}": { "x-amazon-apigateway-any-method": one },
            "/all/{proxy+}": { "x-amazon-apigateway-any-method": rest },
        } })
    };
    Deployed::new(name, definition).await
}

#[tokio::test]
async fn path_and_query_go_through() {
    let deployed = deployed("through").await;
    let asked = async |target: &str| {
        let asked = json_of(&deployed.get(target).await);
        (text(&asked["method"]), text(&asked["target"]))
    };
    let get = |target: &str| ("GET".to_owned(), target.to_owned());
    assert_eq!(asked("/prod/mysfits/7").await, get("/pets/7"));
    assert_eq!(asked("/prod/mysfits/a%2Fb%20c?x=1&x=%20").await, get("/pets/a%2Fb%20c?x=1&x=%20"));
    assert_eq!(asked("/prod/all/a/b%3F/c?").await, get("/a/b%3F/c"));
    let answer = deployed.call("DELETE", "/prod/mysfits/7?a", &[("x-who", "me & you")], "").await;
    let asked = json_of(&answer);
    assert_eq!(asked["method"], "DELETE");
    assert_eq!(asked["target"], "/pets/7?a&who=me+%26+you");
    assert_eq!(
        (&asked["headers"]["x-stage"], &asked["headers"]["x-fixed"]),
        (&json!("prod"), &json!("fixed"))
    );
}

#[tokio::test]
async fn headers_and_bodies_go_through() {
    let deployed = deployed("headers").await;
    let sent = [
        ("host", "abc.execute-api.localhost:4566"),
        ("authorization", "eyJ"),
        ("connection", "keep-alive"),
        ("x-forwarded-for", "10.0.0.1"),
        ("user-agent", "tests"),
        ("x-amzn-trace-id", "Root=1-2-3"),
    ];
    let answer = deployed.call("POST", "/prod/mysfits/7", &sent, "{\"a\": 1}").await;
    let asked = json_of(&answer);
    assert_eq!(asked["body"], "{\"a\": 1}");
    let headers = &asked["headers"];
    for (name, value) in [
        ("host", "lab.example:8080"),
        ("authorization", "eyJ"),
        ("user-agent", "tests"),
        ("x-forwarded-for", "10.0.0.1, 127.0.0.1"),
        ("x-forwarded-port", "4566"),
        ("x-forwarded-proto", "http"),
        ("x-amzn-trace-id", "Root=1-2-3"),
        ("x-amzn-apigateway-api-id", &deployed.id),
        ("content-length", "8"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    assert_eq!(headers.get("connection"), None);
    assert_eq!(header(&answer, "access-control-allow-origin"), Some("*"));
    assert_eq!(header(&answer, "x-amzn-remapped-server"), Some("backend"));
    assert_eq!(header(&answer, "x-amzn-trace-id"), Some("Root=1-2-3"));
    let id = header(&answer, "x-amzn-requestid").unwrap();
    assert_eq!((id.len(), id.split('-').count()), (36, 5));
    assert!(header(&answer, "x-amz-apigw-id").is_some());
}

#[tokio::test]
async fn bodies_are_bytes() {
    let deployed = deployed("bytes").await;
    let bytes: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
    let kind = [("content-type", "image/png")];
    let answer = deployed.call("POST", "/prod/all/same", &kind, bytes.clone()).await;
    assert_eq!(header(&answer, "content-type"), Some("image/png"));
    assert_eq!(answer.body(), &bytes);
}

#[tokio::test]
async fn a_backends_errors_are_its_own() {
    let deployed = deployed("errors").await;
    let answer = deployed.get("/prod/all/missing").await;
    assert_eq!((answer.status().as_u16(), json_of(&answer)), (404, json!({ "reason": "none" })));
    assert_eq!(header(&answer, "x-amzn-errortype"), None);
}

#[tokio::test]
async fn what_does_not_come_back_is_an_error() {
    let deployed = Deployed::with_any("trouble", |address| {
        let mut silent = direct(address, "/silent");
        silent["timeoutInMillis"] = json!(100);
        // Nothing listens on a port that was just released.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        json!({
            "/silent": silent, "/broken": direct(address, "/broken"),
            "/large": direct(address, "/large"), "/nobody": direct(nobody, "/"),
        })
    })
    .await;
    let start = Instant::now();
    let silent = deployed.get("/prod/silent").await;
    assert_eq!(error(&silent), (504, "Endpoint request timed out".to_owned()));
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(header(&silent, "x-amzn-errortype"), Some("InternalServerErrorException"));
    let network = (504, "Network error communicating with endpoint".to_owned());
    assert_eq!(error(&deployed.get("/prod/broken").await), network);
    assert_eq!(error(&deployed.get("/prod/nobody").await), network);
    let internal = (500, "Internal server error".to_owned());
    assert_eq!(error(&deployed.get("/prod/large").await), internal);
}

#[tokio::test]
async fn a_link_must_lead_to_somebody() {
    let deployed = deployed("link").await;
    let status = async || deployed.get("/prod/mysfits/7").await.status().as_u16();
    assert_eq!(status().await, 200);
    deployed.world.lead_to(None);
    let internal = (500, "Internal server error".to_owned());
    assert_eq!(error(&deployed.get("/prod/mysfits/7").await), internal);
    deployed.world.lead_to(Some(deployed.backend.address));
    assert_eq!(status().await, 200);

    let stage = format!("PATCH {}/stages/prod", deployed.path);
    deployed.world.good(&stage, &replace("/variables/vpcLinkId", "none"));
    assert_eq!(error(&deployed.get("/prod/mysfits/7").await), internal);
    // This one failed, as the load balancer has a link.
    deployed.world.good(&stage, &replace("/variables/vpcLinkId", &deployed.world.link()));
    assert_eq!(error(&deployed.get("/prod/mysfits/7").await), internal);
}
