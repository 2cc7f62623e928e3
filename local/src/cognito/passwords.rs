//! Passwords: the rules of a pool, and how a password is stored. The password itself never is: the
//! verifier of the key exchange serves both flows.

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{
    errors::{Outcome, bad, unfit_unseen},
    srp::{self, Name},
};
use crate::protocol::input::Input;

/// What counts as a symbol. A space does within a password.
const SYMBOLS: &str = r#"^$*.[]{}()?-"!@#%&/\,><':;|_~`+= "#;
const LONGEST: usize = 256;

/// The rules.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    shortest: usize,
    /// In the order in which they are looked at.
    required: Vec<Class>,
}

/// A class of characters.
#[derive(Clone, Copy, Debug)]
struct Class {
    setting: &'static str,
    holds: fn(char) -> bool,
    words: &'static str,
}

const CLASSES: [Class; 4] = [
    Class {
        setting: "RequireUppercase",
        holds: |c| c.is_ascii_uppercase(),
        words: "uppercase characters",
    },
    Class {
        setting: "RequireLowercase",
        holds: |c| c.is_ascii_lowercase(),
        words: "lowercase characters",
    },
    Class { setting: "RequireNumbers", holds: |c| c.is_ascii_digit(), words: "numeric characters" },
    Class { setting: "RequireSymbols", holds: |c| SYMBOLS.contains(c), words: "symbol characters" },
];

impl Policy {
    /// Reads the rules from a pool's `PasswordPolicy`.
    pub(super) fn of(settings: Input<'_>) -> Self {
        let shortest = settings.number("MinimumLength").and_then(|length| length.try_into().ok());
        let required = CLASSES.into_iter().filter(|class| settings.flag(class.setting));
        Self { shortest: shortest.unwrap_or(8), required: required.collect() }
    }

    /// Refuses a password that is not good enough.
    pub(super) fn check(&self, password: &str) -> Outcome<()> {
        if password.trim() != password || password.is_empty() {
            let rule = r"satisfy regular expression pattern: ^[\S]+.*[\S]+$";
            return Err(unfit_unseen("password", rule));
        }
        let length = password.chars().count();
        if length > LONGEST {
            return Err(unfit_unseen("password", "have length less than or equal to 256"));
        }
        if length < self.shortest {
            return Err(weak("Password not long enough"));
        }
        match self.required.iter().find(|class| !password.chars().any(class.holds)) {
            Some(class) => Err(weak(&format!("Password must have {}", class.words))),
            None => Ok(()),
        }
    }
}

fn weak(why: &str) -> crate::service::AwsError {
    bad("InvalidPasswordException", format!("Password did not conform with policy: {why}"))
}

/// What is stored of a password: hexadecimal numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Verifier {
    pub(super) salt: String,
    verifier: String,
}

impl Verifier {
    pub(super) fn of(name: Name<'_>, password: &str) -> Outcome<Self> {
        let salt = srp::salt()?;
        let verifier = srp::verifier(name, password, &salt);
        Ok(Self { salt: hexadecimal(&salt), verifier: hexadecimal(&verifier) })
    }

    /// Returns a decoy that no password fits, always the same for a name.
    pub(super) fn pretended(name: Name<'_>, decoy: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(decoy).chain_update(name.user).finalize();
        let (salt, password) = hash.split_at(16);
        let salt = BigUint::from_bytes_be(salt);
        let verifier = srp::verifier(name, &hex::encode(password), &salt);
        Self { salt: hexadecimal(&salt), verifier: hexadecimal(&verifier) }
    }

    /// Returns whether this is the password.
    pub(super) fn fits(&self, name: Name<'_>, password: &str) -> bool {
        let tried = srp::verifier(name, password, &number(&self.salt));
        tried.to_bytes_be().ct_eq(&self.number().to_bytes_be()).into()
    }

    pub(super) fn number(&self) -> BigUint {
        number(&self.verifier)
    }
}

/// Returns a number as clients write and read it: without leading zeros.
pub(super) fn hexadecimal(number: &BigUint) -> String {
    number.to_str_radix(16)
}

fn number(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn strict() -> Value {
        json!({
            "MinimumLength": 8,
            "RequireUppercase": true,
            "RequireLowercase": true,
            "RequireNumbers": true,
            "RequireSymbols": true,
        })
    }

    #[test]
    fn each_rule_has_its_words() {
        let policy = Policy::of(Input(&strict()));
        for (password, words) in [
            ("Gr1ff-n", "not long enough"),
            ("griffin-1", "uppercase"),
            ("GRIFFIN-1", "lowercase"),
            ("Griffin-x", "numeric"),
            ("Griffin11", "symbol"),
        ] {
            let error = policy.check(password).unwrap_err();
            assert_eq!(error.code, "InvalidPasswordException");
            assert!(error.message.contains(words), "{password}: {}", error.message);
        }
        assert_eq!(policy.check("Griffin-1"), Ok(()));
        assert_eq!(policy.check("Griffin 1"), Ok(()));
        for odd in ["", " Griffin-1", "Griffin-1 ", &"aA1-".repeat(65)] {
            assert_eq!(policy.check(odd).unwrap_err().code, "InvalidParameterException");
        }
    }

    #[test]
    fn a_lax_policy_asks_for_little() {
        let policy = Policy::of(Input(&json!({ "MinimumLength": 6 })));
        assert_eq!(policy.check("aaaaaa"), Ok(()));
        assert!(policy.check("aaaaa").is_err());
    }

    #[test]
    fn a_password_is_told_from_others_but_not_kept() {
        let name = Name { pool: "AbCdEfGhI", user: "visitor" };
        let verifier = Verifier::of(name, "Griffin-1").unwrap();
        assert!(verifier.fits(name, "Griffin-1"));
        assert!(!verifier.fits(name, "Griffin-2"));
        assert!(!verifier.fits(Name { user: "other", ..name }, "Griffin-1"));
        assert!(!serde_json::to_string(&verifier).unwrap().contains("Griffin"));
        assert_ne!(Verifier::of(name, "Griffin-1").unwrap().salt, verifier.salt);
    }
}
