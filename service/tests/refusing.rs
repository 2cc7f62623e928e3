//! The tokens that are refused, each for its reason. Behind the load balancer this is the only
//! guard.

use ring::hmac;
use serde_json::{Value, json};

use crate::{
    cloud::Cloud,
    pool::{CLIENT, NEW, OLD, Pool, base64, claims, header, seal, sign},
    service::Service,
};

const PAULY: &str = "/mysfits/2b473002-36f8-4b87-954e-9a377e0ccbec";

/// A pool that the backend does not know.
const OTHER_POOL: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other";

/// What is rejected: the header's value, and the reason that is returned.
fn refused(pool: &Pool) -> Vec<(String, &'static str)> {
    let good = pool.token("alice");
    let [head, said, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let bobs = pool.token("bob");
    let (_, of_bob) = bobs.rsplit_once('.').unwrap();
    let claims = claims(&pool.issuer, "alice");
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        sign(&OLD, &claims)
    };
    let then = claims["iat"].as_u64().unwrap() - 7200;
    let later = then + 14_400;
    let theirs = self::claims(OTHER_POOL, "alice");
    let none = base64(json!({ "alg": "none", "kid": "old" }).to_string());
    vec![
        (String::new(), "sign in first"),
        ("Bearer".to_owned(), "holds no token"),
        ("garbage".to_owned(), "holds no token"),
        ("Basic YWxpY2U6c2VjcmV0".to_owned(), "holds no token"),
        (format!("Digest {good}"), "holds no token"),
        (format!("{head}.{said}"), "holds no token"),
        (format!("{head}.{said}.{}", "A".repeat(20_000)), "holds no token"),
        // Of another pool: as that pool makes them, and dressed up as ours.
        (sign(&NEW, &theirs), "another user pool"),
        (seal(&NEW, &header(&OLD), &theirs), "another user pool"),
        (sign(&NEW, &claims), "no such key"),
        (seal(&NEW, &header(&OLD), &claims), "signature is wrong"),
        // Tampered with.
        (format!("{head}.{}.{signature}", base64(said_by_mallory(&claims))), "signature is wrong"),
        (format!("{}.{said}.{signature}", base64(header_with_type())), "signature is wrong"),
        (format!("{head}.{said}."), "signature is wrong"),
        (format!("{head}.{said}.AAAA"), "signature is wrong"),
        (format!("{head}.{said}.{}", &signature[..signature.len() / 8 * 4]), "signature is wrong"),
        (format!("{head}.{said}.{of_bob}"), "signature is wrong"),
        // Signed with another algorithm, which the token must not choose.
        (format!("{none}.{said}."), "not signed with RS256"),
        (format!("{none}.{said}.{signature}"), "not signed with RS256"),
        (with_public_key_as_secret(said), "not signed with RS256"),
        // Genuine, but not for this.
        (access_token(&claims), "no ID token"),
        (with("aud", "another-client".into()), "another client"),
        (with("exp", then.into()), "The token has expired"),
        (with("nbf", later.into()), "not valid yet"),
        (with("iat", later.into()), "not valid yet"),
        (with("sub", "".into()), "names no visitor"),
        (with("exp", "2099-01-01".into()), "holds no token"),
    ]
}

fn said_by_mallory(claims: &Value) -> String {
    let mut claims = claims.clone();
    claims["sub"] = "mallory".into();
    claims.to_string()
}

/// Returns the same header with one more field.
fn header_with_type() -> String {
    json!({ "alg": "RS256", "kid": "old", "typ": "JWT" }).to_string()
}

/// An access token of Cognito has a client, but no audience.
fn access_token(claims: &Value) -> String {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove("aud");
    claims["client_id"] = CLIENT.into();
    claims["token_use"] = "access".into();
    sign(&OLD, &claims)
}

/// A server that takes the public key for the secret of HS256 believes everybody who knows the key.
fn with_public_key_as_secret(said: &str) -> String {
    let head = base64(json!({ "alg": "HS256", "kid": "old" }).to_string());
    let signed = format!("{head}.{said}");
    let public = OLD.published()["n"].as_str().unwrap().to_owned();
    let secret = hmac::Key::new(hmac::HMAC_SHA256, public.as_bytes());
    format!("{signed}.{}", base64(hmac::sign(&secret, signed.as_bytes())))
}

#[tokio::test]
async fn each_is_refused_for_its_reason_and_changes_nothing() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    for what in ["like", "adopt"] {
        for (authorization, reason) in refused(&pool) {
            let reply = service.post_as(&format!("{PAULY}/{what}"), &authorization).await;
            assert_eq!(reply.status, 401, "{what} with {authorization}: {}", reply.body);
            assert!(reply.message().contains(reason), "{authorization}: {}", reply.body);
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        }
        let reply = service.post(&format!("{PAULY}/{what}")).await;
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Bearer")));
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert!(reply.message().contains("sign in first"), "{}", reply.body);
    }
    let pauly = service.get(PAULY).await.json();
    assert_eq!((&pauly["likes"], &pauly["adopted"]), (&json!(0), &json!(false)));
    // One fetch of the keys, and one more for the key that is not among them.
    assert_eq!(pool.asked(), 2);
}

#[tokio::test]
async fn the_tokens_of_others_are_no_reason_to_fetch_keys() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    for token in [sign(&NEW, &claims(OTHER_POOL, "mallory")), "garbage".to_owned()] {
        assert_eq!(service.post_as(&format!("{PAULY}/like"), &token).await.status, 401);
    }
    assert_eq!(pool.asked(), 0);
}

#[tokio::test]
async fn two_tokens_are_none() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    let (alice, bob) = (pool.token("alice"), pool.token("bob"));
    let both = [("Authorization", alice.as_str()), ("Authorization", bob.as_str())];
    assert_eq!(service.send(&format!("POST {PAULY}/like"), &both).await.status, 401);
}

/// Nor is a part of one, whether it is trusted or not.
#[tokio::test]
async fn no_token_is_ever_in_the_log() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let mut service = Service::guarded(&cloud, &pool).await;
    let mut sent: Vec<String> = refused(&pool).into_iter().map(|(sent, _)| sent).collect();
    sent.extend([pool.token("alice"), format!("Bearer {}", pool.token("bob"))]);
    for authorization in &sent {
        service.post_as(&format!("{PAULY}/like"), authorization).await;
    }
    pool.answer("500 Internal Server Error", "{}");
    sent.push(seal(
        &NEW,
        &json!({ "alg": "RS256", "kid": "newer" }),
        &claims(&pool.issuer, "mallory"),
    ));
    service.post_as(&format!("{PAULY}/like"), &sent[sent.len() - 1]).await;
    service.signal("TERM").await;
    let mut log = String::new();
    let mut requests = 0;
    while let Some(line) = service.line().await {
        requests += usize::from(line["message"] == "request");
        log += &line.to_string();
    }
    assert_eq!(requests, sent.len());
    for part in sent.iter().flat_map(|sent| sent.split(['.', ' '])).filter(|part| part.len() > 7) {
        assert!(!log.contains(part), "{part} is in {log}");
    }
    for secret in ["alice", "bob", "mallory", "visitor@example.com"] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
}
