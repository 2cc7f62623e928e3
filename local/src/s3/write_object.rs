//! `PutObject`, and what every way of writing an object shares.

use super::{
    Context, answers,
    checksums::{self, Algorithm, Checksum},
    conditions,
    errors::Outcome,
    names, object_headers,
    request::Request,
    state::{BucketState, Content},
    times,
    versions::{self, current_content},
};
use crate::service::Answer;

/// The checksum that S3 gives an object when the caller sends none.
const DEFAULT_CHECKSUM: Algorithm = Algorithm::Crc64Nvme;

/// `PutObject`
pub(super) fn put(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    names::check_key(&request.key)?;
    object_headers::check(request)?;
    let content = Content {
        body: String::new(),
        size: request.body.len() as u64,
        etag: checksums::etag(&request.body),
        headers: object_headers::kept(request)?,
        checksum: checksum(request)?,
        tags: object_headers::tags(request)?,
    };
    let written = at.bucket.change_with_body(&request.body, |state, body, unwanted| {
        let content = Content { body: body.to_owned(), ..content };
        write(state, request, content, unwanted)
    })?;
    Ok(written.answer())
}

/// The checksum that was sent with the body and is right, or S3's own.
pub(super) fn checksum(request: &Request) -> Outcome<Checksum> {
    let sent = checksums::verify(&request.headers, &request.body)?;
    Ok(sent.unwrap_or_else(|| Checksum::of(DEFAULT_CHECKSUM, &request.body)))
}

/// An object that was written.
pub(super) struct Written {
    pub(super) content: Content,
    /// Named in the answer when the bucket has, or had, versioning.
    version: Option<String>,
}

impl Written {
    /// Says in an answer which version was written.
    pub(super) fn put_version(&self, answer: &mut Answer) {
        answers::set(answer, "x-amz-server-side-encryption", "AES256");
        if let Some(version) = &self.version {
            answers::set(answer, "x-amz-version-id", version);
        }
    }

    fn answer(&self) -> Answer {
        let mut answer = answers::ok();
        answers::set(&mut answer, "etag", &format!("\"{}\"", self.content.etag));
        self.content.checksum.put(&mut answer);
        self.put_version(&mut answer);
        answer
    }
}

/// Writes an object under the request's key, if the request's conditions hold.
pub(super) fn write(
    state: &mut BucketState,
    request: &Request,
    content: Content,
    unwanted: &mut Vec<String>,
) -> Outcome<Written> {
    check_conditions(state, request)?;
    let versions = state.objects.entry(request.key.clone()).or_default();
    let stored = Some(content.clone());
    let id = versions::put(versions, state.versioning, times::now(), stored, unwanted);
    Ok(Written { content, version: state.versioning.map(|_| id) })
}

/// Checks the conditions of a write without writing.
pub(super) fn check_conditions(state: &BucketState, request: &Request) -> Outcome<()> {
    let versions = state.objects.get(&request.key).map_or(&[][..], Vec::as_slice);
    conditions::check_write(&request.headers, current_content(versions))
}
