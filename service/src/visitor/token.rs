//! An ID token of Cognito: a JSON Web Token, signed with RS256.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::key::Key;

/// In bytes. API Gateway accepts no longer headers.
const LONGEST: usize = 10 * 1024;

/// By how many seconds the pool's clock and ours may differ.
const LEEWAY: u64 = 30;

/// Why a token is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("sign in first: this needs an ID token in the header `Authorization`")]
    NoToken,
    #[error("the header `Authorization` holds no token")]
    Malformed,
    #[error("the token is not signed with RS256")]
    Algorithm,
    #[error("the token is of another user pool")]
    OtherPool,
    #[error("the user pool has no such key as the token names")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token is no ID token")]
    NotAnIdToken,
    #[error("the token is of another client of the user pool")]
    OtherClient,
    // As API Gateway words it, so that the page handles only one form of it.
    #[error("The token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    TooEarly,
    #[error("the token names no visitor")]
    NoSubject,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood. We understand none.
    crit: Option<Value>,
}

/// The contents of a token. With a claim of a wrong type, such as a time in quotes, it is not one.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    token_use: String,
    /// An access token has none.
    aud: Option<String>,
    exp: u64,
    iat: Option<u64>,
    nbf: Option<u64>,
}

/// A parsed token. Until its signature is verified, anybody may have written it.
pub(super) struct Token<'a> {
    key_id: String,
    signed: &'a str,
    signature: Vec<u8>,
    claims: Claims,
}

impl<'a> Token<'a> {
    /// Parses a token.
    pub(super) fn parse(text: &'a str) -> Result<Self, Refusal> {
        if text.len() > LONGEST {
            return Err(Refusal::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
        let header: Header = json(header)?;
        // Cognito's, whatever the token requests: a token that chooses its algorithm can choose
        // none, or one for which the public key is the secret.
        if header.alg != "RS256" {
            return Err(Refusal::Algorithm);
        }
        if header.crit.is_some() {
            return Err(Refusal::Malformed);
        }
        Ok(Self {
            key_id: header.kid.ok_or(Refusal::UnknownKey)?,
            signed,
            signature: bytes(signature)?,
            claims: json(claims)?,
        })
    }

    /// Returns the id of the key that it claims to be signed with.
    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Refuses the token of another issuer.
    pub(super) fn is_of(&self, issuer: &str) -> Result<(), Refusal> {
        if self.claims.iss == issuer { Ok(()) } else { Err(Refusal::OtherPool) }
    }

    /// Returns its claims once its signature is verified.
    pub(super) fn verify(self, key: &Key) -> Result<Claims, Refusal> {
        let is_genuine = key.has_signed(self.signed.as_bytes(), &self.signature);
        if is_genuine { Ok(self.claims) } else { Err(Refusal::Signature) }
    }
}

impl Claims {
    /// Returns its subject, if it is an ID token for this client and valid now.
    pub(super) fn subject(self, client: &str, now: u64) -> Result<String, Refusal> {
        let latest_start = now.saturating_add(LEEWAY);
        if self.token_use != "id" {
            Err(Refusal::NotAnIdToken)
        } else if self.aud.as_deref() != Some(client) {
            Err(Refusal::OtherClient)
        } else if self.exp.saturating_add(LEEWAY) <= now {
            Err(Refusal::Expired)
        } else if self.iat.max(self.nbf).is_some_and(|start| start > latest_start) {
            Err(Refusal::TooEarly)
        } else if self.sub.is_empty() {
            Err(Refusal::NoSubject)
        } else {
            Ok(self.sub)
        }
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, Refusal> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Refusal::Malformed)
}

fn bytes(part: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Malformed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://cognito.example/eu-west-1_AbC";
    const CLIENT: &str = "4client4of4the4pool4";
    const NOW: u64 = 1_800_000_000;

    /// Returns the claims of a visitor's token at that time, with this one changed.
    fn changed(name: &str, value: Value) -> Value {
        let mut claims = json!({
            "iss": ISSUER, "sub": "alice", "aud": CLIENT, "token_use": "id",
            "iat": NOW, "auth_time": NOW, "exp": NOW + 3600, "email": "alice@example.com",
        });
        claims[name] = value;
        claims
    }

    fn good() -> Value {
        changed("email_verified", true.into())
    }

    /// Creates a token with this header. Its signature is fake: signatures are verified with real
    /// keys in `tests/refusing.rs`.
    fn headed(header: &Value, claims: &Value) -> String {
        let part = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        let [header, claims] = [header, claims].map(|json| part(json.to_string().as_bytes()));
        format!("{header}.{claims}.{}", part(b"a signature"))
    }

    fn token(claims: &Value) -> String {
        headed(&json!({ "alg": "RS256", "kid": "old" }), claims)
    }

    /// Returns its subject, assuming that its signature is right.
    fn subject(token: &str) -> Result<String, Refusal> {
        Token::parse(token)?.claims.subject(CLIENT, NOW)
    }

    #[test]
    fn a_good_token_names_its_subject_its_key_and_its_pool() {
        let token = token(&good());
        assert_eq!(subject(&token).as_deref(), Ok("alice"));
        let token = Token::parse(&token).unwrap();
        assert_eq!((token.key_id(), token.is_of(ISSUER)), ("old", Ok(())));
        assert_eq!(token.is_of("https://cognito.example/eu-west-1_Ab"), Err(Refusal::OtherPool));
    }

    #[test]
    fn only_rs256() {
        for algorithm in ["none", "None", "HS256", "RS512", "PS256", "ES256", "rs256", ""] {
            let token = headed(&json!({ "alg": algorithm, "kid": "old" }), &good());
            assert_eq!(subject(&token), Err(Refusal::Algorithm), "{algorithm}");
        }
        let extended = json!({ "alg": "RS256", "kid": "old", "crit": ["b64"], "b64": false });
        assert_eq!(subject(&headed(&extended, &good())), Err(Refusal::Malformed));
        let of_no_key = headed(&json!({ "alg": "RS256" }), &good());
        assert_eq!(subject(&of_no_key), Err(Refusal::UnknownKey));
    }

    #[test]
    fn each_claim_is_checked() {
        for (name, value, refusal) in [
            ("token_use", "access".into(), Refusal::NotAnIdToken),
            ("token_use", Value::Null, Refusal::Malformed),
            ("aud", "another".into(), Refusal::OtherClient),
            ("aud", Value::Null, Refusal::OtherClient),
            // Cognito never writes more than one audience.
            ("aud", json!([CLIENT]), Refusal::Malformed),
            ("exp", (NOW - LEEWAY).into(), Refusal::Expired),
            ("exp", 0.into(), Refusal::Expired),
            ("exp", Value::Null, Refusal::Malformed),
            ("exp", "1900000000".into(), Refusal::Malformed),
            ("exp", 1.9e9.into(), Refusal::Malformed),
            ("iat", (NOW + LEEWAY + 1).into(), Refusal::TooEarly),
            ("nbf", (NOW + LEEWAY + 1).into(), Refusal::TooEarly),
            ("nbf", "soon".into(), Refusal::Malformed),
            ("sub", "".into(), Refusal::NoSubject),
            ("sub", Value::Null, Refusal::Malformed),
            ("iss", Value::Null, Refusal::Malformed),
        ] {
            let claims = changed(name, value);
            assert_eq!(subject(&token(&claims)), Err(refusal), "{name}: {}", claims[name]);
        }
    }

    #[test]
    fn clocks_may_differ_a_little() {
        for (name, value) in [
            ("exp", (NOW - LEEWAY + 1).into()),
            ("exp", u64::MAX.into()),
            ("iat", (NOW + LEEWAY).into()),
            ("iat", Value::Null),
            ("nbf", (NOW + LEEWAY).into()),
        ] {
            assert!(subject(&token(&changed(name, value.clone()))).is_ok(), "{name}: {value}");
        }
    }

    #[test]
    fn what_is_no_token() {
        let good = token(&good());
        let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
        for text in [
            "",
            "..",
            "abc",
            "a.b.c",
            &format!("{header}.{claims}"),
            &format!("{good}.{signature}"),
            &format!("{header}.{claims}.{signature}="),
            &format!("{header}.{claims}.{signature}!"),
            &format!("{header}.bm8gSlNPTg.{signature}"),
            &format!("bm8gSlNPTg.{claims}.{signature}"),
            &format!("{header}.{claims}.{}", "A".repeat(LONGEST)),
        ] {
            assert_eq!(subject(text), Err(Refusal::Malformed), "{text}");
        }
    }
}
