//! Passwords for the registry: who may log in, for which account and region, until when. They are
//! signed with a key that stays in the state folder, so nobody else can make one.

use std::{fs, io, path::PathBuf, time::Duration};

use base64::{
    Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::Ecr;
use crate::{
    place::Place,
    private, random,
    service::AwsError,
    store::StoreError,
    times::{self, Millis, epoch_seconds},
};

const LASTS: Duration = Duration::from_hours(12);

/// The digits of a key: two random ids.
const LENGTH: usize = 64;

/// The user name, which is the same for everybody.
pub(super) const USER: &str = "AWS";

/// The key.
pub(super) struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Reads the key, or creates it if there is none.
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let key = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = format!("{}{}", random::id(), random::id()).into_bytes();
                private::write_new(&path, &key).map(|()| key)
            }
            read => read,
        };
        // With a key that is cut off anybody could make passwords.
        let whole = key.and_then(|key| {
            if key.len() == LENGTH && key.iter().all(u8::is_ascii_hexdigit) {
                return Ok(Self(key));
            }
            Err(io::Error::other("the key is damaged: without it a new one is made"))
        });
        whole.map_err(|source| StoreError::Io { path, source })
    }

    /// Creates a password for an account in a region.
    pub(super) fn password(&self, place: &Place) -> String {
        self.password_until(place, times::after(times::now(), LASTS))
    }

    fn password_until(&self, place: &Place, expires: Millis) -> String {
        let claim = format!("{}/{}/{expires}", place.account, place.region);
        let seal = hex::encode(self.mac(&claim).finalize().into_bytes());
        URL_SAFE_NO_PAD.encode(format!("{claim}/{seal}"))
    }

    /// Returns whose password this is; `None` when it is forged or too old.
    pub(super) fn place(&self, password: &str) -> Option<Place> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(password).ok()?).ok()?;
        let (claim, seal) = text.rsplit_once('/')?;
        self.mac(claim).verify_slice(&hex::decode(seal).ok()?).ok()?;
        let mut parts = claim.split('/');
        let (account, region) = (parts.next()?, parts.next()?);
        let expires: Millis = parts.next()?.parse().ok()?;
        let place = Place::named(account, region);
        (expires > times::now()).then_some(place)
    }

    fn mac(&self, claim: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .unwrap_or_else(|_| unreachable!("keys of any length are taken"));
        mac.update(claim.as_bytes());
        mac
    }
}

#[expect(clippy::unnecessary_wraps, reason = "operations can fail, all but this one")]
pub(super) fn get(ecr: &Ecr, place: &Place, _input: &Value) -> Result<Value, AwsError> {
    let expires = times::after(times::now(), LASTS);
    let password = ecr.key.password_until(place, expires);
    Ok(json!({ "authorizationData": [{
        "authorizationToken": STANDARD.encode(format!("{USER}:{password}")),
        "expiresAt": epoch_seconds(expires),
        "proxyEndpoint": format!("http://localhost:{}", ecr.port),
    }] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_names_its_place_and_is_not_forged() {
        let place = Place::named("111111111111", "eu-west-1");
        let key = Key(b"one".to_vec());
        let password = key.password(&place);
        assert_eq!(key.place(&password), Some(place.clone()));
        assert_eq!(Key(b"other".to_vec()).place(&password), None);
        assert_eq!(key.place(&key.password_until(&place, times::now())), None);
        assert_eq!(key.place("111111111111"), None);
    }
}
