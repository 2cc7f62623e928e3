//! AWS's index of tags: what it lists with the lab's tag, for any lab. The index is updated with a
//! delay: it may list deleted resources for hours.

use aws_sdk_resourcegroupstagging::{
    Client,
    types::{ResourceTagMapping, Tag, TagFilter},
};

use crate::{
    aws::{Failure, call, operations::tagging::GET_RESOURCES},
    lab::{EXPIRES_TAG, Expiry, LAB_TAG},
};

/// The largest page that `GetResources` returns.
const PAGE: i32 = 100;

/// Something that the index lists with the lab's tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::operate) struct Indexed {
    /// Its ARN.
    pub(in crate::operate) arn: String,
    /// The lab that its tag names.
    pub(in crate::operate) lab: String,
    /// When its tag says that the lab may go.
    pub(in crate::operate) expires: Option<Expiry>,
    /// The stack that created it, if any.
    pub(in crate::operate) made_by: Option<MadeBy>,
}

/// The stack that created a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::operate) struct MadeBy {
    /// The id of the stack.
    pub(in crate::operate) stack: String,
    /// The logical name of the resource in the stack's template.
    pub(in crate::operate) resource: String,
}

/// Returns everything that the index of a region lists with the lab's tag.
///
/// # Errors
/// When the index cannot be queried.
pub(in crate::operate) async fn read(tagging: &Client) -> Result<Vec<Indexed>, Failure> {
    // The key alone: with the lab's name as the value, other labs would be missing.
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
            expires: tag(EXPIRES_TAG).and_then(Expiry::of_tag),
            made_by: made_by(),
        })
    }
}
