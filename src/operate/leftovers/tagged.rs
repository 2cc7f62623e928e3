//! Whatever in the region still carries the lab's tag, also under names that this run did not know
//! of.

use super::stacks::Stacks;
use crate::{
    engine::{About, Resource},
    error::{Error, Result},
    operate::{Workspace, labs::index::Indexed},
};

/// Something that still carries the lab's tag.
#[derive(Debug)]
pub(super) struct Tagged {
    /// Its ARN.
    pub(super) arn: String,
    /// What is known of it.
    pub(super) listed: Listed,
}

/// What is known of something that AWS lists with the lab's tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    /// It exists, by the word of its service.
    Exists,
    /// A stack made it, and was deleted without it.
    LeftByItsStack,
    /// It is of a kind that the lab does not make. The list may be hours old, and nobody was asked.
    OfAnotherKind,
    /// Its service could not be asked, for this reason.
    NotLookedAt(String),
}

/// Returns what of the list carries this lab's tag, is there, and has none of the lab's names, which
/// are looked at by themselves.
pub(super) async fn of_the_lab(workspace: &Workspace, listed: &[Indexed]) -> Vec<Tagged> {
    let mut stacks = Stacks::new(workspace.destination.cloudformation());
    let mut left = Vec::new();
    for indexed in listed.iter().filter(|indexed| indexed.lab == workspace.id().name) {
        let judged = judge(workspace, &mut stacks, indexed).await;
        let listed = judged.unwrap_or_else(|error| Some(Listed::NotLookedAt(error.in_short())));
        left.extend(listed.map(|listed| Tagged { arn: indexed.arn.clone(), listed }));
    }
    left
}

/// Judges one entry of the list, which names what was deleted for some hours more.
async fn judge(
    workspace: &Workspace,
    stacks: &mut Stacks,
    found: &Indexed,
) -> Result<Option<Listed>, Error> {
    if let Some(made_by) = &found.made_by {
        // What a stack made goes with the stack, which is looked at by itself.
        let is_left = stacks.left_behind(&made_by.stack, &made_by.resource).await?;
        return Ok(is_left.then_some(Listed::LeftByItsStack));
    }
    Ok(match kind_of(workspace, &found.arn) {
        Kind::Own => None,
        Kind::Resource(resource) => resource.exists(&found.arn).await?.then_some(Listed::Exists),
        Kind::Other => Some(Listed::OfAnotherKind),
    })
}

/// What an ARN is of.
enum Kind<'a> {
    /// A resource of the lab itself, or a part of one: it is looked at by itself.
    Own,
    /// Something of the same kind as this resource.
    Resource(&'a dyn Resource),
    /// Nothing that the lab makes.
    Other,
}

fn kind_of<'a>(workspace: &'a Workspace, arn: &str) -> Kind<'a> {
    // CloudWatch Logs ends the ARNs of log groups in two ways.
    let arn = arn.trim_end_matches(":*");
    for resource in workspace.lab.resources() {
        let About { arn: own, parts, .. } = resource.about();
        if parts.iter().any(|part| part.name_in(arn).is_some()) {
            return Kind::Own;
        }
        if let Some(own) = own.as_ref().filter(|own| own.name_in(arn).is_some()) {
            // What AWS gives an id of its own is found by the name in it, which its ARN does not show.
            let is_own = own.has_name() && own.is_own(arn);
            return if is_own { Kind::Own } else { Kind::Resource(resource) };
        }
    }
    Kind::Other
}
