//! All profiles of the AWS configuration files, with what these say about their accounts.

use super::{Settings, profile::Profiles};
use crate::{
    error::{Code, Error, Result},
    lab::AccountId,
};

/// A profile, and what the files say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedProfile {
    /// Its name.
    pub(crate) name: String,
    /// Its account: that of its role or of its login. Of keys only AWS knows it.
    pub(crate) account: Option<AccountId>,
    /// Its region.
    pub(crate) region: Option<String>,
    /// What it is in IAM Identity Center, if it is there.
    pub(crate) portal: Option<InPortal>,
}

/// A profile of IAM Identity Center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InPortal {
    /// The address at which one logs in.
    pub(crate) start_url: String,
    /// The role.
    pub(crate) role: String,
}

impl ListedProfile {
    /// Returns all profiles, in the order of their names.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub(crate) async fn all(settings: &Settings) -> Result<Vec<Self>> {
        let read = Profiles::read(settings.profile.as_ref()).await.ok_or_else(unreadable)?;
        let mut all: Vec<Self> = read.set.profiles().map(|name| read.listed(name)).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }
}

/// Returns the error for configuration files that cannot be read.
pub(super) fn unreadable() -> Error {
    Error::new(Code::NoCredentials, "the AWS configuration files cannot be read")
        .hint("`aws configure list-profiles` says what is wrong with them")
}

/// The settings of a login: of a session that profiles share, or of a profile of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoginSettings {
    /// The name of the session, if it is one.
    pub(super) session: Option<String>,
    pub(super) start_url: String,
    pub(super) region: String,
}

impl Profiles {
    fn listed(&self, name: &str) -> ListedProfile {
        let of_role = self.value(name, "role_arn").and_then(|arn| arn.split(':').nth(4));
        let account = self.value(name, "sso_account_id").or(of_role);
        let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|it| it.is_ascii_digit());
        let role = self.value(name, "sso_role_name").map(str::to_owned);
        let portal = role.zip(self.login(name));
        ListedProfile {
            name: name.to_owned(),
            account: account.filter(is_account).map(AccountId::new),
            region: self.value(name, "region").map(str::to_owned),
            portal: portal.map(|(role, login)| InPortal { start_url: login.start_url, role }),
        }
    }

    /// Returns the settings of the login of a profile, if it has one.
    pub(super) fn login(&self, name: &str) -> Option<LoginSettings> {
        let session = self.value(name, "sso_session").map(str::to_owned);
        let setting = |key| match &session {
            Some(session) => self.set.sso_session(session)?.get(key),
            None => self.value(name, key),
        };
        let setting = |key| setting(key).filter(|value| !value.is_empty()).map(str::to_owned);
        let (start_url, region) = (setting("sso_start_url")?, setting("sso_region")?);
        Some(LoginSettings { session, start_url, region })
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use aws_config::profile::load;
    use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
    use aws_types::os_shim_internal::{Env, Fs};

    use super::*;

    const CONFIG: &str = "[default]\nregion = eu-west-1\n\
        [profile anna]\nsso_session = campus\nsso_account_id = 222222222222\n\
        sso_role_name = Student\n\
        [profile bert]\nrole_arn = arn:aws:iam::333333333333:role/Teacher\nsource_profile = anna\n\
        [profile old]\nsso_start_url = https://old.example\nsso_region = us-east-1\n\
        sso_account_id = 12\nsso_role_name = R\n\
        [profile lost]\nsso_session = gone\nsso_role_name = R\n\
        [sso-session campus]\nsso_start_url = https://campus.example\nsso_region = eu-central-1\n";

    async fn profiles() -> Profiles {
        let files =
            EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, CONFIG).build();
        let chosen = Some(Cow::Borrowed("anna"));
        let set = load(&Fs::real(), &Env::from_slice(&[]), &files, chosen).await.unwrap();
        Profiles { set, name: "anna".to_owned() }
    }

    #[tokio::test]
    async fn what_the_files_say_about_a_profile() {
        let read = profiles().await;
        let account = |name: &str| read.listed(name).account.map(|it| it.to_string());
        assert_eq!(account("anna").as_deref(), Some("222222222222"));
        assert_eq!(account("bert").as_deref(), Some("333333333333"));
        assert_eq!((account("default"), account("old")), (None, None));
        assert_eq!(read.listed("default").region.as_deref(), Some("eu-west-1"));
        let portal = read.listed("anna").portal.unwrap();
        assert_eq!(
            (portal.start_url.as_str(), portal.role.as_str()),
            ("https://campus.example", "Student")
        );
        assert_eq!(read.listed("bert").portal, None);
    }

    #[tokio::test]
    async fn a_login_is_of_a_session_or_of_the_profile() {
        let read = profiles().await;
        let campus = read.login("anna").unwrap();
        assert_eq!(campus.session.as_deref(), Some("campus"));
        assert_eq!(campus.region, "eu-central-1");
        let old = read.login("old").unwrap();
        assert_eq!((old.session, old.start_url.as_str()), (None, "https://old.example"));
        assert_eq!((read.login("lost"), read.login("default")), (None, None));
    }
}
