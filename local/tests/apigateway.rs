//! API Gateway over HTTP: its calls, and its APIs as pages and programs call them.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    client::{Reply, Request},
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "111111111111";
const PAGE: (&str, &str) = ("Origin", "http://mysfits.s3-website.localhost:4566");

fn call(method: &str, target: &str, input: &Value) -> Request {
    let body = if input.is_null() { String::new() } else { input.to_string() };
    Request::new(method, target).signed(ACCOUNT, "apigateway").body(body)
}

/// Starts a backend that answers every request with its own head.
async fn backend() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\r\n\r\n") && stream.read_buf(&mut bytes).await.unwrap() > 0 {}
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes.len());
            stream.write_all(&[head.as_bytes(), &bytes].concat()).await.unwrap();
        }
    });
    port
}

/// Starts a cloud with an API at the stage `prod`: `GET` and `POST /pets/{id}` go to a backend,
/// `OPTIONS` is a mock. Also returns the API's id.
async fn with_api(folder: &Folder) -> (Cloud, String) {
    let cloud = Cloud::start(folder).await;
    let uri = format!("http://127.0.0.1:{}/{{id}}", backend().await);
    let proxy = json!({ "x-amazon-apigateway-integration": {
        "type": "http_proxy", "httpMethod": "ANY", "uri": uri,
        "requestParameters": { "integration.request.path.id": "method.request.path.id" },
    } });
    let origin = "Access-Control-Allow-Origin";
    let mock = json!({
        "responses": { "200": { "description": "", "headers": { origin: {} } } },
        "x-amazon-apigateway-integration": {
            "type": "mock", "requestTemplates": { "application/json": "{\"statusCode\": 200}" },
            "responses": { "default": {
                "statusCode": "200",
                "responseParameters": { format!("method.response.header.{origin}"): "'*'" },
            } },
        },
    });
    let definition = json!({
        "swagger": "2.0", "info": { "title": "pets" },
        "paths": { "/pets/{id}": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "type": "string" }],
            "get": proxy, "post": proxy, "options": mock,
        } },
    });
    let import = call("POST", "/restapis?mode=import", &definition).send(cloud.port).await;
    assert_eq!(import.status, 201, "{}", import.text());
    let api = import.json()["id"].as_str().unwrap().to_owned();
    let deploy = format!("/restapis/{api}/deployments");
    let deploy = call("POST", &deploy, &json!({ "stageName": "prod" })).send(cloud.port).await;
    assert_eq!(deploy.status, 201, "{}", deploy.text());
    (cloud, api)
}

/// Returns the message of an error, and the code in its header.
fn error(reply: &Reply) -> (u16, String, Option<&str>) {
    let message = reply.json()["message"].as_str().unwrap().to_owned();
    (reply.status, message, reply.header("x-amzn-errortype"))
}

#[tokio::test]
async fn an_api_is_called_by_host_and_by_path_from_pages_too() {
    let folder = Folder::new();
    let (cloud, api) = with_api(&folder).await;
    let hosts =
        [format!("{api}.execute-api.localhost"), format!("{api}.execute-api.eu-west-1.localhost")];
    let mut requests: Vec<Request> = hosts
        .iter()
        .map(|host| Request::new("GET", "/prod/pets/7?a=b").header("Host", host))
        .collect();
    requests.push(Request::new("GET", &format!("/_execute-api/{api}/prod/pets/7?a=b")));
    for request in requests {
        let reply = request.header(PAGE.0, PAGE.1).send(cloud.port).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(reply.text().starts_with("GET /7?a=b HTTP/1.1\r\n"), "{}", reply.text());
        assert!(reply.header("x-amzn-requestid").is_some());
    }
    let preflight = Request::new("OPTIONS", &format!("/_execute-api/{api}/prod/pets/7"));
    let reply = preflight.header(PAGE.0, PAGE.1).send(cloud.port).await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, Some("*")));
    // Pages may not make the calls that create APIs.
    let list = call("GET", "/restapis", &Value::Null).header(PAGE.0, PAGE.1);
    assert_eq!(list.send(cloud.port).await.status, 403);
    let rebound = Request::new("GET", &format!("/_execute-api/{api}/prod/pets/7"));
    let rebound = rebound.header("Host", &format!("{api}.execute-api.evil.example"));
    assert_eq!(rebound.send(cloud.port).await.status, 403);
}

#[tokio::test]
async fn what_is_not_there_is_forbidden() {
    let folder = Folder::new();
    let (cloud, api) = with_api(&folder).await;
    let get = async |path: &str| Request::new("GET", path).send(cloud.port).await;
    for path in ["/_execute-api/none/prod/pets/7".to_owned(), format!("/_execute-api/{api}/dev")] {
        let reply = get(&path).await;
        let wanted = (403, "Forbidden".to_owned(), Some("ForbiddenException"));
        assert_eq!(error(&reply), wanted, "{path}");
    }
    let reply = get(&format!("/_execute-api/{api}/prod/none")).await;
    let code = Some("MissingAuthenticationTokenException");
    assert_eq!(error(&reply), (403, "Missing Authentication Token".to_owned(), code));
}

#[tokio::test]
async fn an_api_survives_a_restart_and_goes_with_a_reset() {
    let folder = Folder::new();
    let (cloud, api) = with_api(&folder).await;
    cloud.stop().await;
    let cloud = Cloud::start(&folder).await;
    let get = Request::new("GET", &format!("/_execute-api/{api}/prod/pets/7"));
    assert_eq!(get.send(cloud.port).await.status, 200);
    assert_eq!(Request::new("POST", "/_local/reset").send(cloud.port).await.status, 200);
    assert_eq!(get.send(cloud.port).await.status, 403);
}

#[tokio::test]
async fn requests_are_logged_as_what_they_are() {
    let folder = Folder::new();
    let (cloud, api) = with_api(&folder).await;
    Request::new("DELETE", "/_local/requests").send(cloud.port).await;
    let stage = format!("/_execute-api/{api}/prod");
    let send = async |request: Request| request.send(cloud.port).await.status;
    assert_eq!(send(Request::new("POST", &format!("{stage}/pets/7"))).await, 200);
    assert_eq!(send(Request::new("GET", &format!("{stage}/pets/7"))).await, 200);
    assert_eq!(send(Request::new("POST", &format!("{stage}/none"))).await, 403);
    assert_eq!(send(call("GET", "/restapis/none", &Value::Null)).await, 404);
    assert_eq!(send(call("DELETE", &format!("/restapis/{api}"), &Value::Null)).await, 202);
    let logged = |entry: &Value| {
        let text = |field: &str| entry[field].as_str().unwrap_or("-").to_owned();
        let mutating = if entry["mutating"] == true { "changes" } else { "looks" };
        format!("{} {} {mutating} {}", text("service"), text("operation"), text("code"))
    };
    let requests = cloud.requests().await;
    assert_eq!(requests[0]["account"], ACCOUNT);
    assert_eq!(
        requests.iter().map(logged).collect::<Vec<_>>(),
        [
            "execute-api POST /pets/{id} changes -",
            "execute-api GET /pets/{id} looks -",
            // The gateway refused it: nothing has changed.
            "execute-api POST looks MissingAuthenticationTokenException",
            "apigateway GetRestApi looks NotFoundException",
            "apigateway DeleteRestApi changes -",
        ]
    );
}

#[tokio::test]
async fn faults_strike_calls_and_requests() {
    let folder = Folder::new();
    let (cloud, api) = with_api(&folder).await;
    let get = Request::new("GET", &format!("/_execute-api/{api}/prod/pets/7"));
    let rule = |kind: &str| json!({ "service": "execute-api", "kind": kind, "times": 1 });
    cloud.put_faults(json!({ "rules": [rule("throttle"), rule("lose-answer")] })).await;
    let code = Some("TooManyRequestsException");
    let reply = get.send(cloud.port).await;
    assert_eq!(error(&reply), (429, "Too Many Requests".to_owned(), code));
    assert!(get.try_send(cloud.port).await.is_none());
    assert_eq!(get.send(cloud.port).await.status, 200);
    let rule = json!({
        "service": "apigateway", "operation": "GetRestApis", "kind": "error",
        "code": "LimitExceededException", "status": 429,
    });
    cloud.put_faults(json!({ "rules": [rule] })).await;
    let reply = call("GET", "/restapis", &Value::Null).send(cloud.port).await;
    assert_eq!(
        (reply.status, reply.header("x-amzn-errortype")),
        (429, Some("LimitExceededException"))
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_gets_an_answer() {
    let folder = Folder::new();
    let (cloud, api) = with_api(&folder).await;
    let body = vec![b'x'; 12 * 1024 * 1024];
    let post = Request::new("POST", &format!("/_execute-api/{api}/prod/pets/7")).body(body);
    let reply = post.send(cloud.port).await;
    assert_eq!(error(&reply).0, 413);
}
