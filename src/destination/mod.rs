//! Where we deploy: an account and region of AWS, or the local cloud. Every client, endpoint and
//! address comes from here, and only this room knows which of the two it is.

mod addresses;
mod clients;
mod connect;
pub(crate) mod local_cloud;

use std::fmt;

use aws_config::SdkConfig;

use crate::{
    aws::{Access, Guard},
    error::Result,
    lab::{AccountId, Region, Values, placeholders},
};

/// Where to deploy, as the user chose it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What kind of place it is.
    pub(crate) place: Place,
    /// The region, when one was chosen.
    pub(crate) region: Option<String>,
    /// The profile, when one was chosen.
    pub(crate) profile: Option<String>,
}

/// What kind of place it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// AWS.
    Aws,
    /// Something that speaks AWS's protocols at another address.
    Endpoint(String),
    /// The local cloud.
    Local {
        /// Its port on loopback.
        port: u16,
        /// The account in it. It takes any: so classes can be rehearsed.
        account: AccountId,
    },
}

/// An account and region that can be reached, with valid credentials.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    /// The account.
    pub(crate) account: AccountId,
    /// The region.
    pub(crate) region: Region,
    place: Place,
    /// By what AWS's typical durations are multiplied there; none where nobody knows.
    pace: Option<f64>,
    config: SdkConfig,
    guard: Guard,
}

impl Destination {
    /// Finds region and credentials as the AWS CLI does, asks whose they are, and returns the place
    /// that they open. `access` is the most that may be done there.
    ///
    /// # Errors
    /// No or invalid credentials, no such region, nothing at the endpoint.
    pub(crate) async fn connect(settings: &Settings, access: Access) -> Result<Self> {
        // The region is checked before anything is sent: an unknown one is a host name that does
        // not exist, which reads like a broken network.
        let region = connect::region(settings).await?;
        let config = connect::load(settings, &region).await;
        connect::check_credentials(&config).await?;
        let guard = Guard { access };
        let account = connect::whoami(&clients::sts(&config, guard), &settings.place).await?;
        let pace = pace(&settings.place).await;
        Ok(Self { account, region, place: settings.place.clone(), pace, config, guard })
    }

    /// Returns by what AWS's typical durations are multiplied here; none where nobody knows.
    pub(crate) fn pace(&self) -> Option<f64> {
        self.pace
    }

    /// Whether it is the local cloud, which has a mailbox and sends no bill.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self.place, Place::Local { .. })
    }

    /// Whether what is made here costs money and should be asked for first.
    pub(crate) fn costs_money(&self) -> bool {
        !self.is_local()
    }

    /// The values that are known before any resource is there.
    pub(crate) fn given(&self) -> Values {
        Values::of([
            (placeholders::ACCOUNT_ID, self.account.as_str()),
            (placeholders::REGION, self.region.as_str()),
        ])
    }
}

async fn pace(place: &Place) -> Option<f64> {
    match place {
        Place::Aws => Some(1.0),
        Place::Endpoint(_) => None,
        Place::Local { port, .. } => Some(local_cloud::health(*port).await.ok()??.pace),
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, region, .. } = self;
        match &self.place {
            Place::Aws => write!(f, "AWS account {account} in {region}"),
            Place::Endpoint(url) => write!(f, "account {account} in {region} at {url}"),
            Place::Local { port, .. } => {
                write!(f, "the local cloud on port {port}, account {account} in {region}")
            }
        }
    }
}

#[cfg(test)]
impl Destination {
    /// An account for tests that look at resources without asking AWS.
    pub(crate) fn never_asked(account: &str, region: &str) -> Self {
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new(region.to_owned()))
            .build();
        let (account, region) = (AccountId::new(account), Region::new(region).unwrap());
        let guard = Guard { access: Access::Read };
        Self { account, region, place: Place::Aws, pace: Some(1.0), config, guard }
    }
}
