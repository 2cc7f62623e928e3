//! AWS Organizations: who manages the accounts, which of them there are, and in which units. All
//! accounts of a local cloud belong to its organization once there is one.

mod accounts;
mod errors;
mod lists;
mod state;
mod units;

use std::{path::Path, sync::Arc};

use serde_json::{Value, json};

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::{Access, Need::Own},
    open::OpenError,
    place::{AccountId, Place},
    ports::{Administrators, Member, Members},
    protocol::{
        Protocol,
        json::Dialect,
        operations::{OnJson, Operation, Output, Tabled, change, look},
        tokens::Foreign,
    },
    service::{AwsError, Summary, Tagged},
    store::Store,
    times::now,
};
use state::{Organization, State};

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Organizations {
    store: Arc<Store<State>>,
    /// Who gives the manager a role in the accounts that it creates.
    administrators: Arc<dyn Administrators>,
}

impl Organizations {
    /// Opens the service on its folder.
    pub(crate) fn open(
        folder: &Path,
        administrators: Arc<dyn Administrators>,
    ) -> Result<Self, OpenError> {
        let store = Arc::new(Store::open(folder.join("organization.json"))?);
        Ok(Self { store, administrators })
    }

    /// Returns whether something was made in an account before.
    pub(crate) fn knows(&self, account: &AccountId) -> bool {
        self.store.read(|state| state.known.contains_key(account))
    }

    /// Notes that something was made in an account. With that it exists, and is a member.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(crate) fn meet(&self, account: &AccountId) -> Result<(), AwsError> {
        Ok(self.store.change(|state| state.meet(account, now()))?)
    }

    /// Looks at the organization as one of its accounts.
    fn look<R>(
        &self,
        account: &AccountId,
        look: impl FnOnce(&Organization) -> R,
    ) -> Result<R, AwsError> {
        self.store.read(|state| {
            let organization = state.organization.as_ref().filter(|it| it.has(account));
            organization.map(look).ok_or_else(errors::not_in_use)
        })
    }

    /// Looks at the organization as its manager.
    fn managed<R>(
        &self,
        place: &Place,
        look: impl FnOnce(&Organization) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        self.look(&place.account, |organization| {
            organization.check_manager(&place.account)?;
            look(organization)
        })?
    }

    /// Changes the organization as its manager.
    fn manage<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Organization) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let changed = self.store.try_change(|state| {
            let organization = state.organization.as_mut().filter(|it| it.has(&place.account));
            let organization = organization.ok_or_else(errors::not_in_use)?;
            organization.check_manager(&place.account)?;
            change(organization)
        });
        changed?
    }
}

impl Members for Organizations {
    fn active(&self, manager: &AccountId) -> Option<Vec<Member>> {
        let list = |organization: &Organization| {
            (organization.manager == *manager).then(|| organization.active())
        };
        self.look(manager, list).ok().flatten()
    }
}

/// What everybody in the organization may ask, what only its manager may, and what changes it.
const OPERATIONS: &[Operation<OnJson<Organizations>>] = &[
    look("DescribeOrganization", describe),
    look("DescribeAccount", accounts::describe),
    look("DescribeCreateAccountStatus", accounts::creation),
    look("ListAccounts", lists::accounts),
    look("ListAccountsForParent", lists::accounts_of_parent),
    look("ListOrganizationalUnitsForParent", lists::units_of_parent),
    look("ListParents", lists::parents),
    look("ListRoots", lists::roots),
    change("CreateOrganization", create),
    change("CreateAccount", accounts::create),
    change("CloseAccount", accounts::close),
    change("MoveAccount", accounts::move_to),
    change("CreateOrganizationalUnit", units::create),
];

/// What only reads.
const READS: &[&str] = &[
    "DescribeOrganization",
    "DescribeAccount",
    "DescribeCreateAccountStatus",
    "ListAccounts",
    "ListAccountsForParent",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListRoots",
];

impl Tabled for Organizations {
    const NAME: &'static str = "organizations";
    const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
        target: "AWSOrganizationsV20161128",
        content_type: "application/x-amz-json-1.1",
        error_prefix: "",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] = OPERATIONS;
    const ABSENT: &'static [Absent] = &[(READS, Nowhere, Never)];
    /// The ids of what there is are random, so nobody writes policies for one of them here.
    const ACCESS: &'static [Access] = &[
        (READS, &[Own("*")]),
        (
            &[
                "CreateOrganization",
                "CreateAccount",
                "CloseAccount",
                "MoveAccount",
                "CreateOrganizationalUnit",
            ],
            &[Own("*")],
        ),
    ];
    const SUMMARY: Summary = Summary {
        title: "AWS Organizations",
        real: "One organization for all accounts of the local cloud: an account is a member from \
               the first change in it on. Its manager creates accounts, with a role for itself in \
               each, closes them and moves them between organizational units.",
        refused: "Invitations, policies, delegated administrators, leaving and deleting.",
    };

    type Handler = OnJson<Self>;

    fn foreign_token(_: &Foreign) -> AwsError {
        errors::invalid("You provided an invalid pagination token.")
    }

    /// Nothing has tags.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

/// `CreateOrganization`. Whoever calls it manages all other accounts.
fn create(service: &Organizations, place: &Place, input: &Value) -> Output {
    let features = input["FeatureSet"].as_str().unwrap_or("ALL");
    if features != "ALL" {
        return Err(errors::invalid("The local cloud has organizations with all features only."));
    }
    service.store.try_change(|state| {
        match &state.organization {
            Some(organization) if organization.has(&place.account) => {
                return Err(errors::already_in_organization());
            }
            Some(_) => return Err(errors::violated("The local cloud has one organization.")),
            None => {}
        }
        let organization = Organization::new(&place.account, &state.known, now());
        let shown = organization.shown();
        state.organization = Some(organization);
        Ok(json!({ "Organization": shown }))
    })?
}

/// `DescribeOrganization`, which every member may call.
fn describe(service: &Organizations, place: &Place, _: &Value) -> Output {
    service.look(&place.account, |organization| json!({ "Organization": organization.shown() }))
}
