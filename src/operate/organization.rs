//! What is asked of AWS Organizations: by imports of rosters, and before a class is worked on.

use crate::aws::{
    Failure, Input, Node,
    operations::organizations::{Client, DESCRIBE_ORGANIZATION},
};

/// Returns the account that manages the organization of these credentials; `None` if they are in
/// none.
///
/// # Errors
/// When that cannot be asked, or the answer does not name it.
pub(super) async fn manager(client: &Client) -> Result<Option<String>, Failure> {
    let answer = match client.0.send(&DESCRIBE_ORGANIZATION, Input::default()).await {
        Err(failure) if is_none(&failure) => return Ok(None),
        other => other?,
    };
    let id = answer.get("Organization").and_then(|it| it.text("MasterAccountId"));
    let unnamed = || {
        let message = "the organization does not name the account that manages it";
        Failure::of_item(&DESCRIBE_ORGANIZATION, "NoAccount", message)
    };
    id.map(|id| Some(id.to_owned())).ok_or_else(unnamed)
}

/// Returns whether the caller is in no organization.
pub(super) fn is_none(failure: &Failure) -> bool {
    failure.is("AWSOrganizationsNotInUseException")
}

/// Returns the state of a listed account. It replaces the status, which AWS has announced to end.
pub(super) fn state(account: &Node) -> Option<&str> {
    account.text("State").or_else(|| account.text("Status"))
}
