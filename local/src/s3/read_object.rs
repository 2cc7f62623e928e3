//! Finding an object and giving it: `GetObject`, `HeadObject`, and what the website endpoint and
//! copies need of them.

use std::fs::File;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};

use super::{
    Context, access, answers,
    bodies::read_all,
    bucket::Bucket,
    conditions::{self, OF_READ, Verdict},
    errors::{
        ACCESS_DENIED, INVALID_REQUEST, METHOD_NOT_ALLOWED, NO_SUCH_KEY, NO_SUCH_VERSION, Outcome,
        S3Error, not_implemented,
    },
    objects,
    request::Request,
    state::Content,
    times::{self, Seconds},
    versions::{self, Version},
};
use crate::service::{Answer, Caller};

/// Query parameters that replace headers of the answer.
const OVERRIDES: [(&str, &str); 6] = [
    ("response-cache-control", "cache-control"),
    ("response-content-disposition", "content-disposition"),
    ("response-content-encoding", "content-encoding"),
    ("response-content-language", "content-language"),
    ("response-content-type", "content-type"),
    ("response-expires", "expires"),
];

/// An object that was found, its body open.
pub(super) struct Found {
    pub(super) content: Content,
    /// The id of the version.
    pub(super) version: String,
    pub(super) modified: Seconds,
    /// Whether the bucket has, or had, versioning: only then answers name versions.
    is_versioned: bool,
    body: File,
}

impl Found {
    /// Reads the whole body.
    pub(super) fn read(self) -> Outcome<Bytes> {
        Ok(read_all(self.body)?)
    }

    /// Names the version in an answer.
    pub(super) fn put_version(&self, answer: &mut Answer) {
        if self.is_versioned {
            answers::set(answer, "x-amz-version-id", &self.version);
        }
    }
}

impl Context<'_> {
    /// Finds the object, or the version of it, that the request names.
    pub(super) fn find_object(&self) -> Outcome<Found> {
        let version = self.request.filled_query("versionId");
        find(self.bucket, &self.request.caller, &self.request.key, version)
    }
}

/// Finds an object. That it is absent is revealed only to callers who may list the bucket.
pub(super) fn find(
    bucket: &Bucket,
    caller: &Caller,
    key: &str,
    version: Option<&str>,
) -> Outcome<Found> {
    let (is_versioned, may_know) = bucket.read(|state| {
        (state.versioning.is_some(), access::may(state, caller, "s3:ListBucket", ""))
    });
    bucket.read_objects(|keys| {
        let (version, content) = look_up(objects::versions(keys, key), key, version)
            .map_err(|absent| if may_know { absent } else { ACCESS_DENIED.into() })?;
        Ok(Found {
            content: content.clone(),
            version: version.id.clone(),
            modified: version.modified,
            is_versioned,
            body: bucket.bodies.open_body(&content.body)?,
        })
    })
}

fn look_up<'a>(
    versions: &'a [Version],
    key: &str,
    version: Option<&str>,
) -> Outcome<(&'a Version, &'a Content)> {
    let no_such_key = || S3Error::from(NO_SUCH_KEY).with("Key", key);
    let found = match version {
        Some(id) => versions
            .iter()
            .find(|version| version.id == id)
            .ok_or_else(|| S3Error::from(NO_SUCH_VERSION).with("Key", key).with("VersionId", id))?,
        None => versions::current(versions).ok_or_else(no_such_key)?,
    };
    if let Some(content) = &found.content {
        return Ok((found, content));
    }
    let refusal = match version {
        Some(_) => S3Error::from(METHOD_NOT_ALLOWED)
            .header("allow", "DELETE")
            .header("last-modified", times::http(found.modified)),
        None => no_such_key(),
    };
    Err(refusal.header("x-amz-delete-marker", "true").header("x-amz-version-id", &found.id))
}

/// `GetObject` and `HeadObject`
pub(super) fn get(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    if request.query("partNumber").is_some_and(|part| part != "1") {
        return Err(not_implemented("reading one part of an object"));
    }
    let overrides = overrides(request)?;
    let mut answer = serve(at.find_object()?, &request.method, &request.headers)?;
    for (name, value) in overrides {
        answers::set(&mut answer, name, value);
    }
    Ok(answer)
}

fn overrides(request: &Request) -> Outcome<Vec<(&'static str, &str)>> {
    let asked: Vec<_> = OVERRIDES
        .iter()
        .filter_map(|(parameter, header)| Some((*header, request.filled_query(parameter)?)))
        .collect();
    if !asked.is_empty() && request.caller == Caller::Anonymous {
        let message =
            "Request specific response headers cannot be used for anonymous GET requests.";
        return Err(S3Error::saying(INVALID_REQUEST, message));
    }
    Ok(asked)
}

/// Answers with an object, as the conditions and the range of a request demand.
pub(super) fn serve(found: Found, method: &Method, headers: &HeaderMap) -> Outcome<Answer> {
    match conditions::judge(&OF_READ, headers, &found.content.etag, found.modified) {
        Verdict::Failed(condition) => return Err(conditions::failed(condition)),
        Verdict::NotModified => {
            let mut answer = answers::empty(StatusCode::NOT_MODIFIED);
            put_validators(&mut answer, &found);
            return Ok(answer);
        }
        Verdict::Serve => {}
    }
    let size = found.content.size;
    let range = conditions::range(headers, &found.content.etag, size)?;
    let mut answer = answers::ok();
    describe(&mut answer, &found, range.is_none() && wants_checksum(headers));
    let (first, end) = range.map_or((0, size), |(first, last)| (first, last + 1));
    if let Some((first, last)) = range {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
        answers::set(&mut answer, "content-range", &format!("bytes {first}-{last}/{size}"));
    }
    answers::set(&mut answer, header::CONTENT_LENGTH.as_str(), &(end - first).to_string());
    if method != Method::HEAD {
        *answer.body_mut() = part(&found.read()?, first, end);
    }
    Ok(answer)
}

/// Returns the bytes from `first` up to `end`.
pub(super) fn part(bytes: &Bytes, first: u64, end: u64) -> Bytes {
    let place = |offset: u64| usize::try_from(offset).unwrap_or(bytes.len()).min(bytes.len());
    bytes.slice(place(first)..place(end))
}

fn wants_checksum(headers: &HeaderMap) -> bool {
    headers.get("x-amz-checksum-mode").is_some_and(|mode| mode.as_bytes() == b"ENABLED")
}

fn put_validators(answer: &mut Answer, found: &Found) {
    answers::set(answer, "etag", &format!("\"{}\"", found.content.etag));
    answers::set(answer, "last-modified", &times::http(found.modified));
    for name in ["cache-control", "expires"] {
        if let Some(value) = found.content.headers.get(name) {
            answers::set(answer, name, value);
        }
    }
    found.put_version(answer);
}

fn describe(answer: &mut Answer, found: &Found, with_checksum: bool) {
    let content = &found.content;
    put_validators(answer, found);
    for (name, value) in &content.headers {
        answers::set(answer, name, value);
    }
    answers::set(answer, "accept-ranges", "bytes");
    answers::set(answer, "x-amz-server-side-encryption", "AES256");
    if !content.tags.is_empty() {
        answers::set(answer, "x-amz-tagging-count", &content.tags.len().to_string());
    }
    if with_checksum {
        content.checksum.put(answer);
    }
}
