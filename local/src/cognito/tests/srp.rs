//! The flow around the exchange of keys. The exchange itself is tested next to its code, and as
//! Amazon does it by a third-party client.

use serde_json::{Value, json};

use super::{EMAIL, Lab, Outcome, code};

fn begin(lab: &Lab, client: &str, login: &str, public: &str) -> Outcome<Value> {
    let input = json!({
        "ClientId": client,
        "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": login, "SRP_A": public },
    });
    lab.visit("InitiateAuth", input)
}

/// Answers a challenge with a signature that is wrong.
fn guess(lab: &Lab, challenge: &Value, time: &str) -> (String, String) {
    let parameters = &challenge["ChallengeParameters"];
    let input = json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": {
            "USERNAME": parameters["USERNAME"],
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": "AAAA",
            "TIMESTAMP": time,
        },
    });
    lab.refused("RespondToAuthChallenge", input)
}

/// Returns the current time, as clients write it.
fn now() -> String {
    let now = time::OffsetDateTime::from(std::time::SystemTime::now());
    let (month, weekday) = (now.month().to_string(), now.weekday().to_string());
    format!(
        "{} {} {} {:02}:{:02}:{:02} UTC {}",
        &weekday[..3],
        &month[..3],
        now.day(),
        now.hour(),
        now.minute(),
        now.second(),
        now.year()
    )
}

#[test]
fn who_is_not_there_is_challenged_like_everybody() {
    let lab = Lab::new("srp-nobody").with_visitor();
    let (one, again) = (
        begin(&lab, &lab.client, "nobody", "abcdef").unwrap(),
        begin(&lab, &lab.client, "nobody", "abcdef").unwrap(),
    );
    let real = begin(&lab, &lab.client, EMAIL, "abcdef").unwrap();
    let of = |challenge: &Value, name: &str| challenge["ChallengeParameters"][name].clone();
    assert_eq!(of(&one, "SALT"), of(&again, "SALT"));
    assert_ne!(of(&one, "SRP_B"), of(&again, "SRP_B"));
    assert_eq!(of(&one, "USER_ID_FOR_SRP"), "nobody");
    assert_eq!(of(&real, "USER_ID_FOR_SRP"), EMAIL);
    let wrong = guess(&lab, &real, &now());
    assert_eq!(wrong.1, "Incorrect username or password.");
    assert_eq!(guess(&lab, &one, &now()), wrong);
    let legacy = lab.add_client(json!({}));
    assert_eq!(code(begin(&lab, &legacy, "nobody", "abcdef")), "UserNotFoundException");
}

#[test]
fn guesses_count_and_clocks_matter() {
    let lab = Lab::new("srp-guess").with_visitor();
    let challenge = || begin(&lab, &lab.client, EMAIL, "abcdef").unwrap();
    let (refused, _) = guess(&lab, &challenge(), "1.1.2026");
    assert_eq!(refused, "InvalidParameterException");
    let (refused, _) = guess(&lab, &challenge(), "Thu Jan 1 00:00:00 UTC 2026");
    assert_eq!(refused, "NotAuthorizedException");
    let used = challenge();
    lab.guess_often();
    guess(&lab, &challenge(), &now());
    assert_eq!(guess(&lab, &used, &now()).1, "Password attempts exceeded");
    assert_eq!(guess(&lab, &used, &now()).1, "Incorrect username or password.");
}

#[test]
fn a_public_value_must_be_one() {
    let lab = Lab::new("srp-value").with_visitor();
    for bad in ["", "0", "xyz", &"f".repeat(2000)] {
        let refused = begin(&lab, &lab.client, EMAIL, bad);
        assert_eq!(code(refused), "InvalidParameterException", "{bad}");
    }
    let without = lab.add_client(json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"] }));
    let refused = begin(&lab, &without, EMAIL, "abcdef").unwrap_err();
    assert_eq!(refused.message, "USER_SRP_AUTH is not enabled for the client.");
}
