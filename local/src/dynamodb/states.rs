//! Tables on their way: being created, and being deleted. The engine makes and drops a table at
//! once; AWS takes seconds, in which the table is there and cannot be used. The times are
//! wall-clock times on disk, so a table also settles while the local cloud is not running.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

/// What AWS typically takes.
pub(super) const CREATING: Duration = Duration::from_secs(8);
pub(super) const DELETING: Duration = Duration::from_secs(4);

/// What a table is on its way to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// To be active.
    Creating,
    /// To be gone.
    Deleting,
}

impl Way {
    /// The status of a table on this way, and of its indexes.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Deleting => "DELETING",
        }
    }
}

/// A table on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) way: Way,
    /// When it arrives, in milliseconds since 1970.
    until: u64,
}

impl Change {
    /// A change that begins now.
    pub(super) fn new(way: Way, takes: Duration) -> Self {
        Self { way, until: now().saturating_add(milliseconds(takes)) }
    }

    /// Whether the table has arrived.
    pub(super) fn is_over(&self) -> bool {
        self.until <= now()
    }
}

/// The tables on their way, by name. All others are active.
pub(super) type Changes = BTreeMap<String, Change>;

fn now() -> u64 {
    // A clock before 1970 ends all changes late rather than never.
    milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_over_when_its_time_is() {
        assert!(Change::new(Way::Creating, Duration::ZERO).is_over());
        assert!(!Change::new(Way::Creating, Duration::from_mins(1)).is_over());
    }
}
