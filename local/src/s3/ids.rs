//! Random names: of requests, of versions, of uploads and of the files of bodies. They only have to
//! differ; they guard nothing.

use crate::random;

/// Generates the `x-amz-request-id` of an answer: 16 characters.
pub(super) fn request_id() -> String {
    let mut id = random::id().to_ascii_uppercase();
    id.truncate(16);
    id
}

/// Generates the `x-amz-id-2` of an answer.
pub(super) fn host_id() -> String {
    random::id() + &random::id()
}

/// Generates the id of a version in a bucket with versioning.
pub(super) fn version_id() -> String {
    random::id()
}

/// Generates the id of a multipart upload.
pub(super) fn upload_id() -> String {
    random::id() + &random::id()
}

/// Generates the name of the file that holds one body.
pub(super) fn body_id() -> String {
    random::id()
}
