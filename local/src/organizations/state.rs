//! What is kept: which accounts there are, and the organization.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors;
use crate::{
    place::AccountId,
    ports::Member,
    random,
    service::AwsError,
    times::{Millis, epoch_seconds},
};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// The accounts in which something was made, and since when.
    pub(super) known: BTreeMap<AccountId, Millis>,
    pub(super) organization: Option<Organization>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Organization {
    id: String,
    /// The id of the root, which the ids of units contain.
    pub(super) root: String,
    /// The management account.
    pub(super) manager: AccountId,
    pub(super) accounts: BTreeMap<AccountId, Account>,
    /// By their ids.
    pub(super) units: BTreeMap<String, Unit>,
    /// What became of the accounts that were to be created, by the id of the request.
    pub(super) creations: BTreeMap<String, Creation>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) joined: Millis,
    /// Whether the organization created it.
    pub(super) was_created: bool,
    pub(super) is_closed: bool,
    /// The root or unit in which it is.
    pub(super) parent: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) parent: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Creation {
    pub(super) name: String,
    pub(super) requested: Millis,
    /// The account, or why there is none.
    pub(super) outcome: Result<AccountId, String>,
}

impl State {
    pub(super) fn meet(&mut self, account: &AccountId, now: Millis) {
        self.known.entry(account.clone()).or_insert(now);
        if let Some(organization) = &mut self.organization {
            organization.join(account, now);
        }
    }
}

impl Organization {
    /// Creates one in which all known accounts are.
    pub(super) fn new(
        manager: &AccountId,
        known: &BTreeMap<AccountId, Millis>,
        now: Millis,
    ) -> Self {
        let mut organization = Self {
            id: format!("o-{}", some(10)),
            root: format!("r-{}", some(4)),
            manager: manager.clone(),
            accounts: BTreeMap::new(),
            units: BTreeMap::new(),
            creations: BTreeMap::new(),
        };
        organization.join(manager, now);
        for account in known.keys() {
            organization.join(account, now);
        }
        organization
    }

    fn join(&mut self, account: &AccountId, now: Millis) {
        let what = if *account == self.manager { "Management account" } else { "Account" };
        let parent = self.root.clone();
        self.accounts.entry(account.clone()).or_insert_with(|| Account {
            name: format!("{what} {account}"),
            email: format!("account-{account}@example.com"),
            joined: now,
            was_created: false,
            is_closed: false,
            parent,
        });
    }

    /// Returns whether an account is in it.
    pub(super) fn has(&self, account: &AccountId) -> bool {
        self.accounts.contains_key(account)
    }

    pub(super) fn check_manager(&self, account: &AccountId) -> Result<(), AwsError> {
        if *account == self.manager { Ok(()) } else { Err(errors::not_manager()) }
    }

    /// Returns whether there is a root or unit of this id.
    pub(super) fn is_parent(&self, id: &str) -> bool {
        id == self.root || self.units.contains_key(id)
    }

    /// Returns an ARN of the organization, which the management account owns.
    fn arn(&self, kind: &str, below: &str) -> String {
        format!("arn:aws:organizations::{}:{kind}/{}{below}", self.manager, self.id)
    }

    pub(super) fn shown(&self) -> Value {
        let manager = self.accounts.get(&self.manager);
        json!({
            "Id": self.id,
            "Arn": self.arn("organization", ""),
            "FeatureSet": "ALL",
            "MasterAccountArn": self.arn("account", &format!("/{}", self.manager)),
            "MasterAccountId": self.manager,
            "MasterAccountEmail": manager.map(|account| &account.email),
            "AvailablePolicyTypes": [],
        })
    }

    pub(super) fn shown_root(&self) -> Value {
        json!({
            "Id": self.root,
            "Arn": self.arn("root", &format!("/{}", self.root)),
            "Name": "Root",
            "PolicyTypes": [],
        })
    }

    pub(super) fn shown_unit(&self, id: &str, unit: &Unit) -> Value {
        json!({ "Id": id, "Arn": self.arn("ou", &format!("/{id}")), "Name": unit.name })
    }

    /// AWS still sends the status, which its state replaces: that of a closed account is
    /// `SUSPENDED`.
    pub(super) fn shown_account(&self, id: &AccountId, account: &Account) -> Value {
        json!({
            "Id": id,
            "Arn": self.arn("account", &format!("/{id}")),
            "Email": account.email,
            "Name": account.name,
            "Status": if account.is_closed { "SUSPENDED" } else { "ACTIVE" },
            "State": if account.is_closed { "CLOSED" } else { "ACTIVE" },
            "JoinedMethod": if account.was_created { "CREATED" } else { "INVITED" },
            "JoinedTimestamp": epoch_seconds(account.joined),
        })
    }

    /// Returns the accounts that can be used.
    pub(super) fn active(&self) -> Vec<Member> {
        let active = self.accounts.iter().filter(|(_, account)| !account.is_closed);
        let member = |(id, account): (&AccountId, &Account)| Member {
            account: id.clone(),
            name: account.name.clone(),
            email: account.email.clone(),
        };
        active.map(member).collect()
    }

    /// Returns an id for a unit: it contains that of the root.
    pub(super) fn new_unit_id(&self) -> String {
        format!("ou-{}-{}", self.root.trim_start_matches("r-"), some(8))
    }

    /// Returns twelve digits that no account has.
    pub(super) fn new_account_id(&self) -> AccountId {
        loop {
            let digits: String =
                random::id().bytes().map(|byte| char::from(b'0' + byte % 10)).collect();
            let id = AccountId::named(digits.get(..12).unwrap_or_default());
            if !self.accounts.contains_key(&id) {
                return id;
            }
        }
    }
}

/// Returns this many random characters, as ids have them.
pub(super) fn some(count: usize) -> String {
    let mut id = random::id();
    id.truncate(count);
    id
}
