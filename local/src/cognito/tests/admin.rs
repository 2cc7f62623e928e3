use serde_json::{Value, json};

use super::{EMAIL, Lab, PASSWORD, attribute, code, lab, site};

const TEMPORARY: &str = "Temporary-1";

fn invite(lab: &Lab) -> Value {
    let input = json!({
        "Username": EMAIL,
        "TemporaryPassword": TEMPORARY,
        "UserAttributes": [
            { "Name": "email", "Value": EMAIL },
            { "Name": "email_verified", "Value": "true" },
        ],
    });
    lab.own("AdminCreateUser", input).unwrap()["User"].clone()
}

#[test]
fn an_invited_user_chooses_a_password() {
    let lab = Lab::new("invited");
    let user = invite(&lab);
    assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(attribute(&user["Attributes"], "email"), EMAIL);
    let (mails, _) = lab.opened.cognito.mails(0);
    assert!(mails[0].text.contains(TEMPORARY) && mails[0].text.contains(EMAIL));

    let again = json!({
        "Username": EMAIL, "TemporaryPassword": TEMPORARY, "MessageAction": "RESEND",
    });
    lab.own("AdminCreateUser", again.clone()).unwrap();
    assert_eq!(lab.opened.cognito.mails(0).0.len(), 2);

    let challenge = lab.sign_in(EMAIL, TEMPORARY).unwrap();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let respond = |session: &Value, password: &str| {
        lab.visit(
            "RespondToAuthChallenge",
            json!({
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": session,
                "ChallengeResponses": {
                    "USERNAME": EMAIL, "NEW_PASSWORD": password, "userAttributes.name": "Visitor",
                },
            }),
        )
    };
    let session = &challenge["Session"];
    assert_eq!(code(respond(session, "griffin")), "InvalidPasswordException");
    assert_eq!(code(respond(&json!("a-session-of-nobody"), PASSWORD)), "NotAuthorizedException");
    let done = respond(session, PASSWORD).unwrap();
    assert!(done["AuthenticationResult"]["IdToken"].is_string());
    assert_eq!(code(respond(session, PASSWORD)), "NotAuthorizedException");
    let user = lab.user(EMAIL);
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(attribute(&user["UserAttributes"], "name"), "Visitor");
    assert_eq!(code(lab.own("AdminCreateUser", again)), "UnsupportedUserStateException");
}

#[test]
fn owners_set_passwords_and_sign_in_for_users() {
    let lab = Lab::new("owner");
    invite(&lab);
    let set = json!({ "Username": EMAIL, "Password": PASSWORD, "Permanent": true });
    lab.own("AdminSetUserPassword", set).unwrap();
    let auth = |flow: &str| {
        let input = json!({
            "ClientId": lab.client,
            "AuthFlow": flow,
            "AuthParameters": { "USERNAME": EMAIL, "PASSWORD": PASSWORD },
        });
        lab.own("AdminInitiateAuth", input)
    };
    let tokens = auth("ADMIN_USER_PASSWORD_AUTH").unwrap()["AuthenticationResult"].clone();
    assert_eq!(code(auth("USER_PASSWORD_AUTH")), "InvalidParameterException");
    lab.own("AdminUserGlobalSignOut", json!({ "Username": EMAIL })).unwrap();
    let user = lab.visit("GetUser", json!({ "AccessToken": tokens["AccessToken"] }));
    assert_eq!(code(user), "NotAuthorizedException");
    let closed = lab.add_client(json!({}));
    let input = json!({
        "ClientId": closed, "AuthFlow": "ADMIN_NO_SRP_AUTH",
        "AuthParameters": { "USERNAME": EMAIL, "PASSWORD": PASSWORD },
    });
    let refused = lab.own("AdminInitiateAuth", input).unwrap_err();
    assert_eq!(refused.message, "Auth flow not enabled for this client");
}

#[test]
fn owners_confirm_change_and_delete_users() {
    let lab = Lab::with("managed", lab(), site());
    lab.sign_up(EMAIL).unwrap();
    let of = |mut input: Value| {
        input["Username"] = EMAIL.into();
        input
    };
    lab.own("AdminConfirmSignUp", of(json!({}))).unwrap();
    assert_eq!(code(lab.own("AdminConfirmSignUp", of(json!({})))), "NotAuthorizedException");
    assert_eq!(attribute(&lab.user(EMAIL)["UserAttributes"], "email_verified"), "");
    let verified = json!({ "UserAttributes": [{ "Name": "email_verified", "Value": "true" }] });
    lab.own("AdminUpdateUserAttributes", of(verified)).unwrap();
    assert_eq!(attribute(&lab.user(EMAIL)["UserAttributes"], "email_verified"), "true");
    assert_eq!(
        lab.own("DescribeUserPool", json!({})).unwrap()["UserPool"]["EstimatedNumberOfUsers"],
        1
    );
    lab.own("AdminDeleteUser", of(json!({}))).unwrap();
    assert_eq!(code(lab.own("AdminGetUser", of(json!({})))), "UserNotFoundException");
}

#[test]
fn users_are_listed_by_pages_and_filters() {
    let lab = Lab::new("listed");
    for name in ["anna", "bert", "carl"] {
        let email = format!("{name}@example.com");
        let attributes = json!([{ "Name": "email", "Value": email }]);
        let input = json!({ "Username": name, "UserAttributes": attributes });
        lab.own("AdminCreateUser", input).unwrap();
    }
    let listed = |input: Value| {
        let page = lab.own("ListUsers", input).unwrap();
        let users = page["Users"].as_array().unwrap().clone();
        let names = users.iter().map(|user| user["Username"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), page["PaginationToken"].clone())
    };
    let (first, token) = listed(json!({ "Limit": 2 }));
    assert_eq!(first, ["anna", "bert"]);
    assert_eq!(listed(json!({ "Limit": 2, "PaginationToken": token })).0, ["carl"]);
    assert_eq!(listed(json!({ "Filter": "email = \"bert@example.com\"" })).0, ["bert"]);
    assert_eq!(listed(json!({ "Filter": "username ^= \"c\"" })).0, ["carl"]);
    let filter = "cognito:user_status = \"CONFIRMED\"";
    assert!(listed(json!({ "Filter": filter })).0.is_empty());
    let page = lab.own("ListUsers", json!({ "AttributesToGet": ["sub"] })).unwrap();
    assert_eq!(page["Users"][0]["Attributes"].as_array().unwrap().len(), 1);
    assert_eq!(
        code(lab.own("ListUsers", json!({ "Filter": "email" }))),
        "InvalidParameterException"
    );
    let again = lab.own("AdminCreateUser", json!({ "Username": "anna" })).unwrap_err();
    assert_eq!(again.message, "User account already exists");
}
