//! A public key of the user pool, and the JSON Web Key Set in which the pool publishes it.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use serde_json::Value;

/// A public key for RS256: RSA of at least 2048 bits, PKCS #1 v1.5, SHA-256.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Key {
    /// Returns whether the owner of the private key has signed this.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .is_ok()
    }
}

/// Keys by their ids.
pub(super) type KeySet = HashMap<String, Arc<Key>>;

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct PublishedKey {
    kid: String,
    kty: String,
    alg: Option<String>,
    r#use: Option<String>,
    n: String,
    e: String,
}

/// Reads the keys that are for RS256. Others are ignored.
pub(super) fn read(set: &[u8]) -> Result<KeySet, String> {
    let published: Published = serde_json::from_slice(set).map_err(|error| error.to_string())?;
    let keys: KeySet = published.keys.into_iter().filter_map(key).collect();
    if keys.is_empty() { Err("there is no key for RS256 in it".to_owned()) } else { Ok(keys) }
}

fn key(published: Value) -> Option<(String, Arc<Key>)> {
    let key: PublishedKey = serde_json::from_value(published).ok()?;
    let is_for_rs256 = key.kty == "RSA"
        && key.alg.is_none_or(|alg| alg == "RS256")
        && key.r#use.is_none_or(|purpose| purpose == "sig");
    if !is_for_rs256 {
        return None;
    }
    let modulus = URL_SAFE_NO_PAD.decode(key.n).ok()?;
    let exponent = URL_SAFE_NO_PAD.decode(key.e).ok()?;
    Some((key.kid, Arc::new(Key { modulus, exponent })))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_keys_for_rs256_are_read() {
        let good = json!({ "kid": "a", "kty": "RSA", "alg": "RS256", "use": "sig", "n": "AQAB", "e": "AQAB" });
        let with = |name: &str, value: Value| {
            let mut key = good.clone();
            key["kid"] = name.into();
            key[name] = value;
            key
        };
        let set = json!({ "keys": [
            good,
            { "kid": "brief", "kty": "RSA", "n": "AQAB", "e": "AQAB" },
            with("kty", "EC".into()), with("alg", "HS256".into()), with("use", "enc".into()),
            with("n", "not base64!".into()), with("e", Value::Null), "no key at all",
        ] });
        let keys = read(set.to_string().as_bytes()).unwrap();
        let mut ids: Vec<&str> = keys.keys().map(String::as_str).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["a", "brief"]);
        assert_eq!(*keys["a"], Key { modulus: vec![1, 0, 1], exponent: vec![1, 0, 1] });
    }

    #[test]
    fn what_holds_no_key_is_an_error() {
        for set in ["", "[]", "{}", "<html>", r#"{"keys":{}}"#, r#"{"keys":[]}"#] {
            assert!(read(set.as_bytes()).is_err(), "{set}");
        }
    }
}
