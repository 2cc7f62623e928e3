//! The ages of labs. The tag index has no times, and other labs are not queried resource by
//! resource; one list of the account's buckets has the dates of all labs in all regions.

use std::collections::BTreeMap;

use crate::{
    aws::{call, operations::s3::LIST_BUCKETS},
    operate::Workspace,
};

/// Returns the creation date of each bucket of the account, by name; empty if access is denied. S3
/// may move it forward when the bucket policy changes, which `deploy` does once, at the start.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html>
pub(super) async fn of_buckets(workspace: &Workspace) -> BTreeMap<String, String> {
    let mut ages = BTreeMap::new();
    let mut request = workspace.destination.s3().list_buckets();
    // The output is still correct without ages, so a failure only ends the list.
    while let Ok(answer) = call(&LIST_BUCKETS, request.clone().send()).await {
        for bucket in answer.buckets() {
            let day = bucket.creation_date().map(|created| {
                let text = created.to_string();
                text.split('T').next().unwrap_or_default().to_owned()
            });
            ages.extend(bucket.name().map(str::to_owned).zip(day));
        }
        match answer.continuation_token {
            Some(next) => request = request.continuation_token(next),
            None => break,
        }
    }
    ages
}
