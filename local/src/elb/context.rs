//! What an operation uses besides its parameters.

use std::sync::Arc;

use super::plane::Plane;
use crate::{
    clock::Moment,
    place::Place,
    ports::{Network, Roles},
};

/// Where, when, and with whose help.
pub(crate) struct Context {
    pub(super) place: Place,
    pub(super) moment: Moment,
    pub(super) network: Arc<dyn Network>,
    pub(super) roles: Arc<dyn Roles>,
    pub(super) plane: Arc<Plane>,
}

impl Context {
    /// Returns the ARN of a resource of this service.
    pub(super) fn arn(&self, resource: &str) -> String {
        let Place { account, region } = &self.place;
        format!("arn:aws:elasticloadbalancing:{region}:{account}:{resource}")
    }
}
