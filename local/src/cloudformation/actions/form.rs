//! The input of an action.

use std::{ops::Deref, sync::Arc};

use crate::{authorize::Identity, params::Params, place::Place};

/// The parameters of a call, and where its caller is.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(in crate::cloudformation) place: Place,
    pub(in crate::cloudformation) params: Params,
    /// The principal whose policies are asked, if any.
    pub(in crate::cloudformation) identity: Option<Arc<Identity>>,
}

impl Deref for Form {
    type Target = Params;

    fn deref(&self) -> &Params {
        &self.params
    }
}
