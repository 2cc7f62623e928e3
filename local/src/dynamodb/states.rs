//! Tables in transition: being created, and being deleted. The engine makes and drops a table at
//! once; AWS takes seconds, during which the table exists but cannot be used. The times are
//! wall-clock times on disk, so a table also settles while the local cloud is not running.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    clock::{Moment, Transition},
    pace::typical,
    times::Millis,
};

const CREATING: Transition = Transition {
    service: "dynamodb",
    operation: "CreateTable",
    typical: typical("AWS::DynamoDB::Table CREATING"),
};
/// AWS takes seconds to minutes, depending on the update. Here it is immediate unless a hold is in
/// force.
const UPDATING: Transition =
    Transition { operation: "UpdateTable", typical: Duration::ZERO, ..CREATING };
const DELETING: Transition = Transition {
    operation: "DeleteTable",
    typical: typical("AWS::DynamoDB::Table DELETING"),
    ..CREATING
};

/// What a table is becoming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// Made by the engine just now, or left half made by a kill.
    Making,
    /// Active.
    Creating,
    /// Active again.
    Updating,
    /// Deleted.
    Deleting,
}

impl Way {
    /// Returns the status of a table in this transition.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Making | Self::Creating => "CREATING",
            Self::Updating => "UPDATING",
            Self::Deleting => "DELETING",
        }
    }

    fn transition(self) -> Transition {
        match self {
            Self::Making | Self::Creating => CREATING,
            Self::Updating => UPDATING,
            Self::Deleting => DELETING,
        }
    }
}

/// A table in transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) way: Way,
    /// When it is complete, in milliseconds since 1970.
    until: Millis,
}

impl Change {
    /// Creates a change that begins now.
    pub(super) fn new(way: Way, moment: &Moment) -> Self {
        Self { way, until: moment.due(way.transition()) }
    }

    /// Creates the mark of a table that is being made. No time ends it.
    pub(super) fn making() -> Self {
        Self { way: Way::Making, until: 0 }
    }

    /// Returns whether the change is complete.
    pub(super) fn is_over(&self, moment: &Moment) -> bool {
        self.way != Way::Making && moment.has_come(self.way.transition(), self.until)
    }
}

/// The tables in transition, by name. All others are active.
pub(super) type Changes = BTreeMap<String, Change>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_change_is_over_when_its_time_is() {
        let moment = Clock::at_pace(0.0).moment();
        assert!(Change::new(Way::Creating, &moment).is_over(&moment));
        let moment = Clock::at_pace(1.0).moment();
        assert!(!Change::new(Way::Creating, &moment).is_over(&moment));
    }
}
