//! The place to deploy to: an account and region of AWS, or the local cloud. Every client, endpoint
//! and address is created here, and only this module distinguishes between the two.

mod addresses;
pub(crate) mod breaks;
mod clients;
mod clock;
mod connect;
mod credentials;
mod identity;
mod learner_lab;
mod lent;
pub(crate) mod local_cloud;
mod login;
mod pool;
mod profile;
mod profiles;
mod role;
mod wire;

use std::{fmt, sync::Arc};

use aws_config::SdkConfig;

use self::{clients::Clients, clock::Clock, connect::Calls, pool::Shared, profile::Profiles};
pub(crate) use self::{
    clients::Lazy,
    clock::no_time,
    credentials::{Credentials, KeysEnd},
    identity::Identity,
    lent::{Lender, Loan},
    login::Login,
    pool::Pool,
    profiles::ListedProfile,
    role::AskCode,
};
use crate::{
    aws::{Access, Client, Guard},
    error::Result,
    http::{self, Network, settings::Bundle},
    lab::{AccountId, LearnerLab, Region, Values, placeholders, regions},
};

/// Where to deploy, as the user chose it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What kind of place it is.
    pub(crate) place: Place,
    /// The region, if one was chosen.
    pub(crate) region: Option<String>,
    /// The profile, if one was chosen.
    pub(crate) profile: Option<Profile>,
    /// The credentials that are lent to it, instead of those that would be found.
    pub(crate) loan: Option<Loan>,
    /// Proxies and trusted certificates.
    pub(crate) network: http::settings::Settings,
    /// What all places of the process share.
    pub(crate) pool: Pool,
    /// When the keys in the environment end, if it says so.
    pub(crate) keys_end: Option<KeysEnd>,
    /// How to ask for the code of an MFA device; `None` if there is nobody to ask.
    pub(crate) ask_code: Option<AskCode>,
}

/// A profile in the AWS configuration files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Its name.
    pub(crate) name: String,
    /// Whether it wins over keys in the environment.
    pub(crate) wins: bool,
}

/// What kind of place it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// AWS.
    Aws,
    /// A server with AWS's protocols at another address.
    Endpoint(String),
    /// The local cloud.
    Local {
        /// Its port on loopback.
        port: u16,
        /// The account in it. Any account is accepted, so that classes can be rehearsed.
        account: AccountId,
    },
}

/// A reachable account and region, with valid credentials.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    /// The account.
    pub(crate) account: AccountId,
    /// The region.
    pub(crate) region: Region,
    /// Who works there: the owner of the credentials.
    pub(crate) identity: Identity,
    place: Place,
    /// Whether names below `.localhost` lead to it.
    has_local_names: bool,
    /// The factor for AWS's typical durations; `None` if it is unknown.
    pace: Option<f64>,
    /// With what: the credentials, without their secrets.
    pub(crate) credentials: Credentials,
    /// The seconds by which this machine's clock is ahead of AWS's, if AWS said the time.
    ahead: Option<i64>,
    network: Network,
    pushes: Arc<http::Client>,
    config: SdkConfig,
    guard: Guard,
    clients: Clients,
}

impl Destination {
    /// Finds region and credentials as the AWS CLI does, determines their account, and returns the
    /// destination. `access` is the highest level permitted there.
    ///
    /// # Errors
    /// No or invalid credentials, no such region, nothing at the endpoint.
    pub(crate) async fn connect(settings: &Settings, access: Access) -> Result<Self> {
        let profiles = match &settings.place {
            Place::Local { .. } => None,
            _ => Profiles::read(settings.profile.as_ref()).await,
        };
        // The region is checked before anything is sent: an unknown one results in a host name that
        // does not exist, which looks like a broken network.
        let named = connect::region(settings).await?;
        let mut region = named.clone().map_or_else(|| Region::new(regions::DEFAULT), Ok)?;
        let ways = ways(settings, profiles.as_ref());
        let Shared { network, http, pushes } = settings.pool.open(&settings.place, &ways).await?;
        let calls = Calls::new(http.clone(), &region);
        let mut config = connect::load(settings, profiles.as_ref(), &calls).await?;
        let credentials = credentials::check(&config, settings).await?;
        let guard = Guard { access };
        let sts = Client::guarded(&config, guard);
        let clock = Clock::default();
        let (account, identity) = connect::whoami(&sts, &settings.place, &clock).await?;
        // Which regions it permits, only the identity shows.
        if let Some(lab) = LearnerLab::of(identity.arn()) {
            region = lab.region(named.as_ref())?;
            let calls = Calls::new(http, &region);
            config = connect::load(settings, profiles.as_ref(), &calls).await?;
            learner_lab::check_session(&Client::guarded(&config, guard)).await?;
        }
        Ok(Self {
            account,
            region,
            identity,
            place: settings.place.clone(),
            has_local_names: settings.pool.has_local_names(&settings.place).await,
            pace: settings.pool.pace(&settings.place).await,
            credentials,
            ahead: clock.ahead(),
            network,
            pushes,
            config,
            guard,
            clients: Clients::default(),
        })
    }

    /// Returns the way to everything that is no AWS call.
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// Returns the client that pushes images. All places with the same network share it.
    pub(crate) fn pushes(&self) -> &Arc<http::Client> {
        &self.pushes
    }

    /// Returns the factor for AWS's typical durations; `None` if it is unknown.
    pub(crate) fn pace(&self) -> Option<f64> {
        self.pace
    }

    /// Returns whether it is the local cloud, which has a mailbox and sends no bill.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self.place, Place::Local { .. })
    }

    /// Returns what kind of place it is, in a word: `aws`, `local` or `endpoint`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.place {
            Place::Aws => "aws",
            Place::Endpoint(_) => "endpoint",
            Place::Local { .. } => "local",
        }
    }

    /// Returns whether what is created here costs money, so that confirmation is required.
    pub(crate) fn costs_money(&self) -> bool {
        !self.is_local()
    }

    /// Returns whether EC2 certainly does nothing in a dry run. Of a server at another address that
    /// is not known.
    pub(crate) fn has_dry_runs(&self) -> bool {
        !matches!(self.place, Place::Endpoint(_))
    }

    /// Returns the values that are known before any resource exists.
    pub(crate) fn given(&self) -> Values {
        Values::of([
            (placeholders::ACCOUNT_ID, self.account.as_str()),
            (placeholders::REGION, self.region.as_str()),
        ])
    }
}

/// Returns how other machines are reached. As for the AWS CLI, the environment's certificates win over
/// the profile's.
fn ways(settings: &Settings, profiles: Option<&Profiles>) -> http::settings::Settings {
    let mut network = settings.network.clone();
    if network.bundle.is_none() {
        let path = profiles.and_then(Profiles::bundle);
        network.bundle = path.map(|path| Bundle { setting: "ca_bundle", path });
    }
    network
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

impl Destination {
    /// Returns a destination for those who look at declarations, without credentials: AWS is never
    /// called.
    pub(crate) fn never_called(account: AccountId, region: Region) -> Self {
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new(region.as_str().to_owned()))
            .build();
        let identity = Identity::new(format!("arn:aws:iam::{account}:user/test"));
        let guard = Guard { access: Access::Read };
        Self {
            account,
            region,
            identity,
            place: Place::Aws,
            has_local_names: false,
            pace: Some(1.0),
            credentials: Credentials { are_temporary: false, end: None },
            ahead: None,
            network: Network::default(),
            pushes: Arc::new(http::Client::of_uploads(Network::default())),
            config,
            guard,
            clients: Clients::default(),
        }
    }
}

impl Destination {
    /// Returns the destination of these settings for those who look at declarations only: nothing is
    /// called. An account that only a call would show is its placeholder.
    ///
    /// # Errors
    /// When there is no such region.
    pub(crate) async fn not_connected(settings: &Settings) -> Result<Self> {
        let region = connect::region(settings).await?;
        let region = region.map_or_else(|| Region::new(regions::DEFAULT), Ok)?;
        let account = match &settings.place {
            Place::Local { account, .. } => account.clone(),
            _ => AccountId::new(placeholders::ACCOUNT_ID.name()),
        };
        let place = settings.place.clone();
        let has_local_names = settings.pool.has_local_names(&place).await;
        Ok(Self { place, has_local_names, ..Self::never_called(account, region) })
    }
}

#[cfg(test)]
impl Destination {
    /// Returns a destination for tests that look at resources without calling AWS.
    pub(crate) fn never_asked(account: &str, region: &str) -> Self {
        Self::never_called(AccountId::new(account), Region::new(region).unwrap())
    }
}
