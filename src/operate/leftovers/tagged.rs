//! Whatever in the region still carries the lab's tag, also under names that this run did not know
//! of.

use aws_sdk_resourcegroupstagging::types::{ResourceTagMapping, Tag, TagFilter};

use super::stacks::Stacks;
use crate::{
    aws::{call, operations::tagging::GET_RESOURCES},
    engine::{About, Resource},
    error::Result,
    lab::LAB_TAG,
    operate::Workspace,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    /// It exists, by the word of its service.
    Exists,
    /// A stack made it, and was deleted without it.
    LeftByItsStack,
    /// It is of a kind that the lab does not make. The list may be hours old, and nobody was asked.
    OfAnotherKind,
}

/// Returns what carries the lab's tag, is there, and has none of the lab's names, which are looked at
/// by themselves. `None` when these credentials may not ask.
///
/// # Errors
/// When AWS cannot be asked.
pub(super) async fn look(workspace: &Workspace) -> Result<Option<Vec<Tagged>>> {
    let filter = TagFilter::builder().key(LAB_TAG).values(&workspace.id().name).build();
    let mut request = workspace.destination.tagging().get_resources().tag_filters(filter);
    let mut stacks = Stacks::new(workspace.destination.cloudformation());
    let mut left = Vec::new();
    loop {
        let answer = match call(&GET_RESOURCES, request.clone().send()).await {
            Err(failure) if failure.is("AccessDeniedException") => return Ok(None),
            other => other?,
        };
        for found in answer.resource_tag_mapping_list() {
            left.extend(judge(workspace, &mut stacks, found).await?);
        }
        match answer.pagination_token {
            Some(next) if !next.is_empty() => request = request.pagination_token(next),
            _ => return Ok(Some(left)),
        }
    }
}

/// Judges one entry of the list, which names what was deleted for some hours more.
async fn judge(
    workspace: &Workspace,
    stacks: &mut Stacks,
    found: &ResourceTagMapping,
) -> Result<Option<Tagged>> {
    let Some(arn) = found.resource_arn() else { return Ok(None) };
    let listed = if let Some((stack, resource)) = made_by(found) {
        // What a stack made goes with the stack, which is looked at by itself.
        stacks.left_behind(stack, resource).await?.then_some(Listed::LeftByItsStack)
    } else {
        match kind_of(workspace, arn) {
            Kind::Own => None,
            Kind::Resource(resource) => resource.exists(arn).await?.then_some(Listed::Exists),
            Kind::Other => Some(Listed::OfAnotherKind),
        }
    };
    Ok(listed.map(|listed| Tagged { arn: arn.to_owned(), listed }))
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

/// The id of the stack that made it, and its name in the stack's template.
fn made_by(found: &ResourceTagMapping) -> Option<(&str, &str)> {
    let tag = |key| found.tags().iter().find(|tag| tag.key() == key).map(Tag::value);
    Some((tag("aws:cloudformation:stack-id")?, tag("aws:cloudformation:logical-id")?))
}
