//! A role that credentials of another account assume: an instructor's, in the accounts of a class.

use std::{sync::Arc, time::SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::{Result as Provided, error::CredentialsError, future};
use aws_sdk_sts::{
    config::{Credentials, ProvideCredentials, SharedCredentialsProvider},
    operation::assume_role::AssumeRoleOutput,
};
use tokio::sync::{Mutex, Semaphore};

use super::{Destination, role};
use crate::{
    aws::{Access, Client as _, Failure, Guard, call, declared, operations::sts::ASSUME_ROLE},
    error::Error,
};

/// How many roles are assumed at the same time: STS does not answer bursts of more.
const AT_ONCE: usize = 5;

/// The part of AWS's message about a trust policy that permits no source identity.
const SOURCE: &str = "sts:SetSourceIdentity";

/// Credentials that assume roles. Clones take turns.
#[derive(Clone, Debug)]
pub(crate) struct Lender {
    config: SdkConfig,
    /// Who assumes them, as the log of the account will show it.
    who: String,
    turns: Arc<Semaphore>,
}

/// A role to assume. Clones share its session.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    lender: Lender,
    arn: String,
    external_id: Option<String>,
    session: Arc<Mutex<Option<Credentials>>>,
}

impl Lender {
    /// Lends the credentials of a destination.
    pub(crate) fn of(destination: &Destination) -> Self {
        Self {
            config: destination.config.clone(),
            who: session_name(&destination.identity.to_string()),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Returns the credentials themselves.
    pub(crate) fn itself(&self) -> Loan {
        Loan::Itself(self.clone())
    }

    /// Returns where they come from.
    pub(super) fn credentials(&self) -> Option<SharedCredentialsProvider> {
        self.config.credentials_provider()
    }

    /// Returns a role that they assume.
    pub(crate) fn role(&self, arn: String, external_id: Option<String>) -> Loan {
        Loan::Role(Role { lender: self.clone(), arn, external_id, session: Arc::default() })
    }
}

/// Credentials that are lent to a place. Clones share their session.
#[derive(Clone, Debug)]
pub(crate) enum Loan {
    /// Those of the lender.
    Itself(Lender),
    /// Those of a role that the lender assumes.
    Role(Role),
}

/// Returns a name for sessions and their source: the last part of an identity, in the characters that
/// STS permits, and no longer than it permits.
fn session_name(identity: &str) -> String {
    let last = identity.rsplit('/').next().unwrap_or_default();
    let fits = |c: &char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(*c);
    let name: String = last.chars().filter(fits).take(50).collect();
    format!("mysfits-{name}")
}

/// The credentials of a role, renewed before they end.
#[derive(Debug)]
pub(super) struct Lent(pub(super) Role);

impl Lent {
    async fn credentials(&self) -> Provided {
        let mut session = self.0.session.lock().await;
        let is_fresh = |it: &&Credentials| role::is_fresh(it, SystemTime::now());
        if let Some(credentials) = session.as_ref().filter(is_fresh) {
            return Ok(credentials.clone());
        }
        let assumed = self.0.assume().await.map_err(CredentialsError::provider_error)?;
        *session = Some(assumed.clone());
        Ok(assumed)
    }
}

impl ProvideCredentials for Lent {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

impl Role {
    async fn assume(&self) -> Result<Credentials, Error> {
        // It is never closed.
        let _turn = self.lender.turns.acquire().await;
        let answer = match self.ask(Some(&self.lender.who)).await {
            // The roles that Organizations makes trust nobody with it. The session's name says the
            // same, though its owner could have chosen another.
            Err(failure) if failure.message.contains(SOURCE) => self.ask(None).await,
            answer => answer,
        };
        let answer = answer.map_err(|failure| {
            let code = Error::from(failure.clone()).code;
            failure.into_error(code, format!("the role `{}` cannot be assumed", self.arn)).hint(
                "its trust policy must name you, and its external id if the roster has one; you need \
                 `sts:AssumeRole` on it",
            )
        })?;
        role::keys(answer)
    }

    async fn ask(&self, source: Option<&str>) -> Result<AssumeRoleOutput, Failure> {
        let sts = aws_sdk_sts::Client::guarded(&self.lender.config, Guard { access: Access::Read });
        let request = sts
            .assume_role()
            .role_arn(&self.arn)
            .role_session_name(&self.lender.who)
            .set_source_identity(source.map(str::to_owned))
            .set_external_id(self.external_id.clone());
        declared(role::OWN, call(&ASSUME_ROLE, request.send())).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_session_says_who_began_it() {
        for (identity, name) in [
            ("user/class/ana", "mysfits-ana"),
            ("assumed-role/Teacher/ana@example.com", "mysfits-ana@example.com"),
            ("root", "mysfits-root"),
            ("user/Jörg M", "mysfits-JrgM"),
        ] {
            assert_eq!(session_name(identity), name);
        }
        assert!(session_name(&"x".repeat(200)).len() <= 64);
    }

    #[test]
    fn a_session_is_renewed_before_it_ends() {
        let now = SystemTime::now();
        let ends = |seconds| {
            let end = now + Duration::from_secs(seconds);
            Credentials::new("id", "secret", None, Some(end), "test")
        };
        assert!(role::is_fresh(&ends(60), now) && !role::is_fresh(&ends(20), now));
    }
}
