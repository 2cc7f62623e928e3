//! Empties a bucket: every version, every delete marker, every incomplete upload.

use aws_sdk_s3::{
    Client,
    types::{Delete, ObjectIdentifier},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::ABSENT;
use crate::{
    aws::{Failure, call, operations::s3 as op, unbuildable},
    engine::Step,
    error::{Code, Error, Result},
    resources::words::{found, unless_any},
};

/// The limit of one `DeleteObjects`.
const MOST_AT_ONCE: usize = 1000;

/// How many uploads are aborted concurrently.
const UPLOADS_AT_ONCE: usize = 8;

/// Empties a bucket. A missing bucket is empty.
///
/// # Errors
/// When AWS returns an error, or the user asks to stop.
pub(super) async fn empty(s3: &Client, bucket: &str, account: &str, step: &Step<'_>) -> Result<()> {
    abort_uploads(s3, bucket, account).await?;
    let mut deleted = 0;
    loop {
        let versions = versions(s3, bucket, account).await?;
        if versions.is_empty() {
            return Ok(());
        }
        if step.interrupted() {
            return Err(Error::new(Code::Interrupted, format!("stopped emptying `{bucket}`")));
        }
        deleted += versions.len();
        step.status(format!("deleting the objects in it ({deleted} so far)"));
        delete(s3, bucket, account, versions).await?;
    }
}

/// Returns up to [`MOST_AT_ONCE`] versions and delete markers. An unversioned object is the version
/// `null`.
async fn versions(s3: &Client, bucket: &str, account: &str) -> Result<Vec<ObjectIdentifier>> {
    let list = s3.list_object_versions().bucket(bucket).expected_bucket_owner(account);
    let answer = found(call(&op::LIST_OBJECT_VERSIONS, list.send()).await, ABSENT)?;
    let Some(answer) = answer else { return Ok(Vec::new()) };
    let versions = answer.versions().iter().map(|version| (version.key(), version.version_id()));
    let markers = answer.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
    versions
        .chain(markers)
        .take(MOST_AT_ONCE)
        .map(|(key, version)| {
            ObjectIdentifier::builder()
                .key(key.unwrap_or_default())
                .set_version_id(version.map(str::to_owned))
                .build()
                .map_err(unbuildable)
        })
        .collect()
}

async fn delete(
    s3: &Client,
    bucket: &str,
    account: &str,
    versions: Vec<ObjectIdentifier>,
) -> Result<()> {
    let what = Delete::builder().set_objects(Some(versions)).quiet(true).build();
    let delete = s3
        .delete_objects()
        .bucket(bucket)
        .expected_bucket_owner(account)
        .delete(what.map_err(unbuildable)?);
    let answer = found(call(&op::DELETE_OBJECTS, delete.send()).await, ABSENT)?;
    let Some(answer) = answer else { return Ok(()) };
    // The response is 200 even when some objects could not be deleted.
    let Some(error) = answer.errors().first() else { return Ok(()) };
    let failure = Failure::of_item(
        &op::DELETE_OBJECTS,
        error.code().unwrap_or_default(),
        error.message().unwrap_or_default(),
    );
    let key = error.key().unwrap_or_default();
    Err(failure.into_error(Code::Refused, format!("the object `{key}` in `{bucket}` stays")))
}

/// Aborts incomplete uploads. They do not block a bucket's deletion, but S3 bills them until then.
async fn abort_uploads(s3: &Client, bucket: &str, account: &str) -> Result<()> {
    let mut pages = s3.list_multipart_uploads().bucket(bucket).expected_bucket_owner(account);
    loop {
        let answer = call(&op::LIST_MULTIPART_UPLOADS, pages.clone().send()).await;
        let Some(answer) = found(answer, ABSENT)? else { return Ok(()) };
        stream::iter(answer.uploads().to_vec())
            .map(|upload| async move {
                let abort = s3
                    .abort_multipart_upload()
                    .bucket(bucket)
                    .expected_bucket_owner(account)
                    .set_key(upload.key().map(str::to_owned))
                    .set_upload_id(upload.upload_id().map(str::to_owned));
                let aborted = call(&op::ABORT_MULTIPART_UPLOAD, abort.send()).await;
                unless_any(aborted, &["NoSuchUpload", "NoSuchBucket"])
            })
            .buffer_unordered(UPLOADS_AT_ONCE)
            .try_collect::<Vec<()>>()
            .await?;
        if answer.is_truncated() != Some(true) {
            return Ok(());
        }
        pages = pages
            .set_key_marker(answer.next_key_marker().map(str::to_owned))
            .set_upload_id_marker(answer.next_upload_id_marker().map(str::to_owned));
    }
}
