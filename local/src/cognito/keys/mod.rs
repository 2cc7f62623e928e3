//! The keys of pools: one for ID tokens and one for access tokens, as each of AWS's pools has. They
//! are generated when a pool first needs them, into a file that only its owner can read.

mod generate;

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::{Outcome, internal};
use crate::{ports::TokenUse, private};
use generate::Jwk;

/// A key that signs tokens.
pub(super) struct Key {
    pub(super) id: String,
    pair: KeyPair,
    n: String,
    e: String,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The keys of a pool.
#[derive(Debug)]
pub(super) struct PoolKeys {
    id: Key,
    access: Key,
}

/// The keys of a pool, in its file.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    id: Jwk,
    access: Jwk,
}

/// The keys of a pool once they are needed. A second caller waits for the first.
type Slot = Arc<Mutex<Option<Arc<PoolKeys>>>>;

/// The keys of all pools.
#[derive(Debug)]
pub(super) struct Keys {
    folder: PathBuf,
    slots: Mutex<BTreeMap<String, Slot>>,
}

impl Keys {
    pub(super) fn open(folder: PathBuf) -> Self {
        Self { folder, slots: Mutex::default() }
    }

    /// Returns the keys of a pool, which must exist. Generates them, which takes a while, if there
    /// are none yet.
    pub(super) fn of(&self, pool: &str) -> Outcome<Arc<PoolKeys>> {
        let slot = Arc::clone(unpoisoned(&self.slots).entry(pool.to_owned()).or_default());
        let mut keys = unpoisoned(&slot);
        if let Some(keys) = keys.as_ref() {
            return Ok(Arc::clone(keys));
        }
        let opened = Arc::new(self.open_or_make(pool)?);
        *keys = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Forgets the keys of a pool.
    pub(super) fn remove(&self, pool: &str) {
        unpoisoned(&self.slots).remove(pool);
        // A leftover file is never read.
        let _ = fs::remove_file(self.file(pool));
    }

    fn file(&self, pool: &str) -> PathBuf {
        self.folder.join(format!("{pool}.json"))
    }

    /// Returns what is wrong with the file of a pool's keys, if there is one.
    pub(super) fn damage(&self, pool: &str) -> Option<(PathBuf, crate::service::AwsError)> {
        let path = self.file(pool);
        let error = path.exists().then(|| self.of(pool).err())??;
        Some((path, error))
    }

    fn open_or_make(&self, pool: &str) -> Outcome<PoolKeys> {
        let path = self.file(pool);
        let unusable = |why: &dyn fmt::Display| internal(&format!("{}: {why}", path.display()));
        let kept = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| unusable(&error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let kept = make()?;
                let text = serde_json::to_vec_pretty(&kept).map_err(|error| internal(&error))?;
                write_private(&path, &text).map_err(|error| unusable(&error))?;
                kept
            }
            Err(error) => return Err(unusable(&error)),
        };
        let damaged = || unusable(&"the file is damaged");
        Ok(PoolKeys {
            id: Key::of(kept.id).ok_or_else(damaged)?,
            access: Key::of(kept.access).ok_or_else(damaged)?,
        })
    }
}

/// Generates both keys at once.
fn make() -> Outcome<Kept> {
    thread::scope(|scope| {
        let id = scope.spawn(Jwk::generate);
        let access = Jwk::generate()?;
        let id = id.join().map_err(|_| internal(&"a key could not be made"))??;
        Ok(Kept { id, access })
    })
}

/// Writes a file that only its owner can read; a kill in between leaves none.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    let fresh = path.with_extension("json.new");
    private::write(&fresh, bytes)?;
    fs::rename(&fresh, path)
}

impl Key {
    fn of(jwk: Jwk) -> Option<Self> {
        let pair = KeyPair::from_components(&jwk.components()?).ok()?;
        Some(Self { id: jwk.kid, pair, n: jwk.n, e: jwk.e })
    }

    /// Signs these bytes, with RSA and SHA-256.
    pub(super) fn sign(&self, bytes: &[u8]) -> Outcome<Vec<u8>> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature)
            .map_err(|_| internal(&"a token could not be signed"))?;
        Ok(signature)
    }

    /// Returns whether this is the signature of these bytes.
    pub(super) fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let (Some(n), Some(e)) = (decoded(&self.n), decoded(&self.e)) else { return false };
        let public = RsaPublicKeyComponents { n, e };
        public.verify(&RSA_PKCS1_2048_8192_SHA256, bytes, signature).is_ok()
    }

    fn public(&self) -> Value {
        json!({
            "alg": "RS256",
            "e": self.e,
            "kid": self.id,
            "kty": "RSA",
            "n": self.n,
            "use": "sig",
        })
    }
}

impl PoolKeys {
    /// Returns the key for tokens of this use.
    pub(super) fn key(&self, token_use: TokenUse) -> &Key {
        match token_use {
            TokenUse::Id => &self.id,
            TokenUse::Access => &self.access,
        }
    }

    /// Returns the public keys, as a pool's `jwks.json` lists them.
    pub(super) fn public(&self) -> Value {
        json!({ "keys": [self.id.public(), self.access.public()] })
    }
}

/// Returns the id of a key: random, and written like AWS's.
fn key_id(bytes: &[u8; 32]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    #[test]
    fn keys_stay_and_are_two() {
        let folder = Folder::new("keys");
        let keys = Keys::open(folder.to_path_buf());
        let made = keys.of("pool").unwrap();
        let signature = made.key(TokenUse::Id).sign(b"text").unwrap();
        let again = Keys::open(folder.to_path_buf()).of("pool").unwrap();
        assert_eq!(again.public(), made.public());
        assert!(again.key(TokenUse::Id).verifies(b"text", &signature));
        assert!(!again.key(TokenUse::Id).verifies(b"other", &signature));
        assert!(!again.key(TokenUse::Access).verifies(b"text", &signature));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let file = fs::metadata(folder.join("pool.json")).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
        }
        keys.remove("pool");
        assert!(!folder.join("pool.json").exists());
    }
}
