//! The meaning of a stack's status for the lab.

use aws_sdk_cloudformation::types::StackStatus;

/// The meaning of a stack's status for the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It exists and can be used and updated.
    Whole,
    /// It can only be deleted.
    Ruined,
    /// It was deleted.
    Gone,
    /// It is still empty: a person has to decide on the change set that would create it.
    InReview,
    /// A CloudFormation operation is in progress.
    Moving,
}

impl Standing {
    /// Returns the meaning of a status.
    pub(super) fn of(status: Option<&StackStatus>) -> Self {
        match status {
            Some(
                StackStatus::CreateComplete
                | StackStatus::UpdateComplete
                | StackStatus::UpdateRollbackComplete
                | StackStatus::UpdateFailed
                | StackStatus::ImportComplete
                | StackStatus::ImportRollbackComplete,
            ) => Self::Whole,
            Some(
                StackStatus::RollbackComplete
                | StackStatus::CreateFailed
                | StackStatus::RollbackFailed
                | StackStatus::UpdateRollbackFailed
                | StackStatus::ImportRollbackFailed
                | StackStatus::DeleteFailed,
            ) => Self::Ruined,
            Some(StackStatus::DeleteComplete) => Self::Gone,
            Some(StackStatus::ReviewInProgress) => Self::InReview,
            _ => Self::Moving,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_means_one_thing() {
        use StackStatus as S;
        let table = [
            (
                Standing::Whole,
                vec![
                    S::CreateComplete,
                    S::UpdateComplete,
                    S::UpdateRollbackComplete,
                    S::UpdateFailed,
                ],
            ),
            (
                Standing::Ruined,
                vec![S::RollbackComplete, S::CreateFailed, S::RollbackFailed, S::DeleteFailed],
            ),
            (Standing::Gone, vec![S::DeleteComplete]),
            (Standing::InReview, vec![S::ReviewInProgress]),
            (
                Standing::Moving,
                vec![
                    S::CreateInProgress,
                    S::RollbackInProgress,
                    S::UpdateInProgress,
                    S::UpdateCompleteCleanupInProgress,
                    S::UpdateRollbackInProgress,
                    S::UpdateRollbackCompleteCleanupInProgress,
                    S::DeleteInProgress,
                ],
            ),
        ];
        for (standing, statuses) in table {
            for status in statuses {
                assert_eq!(Standing::of(Some(&status)), standing, "{status}");
            }
        }
        assert_eq!(Standing::of(None), Standing::Moving);
    }
}
