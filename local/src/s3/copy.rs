//! `CopyObject`, and the source of a copy, which `UploadPartCopy` has too.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{
    Context, access, answers,
    checksums::{self, Algorithm, Checksum},
    conditions::{self, OF_COPY, Verdict},
    errors::{ACCESS_DENIED, INVALID_REQUEST, Outcome, S3Error, invalid_argument, no_such_bucket},
    names, object_headers,
    read_object::{self, Found},
    request::{Request, decode},
    state::{Content, Tags},
    times,
    write_object::{self, Written},
    xml::Xml,
};
use crate::service::Answer;

/// Headers that a copy never takes from its source.
const NOT_COPIED: [&str; 2] = ["x-amz-storage-class", "x-amz-website-redirect-location"];

/// What `x-amz-copy-source` names.
struct Source {
    bucket: String,
    key: String,
    version: Option<String>,
}

impl Source {
    fn of(request: &Request) -> Outcome<Self> {
        let sent = request.header("x-amz-copy-source").unwrap_or_default();
        let (path, version) = match sent.split_once("?versionId=") {
            Some((path, version)) => (path, Some(decode(version)?)),
            None => (sent, None),
        };
        let path = decode(path)?;
        let path = path.strip_prefix('/').unwrap_or(&path);
        match path.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version })
            }
            _ => Err(invalid_argument("x-amz-copy-source", sent, "Invalid copy source object key")),
        }
    }
}

/// Finds the source of a copy, if the caller may read it and the conditions on it hold.
pub(super) fn source(at: &Context) -> Outcome<Found> {
    let request = at.request;
    let source = Source::of(request)?;
    let bucket = at.buckets.get(&source.bucket).ok_or_else(|| no_such_bucket(&source.bucket))?;
    let version = source.version.as_deref();
    let action = access::on_version("s3:GetObject", version);
    let (may, owner) = bucket.read(|state| {
        let may = access::may(state, &request.caller, action, &source.key);
        (may, state.account.clone())
    });
    let expected = request.header("x-amz-source-expected-bucket-owner");
    if !may || expected.is_some_and(|expected| expected != owner) {
        return Err(ACCESS_DENIED.into());
    }
    let found = read_object::find(bucket, &request.caller, &source.key, version)?;
    match conditions::judge(&OF_COPY, &request.headers, &found.content.etag, found.modified) {
        Verdict::Serve => Ok(found),
        Verdict::NotModified => Err(conditions::failed("x-amz-copy-source-If-None-Match")),
        Verdict::Failed(condition) => Err(conditions::failed(condition)),
    }
}

/// `CopyObject`
pub(super) fn copy(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    names::check_key(&request.key)?;
    object_headers::check(request)?;
    check_self_copy(request)?;
    let found = source(at)?;
    let source_version = found.version.clone();
    let headers = headers(request, &found)?;
    let tags = tags(request, &found)?;
    let algorithm = algorithm(request, &found)?;
    let bytes = found.read()?;
    let written = write_object::write(at, &bytes, content(&bytes, headers, tags, algorithm))?;
    let mut answer = result(&written);
    if source_version != super::versions::NULL {
        answers::set(&mut answer, "x-amz-copy-source-version-id", &source_version);
    }
    Ok(answer)
}

fn content(
    bytes: &Bytes,
    headers: BTreeMap<String, String>,
    tags: Tags,
    algorithm: Algorithm,
) -> Content {
    Content {
        body: String::new(),
        size: bytes.len() as u64,
        etag: checksums::etag(bytes),
        headers,
        checksum: Checksum::of(algorithm, bytes),
        tags,
    }
}

fn result(written: &Written) -> Answer {
    let mut answer = answers::xml(Xml::answer("CopyObjectResult", |xml| {
        xml.leaf("LastModified", times::iso(times::now()))
            .leaf("ETag", format!("\"{}\"", written.content.etag));
        written.content.checksum.write(xml);
    }));
    written.put_version(&mut answer);
    answer
}

fn replaces(request: &Request, directive: &str) -> Outcome<bool> {
    match request.header(directive) {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(invalid_argument(directive, other, "Unknown directive.")),
    }
}

fn check_self_copy(request: &Request) -> Outcome<()> {
    let source = Source::of(request)?;
    let same = source.bucket == request.bucket && source.key == request.key;
    let changes = replaces(request, "x-amz-metadata-directive")?
        || source.version.is_some()
        || NOT_COPIED.iter().any(|name| request.headers.contains_key(*name));
    if !same || changes {
        return Ok(());
    }
    let message = "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    Err(S3Error::saying(INVALID_REQUEST, message))
}

fn headers(request: &Request, found: &Found) -> Outcome<BTreeMap<String, String>> {
    let sent = object_headers::kept(request)?;
    if replaces(request, "x-amz-metadata-directive")? {
        return Ok(sent);
    }
    let mut headers = found.content.headers.clone();
    for name in NOT_COPIED {
        headers.remove(name);
        if let Some(value) = sent.get(name) {
            headers.insert(name.to_owned(), value.clone());
        }
    }
    Ok(headers)
}

fn tags(request: &Request, found: &Found) -> Outcome<Tags> {
    if replaces(request, "x-amz-tagging-directive")? {
        object_headers::tags(request)
    } else {
        Ok(found.content.tags.clone())
    }
}

fn algorithm(request: &Request, found: &Found) -> Outcome<Algorithm> {
    let asked = request.header("x-amz-checksum-algorithm");
    asked.map_or(Ok(found.content.checksum.algorithm), Algorithm::named)
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method};

    use super::super::request::tests::call;
    use super::*;

    fn copying(source: &'static str) -> Request {
        let mut call = call(Method::PUT, "/site/a", "");
        call.headers.insert("x-amz-copy-source", HeaderValue::from_static(source));
        Request::parse(call).unwrap()
    }

    #[test]
    fn a_source_is_bucket_key_and_version() {
        let source = Source::of(&copying("/other/a%3Fb%2Bc/d?versionId=7")).unwrap();
        assert_eq!((source.bucket.as_str(), source.key.as_str()), ("other", "a?b+c/d"));
        assert_eq!(source.version.as_deref(), Some("7"));
        assert!(Source::of(&copying("other")).is_err());
    }

    #[test]
    fn a_copy_onto_itself_must_change_something() {
        assert!(check_self_copy(&copying("site/a")).is_err());
        assert!(check_self_copy(&copying("site/b")).is_ok());
        let mut replacing = copying("site/a");
        let replace = HeaderValue::from_static("REPLACE");
        replacing.headers.insert("x-amz-metadata-directive", replace);
        assert!(check_self_copy(&replacing).is_ok());
    }
}
