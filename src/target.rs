//! Where we deploy: an account and region of AWS, or the local cloud. Every client, endpoint and
//! address comes from here, and only this file knows which of the two it is.

use std::{fmt, net::ToSocketAddrs, time::Duration};

use aws_config::{
    BehaviorVersion, ConfigLoader, SdkConfig, meta::region::ProvideRegion as _,
    provider_config::ProviderConfig, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::{Builder, tls};

use crate::{
    aws::call,
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
        let region = region(settings, &place).await?;
        let config = load(settings, &place, &region).await;
        check_credentials(&config).await?;
        let account = whoami(&config, &place).await?;
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

    /// The address at which a bucket's website answers.
    pub(crate) fn website_url(&self, bucket: &str) -> String {
        match &self.place {
            Place::Aws => regions::website_url(bucket, self.region.as_str()),
            Place::Endpoint(url) => format!("{}/{bucket}/index.html", url.trim_end_matches('/')),
            Place::Local { port } => local_website_url(bucket, *port),
        }
    }

    /// The address at which browsers talk to Cognito: register, sign in.
    pub(crate) fn cognito_url(&self) -> String {
        match &self.place {
            Place::Aws => format!("https://cognito-idp.{}.amazonaws.com", self.region),
            Place::Endpoint(url) => url.trim_end_matches('/').to_owned(),
            // No name to resolve: the backend, which fetches the keys below it, may be in a
            // container that knows none.
            Place::Local { port } => format!("http://127.0.0.1:{port}/_cognito"),
        }
    }

    /// Who issues the tokens of a user pool.
    pub(crate) fn issuer(&self, user_pool: &str) -> String {
        format!("{}/{user_pool}", self.cognito_url())
    }

    /// The address of a stage of a REST API.
    pub(crate) fn api_url(&self, api: &str, stage: &str) -> String {
        match &self.place {
            Place::Aws => {
                format!("https://{api}.execute-api.{}.amazonaws.com/{stage}", self.region)
            }
            Place::Endpoint(url) => {
                format!("{}/_execute-api/{api}/{stage}", url.trim_end_matches('/'))
            }
            Place::Local { port } => local_api_url(api, stage, *port),
        }
    }

    /// A client for S3. Buckets are named in the path where names below the endpoint's host do not
    /// resolve.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.config)
            .force_path_style(self.place != Place::Aws)
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// A client for `DynamoDB`.
    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    /// A client for CloudFormation.
    pub(crate) fn cloudformation(&self) -> aws_sdk_cloudformation::Client {
        aws_sdk_cloudformation::Client::new(&self.config)
    }

    /// A client for ECR.
    pub(crate) fn ecr(&self) -> aws_sdk_ecr::Client {
        aws_sdk_ecr::Client::new(&self.config)
    }

    /// A client for ECS.
    pub(crate) fn ecs(&self) -> aws_sdk_ecs::Client {
        aws_sdk_ecs::Client::new(&self.config)
    }

    /// A client for Elastic Load Balancing.
    pub(crate) fn elb(&self) -> aws_sdk_elasticloadbalancingv2::Client {
        aws_sdk_elasticloadbalancingv2::Client::new(&self.config)
    }

    /// A client for IAM.
    pub(crate) fn iam(&self) -> aws_sdk_iam::Client {
        aws_sdk_iam::Client::new(&self.config)
    }

    /// A client for CloudWatch Logs.
    pub(crate) fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        aws_sdk_cloudwatchlogs::Client::new(&self.config)
    }

    /// A client for Cognito user pools.
    pub(crate) fn cognito(&self) -> aws_sdk_cognitoidentityprovider::Client {
        aws_sdk_cognitoidentityprovider::Client::new(&self.config)
    }

    /// A client for API Gateway.
    pub(crate) fn apigateway(&self) -> aws_sdk_apigateway::Client {
        aws_sdk_apigateway::Client::new(&self.config)
    }

    /// A client for the Resource Groups Tagging API.
    pub(crate) fn tagging(&self) -> aws_sdk_resourcegroupstagging::Client {
        aws_sdk_resourcegroupstagging::Client::new(&self.config)
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

/// Flag or environment, then `mysfits.toml` (both in the settings), then the profile, then the
/// lab's own. The local cloud has no profile.
async fn region(settings: &Settings, place: &Place) -> Result<Region> {
    let name = match (&settings.region, place) {
        (Some(name), _) => Some(name.clone()),
        (None, Place::Local { .. }) => None,
        (None, _) => {
            let mut provider = aws_config::profile::region::Builder::default()
                .configure(&ProviderConfig::default());
            if let Some(profile) = &settings.profile {
                provider = provider.profile_name(profile);
            }
            provider.build().region().await.map(|region| region.to_string())
        }
    };
    Region::new(name.unwrap_or_else(|| regions::DEFAULT.to_owned()))
}

async fn load(settings: &Settings, place: &Place, region: &Region) -> SdkConfig {
    // `ring` needs nothing but a C compiler and is the smallest of the TLS choices to build.
    let http = Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .region(aws_config::Region::new(region.as_str().to_owned()))
        .retry_config(retries())
        .timeout_config(timeouts());
    endpoint(loader, settings, place).load().await
}

fn endpoint(loader: ConfigLoader, settings: &Settings, place: &Place) -> ConfigLoader {
    match place {
        Place::Local { port } => loader
            .endpoint_url(format!("http://127.0.0.1:{port}"))
            .credentials_provider(local_credentials()),
        Place::Endpoint(url) => with_profile(loader, settings).endpoint_url(url),
        Place::Aws => with_profile(loader, settings),
    }
}

fn with_profile(loader: ConfigLoader, settings: &Settings) -> ConfigLoader {
    match &settings.profile {
        Some(profile) => loader.profile_name(profile),
        None => loader,
    }
}

/// The local cloud takes any key; one of twelve digits is the account, so that a class can be
/// rehearsed. A real key of the user's is never sent there.
fn local_credentials() -> SharedCredentialsProvider {
    let account = std::env::var("AWS_ACCESS_KEY_ID")
        .ok()
        .filter(|key| key.len() == 12 && key.bytes().all(|b| b.is_ascii_digit()))
        .unwrap_or_else(|| "000000000000".to_owned());
    let credentials = Credentials::new(account, "local", None, None, "the local cloud");
    SharedCredentialsProvider::new(credentials)
}

/// The SDK retries throttling, 5xx answers and lost connections. A class of thirty in one account
/// meets throttling often, so it gets more tries than the SDK's three.
fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(8)
        .with_initial_backoff(Duration::from_millis(200))
        .with_max_backoff(Duration::from_secs(10))
}

/// Nothing waits for ever: not a connection, not one try, not all tries of a call together.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(30))
        .operation_timeout(Duration::from_mins(3))
        .build()
}

async fn check_credentials(config: &SdkConfig) -> Result<()> {
    let none = || Error::new(Code::NoCredentials, Code::NoCredentials.entry().title);
    let provider = config.credentials_provider().ok_or_else(none)?;
    match provider.provide_credentials().await {
        Ok(_) => Ok(()),
        Err(CredentialsError::CredentialsNotLoaded(_)) => Err(none()),
        Err(error) => Err(Error::new(
            Code::RefusedCredentials,
            format!("the credentials could not be loaded: {}", reason(&error)),
        )
        .hint(
            "log in again, for instance with `aws sso login`, or add `--local` to work without AWS",
        )),
    }
}

async fn whoami(config: &SdkConfig, place: &Place) -> Result<AccountId> {
    let sts = aws_sdk_sts::Client::new(config);
    let identity = call("sts GetCallerIdentity", sts.get_caller_identity().send()).await;
    match identity {
        Ok(identity) => identity.account().map(AccountId::new).ok_or_else(|| {
            Error::new(Code::Refused, "sts GetCallerIdentity did not say which account this is")
        }),
        Err(failure) => {
            let mut error = Error::from(failure);
            if let (Code::Unreachable, Place::Endpoint(url)) = (error.code, place) {
                error.message = format!("nothing answers at {url}");
            }
            Err(error)
        }
    }
}

/// The innermost reason of an error.
fn reason(error: &dyn std::error::Error) -> String {
    let mut reason = error.to_string();
    let mut inner = error.source();
    while let Some(source) = inner {
        reason = source.to_string();
        inner = source.source();
    }
    reason
}

/// A bucket's own host name where the system resolves such names, else the form with a path.
fn local_website_url(bucket: &str, port: u16) -> String {
    let host = format!("{bucket}.s3-website.localhost");
    if resolves(&host, port) {
        format!("http://{host}:{port}")
    } else {
        format!("http://127.0.0.1:{port}/_website/{bucket}/")
    }
}

/// The same for an API's own host name.
fn local_api_url(api: &str, stage: &str, port: u16) -> String {
    let host = format!("{api}.execute-api.localhost");
    if resolves(&host, port) {
        format!("http://{host}:{port}/{stage}")
    } else {
        format!("http://127.0.0.1:{port}/_execute-api/{api}/{stage}")
    }
}

fn resolves(host: &str, port: u16) -> bool {
    (host, port).to_socket_addrs().is_ok_and(|mut found| found.next().is_some())
}
