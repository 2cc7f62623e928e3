//! IAM: roles and their policies. The local cloud keeps them and lets services ask whether they can
//! assume a role; it does not check what a caller may do.

mod actions;
mod documents;
mod errors;
mod policies;
mod provider;
mod roles;
mod service_linked;
mod state;
#[cfg(test)]
mod tests;

use std::path::Path;

use http::StatusCode;
use serde_json::Value;

use crate::{
    links::Roles,
    open::OpenError,
    place::AccountId,
    protocol::{form::Form, query, xml},
    service::{Answer, Answering, AwsError, Call, Operation, Service},
    store::Store,
};
use actions::Deed;
use state::{Account, State};

const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";
const VERSION: &str = "2010-05-08";

/// The service.
#[derive(Debug)]
pub(crate) struct Iam {
    store: Store<State>,
}

impl Iam {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        Ok(Self { store: Store::open(folder.join("iam.json"))? })
    }

    fn run(&self, call: &Call) -> Result<Answer, AwsError> {
        let name = call.form().text("Action").unwrap_or_default();
        let (action, deed) = actions::find(name).ok_or_else(|| query::unknown_action(name))?;
        let form = Form::of(call)?;
        let result = match deed {
            Deed::Look(look) => self.look(&form.place.account, |account| look(&form, account)),
            Deed::Change(change) => {
                self.change(&form.place.account, |account| change(&form, account))
            }
        }?;
        Ok(match result {
            Value::Null => query::done(NAMESPACE, action),
            result => query::result(NAMESPACE, action, &xml::elements(&result)),
        })
    }

    fn look<R>(&self, account: &AccountId, look: impl FnOnce(&Account) -> R) -> R {
        self.store.read(|state| match state.get(account) {
            Some(account) => look(account),
            None => look(&Account::default()),
        })
    }

    /// Changes an account; a change that fails is not kept.
    fn change<R>(
        &self,
        account: &AccountId,
        change: impl FnOnce(&mut Account) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let attempt = |state: &mut State| {
            let mut changed = state.get(account).cloned().unwrap_or_default();
            let result = change(&mut changed)?;
            state.insert(account.clone(), changed);
            Ok(result)
        };
        self.store.change(attempt).map_err(|error| errors::failure(&error))?
    }
}

impl Service for Iam {
    fn name(&self) -> &'static str {
        "iam"
    }

    fn claims(&self, call: &Call) -> bool {
        call.form().text("Version") == Some(VERSION)
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        let (name, deed) = actions::find(call.form().text("Action")?)?;
        Some(Operation { name: name.to_owned(), mutating: matches!(deed, Deed::Change(_)) })
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { self.run(&call).unwrap_or_else(|error| self.refuse(&error)) })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        query::refuse(NAMESPACE, error)
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded")
    }

    // The Resource Groups Tagging API does not list IAM's roles, so there is no `tagged` here.
}

impl Roles for Iam {
    fn assumable(&self, account: &AccountId, role_arn: &str, service: &str) -> bool {
        self.look(account, |iam| {
            iam.roles.values().any(|role| {
                role.arn(account) == role_arn && documents::trusts(&role.trust, service)
            })
        })
    }

    fn ensure_service_linked_role(&self, account: &AccountId, service: &str) -> bool {
        self.change(account, |account| Ok(service_linked::ensure(account, service)))
            .unwrap_or(false)
    }
}
