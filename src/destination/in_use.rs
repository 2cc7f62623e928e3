//! What kind of credentials are in use, and until when.

use std::time::{Duration, SystemTime};

use aws_sdk_sts::config::ProvideCredentials as _;

use super::Destination;

/// The credentials in use, without their secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// Whether they are of a session, and not of a user's key.
    pub(crate) are_temporary: bool,
    /// How much longer they can be used; `None` if they have no end, or none that is known.
    pub(crate) left: Option<Duration>,
}

impl Destination {
    /// Returns the credentials in use; `None` if they cannot be loaded again.
    pub(crate) async fn credentials(&self) -> Option<Credentials> {
        let provided = self.config.credentials_provider()?.provide_credentials().await.ok()?;
        let left = |end: SystemTime| end.duration_since(SystemTime::now()).unwrap_or_default();
        let left = provided.expiry().map(left);
        Some(Credentials { are_temporary: provided.session_token().is_some(), left })
    }

    /// Returns whether EC2 certainly does nothing in a dry run. Of a server at another address that
    /// is not known.
    pub(crate) fn has_dry_runs(&self) -> bool {
        !matches!(self.place, super::Place::Endpoint(_))
    }
}
