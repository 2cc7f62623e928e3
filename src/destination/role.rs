//! Assumes the roles of a profile where the SDK would ignore one of its settings: the MFA device,
//! and how long the session lasts.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_config::{
    ecs::EcsCredentialsProvider, environment::EnvironmentVariableCredentialsProvider,
    imds::credentials::ImdsCredentialsProvider, profile::ProfileFileCredentialsProvider,
};
use aws_credential_types::provider::{Result as Provided, error::CredentialsError, future};
use aws_sdk_sts::{
    config::{Credentials, ProvideCredentials},
    operation::assume_role::AssumeRoleOutput,
};
use futures::future::BoxFuture;
use tokio::sync::Mutex;

use super::{
    connect::Calls,
    profile::{Base, Chain, Role},
};
use crate::{
    aws::{Access, Client as _, Guard, Operation, call, declared, operations::sts::ASSUME_ROLE},
    error::{Code, Error, Result},
};

/// A session is renewed in the middle of the work on a resource, which does not declare this.
pub(super) const OWN: &[&Operation] = &[&ASSUME_ROLE];

/// A session is not used up to its very end: a call may be under way for a while.
const REST: Duration = Duration::from_secs(30);

/// Asks a person for the code of an MFA device, which is given.
#[derive(Clone)]
pub(crate) struct AskCode(Arc<dyn Fn(String) -> BoxFuture<'static, Result<String>> + Send + Sync>);

impl AskCode {
    /// Creates it from a function that asks.
    pub(crate) fn new(
        ask: impl Fn(String) -> BoxFuture<'static, Result<String>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(ask))
    }
}

impl fmt::Debug for AskCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskCode")
    }
}

/// The credentials of the last role of a chain.
#[derive(Debug)]
pub(super) struct AssumedRole {
    chain: Chain,
    calls: Calls,
    ask: Option<AskCode>,
    /// The session. Without it, a person would be asked at each call.
    session: Mutex<Option<Credentials>>,
}

impl AssumedRole {
    pub(super) fn new(chain: Chain, calls: Calls, ask: Option<AskCode>) -> Self {
        Self { chain, calls, ask, session: Mutex::default() }
    }

    async fn credentials(&self) -> Provided {
        let mut session = self.session.lock().await;
        if let Some(credentials) = session.as_ref() {
            if is_fresh(credentials, SystemTime::now()) {
                return Ok(credentials.clone());
            }
            // In the middle of a command, nobody looks at the terminal for a question.
            if let Some(role) = self.chain.roles.iter().find(|role| role.mfa_serial.is_some()) {
                return Err(CredentialsError::provider_error(ended(role)));
            }
        }
        let mut credentials = self.base().await?;
        for role in &self.chain.roles {
            let assumed = self.assume(role, credentials).await;
            credentials = assumed.map_err(CredentialsError::provider_error)?;
        }
        *session = Some(credentials.clone());
        Ok(credentials)
    }

    async fn base(&self) -> Provided {
        let config = &self.calls.provider();
        match &self.chain.base {
            Base::Keys(keys) => Ok(keys.clone()),
            Base::Profile(name) => {
                let provider = ProfileFileCredentialsProvider::builder().configure(config);
                provider.profile_name(name).build().provide_credentials().await
            }
            Base::Environment => {
                EnvironmentVariableCredentialsProvider::new().provide_credentials().await
            }
            Base::Instance => {
                let provider = ImdsCredentialsProvider::builder().configure(config).build();
                provider.provide_credentials().await
            }
            Base::Container => {
                let provider = EcsCredentialsProvider::builder().configure(config).build();
                provider.provide_credentials().await
            }
        }
    }

    async fn assume(&self, role: &Role, credentials: Credentials) -> Result<Credentials> {
        let code = match &role.mfa_serial {
            Some(serial) => Some(self.code(role, serial).await?),
            None => None,
        };
        let sts = self.sts(role, credentials).await;
        let request = sts
            .assume_role()
            .role_arn(&role.arn)
            .role_session_name(role.session_name.clone().unwrap_or_else(session_name))
            .set_external_id(role.external_id.clone())
            .set_duration_seconds(role.duration)
            .set_serial_number(role.mfa_serial.clone())
            .set_token_code(code);
        let answer =
            declared(OWN, call(&ASSUME_ROLE, request.send())).await.map_err(|failure| {
                let code = Error::from(failure.clone()).code;
                let what = format!("the role of the profile `{}` cannot be assumed", role.profile);
                failure.into_error(code, what).hint(hint(role))
            })?;
        keys(answer)
    }

    async fn code(&self, role: &Role, serial: &str) -> Result<String> {
        let Some(AskCode(ask)) = &self.ask else {
            let message = format!(
                "the profile `{}` needs the code of `{serial}`, and there is no terminal to ask on",
                role.profile
            );
            return Err(Error::new(Code::Mfa, message).hint(format!(
                "run it on a terminal; or put a session into the environment there, with \
                 `eval \"$(aws configure export-credentials --profile {} --format env)\"`, and \
                 leave out `--profile`",
                role.profile
            )));
        };
        ask(serial.to_owned()).await
    }

    /// Returns a client of STS as the AWS CLI would have it, with the endpoint that environment and
    /// profile name.
    async fn sts(&self, role: &Role, credentials: Credentials) -> aws_sdk_sts::Client {
        let config =
            self.calls.loader().profile_name(&role.profile).credentials_provider(credentials);
        aws_sdk_sts::Client::guarded(&config.load().await, Guard { access: Access::Read })
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// Returns whether the credentials of a session can be used for a while.
pub(super) fn is_fresh(credentials: &Credentials, now: SystemTime) -> bool {
    let ends = credentials.expiry().and_then(|ends| ends.checked_sub(REST));
    ends.is_none_or(|ends| ends > now)
}

/// Returns the credentials of a session that began.
///
/// # Errors
/// When there are none.
pub(super) fn keys(answer: AssumeRoleOutput) -> Result<Credentials> {
    let keys = answer
        .credentials
        .ok_or_else(|| Error::new(Code::Refused, "sts AssumeRole did not return credentials"))?;
    let expiry = SystemTime::try_from(*keys.expiration()).ok();
    let (id, secret) = (keys.access_key_id(), keys.secret_access_key());
    let token = Some(keys.session_token().to_owned());
    Ok(Credentials::new(id, secret, token, expiry, "an assumed role"))
}

fn ended(role: &Role) -> Error {
    let message = format!("the session of the profile `{}` has ended", role.profile);
    Error::new(Code::ExpiredCredentials, message)
        .hint("run the same command again: it asks for a new code, and continues")
}

fn hint(role: &Role) -> String {
    let device = if role.mfa_serial.is_some() { "; each code works once" } else { "" };
    format!(
        "check `role_arn`, `mfa_serial` and `duration_seconds` of the profile, and whether the \
         role trusts you{device}"
    )
}

/// Returns a name for a session, which is shown in the log of the account.
fn session_name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("mysfits-{}", since.as_secs())
}
