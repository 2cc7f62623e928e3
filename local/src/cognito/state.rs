//! What is kept of user pools and their clients.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::users::Users;
use crate::times::{self, Millis};

/// The pools of an account in a region, by id.
pub(super) type Pools = BTreeMap<String, Pool>;

/// Settings by AWS's names, as AWS reports them.
pub(super) type Settings = Map<String, Value>;

/// A user pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) created: Millis,
    pub(super) modified: Millis,
    pub(super) settings: Settings,
    pub(super) tags: BTreeMap<String, String>,
    /// The first label of its domain's name.
    pub(super) domain: Option<String>,
    /// By client id.
    pub(super) clients: BTreeMap<String, Client>,
    pub(super) users: Users,
}

/// An app client of a pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) name: String,
    pub(super) created: Millis,
    pub(super) modified: Millis,
    pub(super) secret: Option<String>,
    pub(super) settings: Settings,
}

impl Pool {
    pub(super) fn new(name: &str, settings: Settings, tags: BTreeMap<String, String>) -> Self {
        let now = times::now();
        Self {
            name: name.to_owned(),
            created: now,
            modified: now,
            settings,
            tags,
            domain: None,
            clients: BTreeMap::new(),
            users: Users::default(),
        }
    }
}
