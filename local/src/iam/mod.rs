//! IAM: roles and their policies. The local cloud keeps them, lets services check whether they can
//! assume a role, and evaluates what sessions of roles may do. An account's owner may do everything.

mod absent;
mod access;
mod accounts;
mod aliases;
mod assume;
mod authority;
mod aws_policies;
mod documents;
mod errors;
mod grammar;
mod learner_lab;
mod managed;
mod operations;
mod policies;
mod principals;
mod provider;
mod resources;
mod roles;
mod service_linked;
mod simulate;
mod state;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use crate::{
    absent::Absent,
    authorize::Access,
    open::OpenError,
    place::Place,
    protocol::{
        Protocol, form,
        operations::{Operation, Tabled},
        query::Dialect,
        stateful::OnState,
        tokens::Foreign,
    },
    rehearsal::Rehearsal,
    service::{AwsError, Summary, Tagged},
    store::Store,
};
pub(crate) use assume::{Assumption, Caller, NotAssumed, session_policy};
use state::{Account, State};

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Iam {
    store: Arc<Store<State>>,
    /// What all accounts are in addition to what was made in them.
    rehearsal: Option<Rehearsal>,
}

impl Iam {
    /// Opens the service on its folder. Its accounts are those that are rehearsed, if any are.
    pub(crate) fn open(folder: &Path, rehearsal: Option<Rehearsal>) -> Result<Self, OpenError> {
        let store = Store::<State>::open(folder.join("iam.json"))?;
        if let Some(rehearsal) = rehearsal {
            store.change(|state| {
                for (id, account) in state {
                    learner_lab::complete(account, id, rehearsal);
                }
            })?;
        }
        Ok(Self { store: Arc::new(store), rehearsal })
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
    const ACCESS: &'static [Access] = access::ACCESS;
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
