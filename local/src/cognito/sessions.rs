//! Sign-ins: each has a refresh token, and all tokens issued from it name it, so that they can be
//! revoked. Only a hash of the refresh token is stored.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{errors::Outcome, keys, secret};
use crate::times::{self, Millis};

/// A sign-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    /// The claim `event_id` of its tokens.
    pub(super) id: String,
    /// The claim `origin_jti` of its tokens.
    pub(super) origin: String,
    /// The client that it began with.
    pub(super) client: String,
    /// The hash of the refresh token.
    pub(super) refresh: String,
    pub(super) began: Millis,
    pub(super) ends: Millis,
    pub(super) revoked: bool,
}

impl Session {
    /// Begins a new one, with its refresh token.
    pub(super) fn begin(client: &str, lasts: std::time::Duration) -> Outcome<(Self, String)> {
        // As long as a token is opaque, its length is nobody's concern.
        let token = keys::encoded(&secret::bytes::<96>()?);
        let now = times::now();
        let session = Self {
            id: secret::uuid()?,
            origin: secret::uuid()?,
            client: client.to_owned(),
            refresh: hash(&token),
            began: now,
            ends: times::after(now, lasts),
            revoked: false,
        };
        Ok((session, token))
    }
}

/// Returns the hash that is kept of a refresh token.
pub(super) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
