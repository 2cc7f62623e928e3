//! A call as S3 reads it: bucket and key from the path, the query decoded, the body checked.

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

use super::{
    checksums,
    element::Element,
    errors::{ACCESS_DENIED, INVALID_URI, Outcome, invalid_argument},
};
use crate::{
    place::Place,
    service::{Call, Caller},
};

/// One request to S3.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// The bucket; empty when the request is for S3 itself.
    pub(super) bucket: String,
    /// The object's key; empty when the request is for the bucket.
    pub(super) key: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) caller: Caller,
}

impl Request {
    /// Parses a call.
    pub(super) fn parse(call: Call) -> Outcome<Self> {
        let path = call.uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let query = call.uri.query().unwrap_or_default();
        Ok(Self {
            bucket: decode(bucket)?,
            key: decode(key)?,
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            method: call.method,
            headers: call.headers,
            body: call.body,
            caller: call.caller,
        })
    }

    /// Returns a header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns a query parameter; `None` also if it is empty.
    pub(super) fn filled_query(&self, name: &str) -> Option<&str> {
        self.query(name).filter(|value| !value.is_empty())
    }

    /// Returns a count in the query, such as `max-keys`: S3 never gives more than its own limit.
    pub(super) fn limit(&self, name: &str, most: u32) -> Outcome<usize> {
        Ok(usize::try_from(self.number(name, most, most)?).unwrap_or(usize::MAX))
    }

    /// Returns a number in the query, up to the most that makes sense.
    pub(super) fn number(&self, name: &str, default: u32, most: u32) -> Outcome<u32> {
        let Some(text) = self.filled_query(name) else { return Ok(default) };
        let count: u32 = text.parse().map_err(|_| {
            let message = format!("Provided {name} not an integer or within integer range");
            invalid_argument(name, text, &message)
        })?;
        Ok(count.min(most))
    }

    /// Parses the XML body after verifying its digests.
    pub(super) fn xml(&self, root: &str) -> Outcome<Element> {
        checksums::verify(&self.headers, &self.body)?;
        Element::read(&self.body, root)
    }

    /// Returns where a signed caller is.
    pub(super) fn signer(&self) -> Outcome<&Place> {
        match &self.caller {
            Caller::Signed { place, .. } => Ok(place),
            Caller::Anonymous => Err(ACCESS_DENIED.into()),
        }
    }
}

/// Decodes a part of a path. A `+` stays one: only queries write blanks that way.
pub(super) fn decode(part: &str) -> Outcome<String> {
    Ok(percent_decode_str(part).decode_utf8().map_err(|_| INVALID_URI)?.into_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use http::header;

    use super::*;

    /// Returns a call of the account 111111111111 in eu-west-1.
    pub(crate) fn call(method: Method, uri: &str, body: &str) -> Call {
        let (uri, length) = (uri.parse().unwrap(), body.len().into());
        // Every client says it.
        let headers = HeaderMap::from_iter([(header::CONTENT_LENGTH, length)]);
        Call::new(method, uri, headers, body.to_owned().into(), signed("111111111111", "eu-west-1"))
    }

    pub(crate) fn signed(account: &str, region: &str) -> Caller {
        Caller::Signed { place: Place::named(account, region), service: "s3".to_owned() }
    }

    fn parse(uri: &str) -> Request {
        Request::parse(call(Method::GET, uri, "")).unwrap()
    }

    #[test]
    fn a_path_names_bucket_and_key() {
        let request = parse("/site/docs/a+b%20%C3%A4?versionId=7&x=a+b");
        assert_eq!((request.bucket.as_str(), request.key.as_str()), ("site", "docs/a+b ä"));
        assert_eq!(request.query("versionId"), Some("7"));
        assert_eq!(request.query("x"), Some("a b"));
        assert_eq!(parse("/").bucket, "");
        assert_eq!(parse("/site/").key, "");
        assert_eq!(parse("/site//a").key, "/a");
    }

    #[test]
    fn a_key_must_be_text() {
        assert!(Request::parse(call(Method::GET, "/site/%FF", "")).is_err());
    }

    #[test]
    fn a_limit_is_a_number_up_to_the_most() {
        assert_eq!(parse("/b").limit("max-keys", 1000).unwrap(), 1000);
        assert_eq!(parse("/b?max-keys=7").limit("max-keys", 1000).unwrap(), 7);
        assert_eq!(parse("/b?max-keys=2000").limit("max-keys", 1000).unwrap(), 1000);
        assert!(parse("/b?max-keys=-1").limit("max-keys", 1000).is_err());
    }
}
