//! What an operation uses besides its parameters.

use crate::{clock::Moment, place::Place};

/// Where, and when.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(super) place: Place,
    pub(super) moment: Moment,
}

impl Context {
    /// Returns the ARN of a resource of this kind.
    pub(super) fn arn(&self, kind: &str, id: &str) -> String {
        format!("arn:aws:ec2:{}:{}:{kind}/{id}", self.place.region, self.place.account)
    }
}
