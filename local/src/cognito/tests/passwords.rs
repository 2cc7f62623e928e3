use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{EMAIL, Lab, PASSWORD, code, lab, site};

const NEW: &str = "Griffin-2";

fn confirm(lab: &Lab, login: &str, mailed: &str, password: &str) -> super::Outcome<Value> {
    let input = json!({ "Username": login, "ConfirmationCode": mailed, "Password": password });
    lab.visit("ConfirmForgotPassword", input)
}

#[test]
fn a_forgotten_password_is_chosen_anew() {
    let lab = Lab::new("forgot").with_visitor();
    let sent = lab.visit("ForgotPassword", json!({ "Username": EMAIL })).unwrap();
    assert_eq!(sent["CodeDeliveryDetails"]["Destination"], "v***@e***");
    let mailed = lab.mailed();
    assert_eq!(code(confirm(&lab, EMAIL, &mailed, "griffin")), "InvalidPasswordException");
    let wrong = if mailed == "000000" { "000001" } else { "000000" };
    assert_eq!(code(confirm(&lab, EMAIL, wrong, NEW)), "CodeMismatchException");
    confirm(&lab, EMAIL, &mailed, NEW).unwrap();
    assert!(lab.sign_in(EMAIL, NEW).is_ok());
    assert_eq!(code(lab.sign_in(EMAIL, PASSWORD)), "NotAuthorizedException");
    assert_eq!(code(confirm(&lab, EMAIL, &mailed, PASSWORD)), "ExpiredCodeException");
}

#[test]
fn who_cannot_get_a_code_is_told_or_not() {
    let lab = Lab::new("no-code");
    let legacy = lab.add_client(json!({}));
    let forgot = |client: &str, login: &str| {
        lab.visit("ForgotPassword", json!({ "ClientId": client, "Username": login }))
    };
    lab.sign_up(EMAIL).unwrap();
    assert_eq!(code(forgot(&legacy, EMAIL)), "InvalidParameterException");
    assert_eq!(code(forgot(&legacy, "nobody")), "UserNotFoundException");
    let hidden = forgot(&lab.client, "nobody").unwrap();
    assert_eq!(hidden, forgot(&lab.client, "nobody").unwrap());
    assert_eq!(hidden["CodeDeliveryDetails"]["AttributeName"], "email");
    assert!(forgot(&lab.client, EMAIL).is_ok());
    assert_eq!(lab.opened.cognito.mails(0).0.len(), 1, "only the sign-up's");
    assert_eq!(code(confirm(&lab, "nobody", "123456", NEW)), "CodeMismatchException");
}

#[test]
fn codes_for_passwords_come_to_an_end() {
    let lab = Lab::new("many-codes").with_visitor();
    let forgot = || lab.visit("ForgotPassword", json!({ "Username": EMAIL }));
    for _ in 0..5 {
        forgot().unwrap();
    }
    assert_eq!(code(forgot()), "LimitExceededException");
}

#[test]
fn a_password_is_changed_by_who_knows_it() {
    let lab = Lab::new("change").with_visitor();
    let token = lab.tokens()["AccessToken"].clone();
    let change = |previous: &str, proposed: &str| {
        lab.visit(
            "ChangePassword",
            json!({
                "AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed,
            }),
        )
    };
    assert_eq!(code(change(NEW, NEW)), "NotAuthorizedException");
    assert_eq!(code(change(PASSWORD, "griffin")), "InvalidPasswordException");
    change(PASSWORD, NEW).unwrap();
    assert!(lab.sign_in(EMAIL, NEW).is_ok());
    assert!(lab.sign_in(EMAIL, PASSWORD).is_err());
}

#[test]
fn a_client_with_a_secret_takes_its_hash_only() {
    let mut client = site();
    client["GenerateSecret"] = true.into();
    let lab = Lab::with("secret", lab(), client);
    let described = lab.own("DescribeUserPoolClient", json!({ "ClientId": lab.client })).unwrap();
    let secret = described["UserPoolClient"]["ClientSecret"].as_str().unwrap().to_owned();
    let hash = |login: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{login}{}", lab.client).as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    };
    let sign_up = |hash: Value| {
        lab.visit("SignUp", json!({ "Username": EMAIL, "Password": PASSWORD, "SecretHash": hash }))
    };
    let missing = sign_up(Value::Null).unwrap_err();
    assert!(missing.message.ends_with("SECRET_HASH was not received"), "{missing}");
    let wrong = sign_up(hash("other").into()).unwrap_err();
    assert!(wrong.message.starts_with("Unable to verify secret hash"), "{wrong}");
    assert!(sign_up(hash(EMAIL).into()).is_ok());
    let open = lab.add_client(site());
    let input = json!({
        "ClientId": open, "Username": "a", "Password": PASSWORD, "SecretHash": "aGFzaA==",
    });
    assert_eq!(code(lab.visit("SignUp", input)), "NotAuthorizedException");

    lab.own("AdminConfirmSignUp", json!({ "Username": EMAIL })).unwrap();
    let auth = |flow: &str, parameters: Value| {
        lab.visit("InitiateAuth", json!({ "AuthFlow": flow, "AuthParameters": parameters }))
    };
    let hash = hash(EMAIL);
    let tokens = auth(
        "USER_PASSWORD_AUTH",
        json!({ "USERNAME": EMAIL, "PASSWORD": PASSWORD, "SECRET_HASH": hash }),
    );
    let refresh = tokens.unwrap()["AuthenticationResult"]["RefreshToken"].clone();
    let again = json!({ "REFRESH_TOKEN": refresh, "SECRET_HASH": hash });
    assert!(auth("REFRESH_TOKEN_AUTH", again).is_ok());
    assert!(auth("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": refresh })).is_err());
    let revoke = |secret: Value| {
        lab.visit("RevokeToken", json!({ "Token": refresh, "ClientSecret": secret }))
    };
    assert_eq!(code(revoke(Value::Null)), "UnauthorizedException");
    assert!(revoke(secret.as_str().into()).is_ok());
}

#[test]
fn no_password_is_in_the_state() {
    let lab = Lab::new("no-clear").with_visitor();
    lab.sign_in(EMAIL, PASSWORD).unwrap();
    let file = lab.opened.folder.join("pools/111111111111/eu-west-1.json");
    let state = std::fs::read_to_string(file).unwrap();
    assert!(state.contains(EMAIL) && !state.contains(PASSWORD));
}
