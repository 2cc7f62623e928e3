//! Cognito as owners of pools, browsers and verifiers of tokens see it.

use serde_json::{Value, json};

use crate::{
    client::{Reply, Request},
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "111111111111";
const EMAIL: &str = "visitor@example.com";
const PASSWORD: &str = "Griffin-1";
const ORIGIN: (&str, &str) = ("Origin", "http://mysfits.s3-website.localhost:4566");

fn target(operation: &str) -> String {
    format!("AWSCognitoIdentityProviderService.{operation}")
}

async fn own(port: u16, operation: &str, input: Value) -> Value {
    let call = Request::json("cognito-idp", &target(operation), ACCOUNT, &input);
    call.send(port).await.json()
}

/// Sends a visitor's call at this address, as a browser sends it.
async fn visit(port: u16, operation: &str, input: &Value) -> Reply {
    Request::new("POST", "/_cognito/")
        .header("X-Amz-Target", &target(operation))
        .header("Content-Type", "application/x-amz-json-1.1")
        .header(ORIGIN.0, ORIGIN.1)
        .header("Sec-Fetch-Site", "cross-site")
        .body(input.to_string())
        .send(port)
        .await
}

struct Lab {
    cloud: Cloud,
    pool: String,
    client: String,
}

/// Starts a cloud with a pool and a client.
async fn lab(folder: &Folder) -> Lab {
    let cloud = Cloud::start(folder).await;
    let pool = json!({ "PoolName": "pool", "AutoVerifiedAttributes": ["email"] });
    let pool = own(cloud.port, "CreateUserPool", pool).await;
    let pool = pool["UserPool"]["Id"].as_str().unwrap().to_owned();
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let client = json!({ "UserPoolId": pool, "ClientName": "c", "ExplicitAuthFlows": flows });
    let client = own(cloud.port, "CreateUserPoolClient", client).await;
    let client = client["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned();
    Lab { cloud, pool, client }
}

async fn mails(port: u16, since: u64) -> Value {
    Request::new("GET", &format!("/_local/mail?since={since}")).send(port).await.json()
}

async fn sign_up(lab: &Lab) -> Reply {
    let input = json!({
        "ClientId": lab.client,
        "Username": EMAIL,
        "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": EMAIL }],
    });
    visit(lab.cloud.port, "SignUp", &input).await
}

#[tokio::test]
async fn a_visitor_comes_by_browser_and_stays_over_a_restart() {
    let folder = Folder::new();
    let lab = lab(&folder).await;
    let port = lab.cloud.port;
    assert_eq!(sign_up(&lab).await.status, 200);
    let mail = mails(port, 0).await["mails"][0].clone();
    assert_eq!((&mail["to"], &mail["account"]), (&json!(EMAIL), &json!(ACCOUNT)));
    assert_eq!((&mail["pool"], &mail["region"]), (&json!(lab.pool), &json!("eu-west-1")));
    let confirm = json!({
        "ClientId": lab.client, "Username": EMAIL, "ConfirmationCode": mail["code"],
    });
    assert_eq!(visit(port, "ConfirmSignUp", &confirm).await.status, 200);
    let requests = lab.cloud.requests().await;
    let seen: Vec<_> =
        requests.iter().map(|one| (one["operation"].as_str().unwrap(), &one["account"])).collect();
    assert_eq!(seen[2..], [("SignUp", &Value::Null), ("ConfirmSignUp", &Value::Null)]);

    let sign_in = json!({
        "ClientId": lab.client,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": EMAIL, "PASSWORD": PASSWORD },
    });
    let tokens = visit(port, "InitiateAuth", &sign_in).await.json();
    let refresh = json!({
        "ClientId": lab.client,
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["AuthenticationResult"]["RefreshToken"] },
    });
    let keys = format!("/_cognito/{}/.well-known/jwks.json", lab.pool);
    let before = Request::new("GET", &keys).send(port).await.json();
    lab.cloud.stop().await;

    let cloud = Cloud::start(&folder).await;
    assert_eq!(visit(cloud.port, "InitiateAuth", &refresh).await.status, 200);
    assert_eq!(Request::new("GET", &keys).send(cloud.port).await.json(), before);
    assert_eq!(mails(cloud.port, 0).await["last"], 1);
}

#[tokio::test]
async fn pages_may_read_the_answers_of_visitors_calls_only() {
    let folder = Folder::new();
    let lab = lab(&folder).await;
    let port = lab.cloud.port;
    let preflight = Request::new("OPTIONS", "/_cognito/")
        .header(ORIGIN.0, ORIGIN.1)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "content-type,x-amz-target");
    let reply = preflight.send(port).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    let allowed = reply.header("access-control-allow-headers").unwrap();
    for name in
        ["authorization", "cache-control", "content-type", "x-amz-target", "x-amz-user-agent"]
    {
        assert!(allowed.split(", ").any(|one| one == name), "{name}");
    }

    let wrong = json!({ "ClientId": "unknown" });
    let reply = visit(port, "SignUp", &wrong).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "ResourceNotFoundException"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("x-amzn-errortype"), Some("ResourceNotFoundException"));
    let exposed = reply.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("x-amzn-requestid") && exposed.contains("x-amzn-errortype"));
    assert!(reply.header("x-amzn-requestid").is_some());

    for operation in ["DeleteUserPool", "AdminDeleteUser", "ListUserPools", "Unknown"] {
        let reply = visit(port, operation, &json!({ "UserPoolId": lab.pool })).await;
        assert_eq!(reply.status, 403, "{operation}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn a_page_reaches_no_other_service_by_way_of_cognito() {
    let folder = Folder::new();
    let lab = lab(&folder).await;
    let port = lab.cloud.port;
    // Signed for another service, with a query and a form as that one reads them.
    let role = "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%7D";
    let sneaky = Request::new("POST", &format!("/_cognito/?{role}"))
        .header("X-Amz-Target", &target("SignUp"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header(ORIGIN.0, ORIGIN.1)
        .signed(ACCOUNT, "iam")
        .body(role);
    let reply = sneaky.send(port).await;
    assert_eq!(reply.code(), "SerializationException");
    let requests = lab.cloud.requests().await;
    let last = requests.last().unwrap();
    assert_eq!((&last["service"], &last["account"]), (&json!("cognito-idp"), &Value::Null));
    // Nor does anything else that is not a browser, at this address.
    let iam = Request::new("POST", "/_cognito/")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .signed(ACCOUNT, "iam")
        .body(role);
    assert_eq!(iam.send(port).await.code(), "MissingAuthenticationTokenException");
}

#[tokio::test]
async fn owners_and_visitors_call_at_every_address() {
    let folder = Folder::new();
    let lab = lab(&folder).await;
    let port = lab.cloud.port;
    let hosts = ["localhost", "cognito-idp.localhost", "cognito-idp.eu-west-1.localhost"];
    for host in hosts {
        let list = Request::new("POST", "/")
            .header("Host", host)
            .header("X-Amz-Target", &target("ListUserPools"))
            .signed(ACCOUNT, "cognito-idp")
            .body(r#"{"MaxResults":1}"#);
        let reply = list.send(port).await;
        assert_eq!(reply.json()["UserPools"][0]["Id"], lab.pool, "{host}");
        let visit = Request::new("POST", "/")
            .header("Host", host)
            .header("X-Amz-Target", &target("ForgotPassword"))
            .body(json!({ "ClientId": lab.client, "Username": "nobody" }).to_string());
        assert_eq!(visit.send(port).await.code(), "UserNotFoundException", "{host}");
    }
    let unsigned = Request::new("POST", "/")
        .header("X-Amz-Target", &target("ListUserPools"))
        .body(r#"{"MaxResults":1}"#);
    assert_eq!(unsigned.send(port).await.code(), "MissingAuthenticationTokenException");
}

#[tokio::test]
async fn pools_publish_their_keys() {
    let folder = Folder::new();
    let lab = lab(&folder).await;
    let port = lab.cloud.port;
    let path = format!("/_cognito/{}/.well-known/openid-configuration", lab.pool);
    let reply = Request::new("GET", &path).header(ORIGIN.0, ORIGIN.1).send(port).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    let configuration = reply.json();
    let issuer = format!("http://127.0.0.1:{port}/_cognito/{}", lab.pool);
    assert_eq!(configuration["issuer"], issuer);
    assert_eq!(configuration["jwks_uri"], format!("{issuer}/.well-known/jwks.json"));
    let jwks = format!("/{}/.well-known/jwks.json", lab.pool);
    let hosted = Request::new("GET", &jwks).header("Host", "cognito-idp.eu-west-1.localhost");
    let keys = hosted.send(port).await.json()["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    assert!(keys.iter().all(|key| key["alg"] == "RS256" && key["e"] == "AQAB"));
    for path in ["/_cognito/eu-west-1_unknown00/.well-known/jwks.json", "/_cognito/"] {
        let reply = Request::new("GET", path).send(port).await;
        assert!(reply.status == 400 || reply.status == 404, "{path}: {}", reply.status);
    }
}

#[tokio::test]
async fn the_mailbox_is_a_page_for_people_only() {
    let folder = Folder::new();
    let lab = lab(&folder).await;
    let port = lab.cloud.port;
    sign_up(&lab).await;
    let evil = json!({
        "ClientId": lab.client,
        "Username": "evil",
        "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "'onload=alert&'@example.com" }],
    });
    assert_eq!(visit(port, "SignUp", &evil).await.status, 200);
    let page = Request::new("GET", "/_local/mail.html");
    let reply = page
        .clone()
        .header("Sec-Fetch-Site", "cross-site")
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
        .send(port)
        .await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains(EMAIL));
    assert!(reply.text().contains("&#39;onload=alert&amp;&#39;@example.com"));
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.contains("sandbox") && policy.contains("frame-ancestors 'none'"), "{policy}");
    for name in ["Origin", "Sec-Fetch-Site"] {
        let refused = page.clone().header(name, "same-origin").send(port).await;
        assert_eq!(refused.status, 403, "{name}");
        let list = Request::new("GET", "/_local/mail").header(name, "same-origin");
        assert_eq!(list.send(port).await.status, 403, "{name}");
    }
    assert_eq!(mails(port, 1).await["mails"].as_array().unwrap().len(), 1);
    let bad = Request::new("GET", "/_local/mail?since=x").send(port).await;
    assert_eq!(bad.status, 400);
    Request::new("POST", "/_local/reset").send(port).await;
    assert_eq!(mails(port, 0).await, json!({ "mails": [], "last": 0 }));
}

#[tokio::test]
async fn faults_strike_visitors_too() {
    let folder = Folder::new();
    let lab = lab(&folder).await;
    let rule =
        json!({ "service": "cognito-idp", "operation": "SignUp", "kind": "throttle", "times": 1 });
    lab.cloud.put_faults(json!({ "rules": [rule] })).await;
    let reply = sign_up(&lab).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "TooManyRequestsException"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(sign_up(&lab).await.status, 200);
}
