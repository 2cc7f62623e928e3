//! What is kept of groups and streams.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    random,
    times::{self, Millis},
};

const DAY: Millis = 24 * 60 * 60 * 1000;

/// The groups of an account in a region, by name.
pub(super) type Groups = BTreeMap<String, Group>;

/// A log group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) created: Millis,
    /// For how many days events are kept; by default, for ever.
    pub(super) retention: Option<u64>,
    pub(super) class: String,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) streams: BTreeMap<String, Stream>,
    /// The token of the stack's request that created it.
    #[serde(default)]
    pub(super) token: Option<String>,
}

impl Group {
    /// Returns the time of the oldest event that is kept.
    pub(super) fn oldest_kept(&self) -> Millis {
        self.retention.map_or(0, |days| times::now().saturating_sub(days * DAY))
    }
}

/// A log stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stream {
    pub(super) created: Millis,
    /// The file with its events; not its name, which may hold slashes.
    pub(super) file: String,
}

impl Stream {
    pub(super) fn new() -> Self {
        Self { created: times::now(), file: random::id() }
    }
}
