//! The portal of IAM Identity Center: the accounts and roles of who has signed in, and keys for
//! them. Its calls are not signed; a header has the token of the login.

mod request;

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use self::request::Asked;
use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::Access,
    place::{AccountId, Place},
    ports::{Member, Members},
    protocol::{
        Protocol,
        operations::{Handler, Operation, Output, Tabled, look},
        page::page,
        tokens::Foreign,
    },
    service::{AwsError, Call, Summary, Tagged},
    times::{Millis, now},
};

/// The permission set that everybody has, in every account.
const ROLE: &str = "AdministratorAccess";
/// How long keys last: the default of a permission set.
const LASTS: Millis = 3600 * 1000;

/// The service. It keeps nothing: the organization knows the accounts.
#[derive(Clone, Debug)]
pub(crate) struct IdentityCenter {
    members: Arc<dyn Members>,
}

impl IdentityCenter {
    /// Creates the service for the accounts of an organization.
    pub(crate) fn new(members: Arc<dyn Members>) -> Self {
        Self { members }
    }

    /// Returns the accounts of who has signed in with the token of a call. The token of an
    /// organization is the id of its management account, as keys are those of accounts.
    fn accounts(&self, asked: &Asked) -> Result<Vec<Member>, AwsError> {
        let manager = AccountId::named(&asked.token);
        let is_id = manager.as_str() == asked.token;
        let accounts = is_id.then(|| self.members.active(&manager)).flatten();
        accounts.ok_or_else(unauthorized)
    }

    /// Returns the account that a call is about.
    fn account(&self, asked: &Asked) -> Result<AccountId, AwsError> {
        let accounts = self.accounts(asked)?;
        let id = asked.required("account_id")?;
        let found = accounts.into_iter().find(|member| member.account.as_str() == id);
        found.map(|member| member.account).ok_or_else(no_access)
    }
}

/// An operation, with where it is in the portal.
#[derive(Debug)]
pub(crate) struct At {
    path: &'static str,
    run: fn(&IdentityCenter, &Asked) -> Output,
}

impl Handler<IdentityCenter> for At {
    fn run(&self, service: &IdentityCenter, call: &Call) -> Output {
        (self.run)(service, &Asked::read(call))
    }
}

const fn at(
    name: &'static str,
    path: &'static str,
    run: fn(&IdentityCenter, &Asked) -> Output,
) -> Operation<At> {
    look(name, At { path, run })
}

impl Tabled for IdentityCenter {
    const NAME: &'static str = "sso";
    const PROTOCOL: Protocol = Protocol::RestJson;
    const OPERATIONS: &'static [Operation<At>] = &[
        at("ListAccounts", "/assignment/accounts", accounts),
        at("ListAccountRoles", "/assignment/roles", roles),
        at("GetRoleCredentials", "/federation/credentials", credentials),
    ];
    const ABSENT: &'static [Absent] =
        &[(&["ListAccounts", "ListAccountRoles", "GetRoleCredentials"], Nowhere, Never)];
    /// The token says what its owner may do.
    const ACCESS: &'static [Access] =
        &[(&["ListAccounts", "ListAccountRoles", "GetRoleCredentials"], &[])];
    const SUMMARY: Summary = Summary {
        title: "IAM Identity Center (portal)",
        real: "The active accounts of the organization, for the token that is the id of its \
               management account, with one role in each. Its keys are those of the account's \
               owner.",
        refused: "Logins, their end, and users and permission sets of one's own.",
    };

    type Handler = At;

    fn find(call: &Call) -> Option<&'static Operation<At>> {
        // Without its header a path like this may be that of an object.
        let is_portals = call.method == Method::GET && request::has_token(call);
        let path = call.uri.path();
        is_portals.then(|| Self::OPERATIONS.iter().find(|it| it.handler.path == path)).flatten()
    }

    fn claims_unsigned(call: &Call) -> bool {
        Self::find(call).is_some()
    }

    fn foreign_token(_: &Foreign) -> AwsError {
        invalid("The next token is invalid.")
    }

    /// It has no resources.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

fn accounts(service: &IdentityCenter, asked: &Asked) -> Output {
    let (members, next) =
        page(service.accounts(asked)?, key, asked.query("next_token"), asked.limit()?);
    let shown = |member: Member| {
        json!({
            "accountId": member.account,
            "accountName": member.name,
            "emailAddress": member.email,
        })
    };
    let accounts: Vec<Value> = members.into_iter().map(shown).collect();
    Ok(json!({ "accountList": accounts, "nextToken": next }))
}

fn key(member: &Member) -> String {
    member.account.to_string()
}

fn roles(service: &IdentityCenter, asked: &Asked) -> Output {
    asked.limit()?;
    let account = service.account(asked)?;
    Ok(json!({ "roleList": [{ "roleName": ROLE, "accountId": account }], "nextToken": null }))
}

fn credentials(service: &IdentityCenter, asked: &Asked) -> Output {
    let account = service.account(asked)?;
    if asked.required("role_name")? != ROLE {
        return Err(no_access());
    }
    Ok(json!({ "roleCredentials": {
        "accessKeyId": account,
        "secretAccessKey": "local",
        "sessionToken": "local",
        "expiration": now() + LASTS,
    }}))
}

fn unauthorized() -> AwsError {
    let message = "Session token not found or invalid";
    AwsError::new(StatusCode::UNAUTHORIZED, "UnauthorizedException", message)
}

/// Also for accounts and roles that are not there.
fn no_access() -> AwsError {
    AwsError::new(StatusCode::FORBIDDEN, "ForbiddenException", "No access")
}

fn invalid(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidRequestException", message)
}
