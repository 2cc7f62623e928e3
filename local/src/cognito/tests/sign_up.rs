use serde_json::json;

use super::{EMAIL, Lab, PASSWORD, attribute, code, lab, site};

#[test]
fn a_visitor_signs_up_and_confirms() {
    let lab = Lab::new("sign-up");
    let signed_up = lab.sign_up(EMAIL).unwrap();
    assert_eq!(signed_up["UserConfirmed"], false);
    assert_eq!(signed_up["UserSub"].as_str().unwrap().len(), 36);
    assert_eq!(
        signed_up["CodeDeliveryDetails"],
        json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "v***@e***" })
    );
    assert_eq!(lab.user(EMAIL)["UserStatus"], "UNCONFIRMED");
    let (mails, _) = lab.opened.cognito.mails(0);
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, EMAIL));
    assert!(mails[0].text.contains(mails[0].code.as_deref().unwrap()));

    lab.confirm(EMAIL, &lab.mailed()).unwrap();
    let user = lab.user(EMAIL);
    assert_eq!((&user["UserStatus"], &user["Username"]), (&json!("CONFIRMED"), &json!(EMAIL)));
    assert_eq!(attribute(&user["UserAttributes"], "email_verified"), "true");
    assert_eq!(attribute(&user["UserAttributes"], "sub"), signed_up["UserSub"].as_str().unwrap());
    let again = lab.confirm(EMAIL, "123456").unwrap_err();
    assert_eq!(again.code, "NotAuthorizedException");
    assert_eq!(again.message, "User cannot be confirmed. Current status is CONFIRMED");
}

#[test]
fn a_name_is_taken_once() {
    let lab = Lab::new("taken");
    lab.sign_up(EMAIL).unwrap();
    assert_eq!(code(lab.sign_up(EMAIL)), "UsernameExistsException");
    // A pool created without a word on case is case-sensitive.
    assert!(lab.sign_up("Visitor@example.com").is_ok());
}

#[test]
fn a_wrong_code_is_refused() {
    let lab = Lab::new("wrong-code");
    lab.sign_up(EMAIL).unwrap();
    let wrong = if lab.mailed() == "000000" { "000001" } else { "000000" };
    assert_eq!(code(lab.confirm(EMAIL, wrong)), "CodeMismatchException");
    // The failure is counted although it is an error.
    for _ in 0..4 {
        assert_eq!(code(lab.confirm(EMAIL, wrong)), "CodeMismatchException");
    }
    assert_eq!(code(lab.confirm(EMAIL, &lab.mailed())), "LimitExceededException");
}

#[test]
fn another_code_is_sent_until_it_is_enough() {
    let lab = Lab::new("resend");
    lab.sign_up(EMAIL).unwrap();
    let resend = || lab.visit("ResendConfirmationCode", json!({ "Username": EMAIL }));
    for _ in 0..4 {
        assert_eq!(resend().unwrap()["CodeDeliveryDetails"]["Destination"], "v***@e***");
    }
    assert_eq!(code(resend()), "LimitExceededException");
    assert_eq!(lab.opened.cognito.mails(0).0.len(), 5);
    lab.confirm(EMAIL, &lab.mailed()).unwrap();
    assert_eq!(code(resend()), "InvalidParameterException");
}

#[test]
fn what_does_not_fit_is_refused() {
    let lab = Lab::new("unfit");
    let tried = |password: &str, attributes| {
        let input =
            json!({ "Username": EMAIL, "Password": password, "UserAttributes": attributes });
        code(lab.visit("SignUp", input))
    };
    assert_eq!(tried("griffin", json!([])), "InvalidPasswordException");
    let bad = json!([{ "Name": "email", "Value": "visitor" }]);
    assert_eq!(tried(PASSWORD, bad), "InvalidParameterException");
    let verified = json!([{ "Name": "email_verified", "Value": "true" }]);
    assert_eq!(tried(PASSWORD, verified), "NotAuthorizedException");
    let unknown = json!({ "ClientId": "1234567890abcdefghij123456", "Username": EMAIL });
    assert_eq!(code(lab.visit("SignUp", unknown)), "ResourceNotFoundException");
    assert!(lab.opened.cognito.mails(0).0.is_empty());
}

#[test]
fn pools_can_leave_sign_up_to_their_owners() {
    let settings = json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } });
    let lab = Lab::with("admin-only", settings, site());
    assert_eq!(code(lab.sign_up(EMAIL)), "NotAuthorizedException");
}

#[test]
fn with_addresses_as_names_the_name_is_the_sub() {
    let mut settings = lab();
    settings["UsernameAttributes"] = json!(["email"]);
    settings["UsernameConfiguration"] = json!({ "CaseSensitive": false });
    let lab = Lab::with("by-email", settings, site());
    assert_eq!(code(lab.sign_up("visitor")), "InvalidParameterException");
    let input = json!({ "Username": EMAIL, "Password": PASSWORD });
    let sub = lab.visit("SignUp", input).unwrap()["UserSub"].clone();
    assert_eq!(lab.user(EMAIL)["Username"], sub);
    let again = lab.sign_up("Visitor@Example.com").unwrap_err();
    assert_eq!(again.message, "An account with the given email already exists.");
    lab.confirm("VISITOR@example.com", &lab.mailed()).unwrap();
    assert!(lab.sign_in(EMAIL, PASSWORD).is_ok());
    assert!(lab.sign_in(sub.as_str().unwrap(), PASSWORD).is_ok());
}

#[test]
fn an_alias_is_one_users() {
    let mut settings = lab();
    settings["AliasAttributes"] = json!(["email"]);
    let lab = Lab::with("alias", settings, site());
    assert_eq!(code(lab.sign_up(EMAIL)), "InvalidParameterException");
    lab.sign_up("first").unwrap();
    lab.confirm("first", &lab.mailed()).unwrap();
    assert!(lab.sign_in(EMAIL, PASSWORD).is_ok());
    lab.sign_up("second").unwrap();
    let mailed = lab.mailed();
    assert_eq!(code(lab.confirm("second", &mailed)), "AliasExistsException");
    // The code was used; the next one is used with force.
    lab.visit("ResendConfirmationCode", json!({ "Username": "second" })).unwrap();
    let input = json!({
        "Username": "second", "ConfirmationCode": lab.mailed(), "ForceAliasCreation": true,
    });
    lab.visit("ConfirmSignUp", input).unwrap();
    assert_eq!(attribute(&lab.user("first")["UserAttributes"], "email_verified"), "false");
    assert_eq!(lab.user(EMAIL)["Username"], "second");
}

#[test]
fn who_has_no_account_is_told_or_not() {
    let lab = Lab::new("hidden");
    let legacy = lab.add_client(json!({}));
    let hidden = lab.client.clone();
    let confirm = |client: &str| {
        let input =
            json!({ "ClientId": client, "Username": "nobody", "ConfirmationCode": "123456" });
        code(lab.visit("ConfirmSignUp", input))
    };
    assert_eq!(confirm(&hidden), "ExpiredCodeException");
    assert_eq!(confirm(&legacy), "UserNotFoundException");
    let resend = |client: &str| {
        let input = json!({ "ClientId": client, "Username": "nobody@example.com" });
        lab.visit("ResendConfirmationCode", input)
    };
    assert_eq!(resend(&hidden).unwrap()["CodeDeliveryDetails"]["Destination"], "n***@e***");
    assert_eq!(code(resend(&legacy)), "UserNotFoundException");
    assert!(lab.opened.cognito.mails(0).0.is_empty());
}
