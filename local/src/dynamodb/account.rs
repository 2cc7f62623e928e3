//! What tools ask of the service itself, which the engine does not have.

use dynoxide::{Database, DynoxideError};
use serde_json::json;

use super::{
    arns,
    engine::{EngineResult, parsed},
};

/// Returns the state of a table's backups: AWS always says `ENABLED`, and whether a point in time
/// can be recovered.
///
/// # Errors
/// When there is no such table.
pub(super) fn continuous_backups(db: &Database, body: &str) -> EngineResult {
    let input = parsed(body)?;
    let name = input["TableName"].as_str().unwrap_or_default();
    let name = arns::table_of(name).unwrap_or(name);
    if db.get_table_metadata(name)?.is_none() {
        return Err(DynoxideError::ResourceNotFoundException(format!("Table not found: {name}")));
    }
    Ok(json!({ "ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "DISABLED" },
    } })
    .to_string())
}

/// Returns AWS's endpoint in the region: clients that ask for it here know the local cloud's.
pub(super) fn endpoints() -> String {
    json!({ "Endpoints": [{ "Address": arns::ENGINE_HOST, "CachePeriodInMinutes": 1440 }] })
        .to_string()
}

/// Returns the quotas of a new account.
pub(super) fn limits() -> String {
    json!({
        "AccountMaxReadCapacityUnits": 80_000, "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000, "TableMaxWriteCapacityUnits": 40_000,
    })
    .to_string()
}
