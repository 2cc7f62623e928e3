//! A shard that has no labs.

use serde_json::Value;

use super::ClassResult;
use crate::{lab::Shard, report::Shown};

/// A shard in which no lab is that was asked for.
pub(crate) struct EmptyShard(pub(crate) Shard);

impl Shown for EmptyShard {
    fn text(&self, _: bool) -> String {
        format!("Shard {} has no labs for this.", self.0)
    }

    fn json(&self) -> Vec<Value> {
        ClassResult(&[]).json()
    }
}
