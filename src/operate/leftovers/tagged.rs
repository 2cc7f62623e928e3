//! Whatever in the region still carries the lab's tag, also under names unknown to this run.

use super::stacks::Stacks;
use crate::{
    engine::Resource,
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
    /// It exists, according to its service.
    Exists,
    /// A stack created it, and was deleted without it.
    LeftByItsStack,
    /// It is of a type that the lab does not create. The list may be hours old, and is not
    /// verified.
    OfAnotherKind,
    /// The query to its service failed, for this reason.
    NotLookedAt(String),
}

/// Returns the listed resources that carry this lab's tag, exist, and have none of the lab's names:
/// those that have are looked at separately.
pub(super) async fn of_the_lab(workspace: &Workspace, listed: &[Indexed]) -> Vec<Tagged> {
    let mut stacks = Stacks::new(workspace.destination.client());
    let mut left = Vec::new();
    for indexed in listed.iter().filter(|indexed| indexed.lab == workspace.id().name) {
        let judged = judge(workspace, &mut stacks, indexed).await;
        let listed = judged.unwrap_or_else(|error| Some(Listed::NotLookedAt(error.in_short())));
        left.extend(listed.map(|listed| Tagged { arn: indexed.arn.clone(), listed }));
    }
    left
}

/// Judges one entry of the list, which contains deleted resources for some hours.
async fn judge(
    workspace: &Workspace,
    stacks: &mut Stacks,
    found: &Indexed,
) -> Result<Option<Listed>, Error> {
    if let Some(made_by) = &found.made_by {
        // What a stack created is removed with the stack, which is looked at separately.
        let is_left = stacks.left_behind(&made_by.stack, &made_by.resource).await?;
        return Ok(is_left.then_some(Listed::LeftByItsStack));
    }
    Ok(match kind_of(workspace, &found.arn) {
        Kind::Own => None,
        Kind::Resource(resource) => resource.exists(&found.arn).await?.then_some(Listed::Exists),
        Kind::Other => Some(Listed::OfAnotherKind),
    })
}

/// What an ARN identifies.
enum Kind<'a> {
    /// A resource of the lab itself, or a part of one, which is looked at separately.
    Own,
    /// Something of the same type as this resource.
    Resource(&'a dyn Resource),
    /// Nothing that the lab creates.
    Other,
}

fn kind_of<'a>(workspace: &'a Workspace, arn: &str) -> Kind<'a> {
    // CloudWatch Logs has two endings for the ARNs of log groups.
    let arn = arn.trim_end_matches(":*");
    let mut abouts = workspace.lab.resources().map(Resource::about);
    if abouts.any(|about| about.parts.iter().any(|part| part.name_in(arn).is_some())) {
        return Kind::Own;
    }
    let Some(place) = workspace.lab.of_type(arn) else { return Kind::Other };
    let own = workspace.lab.about(place).arn.as_ref();
    // Ids assigned by AWS do not contain the name by which the lab's own resource is found.
    if own.is_some_and(|own| own.has_name() && own.is_own(arn)) {
        return Kind::Own;
    }
    Kind::Resource(workspace.lab.resource(place))
}
