//! The users of a pool, and what is kept of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    codes::{Codes, Purpose},
    errors::{Outcome, bad},
    lockout::Failures,
    passwords::Verifier,
    rules::Rules,
    sessions::Session,
    state::seconds,
};
use crate::{service::AwsError, times::Millis};

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) enabled: bool,
    pub(super) created: Millis,
    pub(super) modified: Millis,
    /// With `sub` among them.
    pub(super) attributes: BTreeMap<String, String>,
    /// An address that becomes the user's when it is verified.
    pub(super) pending_email: Option<String>,
    pub(super) password: Option<Verifier>,
    /// Until when a temporary password is good.
    pub(super) temporary_until: Option<Millis>,
    pub(super) codes: BTreeMap<Purpose, Codes>,
    pub(super) failures: Failures,
    pub(super) sessions: Vec<Session>,
}

/// Where a user stands, in AWS's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Status::Unconfirmed => "UNCONFIRMED",
            Status::Confirmed => "CONFIRMED",
            Status::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
        }
    }
}

impl User {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn sub(&self) -> &str {
        self.attribute("sub").unwrap_or_default()
    }

    /// The e-mail address, if it is known to be the user's.
    pub(super) fn verified_email(&self) -> Option<&str> {
        self.attribute("email").filter(|_| self.attribute("email_verified") == Some("true"))
    }

    /// Marks the e-mail address as the user's.
    pub(super) fn verify_email(&mut self) {
        self.attributes.insert("email_verified".to_owned(), "true".to_owned());
    }

    pub(super) fn codes(&mut self, purpose: Purpose) -> &mut Codes {
        self.codes.entry(purpose).or_default()
    }

    /// The attributes as AWS lists them.
    pub(super) fn listed(&self) -> Value {
        let listed = self.attributes.iter();
        listed.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
    }

    /// The user as owners of the pool see it; the attributes are in a field of this name.
    pub(super) fn described(&self, attributes: &str) -> Value {
        json!({
            "Username": self.name,
            attributes: self.listed(),
            "UserCreateDate": seconds(self.created),
            "UserLastModifiedDate": seconds(self.modified),
            "Enabled": self.enabled,
            "UserStatus": self.status.as_str(),
        })
    }
}

/// The users of a pool, by the name with which they are compared.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Users(BTreeMap<String, User>);

impl Users {
    /// Whom somebody means who signs in as this: by name, by `sub`, or by an address that stands
    /// for the name in this pool.
    pub(super) fn find(&self, rules: &Rules, login: &str) -> Option<&User> {
        let login = rules.compared(login);
        let is_meant = |user: &&User| {
            let email = user.attribute("email").map(|email| rules.compared(email));
            user.sub() == login
                || rules.by_email && email.as_ref() == Some(&login)
                || rules.email_alias
                    && user.verified_email().is_some()
                    && email == Some(login.clone())
        };
        self.0.get(&login).or_else(|| self.0.values().find(is_meant))
    }

    /// The same, to be changed.
    pub(super) fn find_mut(&mut self, rules: &Rules, login: &str) -> Option<&mut User> {
        let name = rules.compared(&self.find(rules, login)?.name);
        self.0.get_mut(&name)
    }

    pub(super) fn insert(&mut self, rules: &Rules, user: User) {
        self.0.insert(rules.compared(&user.name), user);
    }

    pub(super) fn remove(&mut self, rules: &Rules, name: &str) {
        self.0.remove(&rules.compared(name));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &User> {
        self.0.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut User> {
        self.0.values_mut()
    }
}

/// The error for a name that nobody has, where that is no secret.
pub(super) fn no_user() -> AwsError {
    bad("UserNotFoundException", "User does not exist.")
}

/// The user, or the error that there is none.
pub(super) fn known<U>(user: Option<U>) -> Outcome<U> {
    user.ok_or_else(no_user)
}
