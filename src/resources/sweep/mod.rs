//! A last look after a cleanup: whatever in the region still carries the lab's tag, also under
//! names that this run did not know of.

mod exists;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::ResourceStatus;
use aws_sdk_resourcegroupstagging::types::{ResourceTagMapping, Tag, TagFilter};

use crate::{aws::call, error::Result, lab::LAB_TAG, target::Target};
use exists::exists;

/// Something that still carries the lab's tag.
pub(crate) struct Tagged {
    /// Its ARN.
    pub(crate) arn: String,
    /// Why it is still there, as far as one can tell.
    pub(crate) why: &'static str,
}

/// What carries the lab's tag and still exists. `None` when these credentials may not ask.
///
/// # Errors
/// When AWS cannot be asked.
pub(crate) async fn tagged(target: &Target, lab: &str) -> Result<Option<Vec<Tagged>>> {
    let filter = TagFilter::builder().key(LAB_TAG).values(lab).build();
    let mut request = target.tagging().get_resources().tag_filters(filter);
    let mut stacks = Stacks { target, left_behind: BTreeMap::new() };
    let mut left = Vec::new();
    loop {
        let answer = match call("tagging GetResources", request.clone().send()).await {
            Err(failure) if failure.is("AccessDeniedException") => return Ok(None),
            other => other?,
        };
        for found in answer.resource_tag_mapping_list() {
            let Some(arn) = found.resource_arn() else { continue };
            let why = match made_by(found) {
                Some((stack, resource)) if stacks.left_behind(stack, resource).await? => {
                    "its stack was deleted without it"
                }
                None if exists(target, arn).await? => {
                    "it carries the lab's tag, under another name"
                }
                _ => continue,
            };
            left.push(Tagged { arn: arn.to_owned(), why });
        }
        match answer.pagination_token {
            Some(next) if !next.is_empty() => request = request.pagination_token(next),
            _ => return Ok(Some(left)),
        }
    }
}

/// The id of the stack that made it, and its name in the stack's template.
fn made_by(found: &ResourceTagMapping) -> Option<(&str, &str)> {
    let tag = |key| found.tags().iter().find(|tag| tag.key() == key).map(Tag::value);
    Some((tag("aws:cloudformation:stack-id")?, tag("aws:cloudformation:logical-id")?))
}

/// What a stack made goes with the stack, which is looked at by itself. But a person can have one
/// deleted without a part of it, when that part cannot be deleted.
struct Stacks<'a> {
    target: &'a Target,
    /// By the id of the stack, the names in its template.
    left_behind: BTreeMap<String, BTreeSet<String>>,
}

impl Stacks<'_> {
    async fn left_behind(&mut self, stack: &str, resource: &str) -> Result<bool> {
        if !self.left_behind.contains_key(stack) {
            self.left_behind.insert(stack.to_owned(), skipped(self.target, stack).await?);
        }
        Ok(self.left_behind.get(stack).is_some_and(|resources| resources.contains(resource)))
    }
}

/// The resources that a deletion of the stack left out. CloudFormation knows its deleted stacks by
/// their ids for 90 days.
async fn skipped(target: &Target, stack: &str) -> Result<BTreeSet<String>> {
    let mut request = target.cloudformation().list_stack_resources().stack_name(stack);
    let mut skipped = BTreeSet::new();
    loop {
        let answer = match call("cloudformation ListStackResources", request.clone().send()).await {
            Err(failure) if failure.is("ValidationError") => return Ok(skipped),
            other => other?,
        };
        let left_out = answer
            .stack_resource_summaries()
            .iter()
            .filter(|resource| resource.resource_status() == Some(&ResourceStatus::DeleteSkipped));
        skipped.extend(left_out.filter_map(|it| it.logical_resource_id()).map(str::to_owned));
        match answer.next_token {
            Some(next) => request = request.next_token(next),
            None => return Ok(skipped),
        }
    }
}
