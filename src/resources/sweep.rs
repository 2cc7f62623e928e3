//! A last look after a cleanup: whatever in the region still carries the lab's tag, also under
//! names that this run did not know of.

use aws_sdk_resourcegroupstagging::types::TagFilter;

use crate::{
    aws::{Failure, call},
    error::Result,
    lab::LAB_TAG,
    target::Target,
};

/// The ARNs that carry the lab's tag and still exist. `None` when these credentials may not ask.
///
/// # Errors
/// When AWS cannot be asked.
pub(crate) async fn tagged(target: &Target, lab: &str) -> Result<Option<Vec<String>>> {
    let filter = TagFilter::builder().key(LAB_TAG).values(lab).build();
    let mut request = target.tagging().get_resources().tag_filters(filter);
    let mut left = Vec::new();
    loop {
        let answer = match call("tagging GetResources", request.clone().send()).await {
            Err(failure) if failure.is("AccessDeniedException") => return Ok(None),
            other => other?,
        };
        for found in answer.resource_tag_mapping_list() {
            let Some(arn) = found.resource_arn() else { continue };
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

/// Whether it is really there: the tagging API lists what was deleted for some hours more. What
/// this program does not make is shown all the same, because somebody tagged it as the lab's.
async fn exists(target: &Target, arn: &str) -> Result<bool> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let service = parts.next().unwrap_or_default();
    let resource = parts.nth(2).unwrap_or_default();
    let (kind, name) = resource.split_once(['/', ':']).unwrap_or(("", resource));
    Ok(match (service, kind) {
        ("s3", _) => {
            let head = target.s3().head_bucket().bucket(resource);
            there(call("s3 HeadBucket", head.send()).await.map(|_| true))?
        }
        ("dynamodb", "table") => {
            let describe = target.dynamodb().describe_table().table_name(name);
            there(call("dynamodb DescribeTable", describe.send()).await.map(|_| true))?
        }
        _ => true,
    })
}

/// Whether the answer shows it. AWS's ways of saying that it does not are many.
fn there(answer: Result<bool, Failure>) -> Result<bool> {
    match answer {
        Err(failure) if failure.status == Some(404) || failure.is("ResourceNotFoundException") => {
            Ok(false)
        }
        other => Ok(other?),
    }
}
