//! Bringing a part of the lab up.

use super::{End, Workspace};
use crate::{error::Result, lab::Scope};

/// Brings a part of the lab up, with what it needs. What it can do without and is not among them is
/// looked at only. Returns how it went for each resource.
///
/// # Errors
/// When the user's input cannot be right, or the user interrupted before anything was changed.
pub(crate) async fn deploy(workspace: &Workspace, scope: Scope) -> Result<End> {
    let places = workspace.to_bring_up(scope);
    for place in &places {
        workspace.lab.resource(*place).check_input().await?;
    }
    let known = workspace.known_beside(&places).await?;
    Ok(workspace.bring_up_from(&places, known).await)
}
