//! How a client of a service's SDK is made.

use aws_config::SdkConfig;

use super::Guard;

/// A client of the SDK of one service. Each file of [`super::operations`] names its SDK.
pub(crate) trait Client: Send + Sync + 'static {
    /// Creates a client that has the guard, which checks requests against declarations.
    fn guarded(config: &SdkConfig, guard: Guard) -> Self;
}
