//! The credentials of tasks: each gets an address with a random word in it, at which its SDK finds
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

/// The words of the tasks that run, and their accounts and roles.
#[derive(Debug, Default)]
pub(super) struct Credentials(Mutex<BTreeMap<String, (AccountId, String)>>);

impl Credentials {
    /// A word for a task of this account and role.
    pub(super) fn issue(&self, account: &AccountId, role: &str) -> String {
        let word = format!("{}{}", random::id(), random::id());
        self.lock().insert(word.clone(), (account.clone(), role.to_owned()));
        word
    }

    /// The task has ended.
    pub(super) fn revoke(&self, word: &str) {
        self.lock().remove(word);
    }

    /// The credentials for a word. The access key is the account itself, which is how the local
    /// cloud tells accounts apart.
    pub(super) fn of(&self, word: &str) -> Option<Value> {
        let (account, role) = self.lock().get(word).cloned()?;
        Some(json!({
            "RoleArn": role,
            "AccessKeyId": account,
            "SecretAccessKey": "local",
            "Token": word,
            "Expiration": iso(times::after(times::now(), LASTS)),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (AccountId, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
