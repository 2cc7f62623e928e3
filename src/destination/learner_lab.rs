//! An AWS Academy Learner Lab as a destination, known by the identity alone.

use super::Destination;
use crate::{
    aws::{call, operations::iam::GET_ROLE},
    error::{Code, Error, Result},
    lab::{LearnerLab, roles::LAB_ROLE},
};

impl Destination {
    /// Returns the Learner Lab that this account is one of; `None` for any other account.
    pub(crate) fn learner_lab(&self) -> Option<LearnerLab> {
        LearnerLab::of(self.identity.arn())
    }
}

/// Makes one read. When the session has ended, its credentials look alive: `GetCallerIdentity` still
/// answers, and everything else is denied.
///
/// # Errors
/// When the session has ended. Any other failure is for the command to find.
pub(super) async fn check_session(iam: &aws_sdk_iam::Client) -> Result<()> {
    let get = iam.get_role().role_name(LAB_ROLE);
    match call(&GET_ROLE, get.send()).await.map_err(Error::from) {
        Err(error) if error.code == Code::SessionEnded => Err(error),
        _ => Ok(()),
    }
}
