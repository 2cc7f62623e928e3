//! JSON Web Tokens, signed with RS256: created, parsed, verified. Each use has its own key, so an
//! access token never passes for an ID token.

use serde_json::{Map, Value, json};

use super::{
    errors::{Outcome, internal},
    keys::{Key, PoolKeys, decoded, encoded},
};
use crate::{
    ports::{TokenRefusal, TokenUse},
    times::Millis,
};

const ALGORITHM: &str = "RS256";

impl TokenUse {
    /// Returns the claim `token_use`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            TokenUse::Id => "id",
            TokenUse::Access => "access",
        }
    }
}

/// Creates a token with these claims.
pub(super) fn signed(key: &Key, claims: &Value) -> Outcome<String> {
    let part = |value: &Value| serde_json::to_vec(value).map(|text| encoded(&text));
    let head =
        part(&json!({ "kid": key.id, "alg": ALGORITHM })).map_err(|error| internal(&error))?;
    let signed = format!("{head}.{}", part(claims).map_err(|error| internal(&error))?);
    let signature = encoded(&key.sign(signed.as_bytes())?);
    Ok(format!("{signed}.{signature}"))
}

/// A parsed token, not yet verified.
#[derive(Debug)]
pub(super) struct Token<'a> {
    head: Value,
    pub(super) claims: Map<String, Value>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Parses a token; `None` if it is not one.
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let json = |part: &str| serde_json::from_slice::<Value>(&decoded(part)?).ok();
        let Some(Value::Object(claims)) = json(claims) else { return None };
        Some(Self { head: json(head)?, claims, signed, signature: decoded(signature)? })
    }

    /// Returns the pool that it claims to come from.
    pub(super) fn pool(&self) -> Option<&str> {
        self.claims.get("iss")?.as_str()?.rsplit('/').next()
    }

    /// Returns a claim that is a string; empty if there is none.
    pub(super) fn text(&self, claim: &str) -> &str {
        self.claims.get(claim).and_then(Value::as_str).unwrap_or_default()
    }

    /// Verifies it, or returns why it is refused.
    pub(super) fn verify(
        &self,
        keys: &PoolKeys,
        issuer: &str,
        token_use: TokenUse,
        now: Millis,
    ) -> Result<(), TokenRefusal> {
        let key = keys.key(token_use);
        let is_good = self.head["alg"] == ALGORITHM
            && self.head["kid"] == key.id
            && key.verifies(self.signed.as_bytes(), &self.signature)
            && self.text("iss") == issuer
            && self.text("token_use") == token_use.as_str();
        let expires = self.claims.get("exp").and_then(Value::as_u64);
        match expires {
            Some(expires) if is_good && now / 1000 < expires => Ok(()),
            Some(_) if is_good => Err(TokenRefusal::Expired),
            _ => Err(TokenRefusal::Invalid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cognito::keys::Keys, test_folder::Folder, times};

    const ISSUER: &str = "http://127.0.0.1:4566/_cognito/eu-west-1_AbCdEfGhI";

    fn claims(token_use: TokenUse, expires: u64) -> Value {
        json!({ "iss": ISSUER, "token_use": token_use.as_str(), "exp": expires })
    }

    /// Returns the token with one of its three parts replaced.
    fn with(token: &str, place: usize, part: &str) -> String {
        let mut parts: Vec<_> = token.split('.').collect();
        parts[place] = part;
        parts.join(".")
    }

    #[test]
    fn only_what_was_signed_is_believed() {
        let folder = Folder::new("tokens");
        let keys = Keys::open(folder.to_path_buf());
        let (keys, other) = (keys.of("one").unwrap(), keys.of("other").unwrap());
        let now = times::now();
        let verify = |token: &str, token_use| match Token::parse(token) {
            Some(token) => token.verify(&keys, ISSUER, token_use, now),
            None => Err(TokenRefusal::Invalid),
        };
        let later = now / 1000 + 60;
        let id = signed(keys.key(TokenUse::Id), &claims(TokenUse::Id, later)).unwrap();
        assert_eq!(verify(&id, TokenUse::Id), Ok(()));
        assert_eq!(Token::parse(&id).unwrap().pool(), Some("eu-west-1_AbCdEfGhI"));

        let expired = signed(keys.key(TokenUse::Id), &claims(TokenUse::Id, now / 1000)).unwrap();
        assert_eq!(verify(&expired, TokenUse::Id), Err(TokenRefusal::Expired));

        let none = encoded(br#"{"alg":"none"}"#);
        let more = encoded(claims(TokenUse::Id, later + 1).to_string().as_bytes());
        let elsewhere = json!({ "iss": "http://evil.example/eu-west-1_AbCdEfGhI",
            "token_use": "id", "exp": later });
        let access = signed(keys.key(TokenUse::Access), &claims(TokenUse::Access, later)).unwrap();
        for (why, token) in [
            ("an access token", access),
            (
                "another pool's",
                signed(other.key(TokenUse::Id), &claims(TokenUse::Id, later)).unwrap(),
            ),
            ("another issuer's", signed(keys.key(TokenUse::Id), &elsewhere).unwrap()),
            (
                "says another use",
                signed(keys.key(TokenUse::Id), &claims(TokenUse::Access, later)).unwrap(),
            ),
            ("tampered with", with(&id, 1, &more)),
            ("without algorithm", with(&with(&id, 0, &none), 2, "")),
            ("without signature", with(&id, 2, "")),
            ("no token", "a.b.c".to_owned()),
            ("nothing", String::new()),
        ] {
            assert_eq!(verify(&token, TokenUse::Id), Err(TokenRefusal::Invalid), "{why}");
        }
    }
}
