//! The permissions that a request needs of its caller's own policies. The action is in the table of
//! operations; here is on what.

use super::{
    access,
    operation::{ASKS_ITSELF, Operation},
    request::Request,
};
use crate::authorize::Needed;

/// Returns what a request of an operation needs.
pub(super) fn of(operation: &Operation, request: &Request) -> Vec<Needed> {
    let bucket = format!("arn:aws:s3:::{}", request.bucket);
    if operation.action == ASKS_ITSELF {
        return deletions(&bucket, request);
    }
    let resource = match (request.bucket.as_str(), request.key.as_str()) {
        ("", _) => "*".to_owned(),
        (_, "") => bucket,
        (_, key) => format!("{bucket}/{key}"),
    };
    let action = access::on_version(operation.action, request.filled_query("versionId"));
    let mut all = vec![Needed::new(action, &resource)];
    if request.header("x-amz-tagging").is_some() {
        all.push(Needed::new("s3:PutObjectTagging", &resource));
    }
    if let Some(source) = request.header("x-amz-copy-source") {
        all.extend(source_of_copy(source));
    }
    all
}

/// Returns what reading the source of a copy needs.
fn source_of_copy(source: &str) -> Option<Needed> {
    let (path, version) = match source.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version)),
        None => (source, None),
    };
    let path = super::request::decode(path.trim_start_matches('/')).ok()?;
    let action = access::on_version("s3:GetObject", version);
    Some(Needed::new(action, format!("arn:aws:s3:::{path}")))
}

/// Returns what `DeleteObjects` needs: each object is a resource. A body that cannot be read is
/// refused later.
fn deletions(bucket: &str, request: &Request) -> Vec<Needed> {
    let targets = super::delete::named(request).unwrap_or_default().into_iter();
    let needed = |(key, version): (String, Option<String>)| {
        let action = access::on_version("s3:DeleteObject", version.as_deref());
        Needed::new(action, format!("{bucket}/{key}"))
    };
    targets.map(needed).collect()
}
