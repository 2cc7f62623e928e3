//! The accounts: how operations and other services read and change them. IAM has no regions.

use serde_json::json;

use super::{
    Iam, documents, errors, learner_lab,
    roles::{self, NewRole},
    service_linked,
    state::{Account, State},
};
use crate::{
    place::{AccountId, Place},
    ports::{Administrators, Roles},
    protocol::stateful::Stateful,
    service::AwsError,
};

impl Iam {
    /// Returns an account in which nothing was made yet.
    fn new_account(&self, id: &AccountId) -> Account {
        let mut account = Account::default();
        if let Some(rehearsal) = self.rehearsal {
            learner_lab::complete(&mut account, id, rehearsal);
        }
        account
    }

    /// Looks at an account.
    pub(super) fn look_at<R>(&self, account: &AccountId, look: impl FnOnce(&Account) -> R) -> R {
        self.store.read(|state| match state.get(account) {
            Some(account) => look(account),
            None => look(&self.new_account(account)),
        })
    }

    /// Changes an account; a change that fails is not kept.
    pub(super) fn change_account<R>(
        &self,
        account: &AccountId,
        change: impl FnOnce(&mut Account) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let changed = self.store.try_change(|state: &mut State| {
            change(state.entry(account.clone()).or_insert_with(|| self.new_account(account)))
        });
        changed.map_err(|error| errors::failure(&error))?
    }
}

impl Stateful for Iam {
    type State = Account;
    type Context = Place;

    fn look<R>(
        &self,
        place: &Place,
        look: impl FnOnce(&Account, &Place) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        self.look_at(&place.account, |account| look(account, place))
    }

    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Account, &Place) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        self.change_account(&place.account, |account| change(account, place))
    }
}

impl Roles for Iam {
    fn assumable(&self, account: &AccountId, role_arn: &str, service: &str) -> bool {
        self.look_at(account, |iam| {
            iam.roles.values().any(|role| {
                role.arn(account) == role_arn && documents::trusts(&role.trust, service)
            })
        })
    }

    fn ensure_service_linked_role(&self, account: &AccountId, service: &str) -> bool {
        self.change_account(account, |account| Ok(service_linked::ensure(account, service)))
            .unwrap_or(false)
    }
}

impl Administrators for Iam {
    fn let_in(&self, account: &AccountId, role: &str, other: &AccountId) -> Result<(), AwsError> {
        let principal = json!({ "AWS": format!("arn:aws:iam::{other}:root") });
        let statement =
            json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
        let trust = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        self.change_account(account, |kept| {
            roles::add(kept, NewRole { name: role.to_owned(), trust, ..NewRole::default() })?;
            if let Some(role) = kept.roles.get_mut(role) {
                let policy = "AdministratorAccess";
                let arn = format!("arn:aws:iam::aws:policy/{policy}");
                role.attached.insert(arn, policy.to_owned());
            }
            Ok(())
        })
    }
}
