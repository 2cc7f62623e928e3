//! A profile in the AWS configuration files: what of it the SDK does not read.

use std::{borrow::Cow, path::PathBuf};

use aws_config::profile::{ProfileSet, load};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_sdk_sts::config::Credentials;
use aws_types::os_shim_internal::{Env, Fs};

use super::Profile;
use crate::error::{Code, Error, Result};

/// The profiles, and the name of the one in use.
pub(super) struct Profiles {
    pub(super) set: ProfileSet,
    pub(super) name: String,
}

/// The credentials with which the first role of a profile is assumed.
#[derive(Clone, Debug)]
pub(super) enum Base {
    /// Keys in a profile.
    Keys(Credentials),
    /// Another profile.
    Profile(String),
    /// The environment.
    Environment,
    /// The EC2 instance.
    Instance,
    /// The container.
    Container,
}

/// A role that a profile names.
#[derive(Clone, Debug)]
pub(super) struct Role {
    /// The profile.
    pub(super) profile: String,
    pub(super) arn: String,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    /// How long its session lasts, in seconds.
    pub(super) duration: Option<i32>,
    /// The ARN or serial number of the MFA device whose code it takes.
    pub(super) mfa_serial: Option<String>,
}

/// The roles of a profile, in the order in which they are assumed.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) base: Base,
    pub(super) roles: Vec<Role>,
}

impl Profiles {
    /// Reads the configuration files; `None` if they cannot be read, which the SDK reports when it
    /// needs them.
    pub(super) async fn read(profile: Option<&Profile>) -> Option<Self> {
        let name = profile.map_or("default", |it| &it.name).to_owned();
        let (files, chosen) = (EnvConfigFiles::default(), Cow::Owned(name.clone()));
        let set = load(&Fs::real(), &Env::real(), &files, Some(chosen)).await.ok()?;
        Some(Self { set, name })
    }

    /// Returns the file of certificates that the profile names.
    pub(super) fn bundle(&self) -> Option<PathBuf> {
        self.value(&self.name, "ca_bundle").map(PathBuf::from)
    }

    /// Returns the roles of the profile if one of them has a setting that the SDK ignores; `None`
    /// leaves the profile to the SDK.
    ///
    /// # Errors
    /// When such roles cannot be assumed as they are written.
    pub(super) fn chain(&self) -> Result<Option<Chain>> {
        let ignored = |role: &Role| role.mfa_serial.is_some() || role.duration.is_some();
        let (mut roles, mut name) = (Vec::new(), self.name.as_str());
        let base = loop {
            // As for the AWS CLI, keys in a profile are used before a role that it names, unless it
            // is the profile in use.
            let keys = if roles.is_empty() { None } else { self.keys(name) };
            let Some(role) = self.role(name)?.filter(|_| keys.is_none()) else {
                break keys.map_or_else(|| Base::Profile(name.to_owned()), Base::Keys);
            };
            let is_loop = roles.iter().any(|earlier: &Role| earlier.profile == role.profile);
            if is_loop {
                return Err(wrong(name, "`source_profile` leads back to it"));
            }
            roles.push(role);
            match (self.value(name, "source_profile"), self.value(name, "credential_source")) {
                (Some(source), None) if source == name => break Base::Keys(self.own_keys(name)?),
                (Some(source), None) => name = source,
                (None, Some(source)) => break named(name, source)?,
                _ => {
                    let words = "it needs either `source_profile` or `credential_source`";
                    return Err(wrong(name, words));
                }
            }
        };
        if !roles.iter().any(ignored) {
            return Ok(None);
        }
        roles.reverse();
        Ok(Some(Chain { base, roles }))
    }

    pub(super) fn value(&self, profile: &str, key: &str) -> Option<&str> {
        self.set.get_profile(profile)?.get(key).filter(|value| !value.is_empty())
    }

    fn role(&self, profile: &str) -> Result<Option<Role>> {
        // Roles with a token in a file are the SDK's.
        let (Some(arn), None) =
            (self.value(profile, "role_arn"), self.value(profile, "web_identity_token_file"))
        else {
            return Ok(None);
        };
        let text = |key| self.value(profile, key).map(str::to_owned);
        let seconds = |text: &str| {
            text.parse().map_err(|_| wrong(profile, "`duration_seconds` is not a number"))
        };
        Ok(Some(Role {
            profile: profile.to_owned(),
            arn: arn.to_owned(),
            external_id: text("external_id"),
            session_name: text("role_session_name"),
            duration: self.value(profile, "duration_seconds").map(seconds).transpose()?,
            mfa_serial: text("mfa_serial"),
        }))
    }

    fn keys(&self, profile: &str) -> Option<Credentials> {
        let (id, secret) = (
            self.value(profile, "aws_access_key_id")?,
            self.value(profile, "aws_secret_access_key")?,
        );
        let token = self.value(profile, "aws_session_token").map(str::to_owned);
        Some(Credentials::new(id, secret, token, None, "a profile"))
    }

    fn own_keys(&self, profile: &str) -> Result<Credentials> {
        self.keys(profile).ok_or_else(|| wrong(profile, "it is its own source, and has no keys"))
    }
}

fn named(profile: &str, source: &str) -> Result<Base> {
    match source {
        "Environment" => Ok(Base::Environment),
        "Ec2InstanceMetadata" => Ok(Base::Instance),
        "EcsContainer" => Ok(Base::Container),
        _ => Err(wrong(profile, &format!("there is no `credential_source` named `{source}`"))),
    }
}

fn wrong(profile: &str, words: &str) -> Error {
    let message = format!("the profile `{profile}` cannot be used: {words}");
    Error::new(Code::NoCredentials, message)
        .hint(format!("`aws configure list --profile {profile}` shows what is set"))
}

#[cfg(test)]
mod tests {
    use aws_runtime::env_config::file::EnvConfigFileKind;

    use super::*;

    const KEYS: &str = "aws_access_key_id = A\naws_secret_access_key = secret\n";

    async fn profiles(config: &str) -> Profiles {
        let files =
            EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, config).build();
        let name = "lab".to_owned();
        let chosen = Some(Cow::Owned(name.clone()));
        let set = load(&Fs::real(), &Env::from_slice(&[]), &files, chosen).await.unwrap();
        Profiles { set, name }
    }

    async fn chain(config: &str) -> Result<Option<Chain>> {
        profiles(config).await.chain()
    }

    #[tokio::test]
    async fn what_the_sdk_knows_is_left_to_it() {
        for config in [
            "",
            &format!("[profile lab]\n{KEYS}"),
            &format!("[profile lab]\nrole_arn = r\nsource_profile = b\n[profile b]\n{KEYS}"),
            "[profile lab]\nrole_arn = r\nweb_identity_token_file = f\nduration_seconds = 900\n",
        ] {
            assert!(chain(config).await.unwrap().is_none(), "{config}");
        }
    }

    #[tokio::test]
    async fn roles_are_assumed_from_the_source_on() {
        let config = format!(
            "[profile lab]\nrole_arn = second\nsource_profile = first\nduration_seconds = 900\n\
             [profile first]\nrole_arn = first\nsource_profile = base\nmfa_serial = m\n\
             external_id = e\nrole_session_name = s\n\
             [profile base]\n{KEYS}role_arn = never\nsource_profile = lab\n"
        );
        let chain = chain(&config).await.unwrap().unwrap();
        assert!(matches!(&chain.base, Base::Keys(keys) if keys.access_key_id() == "A"));
        let arns: Vec<_> = chain.roles.iter().map(|role| role.arn.as_str()).collect();
        assert_eq!(arns, ["first", "second"]);
        let [first, second] = &chain.roles[..] else { panic!("{chain:?}") };
        assert_eq!((first.mfa_serial.as_deref(), first.duration), (Some("m"), None));
        assert_eq!(first.external_id.as_deref(), Some("e"));
        assert_eq!(first.session_name.as_deref(), Some("s"));
        assert_eq!((&second.mfa_serial, second.duration), (&None, Some(900)));
    }

    #[tokio::test]
    async fn every_kind_of_source() {
        let base = async |rest: &str| {
            let config = format!("[profile lab]\nrole_arn = r\nmfa_serial = m\n{rest}");
            chain(&config).await.map(|chain| chain.unwrap().base)
        };
        assert!(matches!(base("source_profile = p").await, Ok(Base::Profile(name)) if name == "p"));
        let own = format!("source_profile = lab\n{KEYS}");
        assert!(matches!(base(&own).await, Ok(Base::Keys(_))));
        assert!(matches!(base("credential_source = Environment").await, Ok(Base::Environment)));
        assert!(matches!(base("credential_source = EcsContainer").await, Ok(Base::Container)));
        for (wrong, words) in [
            ("", "either `source_profile`"),
            ("source_profile = p\ncredential_source = Environment", "either `source_profile`"),
            ("credential_source = Moon", "`Moon`"),
            ("source_profile = lab", "has no keys"),
            ("source_profile = b\n[profile b]\nrole_arn = r\nsource_profile = lab", "leads back"),
            ("source_profile = p\nduration_seconds = long", "`duration_seconds`"),
        ] {
            let error = base(wrong).await.unwrap_err();
            assert_eq!(error.code, Code::NoCredentials);
            assert!(error.message.contains(words), "{error}");
        }
    }

    #[tokio::test]
    async fn a_profile_may_name_certificates() {
        let profiles = profiles("[profile lab]\nca_bundle = /etc/campus.pem\n").await;
        assert_eq!(profiles.bundle(), Some(PathBuf::from("/etc/campus.pem")));
    }
}
