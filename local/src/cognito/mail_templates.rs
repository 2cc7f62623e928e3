//! The texts of mails: the pool's own if it has any, else AWS's.

use super::{codes::Purpose, mail::Letter, rules::Rules};

/// The placeholder of the code in a template.
const CODE: &str = "{####}";
const NAME: &str = "{username}";

/// Returns a mail with a code.
pub(super) fn code(rules: &Rules, purpose: Purpose, to: &str, code: &str) -> Letter {
    let usual = match purpose {
        Purpose::Reset => "Your password reset code is {####}",
        Purpose::SignUp | Purpose::Email => "Your confirmation code is {####}",
    };
    let text = rules.text.as_deref().unwrap_or(usual);
    Letter {
        to: to.to_owned(),
        subject: rules.subject.clone().unwrap_or_else(|| "Your verification code".to_owned()),
        text: text.replace(CODE, code),
        code: Some(code.to_owned()),
    }
}

/// Returns the mail to a user whom an administrator created.
pub(super) fn invitation(rules: &Rules, to: &str, name: &str, password: &str) -> Letter {
    let usual = "Your username is {username} and temporary password is {####}.";
    let text = rules.invite_text.as_deref().unwrap_or(usual);
    let subject = rules.invite_subject.clone();
    Letter {
        to: to.to_owned(),
        subject: subject.unwrap_or_else(|| "Your temporary password".to_owned()),
        text: text.replace(NAME, name).replace(CODE, password),
        code: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{cognito::settings, protocol::input::Input};

    #[test]
    fn a_pool_has_its_own_words() {
        let rules = |input| Rules::of(&settings::created(Input(&input)).unwrap());
        let usual = code(&rules(json!({})), Purpose::Reset, "a@b", "123456");
        assert_eq!(usual.text, "Your password reset code is 123456");
        let own = rules(json!({
            "VerificationMessageTemplate": { "EmailSubject": "Mysfits" },
            "EmailVerificationMessage": "Welcome: {####}!",
        }));
        let own = code(&own, Purpose::SignUp, "a@b", "123456");
        assert_eq!((own.subject.as_str(), own.text.as_str()), ("Mysfits", "Welcome: 123456!"));
    }
}
