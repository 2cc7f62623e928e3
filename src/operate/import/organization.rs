//! The accounts of an organization, or of a unit of it and the units below.

use super::{Entry, Imported, LeftOut, MANAGES, account};
use crate::{
    aws::{
        Failure, Input, Node, Operation,
        operations::organizations::{
            Client, LIST_ACCOUNTS, LIST_ACCOUNTS_FOR_PARENT, LIST_ORGANIZATIONAL_UNITS_FOR_PARENT,
            LIST_ROOTS,
        },
    },
    destination::{Destination, Lazy},
    error::{Code, Error, Result},
    operate::organization,
};

/// Organizations permits units in units down to this depth.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const DEEPEST: usize = 5;

/// Returns a roster of the active accounts, in each of which the manager assumes a role of this
/// name.
///
/// # Errors
/// When there is no organization or no such unit, or the account does not manage it.
pub(crate) async fn of_organization(
    destination: &Destination,
    unit: Option<&str>,
    role: &str,
) -> Result<Imported> {
    let asked = Asked { client: destination.client(), own: destination.account.to_string() };
    let manager = asked.manager().await?;
    let accounts = match unit {
        None => asked.list(&LIST_ACCOUNTS, Input::default(), "Accounts").await,
        Some(unit) => asked.below(unit).await,
    };
    let accounts = accounts.map_err(|wrong| asked.explained(wrong, &manager))?;
    Ok(imported(&accounts, &manager, role))
}

/// Returns the roster of accounts as Organizations lists them.
pub(super) fn imported(accounts: &[Node], manager: &str, role: &str) -> Imported {
    let mut roster = Imported::default();
    for node in accounts {
        let text = |name: &str| node.text(name).unwrap_or_default();
        let (id, name) = (text("Id"), text("Name"));
        let state = organization::state(node).unwrap_or_default();
        let Some(account) = account(id) else { continue };
        if id == manager {
            roster.left_out.push(LeftOut::account(id, name, MANAGES));
        } else if state != "ACTIVE" {
            let why = format!("it is not active: its state is {state}");
            roster.left_out.push(LeftOut::account(id, name, why));
        } else {
            roster.entries.push(Entry {
                name: if name.is_empty() { id } else { name }.to_owned(),
                role_arn: Some(format!("arn:aws:iam::{account}:role/{role}")),
                account: Some(account),
                email: node.text("Email").map(str::to_owned),
                ..Entry::default()
            });
        }
    }
    roster
}

/// Who asks.
struct Asked {
    client: Lazy<Client>,
    own: String,
}

/// Why a list is not there.
enum Wrong {
    Failed(Failure),
    Said(Error),
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Asked {
    /// Returns the account that manages the organization.
    async fn manager(&self) -> Result<String> {
        organization::manager(&self.client).await?.ok_or_else(|| {
            let message = format!("account {} is not in an organization", self.own);
            Error::new(Code::NoOrganization, message).hint(
                "use a profile of the management account, or `--from sso`, `profiles` or `csv`",
            )
        })
    }

    async fn list(
        &self,
        operation: &'static Operation,
        input: Input,
        name: &str,
    ) -> Result<Vec<Node>, Wrong> {
        Ok(self.client.0.list(operation, input, name).await?)
    }

    async fn units(&self, parent: &str) -> Result<Vec<Node>, Wrong> {
        let input = Input::default().with("ParentId", parent);
        let operation = &LIST_ORGANIZATIONAL_UNITS_FOR_PARENT;
        self.list(operation, input, "OrganizationalUnits").await
    }

    /// Returns the accounts in a unit and in those below.
    async fn below(&self, unit: &str) -> Result<Vec<Node>, Wrong> {
        let mut level = vec![self.find(unit).await?];
        let mut accounts = Vec::new();
        for _ in 0..=DEEPEST {
            let mut next = Vec::new();
            for parent in &level {
                let input = Input::default().with("ParentId", parent.as_str());
                accounts.extend(self.list(&LIST_ACCOUNTS_FOR_PARENT, input, "Accounts").await?);
                next.extend(self.units(parent).await?.iter().filter_map(id));
            }
            level = next;
        }
        Ok(accounts)
    }

    /// Returns the id of a unit: as it is given, or that of a path of names below the root.
    async fn find(&self, unit: &str) -> Result<String, Wrong> {
        if ["ou-", "r-"].iter().any(|start| unit.starts_with(start)) {
            return Ok(unit.to_owned());
        }
        let roots = self.list(&LIST_ROOTS, Input::default(), "Roots").await?;
        let mut parent = roots.iter().find_map(id).unwrap_or_default();
        for name in unit.split('/').filter(|name| !name.is_empty()) {
            let units = self.units(&parent).await?;
            let found = units.iter().find(|node| node.text("Name") == Some(name));
            parent = found.and_then(id).ok_or_else(|| Wrong::Said(no_unit(unit, name, &units)))?;
        }
        Ok(parent)
    }

    /// Returns the error to show. AWS denies these lists to accounts that do not manage the
    /// organization, whatever their policies say.
    fn explained(&self, wrong: Wrong, manager: &str) -> Error {
        match wrong {
            Wrong::Said(error) => error,
            Wrong::Failed(failure)
                if failure.is("AccessDeniedException") && manager != self.own =>
            {
                let own = &self.own;
                let message =
                    format!("account {own} does not manage the organization: {manager} does");
                let hint = format!("use a profile of account {manager} with `--profile`");
                failure.into_error(Code::NoOrganization, message).hint(hint)
            }
            Wrong::Failed(failure) if failure.is("ParentNotFoundException") => {
                failure.into_error(Code::NoUnit, Code::NoUnit.entry().title)
            }
            Wrong::Failed(failure) => failure.into(),
        }
    }
}

fn id(node: &Node) -> Option<String> {
    node.text("Id").map(str::to_owned)
}

fn no_unit(path: &str, name: &str, units: &[Node]) -> Error {
    let mut names: Vec<String> =
        units.iter().filter_map(|it| it.text("Name")).map(|name| format!("`{name}`")).collect();
    names.sort();
    let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let message = format!("the organization has no unit `{path}`");
    Error::new(Code::NoUnit, message).hint(format!("where `{name}` should be there is: {there}"))
}
