//! The states of stacks and of their resources.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::clock::Transition;

/// The state of a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum StackStatus {
    #[default]
    ReviewInProgress,
    CreateInProgress,
    CreateComplete,
    CreateFailed,
    RollbackInProgress,
    RollbackComplete,
    RollbackFailed,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
    UpdateInProgress,
    UpdateCompleteCleanupInProgress,
    UpdateComplete,
    UpdateFailed,
    UpdateRollbackInProgress,
    UpdateRollbackCompleteCleanupInProgress,
    UpdateRollbackComplete,
    UpdateRollbackFailed,
}

impl StackStatus {
    /// Returns the transition under way in this state, `None` in a final state. A change set or a
    /// rollback counts as the operation it belongs to.
    pub(super) fn transition(self) -> Option<Transition> {
        let operation = match self {
            Self::CreateInProgress | Self::RollbackInProgress => "CreateStack",
            Self::UpdateInProgress
            | Self::UpdateCompleteCleanupInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress => "UpdateStack",
            Self::DeleteInProgress => "DeleteStack",
            _ => return None,
        };
        // The durations are those of the resources.
        Some(Transition { service: "cloudformation", operation, typical: Duration::ZERO })
    }

    /// Returns whether an update may begin.
    pub(super) fn can_be_updated(self) -> bool {
        matches!(self, Self::CreateComplete | Self::UpdateComplete | Self::UpdateRollbackComplete)
    }

    /// Returns whether a deletion may begin.
    pub(super) fn can_be_deleted(self) -> bool {
        !matches!(
            self,
            Self::UpdateInProgress
                | Self::UpdateCompleteCleanupInProgress
                | Self::UpdateRollbackInProgress
                | Self::UpdateRollbackCompleteCleanupInProgress
        )
    }
}

/// The state of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ResourceStatus {
    CreateInProgress,
    CreateComplete,
    CreateFailed,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
    DeleteSkipped,
    UpdateInProgress,
    UpdateComplete,
    UpdateFailed,
}

impl ResourceStatus {
    /// Returns whether the resource is there and settled.
    pub(super) fn is_complete(self) -> bool {
        matches!(self, Self::CreateComplete | Self::UpdateComplete)
    }

    /// Returns whether it is being created or changed.
    pub(super) fn is_being_made(self) -> bool {
        matches!(self, Self::CreateInProgress | Self::UpdateInProgress)
    }

    /// Returns whether creating or changing it failed.
    pub(super) fn has_failed(self) -> bool {
        matches!(self, Self::CreateFailed | Self::UpdateFailed)
    }

    /// Returns whether it is no longer the stack's.
    pub(super) fn is_gone(self) -> bool {
        matches!(self, Self::DeleteComplete | Self::DeleteSkipped)
    }

    /// Returns the state after creating or changing it succeeds.
    pub(super) fn completed(self) -> Self {
        if self == Self::UpdateInProgress { Self::UpdateComplete } else { Self::CreateComplete }
    }

    /// Returns the state after creating or changing it fails.
    pub(super) fn failed(self) -> Self {
        if self == Self::UpdateInProgress { Self::UpdateFailed } else { Self::CreateFailed }
    }
}

/// As AWS spells it.
impl fmt::Display for StackStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// As AWS spells it.
impl fmt::Display for ResourceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
