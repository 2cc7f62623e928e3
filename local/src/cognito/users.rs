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
    sessions::{self, Session},
};
use crate::{
    service::AwsError,
    times::{self, Millis, epoch_seconds},
};

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
    /// Until when a temporary password is valid.
    pub(super) temporary_until: Option<Millis>,
    pub(super) codes: BTreeMap<Purpose, Codes>,
    pub(super) failures: Failures,
    pub(super) sessions: Vec<Session>,
}

/// The status of a user, in AWS's words.
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

    /// Returns the e-mail address, if it is known to be the user's.
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

    /// Returns the attributes as AWS lists them.
    pub(super) fn listed(&self) -> Value {
        let listed = self.attributes.iter();
        listed.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
    }

    /// Returns the user as owners of the pool see it; the attributes are in a field of this name.
    pub(super) fn described(&self, attributes: &str) -> Value {
        json!({
            "Username": self.name,
            attributes: self.listed(),
            "UserCreateDate": epoch_seconds(self.created),
            "UserLastModifiedDate": epoch_seconds(self.modified),
            "Enabled": self.enabled,
            "UserStatus": self.status.as_str(),
        })
    }

    /// Adds a sign-in, and forgets those without a valid token left.
    pub(super) fn add_session(&mut self, session: Session) {
        // Access tokens last a day at most.
        let day = std::time::Duration::from_hours(24);
        let now = times::now();
        self.sessions.retain(|old| times::after(old.ends, day) > now);
        self.sessions.push(session);
    }

    pub(super) fn sign_out_everywhere(&mut self) {
        self.sessions.iter_mut().for_each(|session| session.revoked = true);
    }
}

/// The users of a pool, by the name with which they are compared.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Users(BTreeMap<String, User>);

impl Users {
    /// Finds the user that a login means: by name, by `sub`, or by an address that stands for the
    /// name in this pool.
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

    /// Returns the same, mutably.
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

    /// Returns the user and the sign-in that a refresh token belongs to.
    pub(super) fn of_refresh_token(&self, token: &str) -> Option<(&User, &Session)> {
        let hash = sessions::hash(token);
        self.iter().find_map(|user| {
            let session = user.sessions.iter().find(|session| session.refresh == hash)?;
            Some((user, session))
        })
    }

    /// Returns the sign-in that a refresh token belongs to, mutably.
    pub(super) fn session_mut(&mut self, token: &str) -> Option<&mut Session> {
        let hash = sessions::hash(token);
        let mut sessions = self.iter_mut().flat_map(|user| &mut user.sessions);
        sessions.find(|session| session.refresh == hash)
    }
}

/// Returns the error for an unknown name, where that is no secret.
pub(super) fn no_user() -> AwsError {
    bad("UserNotFoundException", "User does not exist.")
}

/// Returns the user, or the error that there is none.
pub(super) fn known<U>(user: Option<U>) -> Outcome<U> {
    user.ok_or_else(no_user)
}
