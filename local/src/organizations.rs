//! Organizations: which account manages which others, and which of them are closed.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::{Access, Need::Own},
    open::OpenError,
    place::Place,
    protocol::{
        Protocol,
        json::Dialect,
        operations::{OnJson, Operation, Output, Tabled, change, look},
        page::page,
    },
    random,
    service::{AwsError, Summary, Tagged},
    store::Store,
    times::{Millis, epoch_seconds, now},
};

/// The accounts on a page, as on AWS.
const PAGE: usize = 20;

/// AWS Organizations. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Organizations(Arc<Store<State>>);

/// All organizations, by the accounts that manage them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State(BTreeMap<String, Organization>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Organization {
    id: String,
    accounts: BTreeMap<String, Member>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Member {
    name: String,
    email: String,
    joined: Millis,
    is_closed: bool,
    /// The id of the request that created it; the management account was not created.
    request: Option<String>,
}

impl Organizations {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        Ok(Self(Arc::new(Store::open(folder.join("organizations.json"))?)))
    }
}

impl Tabled for Organizations {
    const NAME: &'static str = "organizations";
    const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
        target: "AWSOrganizationsV20161128",
        content_type: "application/x-amz-json-1.1",
        error_prefix: "",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] = &[
        change("CloseAccount", close as OnJson<Self>),
        change("CreateAccount", create_account),
        change("CreateOrganization", create),
        look("DescribeCreateAccountStatus", describe_status),
        look("DescribeOrganization", describe),
        look("ListAccounts", list),
    ];
    const ABSENT: &'static [Absent] = &[(
        &["DescribeCreateAccountStatus", "DescribeOrganization", "ListAccounts"],
        Nowhere,
        Never,
    )];
    const ACCESS: &'static [Access] = &[(
        &[
            "CloseAccount",
            "CreateAccount",
            "CreateOrganization",
            "DescribeCreateAccountStatus",
            "DescribeOrganization",
            "ListAccounts",
        ],
        &[Own("*")],
    )];
    const SUMMARY: Summary = Summary {
        title: "Organizations",
        real: "Organizations and their accounts, which are created at once. Kept only: that an \
               account is closed; it can be used as before.",
        refused: "Invitations, units, policies, delegated administrators, and leaving.",
    };

    type Handler = OnJson<Self>;

    /// Its resources have no tags.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

impl State {
    /// Returns the organization that an account is in, and who manages it.
    fn of(&self, account: &str) -> Result<(&str, &Organization), AwsError> {
        let is_in = |(_, it): &(&String, &Organization)| it.accounts.contains_key(account);
        self.0.iter().find(is_in).map(|(id, it)| (id.as_str(), it)).ok_or_else(not_in_use)
    }

    /// Returns the organization that an account manages.
    fn managed_by(&self, account: &str) -> Result<&Organization, AwsError> {
        self.of(account)?;
        self.0.get(account).ok_or_else(denied)
    }

    fn managed_mut(&mut self, account: &str) -> Result<&mut Organization, AwsError> {
        self.of(account)?;
        self.0.get_mut(account).ok_or_else(denied)
    }
}

impl Member {
    fn new(name: &str, email: &str, request: Option<String>) -> Self {
        let (name, email) = (name.to_owned(), email.to_owned());
        Self { name, email, joined: now(), is_closed: false, request }
    }

    fn shown(&self, id: &str, (manager, organization): (&str, &str)) -> Value {
        let state = if self.is_closed { "SUSPENDED" } else { "ACTIVE" };
        json!({
            "Id": id,
            "Arn": format!("arn:aws:organizations::{manager}:account/{organization}/{id}"),
            "Name": self.name,
            "Email": self.email,
            "State": state,
            "Status": state,
            "JoinedMethod": if self.request.is_some() { "CREATED" } else { "INVITED" },
            "JoinedTimestamp": epoch_seconds(self.joined),
        })
    }
}

fn create(all: &Organizations, place: &Place, _: &Value) -> Output {
    let account = place.account.as_str();
    all.0.try_change(|state| {
        if state.of(account).is_ok() {
            return Err(error(
                StatusCode::BAD_REQUEST,
                "AlreadyInOrganizationException",
                "The provided account is already a member of an organization.",
            ));
        }
        let id = format!("o-{}", &random::id()[..10]);
        let own = Member::new("management", "management@example.com", None);
        let accounts = BTreeMap::from([(account.to_owned(), own)]);
        let organization = Organization { id, accounts };
        let answer = json!({ "Organization": shown(account, &organization) });
        state.0.insert(account.to_owned(), organization);
        Ok(answer)
    })?
}

fn describe(all: &Organizations, place: &Place, _: &Value) -> Output {
    all.0.read(|state| {
        let (manager, organization) = state.of(place.account.as_str())?;
        Ok(json!({ "Organization": shown(manager, organization) }))
    })
}

fn shown(manager: &str, organization: &Organization) -> Value {
    let id = &organization.id;
    let email = organization.accounts.get(manager).map(|account| &account.email);
    json!({
        "Id": id,
        "Arn": format!("arn:aws:organizations::{manager}:organization/{id}"),
        "FeatureSet": "ALL",
        "MasterAccountArn": format!("arn:aws:organizations::{manager}:account/{id}/{manager}"),
        "MasterAccountId": manager,
        "MasterAccountEmail": email,
    })
}

fn list(all: &Organizations, place: &Place, input: &Value) -> Output {
    let manager = place.account.as_str();
    all.0.read(|state| {
        let organization = state.managed_by(manager)?;
        let size = input["MaxResults"].as_u64().and_then(|size| usize::try_from(size).ok());
        let size = size.unwrap_or(PAGE).min(PAGE);
        let key = |(id, _): &(&String, &Member)| (*id).clone();
        let (found, next) = page(&organization.accounts, key, input["NextToken"].as_str(), size);
        let of = (manager, organization.id.as_str());
        let found = found.into_iter().map(|(id, member)| member.shown(id, of));
        Ok(json!({ "Accounts": found.collect::<Vec<_>>(), "NextToken": next }))
    })
}

fn create_account(all: &Organizations, place: &Place, input: &Value) -> Output {
    let text = |name: &str| match input[name].as_str() {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(invalid(&format!("You must provide a value for {name}."))),
    };
    let (name, email) = (text("AccountName")?, text("Email")?);
    all.0.try_change(|state| {
        let taken: Vec<String> =
            state.0.values().flat_map(|it| it.accounts.keys().cloned()).collect();
        let organization = state.managed_mut(place.account.as_str())?;
        let free = std::iter::repeat_with(number).find(|id| !taken.contains(id));
        let id = free.unwrap_or_default();
        let member = Member::new(name, email, Some(format!("car-{}", random::id())));
        let status = status(&id, &member);
        organization.accounts.insert(id, member);
        Ok(json!({ "CreateAccountStatus": status }))
    })?
}

/// Returns the number of a new account.
fn number() -> String {
    let digit = |byte: u8| char::from(b'0' + byte % 10);
    // The first is no zero, so that it is nobody's default.
    std::iter::once('9').chain(random::id().bytes().map(digit)).take(12).collect()
}

fn describe_status(all: &Organizations, place: &Place, input: &Value) -> Output {
    let wanted = input["CreateAccountRequestId"].as_str();
    all.0.read(|state| {
        let organization = state.managed_by(place.account.as_str())?;
        let is_it = |(_, member): &(&String, &Member)| {
            member.request.is_some() && member.request.as_deref() == wanted
        };
        let found = organization.accounts.iter().find(is_it).ok_or_else(|| {
            error(
                StatusCode::BAD_REQUEST,
                "CreateAccountStatusNotFoundException",
                "You specified an unknown create account request.",
            )
        })?;
        Ok(json!({ "CreateAccountStatus": status(found.0, found.1) }))
    })
}

fn status(id: &str, member: &Member) -> Value {
    json!({
        "Id": member.request,
        "AccountName": member.name,
        "AccountId": id,
        "State": "SUCCEEDED",
        "RequestedTimestamp": epoch_seconds(member.joined),
        "CompletedTimestamp": epoch_seconds(member.joined),
    })
}

fn close(all: &Organizations, place: &Place, input: &Value) -> Output {
    let manager = place.account.as_str();
    let id = input["AccountId"].as_str().unwrap_or_default();
    all.0.try_change(|state| {
        let organization = state.managed_mut(manager)?;
        if id == manager {
            return Err(error(
                StatusCode::BAD_REQUEST,
                "ConstraintViolationException",
                "You cannot close the management account.",
            ));
        }
        let member = organization.accounts.get_mut(id).ok_or_else(no_account)?;
        if member.is_closed {
            let words = "The account is already closed.";
            return Err(error(StatusCode::BAD_REQUEST, "AccountAlreadyClosedException", words));
        }
        member.is_closed = true;
        Ok(Value::Null)
    })?
}

fn error(status: StatusCode, code: &'static str, message: &str) -> AwsError {
    AwsError::new(status, code, message)
}

fn not_in_use() -> AwsError {
    let words = "Your account is not a member of an organization.";
    error(StatusCode::BAD_REQUEST, "AWSOrganizationsNotInUseException", words)
}

fn denied() -> AwsError {
    let words = "You don't have permissions to access this resource.";
    error(StatusCode::BAD_REQUEST, "AccessDeniedException", words)
}

fn no_account() -> AwsError {
    let words = "You specified an account that doesn't exist.";
    error(StatusCode::BAD_REQUEST, "AccountNotFoundException", words)
}

fn invalid(message: &str) -> AwsError {
    error(StatusCode::BAD_REQUEST, "InvalidInputException", message)
}
