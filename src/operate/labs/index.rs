//! AWS's index of tags: what it lists with the lab's tag, whichever lab's it is. The index follows the
//! services with a delay: it may list for hours what is gone.

use aws_sdk_resourcegroupstagging::{
    Client,
    types::{ResourceTagMapping, Tag, TagFilter},
};

use crate::{
    aws::{Failure, call, operations::tagging::GET_RESOURCES},
    lab::LAB_TAG,
};

/// The largest page that `GetResources` gives.
const PAGE: i32 = 100;

/// Something that the index lists with the lab's tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::operate) struct Indexed {
    /// Its ARN.
    pub(in crate::operate) arn: String,
    /// The lab that its tag names.
    pub(in crate::operate) lab: String,
    /// The stack that made it, when one did.
    pub(in crate::operate) made_by: Option<MadeBy>,
}

/// The stack that made something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::operate) struct MadeBy {
    /// The id of the stack.
    pub(in crate::operate) stack: String,
    /// The name of the thing in the stack's template.
    pub(in crate::operate) resource: String,
}

/// Returns all that the index of a region lists with the lab's tag.
///
/// # Errors
/// When it cannot be asked.
pub(in crate::operate) async fn read(tagging: &Client) -> Result<Vec<Indexed>, Failure> {
    // The key alone: with the lab's name as the value, the labs next door would stay unseen.
    let filter = TagFilter::builder().key(LAB_TAG).build();
    let mut request = tagging.get_resources().tag_filters(filter).resources_per_page(PAGE);
    let mut all = Vec::new();
    loop {
        let answer = call(&GET_RESOURCES, request.clone().send()).await?;
        all.extend(answer.resource_tag_mapping_list().iter().filter_map(Indexed::of));
        match answer.pagination_token {
            Some(next) if !next.is_empty() => request = request.pagination_token(next),
            _ => return Ok(all),
        }
    }
}

impl Indexed {
    fn of(found: &ResourceTagMapping) -> Option<Self> {
        let tag = |key| found.tags().iter().find(|tag| tag.key() == key).map(Tag::value);
        let made_by = || {
            Some(MadeBy {
                stack: tag("aws:cloudformation:stack-id")?.to_owned(),
                resource: tag("aws:cloudformation:logical-id")?.to_owned(),
            })
        };
        Some(Self {
            arn: found.resource_arn()?.to_owned(),
            lab: tag(LAB_TAG)?.to_owned(),
            made_by: made_by(),
        })
    }
}
