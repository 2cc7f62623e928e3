//! Where we deploy: an account and region of AWS, or the local cloud. Every client, endpoint and
//! address comes from here, and only this room knows which of the two it is.

mod addresses;
mod clients;
mod connect;

use std::fmt;

use aws_config::SdkConfig;

use crate::{
    engine::Values,
    error::{Code, Error, Result},
    lab::{placeholders, regions},
    settings::Settings,
};

/// An AWS account: twelve digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountId(String);

impl AccountId {
    /// The account of this number.
    pub(crate) fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// The twelve digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A region that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region(String);

impl Region {
    /// The region of this name.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn new(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        if regions::exists(&name) {
            return Ok(Self(name));
        }
        Err(Error::new(Code::Region, format!("`{name}` is not a region the lab can run in")))
    }

    /// The name, such as `eu-west-1`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of place it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Aws,
    /// Something that speaks AWS's protocols at another address.
    Endpoint(String),
    Local {
        port: u16,
    },
}

/// An account and region that can be reached, with valid credentials.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The account.
    pub(crate) account: AccountId,
    /// The region.
    pub(crate) region: Region,
    place: Place,
    config: SdkConfig,
}

impl Target {
    /// Finds region and credentials as the AWS CLI does, and asks who we are.
    ///
    /// # Errors
    /// No or invalid credentials, no such region, nothing at the endpoint.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self> {
        let place = match (settings.local, &settings.endpoint_url) {
            (true, _) => Place::Local { port: settings.local_port },
            (false, Some(url)) => Place::Endpoint(url.clone()),
            (false, None) => Place::Aws,
        };
        // The region is checked before anything is sent: an unknown one is a host name that does
        // not exist, which reads like a broken network.
        let region = connect::region(settings, &place).await?;
        let config = connect::load(settings, &place, &region).await;
        connect::check_credentials(&config).await?;
        let account = connect::whoami(&config, &place).await?;
        Ok(Self { account, region, place, config })
    }

    /// Whether what is made here costs money and should be asked for first.
    pub(crate) fn costs_money(&self) -> bool {
        !matches!(self.place, Place::Local { .. })
    }

    /// The values that are known before any resource is there.
    pub(crate) fn given(&self) -> Values {
        Values::of([
            (placeholders::ACCOUNT_ID, self.account.as_str()),
            (placeholders::REGION, self.region.as_str()),
        ])
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Aws => write!(f, "AWS account {} in {}", self.account, self.region),
            Place::Endpoint(url) => {
                write!(f, "account {} in {} at {url}", self.account, self.region)
            }
            Place::Local { port } => {
                write!(
                    f,
                    "the local cloud on port {port}, account {} in {}",
                    self.account, self.region
                )
            }
        }
    }
}

#[cfg(test)]
impl Target {
    /// An account for tests that look at resources without asking AWS.
    pub(crate) fn never_asked(account: &str, region: &str) -> Self {
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new(region.to_owned()))
            .build();
        let (account, region) = (AccountId::new(account), Region::new(region).unwrap());
        Self { account, region, place: Place::Aws, config }
    }
}
