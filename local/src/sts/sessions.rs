//! The sessions of roles: their keys, and when these expire.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    authorize::Identity,
    open::OpenError,
    random,
    store::{Store, StoreError},
    times::Millis,
};

/// What the access keys of sessions begin with.
pub(crate) const KEYS: &str = "ASIA";

/// How long an expired session is still known as one, in milliseconds.
const REMEMBERED: Millis = 24 * 3600 * 1000;

/// A session: who it is, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    identity: Identity,
    expires: Millis,
}

/// What is known of an access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is that of a session.
    Of(Identity),
    /// It was that of a session.
    Expired,
}

/// The sessions, by access key.
#[derive(Debug)]
pub(super) struct Sessions(Store<BTreeMap<String, Session>>);

impl Sessions {
    pub(super) fn open(folder: &Path) -> Result<Self, OpenError> {
        Ok(Self(Store::open(folder.join("sessions.json"))?))
    }

    /// Begins a session and returns its access key.
    pub(super) fn begin(&self, identity: Identity, expires: Millis) -> Result<String, StoreError> {
        let id = random::id().to_ascii_uppercase();
        let key = format!("{KEYS}{}", id.get(..16).unwrap_or_default());
        let now = identity.issued;
        self.0.change(|sessions| {
            sessions.retain(|_, session| session.expires + REMEMBERED > now);
            sessions.insert(key.clone(), Session { identity, expires });
        })?;
        Ok(key)
    }

    /// Returns what is known of an access key at this time.
    pub(super) fn of(&self, key: &str, now: Millis) -> Option<Known> {
        self.0.read(|sessions| {
            let session = sessions.get(key)?;
            let lasts = session.expires > now;
            Some(if lasts { Known::Of(session.identity.clone()) } else { Known::Expired })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{place::AccountId, test_folder::Folder};

    fn identity(issued: Millis) -> Identity {
        Identity {
            account: AccountId::named("111111111111"),
            role: "r".to_owned(),
            role_arn: "arn:aws:iam::111111111111:role/r".to_owned(),
            role_id: "AROA".to_owned(),
            session: "s".to_owned(),
            issued,
            session_policies: None,
            source_identity: None,
        }
    }

    #[test]
    fn keys_are_known_until_they_expire_and_after_a_restart() {
        let folder = Folder::new("sessions");
        let sessions = Sessions::open(&folder).unwrap();
        let key = sessions.begin(identity(1_000), 2_000).unwrap();
        assert_eq!((key.len(), &key[..4]), (20, "ASIA"));
        let sessions = Sessions::open(&folder).unwrap();
        assert_eq!(sessions.of(&key, 1_999), Some(Known::Of(identity(1_000))));
        assert_eq!(sessions.of(&key, 2_000), Some(Known::Expired));
        assert_eq!(sessions.of("ASIAOTHER", 1_000), None);
        let later = 2_000 + REMEMBERED;
        sessions.begin(identity(later), later + 1).unwrap();
        assert_eq!(sessions.of(&key, later), None);
    }
}
