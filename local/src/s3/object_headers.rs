//! The headers that are put with an object: which are kept and given back, and which are refused.

use std::collections::BTreeMap;

use super::{
    errors::{
        ACL_NOT_SUPPORTED, INVALID_REDIRECT, INVALID_STORAGE_CLASS, METADATA_TOO_LARGE, Outcome,
        not_implemented,
    },
    request::Request,
    state::Tags,
    tags,
};

const METADATA: &str = "x-amz-meta-";
const MOST_METADATA: usize = 2048;

/// Kept as sent.
const KEPT: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-language",
    "content-type",
    "expires",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
];

/// The default type of an object.
const DEFAULT_TYPE: &str = "binary/octet-stream";

const STORAGE_CLASSES: [&str; 8] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];

/// Headers of features that are not supported. Ignoring them would promise what is not done.
const UNSUPPORTED: [&str; 5] = [
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
    "x-amz-write-offset-bytes",
];

/// Returns the headers of a request that stay with the object.
pub(super) fn kept(request: &Request) -> Outcome<BTreeMap<String, String>> {
    let mut kept: BTreeMap<String, String> = request
        .headers
        .iter()
        .filter(|(name, _)| KEPT.contains(&name.as_str()) || name.as_str().starts_with(METADATA))
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    kept.entry("content-type".to_owned()).or_insert_with(|| DEFAULT_TYPE.to_owned());
    if let Some(encoding) = request.header("content-encoding").and_then(own_encoding) {
        kept.insert("content-encoding".to_owned(), encoding);
    }
    check_metadata(&kept)?;
    check_storage_class(&mut kept)?;
    Ok(kept)
}

/// Returns the content's own encoding: `aws-chunked` belongs to the request's body only.
fn own_encoding(sent: &str) -> Option<String> {
    let own: Vec<_> = sent
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && !part.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    (!own.is_empty()).then(|| own.join(","))
}

fn check_metadata(kept: &BTreeMap<String, String>) -> Outcome<()> {
    let size = |(name, value): (&String, &String)| {
        name.strip_prefix(METADATA).map_or(0, |name| name.len() + value.len())
    };
    let total: usize = kept.iter().map(size).sum();
    if total <= MOST_METADATA { Ok(()) } else { Err(METADATA_TOO_LARGE.into()) }
}

fn check_storage_class(kept: &mut BTreeMap<String, String>) -> Outcome<()> {
    match kept.get("x-amz-storage-class").map(String::as_str) {
        None => Ok(()),
        // S3 does not return `STANDARD`: it is the default.
        Some("STANDARD") => {
            kept.remove("x-amz-storage-class");
            Ok(())
        }
        Some(class) if STORAGE_CLASSES.contains(&class) => Ok(()),
        Some(_) => Err(INVALID_STORAGE_CLASS.into()),
    }
}

/// Returns the storage class that listings show.
pub(super) fn storage_class(kept: &BTreeMap<String, String>) -> &str {
    kept.get("x-amz-storage-class").map_or("STANDARD", String::as_str)
}

/// Refuses what a new object may not request: ACLs (buckets do without since 2023) and features
/// that are not supported.
pub(super) fn check(request: &Request) -> Outcome<()> {
    if !has_harmless_acl(request) {
        return Err(ACL_NOT_SUPPORTED.into());
    }
    if let Some(header) = UNSUPPORTED.iter().find(|name| request.headers.contains_key(**name)) {
        return Err(not_implemented(header));
    }
    check_redirect(request.header("x-amz-website-redirect-location").unwrap_or_default())?;
    match request.header("x-amz-server-side-encryption") {
        None | Some("AES256") => Ok(()),
        Some(other) => Err(not_implemented(&format!("encryption with {other}"))),
    }
}

/// Refuses a place that a website could not redirect to.
fn check_redirect(location: &str) -> Outcome<()> {
    let is_place = ["/", "http://", "https://"].iter().any(|start| location.starts_with(start));
    if location.is_empty() || is_place { Ok(()) } else { Err(INVALID_REDIRECT.into()) }
}

/// Returns whether the ACL headers request nothing but the owner's control.
fn has_harmless_acl(request: &Request) -> bool {
    let grants = request.headers.keys().any(|name| name.as_str().starts_with("x-amz-grant-"));
    let canned = request.header("x-amz-acl").unwrap_or("private");
    !grants && matches!(canned, "private" | "bucket-owner-full-control")
}

/// Returns whether a bucket may be created with these ACL headers.
pub(super) fn is_private(request: &Request) -> bool {
    has_harmless_acl(request)
}

/// Returns the tags in the header `x-amz-tagging`.
pub(super) fn tags(request: &Request) -> Outcome<Tags> {
    let sent = request.header("x-amz-tagging").unwrap_or_default();
    let pairs = form_urlencoded::parse(sent.as_bytes()).into_owned();
    tags::collect(pairs, tags::MOST_OF_OBJECT)
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method};

    use super::super::request::tests::call;
    use super::*;

    fn with(headers: &[(&'static str, &'static str)]) -> Request {
        let mut call = call(Method::PUT, "/site/a", "");
        for (name, value) in headers {
            call.headers.insert(*name, HeaderValue::from_static(value));
        }
        Request::parse(call).unwrap()
    }

    #[test]
    fn kept_are_the_objects_own_headers() {
        let kept = kept(&with(&[
            ("content-encoding", "gzip, aws-chunked"),
            ("cache-control", "no-cache"),
            ("x-amz-meta-who", "me"),
            ("x-amz-date", "now"),
            ("x-amz-storage-class", "STANDARD"),
        ]))
        .unwrap();
        let names: Vec<_> = kept.keys().map(String::as_str).collect();
        assert_eq!(names, ["cache-control", "content-encoding", "content-type", "x-amz-meta-who"]);
        assert_eq!(kept["content-encoding"], "gzip");
        assert_eq!(kept["content-type"], "binary/octet-stream");
    }

    #[test]
    fn aws_chunked_is_no_encoding_of_the_content() {
        assert_eq!(own_encoding("aws-chunked"), None);
    }

    #[test]
    fn acls_are_refused_unless_they_say_what_is_so_anyway() {
        let code = |request: &Request| check(request).unwrap_err().error.code;
        assert!(check(&with(&[("x-amz-acl", "bucket-owner-full-control")])).is_ok());
        assert_eq!(code(&with(&[("x-amz-acl", "public-read")])), "AccessControlListNotSupported");
        assert_eq!(code(&with(&[("x-amz-grant-read", "x")])), "AccessControlListNotSupported");
        assert_eq!(code(&with(&[("x-amz-server-side-encryption", "aws:kms")])), "NotImplemented");
    }

    #[test]
    fn tags_may_come_in_a_header() {
        let tags = tags(&with(&[("x-amz-tagging", "a=1&b=x%20y")])).unwrap();
        assert_eq!(tags["b"], "x y");
    }
}
