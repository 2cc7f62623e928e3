//! Deploys a part of the lab.

use super::{End, Workspace};
use crate::{error::Result, lab::Scope};

/// Checks what can be checked without cost before anything is created: the user's input, and what
/// building the backend requires. Returns what could not be checked.
///
/// # Errors
/// When the input cannot be right.
pub(crate) async fn check_input(workspace: &Workspace, scope: Scope) -> Result<Vec<String>> {
    let mut unknown = Vec::new();
    for place in workspace.to_bring_up(scope) {
        let why = workspace.lab.resource(place).check_input().await?;
        unknown.extend(why.map(|why| format!("{}: {why}", workspace.lab.about(place).id)));
    }
    Ok(unknown)
}

/// Deploys a part of the lab with its dependencies. Optional dependencies outside of these are only
/// looked at. Returns the outcome for each resource. [`check_input`] and
/// [`preflight`](super::preflight) belong before it.
///
/// # Errors
/// When the user interrupted before anything was changed.
pub(crate) async fn deploy(workspace: &Workspace, scope: Scope) -> Result<End> {
    let places = workspace.to_bring_up(scope);
    let known = workspace.known_beside(&places).await?;
    Ok(workspace.bring_up_from(&places, known).await)
}
