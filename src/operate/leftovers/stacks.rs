//! What deleted stacks left behind. A user can have a stack deleted without the resources that
//! cannot be deleted.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::{Client, types::ResourceStatus};

use crate::{
    aws::{call, operations::cloudformation::LIST_STACK_RESOURCES},
    destination::Lazy,
    error::Result,
};

/// The stacks that were queried so far.
pub(super) struct Stacks {
    cloudformation: Lazy<Client>,
    /// By stack id: the logical names of the resources that it left behind.
    left_behind: BTreeMap<String, BTreeSet<String>>,
}

impl Stacks {
    /// Starts with no stacks.
    pub(super) fn new(cloudformation: Lazy<Client>) -> Self {
        Self { cloudformation, left_behind: BTreeMap::new() }
    }

    /// Returns whether a stack left this resource behind.
    ///
    /// # Errors
    /// When the CloudFormation query fails.
    pub(super) async fn left_behind(&mut self, stack: &str, resource: &str) -> Result<bool> {
        if !self.left_behind.contains_key(stack) {
            let skipped = self.skipped(stack).await?;
            self.left_behind.insert(stack.to_owned(), skipped);
        }
        Ok(self.left_behind.get(stack).is_some_and(|resources| resources.contains(resource)))
    }

    /// Returns the resources that a deletion of the stack skipped. CloudFormation keeps deleted
    /// stacks for 90 days, by their ids.
    async fn skipped(&self, stack: &str) -> Result<BTreeSet<String>> {
        let mut request = self.cloudformation.list_stack_resources().stack_name(stack);
        let mut skipped = BTreeSet::new();
        loop {
            let answer = match call(&LIST_STACK_RESOURCES, request.clone().send()).await {
                Err(failure) if failure.is("ValidationError") => return Ok(skipped),
                other => other?,
            };
            let left_out = answer.stack_resource_summaries().iter().filter(|resource| {
                resource.resource_status() == Some(&ResourceStatus::DeleteSkipped)
            });
            skipped.extend(left_out.filter_map(|it| it.logical_resource_id()).map(str::to_owned));
            match answer.next_token {
                Some(next) => request = request.next_token(next),
                None => return Ok(skipped),
            }
        }
    }
}
