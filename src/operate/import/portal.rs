//! The accounts that somebody may use who has logged in at IAM Identity Center: the way for
//! instructors who may not ask Organizations.

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Entry, Imported, LeftOut, MANAGES, NewProfile, account};
use crate::{
    aws::{
        Failure, Input,
        operations::{
            organizations,
            sso::{
                ACCOUNTS, CREDENTIALS, Client, GET_ROLE_CREDENTIALS, LIST_ACCOUNT_ROLES,
                LIST_ACCOUNTS, ROLES,
            },
        },
    },
    destination::{ListedProfile, Login},
    error::{Code, Error, Result},
    lab::AccountId,
    operate::organization,
};

/// How many accounts are asked for their roles at the same time: the portal throttles bursts.
const AT_ONCE: usize = 5;

/// An account in the portal, and the roles in it.
#[derive(Clone, Debug)]
pub(super) struct InPortal {
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) roles: Vec<String>,
}

/// Which accounts, and how to sign in to them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Only the accounts in which there is this role.
    pub(crate) role: Option<&'a str>,
    /// Whether accounts without a profile get a new one.
    pub(crate) new_profiles: bool,
}

/// Returns a roster of the accounts in the portal, each with the profile that signs in to it.
///
/// # Errors
/// When the portal cannot be asked, or the login has ended.
pub(crate) async fn of_portal(
    login: &Login,
    profiles: &[ListedProfile],
    wanted: Wanted<'_>,
) -> Result<Imported> {
    let portal: Client = login.client();
    let all = accounts(&portal, login).await.map_err(explained)?;
    let manager = manager(&portal, login, &all).await;
    let profiles: Vec<_> = profiles.iter().filter(|it| is_of(it, login, wanted.role)).collect();
    let known = Known { profiles, manager: manager.as_deref(), login: &login.settings() };
    let mut roster = imported(&all, &known, wanted);
    if manager.is_none() {
        roster.notes.push(
            "Which account manages the organization could not be asked: take it out yourself if \
             it is there."
                .to_owned(),
        );
    }
    Ok(roster)
}

async fn accounts(portal: &Client, login: &Login) -> Result<Vec<InPortal>, Failure> {
    let input = Input::bearing(ACCOUNTS, &login.token);
    let listed = portal.0.list(&LIST_ACCOUNTS, input, "accountList").await?;
    let known = listed.iter().filter_map(|node| {
        let account = account(node.text("accountId")?)?;
        let text = |name| node.text(name).map(str::to_owned);
        Some((account, text("accountName").unwrap_or_default(), text("emailAddress")))
    });
    let with_roles = known.map(|(account, name, email)| async move {
        let input = Input::bearing(ROLES, &login.token).with("account_id", account.as_str());
        let roles = portal.0.list(&LIST_ACCOUNT_ROLES, input, "roleList").await?;
        let roles = roles.iter().filter_map(|it| it.text("roleName").map(str::to_owned)).collect();
        Ok(InPortal { account, name, email, roles })
    });
    stream::iter(with_roles).buffered(AT_ONCE).try_collect().await
}

/// Returns the account that manages the organization, which every member may ask; `None` if it could
/// not be asked with the first role that there is.
async fn manager(portal: &Client, login: &Login, all: &[InPortal]) -> Option<String> {
    let (account, role) =
        all.iter().find_map(|it| Some((it.account.as_str(), it.roles.first()?.as_str())))?;
    let input = Input::bearing(CREDENTIALS, &login.token)
        .with("account_id", account)
        .with("role_name", role);
    let answer = portal.0.send(&GET_ROLE_CREDENTIALS, input).await.ok()?;
    let keys = answer.get("roleCredentials")?;
    let client: organizations::Client = login.client_with(
        keys.text("accessKeyId")?,
        keys.text("secretAccessKey")?,
        keys.text("sessionToken")?,
    );
    organization::manager(&client).await.ok()?
}

fn is_of(profile: &ListedProfile, login: &Login, role: Option<&str>) -> bool {
    let portal = profile.portal.as_ref().filter(|it| it.start_url == login.start_url);
    portal.is_some_and(|it| role.is_none_or(|role| it.role == role))
}

/// What is known besides what the portal lists.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    /// The profiles of the login.
    pub(super) profiles: Vec<&'a ListedProfile>,
    /// The account that manages the organization.
    pub(super) manager: Option<&'a str>,
    /// The settings of the login in a profile.
    pub(super) login: &'a [(&'static str, String)],
}

/// Returns the roster of accounts as the portal lists them.
pub(super) fn imported(all: &[InPortal], known: &Known<'_>, wanted: Wanted<'_>) -> Imported {
    let mut roster = Imported::default();
    for it in all {
        if known.manager == Some(it.account.as_str()) {
            roster.left_out.push(it.left_out(MANAGES));
        } else if let Err(why) = it.add_to(&mut roster, known, wanted) {
            roster.left_out.push(it.left_out(why));
        }
    }
    let without = roster.entries.iter().filter(|entry| entry.profile.is_none()).count();
    if without > 0 {
        let have = if without == 1 {
            "1 account has".to_owned()
        } else {
            format!("{without} accounts have")
        };
        roster.notes.push(format!(
            "{have} no profile yet, and the column `profile` is empty there: \
             `--new-profiles FILE` writes the missing ones."
        ));
    }
    roster
}

impl InPortal {
    fn left_out(&self, why: impl Into<String>) -> LeftOut {
        LeftOut::account(self.account.as_str(), &self.name, why)
    }

    /// Adds the account to a roster, or returns why it cannot be there.
    fn add_to(
        &self,
        roster: &mut Imported,
        known: &Known<'_>,
        wanted: Wanted<'_>,
    ) -> Result<(), String> {
        if let Some(role) = wanted.role.filter(|role| !self.roles.iter().any(|it| it == role)) {
            return Err(format!("you do not have the role `{role}` in it"));
        }
        let profile = known.profiles.iter().find(|it| it.account.as_ref() == Some(&self.account));
        let mut entry = Entry {
            name: if self.name.is_empty() { self.account.to_string() } else { self.name.clone() },
            account: Some(self.account.clone()),
            profile: profile.map(|it| it.name.clone()),
            region: profile.and_then(|it| it.region.clone()),
            email: self.email.clone(),
            ..Entry::default()
        };
        if profile.is_none() && wanted.new_profiles {
            let new = self.new_profile(known, wanted.role)?;
            entry.profile = Some(new.name.clone());
            roster.new_profiles.push(new);
        }
        roster.entries.push(entry);
        Ok(())
    }

    fn new_profile(&self, known: &Known<'_>, role: Option<&str>) -> Result<NewProfile, String> {
        let role = match (role, self.roles.as_slice()) {
            (Some(role), _) => role,
            (None, [only]) => only,
            (None, []) => return Err("you have no role in it".to_owned()),
            (None, several) => {
                let names: Vec<String> = several.iter().map(|role| format!("`{role}`")).collect();
                let names = names.join(", ");
                return Err(format!("you have several roles in it, {names}: choose with `--role`"));
            }
        };
        let own =
            [("sso_account_id", self.account.to_string()), ("sso_role_name", role.to_owned())];
        let settings: Vec<_> = known.login.iter().cloned().chain(own).collect();
        // A line break would begin a setting of its own.
        if settings.iter().any(|(_, value)| value.chars().any(char::is_control)) {
            return Err("its role has a name that no profile can have".to_owned());
        }
        Ok(NewProfile { name: format!("class-{}", self.account), settings })
    }
}

/// Returns the error to show: the portal does not tell an expired login from one that was ended.
fn explained(failure: Failure) -> Error {
    if failure.is("UnauthorizedException") {
        let message = "the login at IAM Identity Center has ended";
        return failure
            .into_error(Code::ExpiredCredentials, message)
            .hint("log in again with `aws sso login`");
    }
    failure.into()
}
