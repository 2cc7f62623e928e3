//! IAM: roles and their policies. The local cloud keeps them and lets services check whether they
//! can assume a role; it does not check what a caller may do.

mod absent;
mod accounts;
mod documents;
mod errors;
mod grammar;
mod managed;
mod operations;
mod policies;
mod principals;
mod provider;
mod resources;
mod roles;
mod service_linked;
mod state;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use crate::{
    absent::Absent,
    open::OpenError,
    place::Place,
    protocol::{
        Protocol, form,
        operations::{Operation, Tabled},
        query::Dialect,
        stateful::OnState,
        tokens::Foreign,
    },
    service::{AwsError, Summary, Tagged},
    store::Store,
};
use state::{Account, State};

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Iam {
    store: Arc<Store<State>>,
}

impl Iam {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        Ok(Self { store: Arc::new(Store::open(folder.join("iam.json"))?) })
    }
}

impl Tabled for Iam {
    const NAME: &'static str = "iam";
    const PROTOCOL: Protocol = Protocol::AwsQuery(Dialect {
        namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
        version: "2010-05-08",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] = operations::OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const SUMMARY: Summary = operations::SUMMARY;

    type Handler = OnState<Account, Place>;

    fn foreign_token(_: &Foreign) -> AwsError {
        form::invalid("Invalid Marker.")
    }

    // The Resource Groups Tagging API does not list IAM's roles, so nothing here is tagged.

    /// As on AWS, roles are not listed.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}
