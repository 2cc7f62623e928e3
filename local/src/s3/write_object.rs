//! `PutObject`, and what every way of writing an object shares.

use super::{
    Context, answers,
    checksums::{self, Algorithm, Checksum},
    conditions,
    errors::Outcome,
    names, object_headers,
    request::Request,
    state::Content,
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
    Ok(write(at, &request.body, content)?.answer())
}

/// Returns the checksum that was sent with the body, verified, or S3's own.
fn checksum(request: &Request) -> Outcome<Checksum> {
    let sent = checksums::verify(&request.headers, &request.body)?;
    Ok(sent.unwrap_or_else(|| Checksum::of(DEFAULT_CHECKSUM, &request.body)))
}

/// An object that was written.
pub(super) struct Written {
    pub(super) content: Content,
    /// Named in the answer when the bucket has, or had, versioning.
    pub(super) version: Option<String>,
}

/// Names a written version in an answer, as far as its bucket has versions.
pub(super) fn put_version(answer: &mut Answer, version: Option<&str>) {
    answers::set(answer, "x-amz-server-side-encryption", "AES256");
    if let Some(version) = version {
        answers::set(answer, "x-amz-version-id", version);
    }
}

impl Written {
    /// Names the written version in an answer.
    pub(super) fn put_version(&self, answer: &mut Answer) {
        put_version(answer, self.version.as_deref());
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
pub(super) fn write(at: &Context, bytes: &[u8], content: Content) -> Outcome<Written> {
    let request = at.request;
    let versioning = at.bucket.read(|state| state.versioning);
    at.bucket.with_body(bytes, |body| {
        let content = Content { body, ..content };
        at.bucket.change_object(&request.key, |versions, unwanted| {
            conditions::check_write(&request.headers, current_content(versions))?;
            let stored = Some(content.clone());
            let id = versions::put(versions, versioning, times::now(), stored, unwanted);
            Ok(Written { content, version: versioning.map(|_| id) })
        })
    })
}
