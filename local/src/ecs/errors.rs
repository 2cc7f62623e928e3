//! The errors of ECS.

use http::StatusCode;

pub(super) use crate::protocol::input::invalid;
use crate::service::AwsError;

pub(super) fn error(code: &str, message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

/// Returns the error for a request that cannot be carried out as it is.
pub(super) fn client(message: &str) -> AwsError {
    error("ClientException", message)
}

pub(super) fn no_cluster() -> AwsError {
    error("ClusterNotFoundException", "Cluster not found.")
}

pub(super) fn no_service() -> AwsError {
    error("ServiceNotFoundException", "Service not found.")
}

pub(super) fn not_active() -> AwsError {
    error("ServiceNotActiveException", "Service was not ACTIVE.")
}
