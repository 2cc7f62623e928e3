//! The tokens of a user pool, good and bad ones.

use std::{
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use getrandom::{SysRng, rand_core::UnwrapErr};
use rsa::{PrivateKey, sha2::Sha256, traits::PublicKeyParts as _};
use serde_json::{Value, json};

/// The client of the user pool.
pub(crate) const CLIENT: &str = "4client4of4the4pool4";

/// The key of a pool, until it gets another.
pub(crate) static OLD: SigningKey = SigningKey::of_id("old");

/// Another key.
pub(crate) static NEW: SigningKey = SigningKey::of_id("new");

/// A key with which tokens are signed.
#[derive(Debug)]
pub(crate) struct SigningKey {
    id: &'static str,
    key: LazyLock<PrivateKey>,
}

impl SigningKey {
    const fn of_id(id: &'static str) -> Self {
        let make = || PrivateKey::new(&mut UnwrapErr(SysRng), 2048).unwrap();
        Self { id, key: LazyLock::new(make) }
    }

    /// Returns the public key, as a pool publishes it.
    pub(crate) fn published(&self) -> Value {
        json!({
            "kid": self.id, "kty": "RSA", "alg": "RS256", "use": "sig",
            "n": base64(self.key.n().to_be_bytes_trimmed_vartime()),
            "e": base64(self.key.e().to_be_bytes_trimmed_vartime()),
        })
    }
}

/// Returns the claims of an ID token of Cognito.
pub(crate) fn claims(issuer: &str, subject: &str) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    json!({
        "iss": issuer, "sub": subject, "aud": CLIENT, "token_use": "id",
        "iat": now, "auth_time": now, "exp": now + 3600,
        "email": "visitor@example.com", "email_verified": true, "cognito:username": subject,
    })
}

/// Returns the header of a token that names this key.
pub(crate) fn header(key: &SigningKey) -> Value {
    json!({ "alg": "RS256", "kid": key.id })
}

/// Returns a token signed with this key.
pub(crate) fn sign(key: &SigningKey, claims: &Value) -> String {
    seal(key, &header(key), claims)
}

/// Returns a token with any header, signed with this key.
pub(crate) fn seal(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
    let signature = key.key.pkcs1v15_sign::<Sha256>(signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64(signature))
}

/// Encodes the way parts of a token are written.
pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
