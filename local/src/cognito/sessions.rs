//! Sign-ins: each has a refresh token, and all tokens that come of it name it, so that they can be
//! revoked. Of the refresh token only its hash is kept.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    errors::Outcome,
    keys, secret,
    users::{User, Users},
};
use crate::times::{self, Millis};

/// A sign-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    /// The claim `event_id` of its tokens.
    pub(super) id: String,
    /// The claim `origin_jti` of its tokens.
    pub(super) origin: String,
    /// The client that it was made with.
    pub(super) client: String,
    /// The hash of the refresh token.
    refresh: String,
    pub(super) began: Millis,
    pub(super) ends: Millis,
    pub(super) revoked: bool,
}

impl Session {
    /// A new one, with its refresh token.
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

impl User {
    /// Adds a sign-in, and forgets those of which no token is good any more.
    pub(super) fn add_session(&mut self, session: Session) {
        // Access tokens last a day at most.
        let day = std::time::Duration::from_hours(24);
        let now = times::now();
        self.sessions.retain(|old| times::after(old.ends, day) > now);
        self.sessions.push(session);
    }

    pub(super) fn sign_out_everywhere(&mut self) {
        self.sessions.iter_mut().for_each(|session| session.revoked = true);
    }
}

impl Users {
    /// The user and the sign-in that a refresh token belongs to.
    pub(super) fn of_refresh_token(&self, token: &str) -> Option<(&User, &Session)> {
        let hash = hash(token);
        self.iter().find_map(|user| {
            let session = user.sessions.iter().find(|session| session.refresh == hash)?;
            Some((user, session))
        })
    }

    /// The sign-in that a refresh token belongs to, to be changed.
    pub(super) fn session_mut(&mut self, token: &str) -> Option<&mut Session> {
        let hash = hash(token);
        let mut sessions = self.iter_mut().flat_map(|user| &mut user.sessions);
        sessions.find(|session| session.refresh == hash)
    }
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
