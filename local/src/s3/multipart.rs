//! Multipart uploads: begun, filled with parts, completed into one object or aborted.

use super::{
    Context, answers,
    checksums::{self, Algorithm, Checksum, Kind},
    copy,
    errors::{INVALID_REQUEST, NO_SUCH_UPLOAD, Outcome, S3Error, invalid_argument},
    ids, names, object_headers,
    read_object::part as slice,
    request::Request,
    state::{BucketState, ChecksumPlan, Completed, Part, Upload},
    times,
    xml::Xml,
};
use crate::service::Answer;

pub(super) const LAST_PART_NUMBER: u32 = 10_000;

impl ChecksumPlan {
    fn asked(request: &Request) -> Outcome<Self> {
        let algorithm = request
            .header("x-amz-checksum-algorithm")
            .map_or(Ok(Algorithm::Crc64Nvme), Algorithm::named)?;
        let kind = match request.header("x-amz-checksum-type") {
            Some("FULL_OBJECT") => Kind::FullObject,
            None if algorithm == Algorithm::Crc64Nvme => Kind::FullObject,
            Some("COMPOSITE") | None => Kind::Composite,
            Some(other) => {
                let message = "Value for x-amz-checksum-type header is invalid.";
                return Err(invalid_argument("x-amz-checksum-type", other, message));
            }
        };
        Self { algorithm, kind }.checked()
    }

    /// Hashes of parts cannot be combined into the hash of the whole, so AWS has no full-object
    /// SHA; and CRC64NVME was introduced for whole objects only.
    fn checked(self) -> Outcome<Self> {
        let possible = match self.algorithm {
            Algorithm::Crc32 | Algorithm::Crc32c => true,
            Algorithm::Crc64Nvme => self.kind == Kind::FullObject,
            Algorithm::Sha1 | Algorithm::Sha256 => self.kind == Kind::Composite,
        };
        if possible {
            return Ok(self);
        }
        let (kind, algorithm) = (self.kind.name(), self.algorithm.name());
        let message = format!(
            "The {kind} checksum type cannot be used with the {algorithm} checksum algorithm."
        );
        Err(S3Error::saying(INVALID_REQUEST, message))
    }
}

/// `CreateMultipartUpload`
pub(super) fn create(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    names::check_key(&request.key)?;
    object_headers::check(request)?;
    let upload = Upload {
        key: request.key.clone(),
        started: times::now(),
        headers: object_headers::kept(request)?,
        tags: object_headers::tags(request)?,
        checksum: ChecksumPlan::asked(request)?,
        parts: std::collections::BTreeMap::new(),
    };
    let plan = upload.checksum;
    let id = ids::upload_id();
    at.bucket.change(|state, _| {
        state.uploads.insert(id.clone(), upload);
        Ok(())
    })?;
    let mut answer = answers::xml(Xml::answer("InitiateMultipartUploadResult", |xml| {
        xml.leaf("Bucket", &request.bucket).leaf("Key", &request.key).leaf("UploadId", &id);
    }));
    answers::set(&mut answer, "x-amz-server-side-encryption", "AES256");
    answers::set(&mut answer, "x-amz-checksum-algorithm", plan.algorithm.name());
    answers::set(&mut answer, "x-amz-checksum-type", plan.kind.name());
    Ok(answer)
}

/// Returns the upload that a request names.
pub(super) fn upload<'a>(state: &'a BucketState, request: &Request) -> Outcome<&'a Upload> {
    let id = upload_id(request);
    let upload = state.uploads.get(id).filter(|upload| upload.key == request.key);
    upload.ok_or_else(|| S3Error::from(NO_SUCH_UPLOAD).with("UploadId", id))
}

/// Returns the id of the upload that a request names.
pub(super) fn upload_id(request: &Request) -> &str {
    request.query("uploadId").unwrap_or_default()
}

/// `UploadPart`
pub(super) fn upload_part(at: &Context) -> Outcome<Answer> {
    let sent = checksums::verify(&at.request.headers, &at.request.body)?;
    let part = put_part(at, &at.request.body)?;
    let mut answer = answers::ok();
    answers::set(&mut answer, "etag", &format!("\"{}\"", part.etag));
    answers::set(&mut answer, "x-amz-server-side-encryption", "AES256");
    let checksum = sent.unwrap_or(part.checksum);
    answers::set(&mut answer, checksum.algorithm.header(), &checksum.value);
    Ok(answer)
}

/// `UploadPartCopy`
pub(super) fn upload_part_copy(at: &Context) -> Outcome<Answer> {
    let found = copy::source(at)?;
    let size = found.content.size;
    let range = at.request.header("x-amz-copy-source-range");
    let (first, end) = range.map_or(Ok((0, size)), |range| copied_span(range, size))?;
    let part = put_part(at, &slice(&found.read()?, first, end))?;
    let mut answer = answers::xml(Xml::answer("CopyPartResult", |xml| {
        xml.leaf("LastModified", times::iso(part.modified))
            .leaf("ETag", format!("\"{}\"", part.etag))
            .leaf(part.checksum.algorithm.element(), &part.checksum.value);
    }));
    answers::set(&mut answer, "x-amz-server-side-encryption", "AES256");
    Ok(answer)
}

/// Returns the bytes of a source that a part is copied from: the first, and the end. Other than the
/// range of a read, this one must be in the source.
fn copied_span(range: &str, size: u64) -> Outcome<(u64, u64)> {
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let ends = range.strip_prefix("bytes=").and_then(|span| span.split_once('-'));
    let ends = ends.and_then(|(first, last)| Some((number(first)?, number(last)?)));
    let message = match ends.filter(|(first, last)| first <= last) {
        Some((first, last)) if last < size => return Ok((first, last + 1)),
        Some(_) => format!("Range specified is not valid for source object of size: {size}"),
        None => {
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first \
                 and last are the zero-based offsets of the first and last bytes to copy"
                .to_owned()
        }
    };
    Err(invalid_argument("x-amz-copy-source-range", range, &message))
}

fn put_part(at: &Context, bytes: &[u8]) -> Outcome<Part> {
    let request = at.request;
    let number = part_number(request)?;
    let plan = at.bucket.read(|state| Ok::<_, S3Error>(upload(state, request)?.checksum))?;
    let part = Part {
        body: String::new(),
        size: bytes.len() as u64,
        etag: checksums::etag(bytes),
        checksum: Checksum::of(plan.algorithm, bytes),
        modified: times::now(),
    };
    at.bucket.with_body(bytes, |body| {
        let part = Part { body, ..part };
        at.bucket.change(|state, unwanted| {
            upload(state, request)?;
            if let Some(upload) = state.uploads.get_mut(upload_id(request)) {
                let replaced = upload.parts.insert(number, part.clone());
                unwanted.extend(replaced.map(|part| part.body));
            }
            Ok(part)
        })
    })
}

fn part_number(request: &Request) -> Outcome<u32> {
    let sent = request.query("partNumber").unwrap_or_default();
    let number = sent.parse().ok().filter(|number| (1..=LAST_PART_NUMBER).contains(number));
    number.ok_or_else(|| {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        invalid_argument("partNumber", sent, message)
    })
}

/// `AbortMultipartUpload`
pub(super) fn abort(at: &Context) -> Outcome<Answer> {
    at.bucket.change(|state, unwanted| {
        upload(state, at.request)?;
        drop_upload(state, upload_id(at.request), unwanted);
        Ok(answers::no_content())
    })
}

/// How many completed uploads a bucket remembers.
const MOST_COMPLETED: usize = 100;

/// Remembers how an upload was completed.
pub(super) fn note_completed(state: &mut BucketState, done: Completed) {
    state.completed.push_back(done);
    if state.completed.len() > MOST_COMPLETED {
        state.completed.pop_front();
    }
}

/// Forgets an upload and its parts.
pub(super) fn drop_upload(state: &mut BucketState, id: &str, unwanted: &mut Vec<String>) {
    if let Some(upload) = state.uploads.remove(id) {
        unwanted.extend(upload.parts.into_values().map(|part| part.body));
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method};

    use super::super::request::tests::call;
    use super::*;

    fn plan(algorithm: Option<&'static str>, kind: Option<&'static str>) -> Outcome<ChecksumPlan> {
        let mut call = call(Method::POST, "/site/a?uploads", "");
        let headers = [("x-amz-checksum-algorithm", algorithm), ("x-amz-checksum-type", kind)];
        for (name, value) in headers {
            if let Some(value) = value {
                call.headers.insert(name, HeaderValue::from_static(value));
            }
        }
        ChecksumPlan::asked(&Request::parse(call)?)
    }

    #[test]
    fn the_kind_of_checksum_follows_the_algorithm() {
        assert_eq!(plan(None, None).unwrap().kind, Kind::FullObject);
        assert_eq!(plan(Some("CRC32"), None).unwrap().kind, Kind::Composite);
        assert_eq!(plan(Some("CRC32"), Some("FULL_OBJECT")).unwrap().kind, Kind::FullObject);
        assert!(plan(Some("SHA256"), Some("FULL_OBJECT")).is_err());
        assert!(plan(Some("CRC64NVME"), Some("COMPOSITE")).is_err());
        assert!(plan(Some("MD4"), None).is_err());
    }

    #[test]
    fn part_numbers_go_from_1_to_10000() {
        let number = |number: &str| {
            let uri = format!("/site/a?uploadId=x&partNumber={number}");
            part_number(&Request::parse(call(Method::PUT, &uri, "")).unwrap()).ok()
        };
        assert_eq!(number("1"), Some(1));
        assert_eq!(number("10000"), Some(10_000));
        assert_eq!((number("0"), number("10001"), number("x")), (None, None, None));
    }
}
