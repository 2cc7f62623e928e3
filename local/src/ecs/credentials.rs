//! The credentials of tasks: each gets an address with a random token in it, at which its SDK finds
//! credentials of the account.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    place::AccountId,
    random,
    times::{self, iso},
};

/// Where they are, on the local cloud's port.
pub(crate) const PATH: &str = "/_local/credentials/";
const LASTS: Duration = Duration::from_hours(6);

/// The tokens of the tasks that run, and their accounts and roles.
#[derive(Debug, Default)]
pub(super) struct Credentials(Mutex<BTreeMap<String, (AccountId, String)>>);

impl Credentials {
    /// Issues a token for a task of this account and role.
    pub(super) fn issue(&self, account: &AccountId, role: &str) -> String {
        let token = format!("{}{}", random::id(), random::id());
        self.lock().insert(token.clone(), (account.clone(), role.to_owned()));
        token
    }

    /// Revokes a token, as its task has ended.
    pub(super) fn revoke(&self, token: &str) {
        self.lock().remove(token);
    }

    /// Returns the credentials for a token. The access key is the account itself, which is how the
    /// local cloud tells accounts apart.
    pub(super) fn of(&self, token: &str) -> Option<Value> {
        let (account, role) = self.lock().get(token).cloned()?;
        Some(json!({
            "RoleArn": role,
            "AccessKeyId": account,
            "SecretAccessKey": "local",
            "Token": token,
            "Expiration": iso(times::after(times::now(), LASTS)),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (AccountId, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
