//! Bringing a part of the lab up.

use super::{End, Workspace};
use crate::{error::Result, lab::Scope};

/// Checks what can be known without cost before anything is created: input that the user gave, and what
/// building the backend takes.
///
/// # Errors
/// When the input cannot be right.
pub(crate) async fn check_input(workspace: &Workspace, scope: Scope) -> Result<()> {
    for place in workspace.to_bring_up(scope) {
        workspace.lab.resource(place).check_input().await?;
    }
    Ok(())
}

/// Brings a part of the lab up, with what it needs. What it can do without and is not among them is
/// looked at only. Returns how it went for each resource.
///
/// # Errors
/// When the user's input cannot be right, or the user interrupted before anything was changed.
pub(crate) async fn deploy(workspace: &Workspace, scope: Scope) -> Result<End> {
    check_input(workspace, scope).await?;
    let places = workspace.to_bring_up(scope);
    let known = workspace.known_beside(&places).await?;
    Ok(workspace.bring_up_from(&places, known).await)
}
