use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{EMAIL, Lab, PASSWORD, attribute, code, keys::decoded, lab, site};
use crate::ports::{Pools as _, TokenRefusal, TokenUse};

fn claims(token: &Value) -> Map<String, Value> {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&decoded(part).unwrap()).unwrap()
}

fn names(claims: &Map<String, Value>) -> BTreeSet<&str> {
    claims.keys().map(String::as_str).collect()
}

#[test]
fn tokens_have_the_claims_of_aws() {
    let lab = Lab::new("claims").with_visitor();
    let tokens = lab.tokens();
    assert_eq!((&tokens["ExpiresIn"], &tokens["TokenType"]), (&json!(3600), &json!("Bearer")));
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    let common =
        ["sub", "iss", "event_id", "token_use", "auth_time", "iat", "exp", "jti", "origin_jti"];
    let of = |more: &[&'static str]| common.iter().chain(more).copied().collect::<BTreeSet<_>>();
    assert_eq!(names(&id), of(&["aud", "cognito:username", "email", "email_verified"]));
    assert_eq!(names(&access), of(&["client_id", "username", "scope"]));
    assert_eq!(id["iss"], format!("http://127.0.0.1:4566/_cognito/{}", lab.pool));
    assert_eq!((&id["email_verified"], &id["email"]), (&json!(true), &json!(EMAIL)));
    assert_eq!((&id["aud"], &access["client_id"]), (&json!(lab.client), &json!(lab.client)));
    assert_eq!((&id["token_use"], &access["token_use"]), (&json!("id"), &json!("access")));
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    assert_eq!(id["exp"].as_u64().unwrap() - id["iat"].as_u64().unwrap(), 3600);
    assert_eq!((&id["origin_jti"], &id["event_id"]), (&access["origin_jti"], &access["event_id"]));
    assert_ne!(id["jti"], access["jti"]);
}

#[test]
fn clients_decide_on_lifetimes_and_what_is_told() {
    let mut client = site();
    client["IdTokenValidity"] = json!(10);
    client["AccessTokenValidity"] = json!(2);
    client["TokenValidityUnits"] = json!({ "IdToken": "minutes" });
    client["ReadAttributes"] = json!(["email"]);
    client["EnableTokenRevocation"] = json!(false);
    let lab = Lab::with("lifetimes", lab(), client).with_visitor();
    let tokens = lab.tokens();
    assert_eq!(tokens["ExpiresIn"], 7200);
    let id = claims(&tokens["IdToken"]);
    assert_eq!(id["exp"].as_u64().unwrap() - id["iat"].as_u64().unwrap(), 600);
    assert!(id.contains_key("email") && !id.contains_key("email_verified"));
    assert!(!id.contains_key("origin_jti"));
    let revoke = lab.visit("RevokeToken", json!({ "Token": tokens["RefreshToken"] }));
    assert_eq!(code(revoke), "UnsupportedOperationException");
}

#[test]
fn who_cannot_come_in_is_told_why() {
    let lab = Lab::new("refused");
    lab.sign_up(EMAIL).unwrap();
    assert_eq!(code(lab.sign_in(EMAIL, PASSWORD)), "UserNotConfirmedException");
    let wrong = lab.sign_in(EMAIL, "griffin").unwrap_err();
    assert_eq!(wrong.message, "Incorrect username or password.");
    lab.confirm(EMAIL, &lab.mailed()).unwrap();
    let nobody = lab.sign_in("nobody", PASSWORD).unwrap_err();
    assert_eq!((&nobody.code, &nobody.message), (&wrong.code, &wrong.message));
    lab.own("AdminDisableUser", json!({ "Username": EMAIL })).unwrap();
    assert_eq!(lab.sign_in(EMAIL, PASSWORD).unwrap_err().message, "User is disabled.");
    lab.own("AdminEnableUser", json!({ "Username": EMAIL })).unwrap();
    assert!(lab.sign_in(EMAIL, PASSWORD).is_ok());
}

#[test]
fn only_the_flows_of_the_client_lead_in() {
    let lab = Lab::with("flows", lab(), json!({})).with_visitor();
    let refused = lab.sign_in(EMAIL, PASSWORD).unwrap_err();
    assert_eq!(refused.code, "InvalidParameterException");
    assert_eq!(refused.message, "USER_PASSWORD_AUTH flow not enabled for this client");
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH", "OTHER"] {
        let (code, _) = lab.refused("InitiateAuth", json!({ "AuthFlow": flow }));
        assert_eq!(code, "InvalidParameterException", "{flow}");
    }
    let old = lab.add_client(json!({ "ExplicitAuthFlows": ["USER_PASSWORD_AUTH"] }));
    let input = json!({
        "ClientId": old,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": EMAIL, "PASSWORD": PASSWORD },
    });
    assert!(lab.visit("InitiateAuth", input).is_ok());
    let (_, message) = lab.refused(
        "InitiateAuth",
        json!({ "ClientId": old, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": EMAIL } }),
    );
    assert_eq!(message, "Missing required parameter PASSWORD");
}

#[test]
fn guessing_a_password_locks_out() {
    let lab = Lab::new("locked").with_visitor();
    lab.guess_often();
    let wrong = lab.sign_in(EMAIL, "Griffin-2").unwrap_err();
    assert_eq!(wrong.message, "Incorrect username or password.");
    let locked = lab.sign_in(EMAIL, PASSWORD).unwrap_err();
    assert_eq!(locked.code, "NotAuthorizedException");
    assert_eq!(locked.message, "Password attempts exceeded");
}

#[test]
fn a_refresh_token_is_good_until_it_is_revoked() {
    let lab = Lab::new("refresh").with_visitor();
    let tokens = lab.tokens();
    let refreshed = lab.refresh(&tokens["RefreshToken"]).unwrap()["AuthenticationResult"].clone();
    assert_eq!(refreshed["RefreshToken"], Value::Null);
    let (first, second) = (claims(&tokens["IdToken"]), claims(&refreshed["IdToken"]));
    assert_eq!(first["origin_jti"], second["origin_jti"]);
    assert_eq!(first["auth_time"], second["auth_time"]);
    assert_ne!(first["jti"], second["jti"]);
    let user = |token: &Value| lab.visit("GetUser", json!({ "AccessToken": token }));
    assert_eq!(user(&refreshed["AccessToken"]).unwrap()["Username"], EMAIL);

    let other = lab.add_client(site());
    let revoke = |client: &str, token: &Value| {
        lab.visit("RevokeToken", json!({ "ClientId": client, "Token": token }))
    };
    assert_eq!(code(revoke(&other, &tokens["RefreshToken"])), "UnauthorizedException");
    let access = revoke(&lab.client, &tokens["AccessToken"]);
    assert_eq!(code(access), "UnsupportedTokenTypeException");
    revoke(&lab.client, &json!("unknown")).unwrap();
    revoke(&lab.client, &tokens["RefreshToken"]).unwrap();
    let message = |error: super::AwsError| error.message;
    assert_eq!(
        lab.refresh(&tokens["RefreshToken"]).map_err(message),
        Err("Refresh Token has been revoked".to_owned())
    );
    for token in [&tokens["AccessToken"], &refreshed["AccessToken"]] {
        assert_eq!(user(token).map_err(message), Err("Access Token has been revoked".to_owned()));
    }
    assert_eq!(
        lab.refresh(&json!("unknown")).map_err(message),
        Err("Invalid Refresh Token".to_owned())
    );
}

#[test]
fn signing_out_everywhere_ends_all_sessions() {
    let lab = Lab::new("sign-out").with_visitor();
    let (one, other) = (lab.tokens(), lab.tokens());
    lab.visit("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).unwrap();
    for tokens in [one, other] {
        let (code, message) =
            lab.refused("GetUser", json!({ "AccessToken": tokens["AccessToken"] }));
        assert_eq!(code, "NotAuthorizedException");
        assert_eq!(message, "Access Token has been revoked");
        assert!(lab.refresh(&tokens["RefreshToken"]).is_err());
    }
    assert!(lab.sign_in(EMAIL, PASSWORD).is_ok());
}

#[test]
fn a_user_sees_changes_and_deletes_the_account() {
    let lab = Lab::new("account").with_visitor();
    let token = lab.tokens()["AccessToken"].clone();
    let with = |mut input: Value| {
        input["AccessToken"] = token.clone();
        input
    };
    let update = json!({ "UserAttributes": [{ "Name": "email", "Value": "new@example.com" }] });
    let sent = lab.visit("UpdateUserAttributes", with(update)).unwrap();
    assert_eq!(sent["CodeDeliveryDetailsList"][0]["Destination"], "n***@e***");
    let attributes = || lab.visit("GetUser", with(json!({}))).unwrap()["UserAttributes"].clone();
    assert_eq!(attribute(&attributes(), "email"), "new@example.com");
    assert_eq!(attribute(&attributes(), "email_verified"), "false");
    let verify = json!({ "AttributeName": "email", "Code": lab.mailed() });
    lab.visit("VerifyUserAttribute", with(verify)).unwrap();
    assert_eq!(attribute(&attributes(), "email_verified"), "true");
    lab.visit("DeleteUser", with(json!({}))).unwrap();
    assert_eq!(code(lab.visit("GetUser", with(json!({})))), "UserNotFoundException");
    let (_, message) = lab.refused("GetUser", json!({ "AccessToken": "no token" }));
    assert_eq!(message, "Invalid Access Token");
}

#[test]
fn a_changed_address_can_have_to_be_verified_first() {
    let mut settings = lab();
    settings["UserAttributeUpdateSettings"] =
        json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] });
    let lab = Lab::with("pending", settings, site()).with_visitor();
    let token = lab.tokens()["AccessToken"].clone();
    let update = json!({
        "AccessToken": token,
        "UserAttributes": [{ "Name": "email", "Value": "new@example.com" }],
    });
    lab.visit("UpdateUserAttributes", update).unwrap();
    let email = || attribute(&lab.user(EMAIL)["UserAttributes"], "email").to_owned();
    assert_eq!(email(), EMAIL);
    let code = json!({ "AccessToken": token, "AttributeName": "email", "Code": lab.mailed() });
    lab.visit("VerifyUserAttribute", code).unwrap();
    assert_eq!(email(), "new@example.com");
}

#[test]
fn another_service_reads_whose_a_token_is() {
    let lab = Lab::new("pools").with_visitor();
    let tokens = lab.tokens();
    let id = tokens["IdToken"].as_str().unwrap();
    let arn = format!("arn:aws:cognito-idp:eu-west-1:111111111111:userpool/{}", lab.pool);
    let other = format!(
        "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/{}",
        lab.opened.pool(json!({}))
    );
    let cognito = &lab.opened.cognito;
    let read = cognito.claims(&[other.clone(), arn.clone()], id, TokenUse::Id).unwrap();
    assert_eq!(read["email"], EMAIL);
    let refused = |arn: &String, token: &str, token_use| {
        cognito.claims(std::slice::from_ref(arn), token, token_use).unwrap_err()
    };
    assert_eq!(refused(&other, id, TokenUse::Id), TokenRefusal::Invalid);
    assert_eq!(refused(&arn, id, TokenUse::Access), TokenRefusal::Invalid);
    let access = tokens["AccessToken"].as_str().unwrap();
    assert_eq!(refused(&arn, access, TokenUse::Id), TokenRefusal::Invalid);
    let foreign = arn.replace("111111111111", "222222222222");
    assert_eq!(refused(&foreign, id, TokenUse::Id), TokenRefusal::Invalid);
    lab.own("DeleteUserPool", json!({})).unwrap();
    assert_eq!(refused(&arn, id, TokenUse::Id), TokenRefusal::Invalid);
}
