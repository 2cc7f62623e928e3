//! A last look after a cleanup: whatever in the region still carries the lab's tag, also under
//! names that this run did not know of.

use crate::{
    aws::call,
    error::{Error, Result},
    lab::LAB_TAG,
    target::Target,
};

/// The ARNs that carry the lab's tag and still exist. `None` when these credentials may not ask.
///
/// # Errors
/// When AWS cannot be asked.
pub(crate) async fn tagged(target: &Target, lab: &str) -> Result<Option<Vec<String>>> {
    let filter =
        aws_sdk_resourcegroupstagging::types::TagFilter::builder().key(LAB_TAG).values(lab);
    let mut request = target.tagging().get_resources().tag_filters(filter.build());
    let mut left = Vec::new();
    loop {
        let answer = match call("tagging GetResources", request.clone().send()).await {
            Err(failure) if failure.is("AccessDeniedException") => return Ok(None),
            other => other?,
        };
        for arn in
            answer.resource_tag_mapping_list().iter().filter_map(|found| found.resource_arn())
        {
            if exists(target, arn).await? {
                left.push(arn.to_owned());
            }
        }
        match answer.pagination_token {
            Some(next) if !next.is_empty() => request = request.pagination_token(next),
            _ => return Ok(Some(left)),
        }
    }
}

/// Whether it is really there: the tagging API lists what was deleted for some hours more.
async fn exists(target: &Target, arn: &str) -> Result<bool> {
    if let Some(bucket) = arn.strip_prefix("arn:aws:s3:::") {
        let head = target.s3().head_bucket().bucket(bucket);
        return match call("s3 HeadBucket", head.send()).await {
            Err(failure) if failure.status == Some(404) => Ok(false),
            other => other.map(|_| true).map_err(Error::from),
        };
    }
    if arn.starts_with("arn:aws:dynamodb:")
        && let Some((_, table)) = arn.split_once(":table/")
    {
        let describe = target.dynamodb().describe_table().table_name(table);
        return match call("dynamodb DescribeTable", describe.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(false),
            other => other.map(|_| true).map_err(Error::from),
        };
    }
    // Nothing this program makes; it is shown all the same, because somebody tagged it as the lab's.
    Ok(true)
}
