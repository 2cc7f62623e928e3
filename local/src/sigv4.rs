//! The caller, read from the SigV4 credential scope in the `Authorization` header or in a presigned
//! query. Signatures are not verified: the local cloud has no secret to verify them with.

use http::{HeaderMap, Uri, header};

use crate::{place::Place, service::Caller};

/// The scheme of every SigV4 `Authorization` header. Other schemes (`Basic`, `Bearer`) belong to
/// protocols that AWS uses without its signatures.
const SCHEME: &str = "AWS4-HMAC-SHA256";

/// A signature that cannot be read, in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(String);

/// Reads the caller of a request.
pub(crate) fn caller(headers: &HeaderMap, uri: &Uri) -> Result<Caller, Malformed> {
    if let Some(header) = headers.get(header::AUTHORIZATION) {
        let header = header.to_str().unwrap_or_default();
        return match header.strip_prefix(SCHEME) {
            Some(parameters) => from_header(parameters),
            None if header.starts_with("AWS4-") => Err(Malformed(format!(
                "Unsupported algorithm in the Authorization header; expected '{SCHEME}'."
            ))),
            None => Ok(Caller::Anonymous),
        };
    }
    match query_credential(uri) {
        Some(credential) => scope(&credential),
        None => Ok(Caller::Anonymous),
    }
}

/// Returns the access key with which a request is signed.
pub(crate) fn access_key(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let credential = match headers.get(header::AUTHORIZATION) {
        Some(header) => {
            let (_, rest) = header.to_str().ok()?.split_once("Credential=")?;
            rest.split(',').next()?.trim().to_owned()
        }
        None => query_credential(uri)?,
    };
    Some(credential.rsplitn(5, '/').nth(4)?.to_owned())
}

/// Returns whether the query alone signs a request, for this service.
pub(crate) fn is_presigned(headers: &HeaderMap, uri: &Uri, service: &str) -> bool {
    let query = uri.query().unwrap_or_default();
    let mut query = form_urlencoded::parse(query.as_bytes());
    !headers.contains_key(header::AUTHORIZATION)
        && query.any(|(name, value)| name == "X-Amz-Signature" && !value.is_empty())
        && matches!(caller(headers, uri), Ok(Caller::Signed { service: of, .. }) if of == service)
}

/// Parses `Credential=…, SignedHeaders=…, Signature=…`, in any order.
fn from_header(parameters: &str) -> Result<Caller, Malformed> {
    let value = |name: &str| {
        parameters
            .split(',')
            .filter_map(|parameter| parameter.trim().split_once('='))
            .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
            .ok_or_else(|| Malformed(format!("Authorization header requires '{name}' parameter.")))
    };
    let credential = value("Credential")?;
    value("SignedHeaders")?;
    value("Signature")?;
    scope(credential)
}

fn query_credential(uri: &Uri) -> Option<String> {
    form_urlencoded::parse(uri.query()?.as_bytes())
        .find_map(|(name, value)| (name == "X-Amz-Credential").then(|| value.into_owned()))
}

/// Parses `ACCESS_KEY/DATE/REGION/SERVICE/aws4_request`, from the end: a key may contain slashes.
fn scope(credential: &str) -> Result<Caller, Malformed> {
    let mut parts = credential.rsplitn(5, '/');
    let (terminator, service, region, date, key) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
    match (key, date, region, service, terminator) {
        (Some(key), Some(date), Some(region), Some(service), Some("aws4_request"))
            if !key.is_empty() && is_date(date) && is_name(region) && is_name(service) =>
        {
            Ok(Caller::Signed { place: Place::named(key, region), service: service.to_owned() })
        }
        _ => Err(Malformed(format!(
            "The credential '{credential}' is not \
             ACCESS_KEY/YYYYMMDD/REGION/SERVICE/aws4_request."
        ))),
    }
}

fn is_date(date: &str) -> bool {
    date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit())
}

/// The services name folders after regions, so a region is letters, digits and hyphens only.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::AccountId;

    fn signed(account: &str, region: &str, service: &str) -> Caller {
        Caller::Signed { place: Place::named(account, region), service: service.to_owned() }
    }

    fn by_header(value: &str) -> Result<Caller, Malformed> {
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
        caller(&headers, &Uri::from_static("/"))
    }

    #[test]
    fn the_header_names_account_region_and_service() {
        let header = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/s3/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=abc";
        assert_eq!(by_header(header), Ok(signed("123456789012", "eu-west-1", "s3")));
        let terse = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request,\
                     SignedHeaders=host,Signature=abc";
        assert_eq!(by_header(terse), Ok(signed(AccountId::DEFAULT, "us-east-1", "dynamodb")));
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, terse.parse().unwrap())]);
        let key = access_key(&headers, &Uri::from_static("/"));
        assert_eq!(key.as_deref(), Some("test"));
    }

    #[test]
    fn a_presigned_query_is_a_signature() {
        let uri = "/b/k?X-Amz-Credential=key%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&x=y";
        assert_eq!(
            caller(&HeaderMap::new(), &uri.parse().unwrap()),
            Ok(signed(AccountId::DEFAULT, "eu-west-1", "s3"))
        );
        let key = access_key(&HeaderMap::new(), &uri.parse().unwrap());
        assert_eq!(key.as_deref(), Some("key"));
    }

    #[test]
    fn a_query_presigns_for_one_service() {
        let uri = |signature: &str| {
            let scope = "key%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";
            format!("/b/k?X-Amz-Credential={scope}&{signature}").parse::<Uri>().unwrap()
        };
        let none = HeaderMap::new();
        assert!(is_presigned(&none, &uri("X-Amz-Signature=a"), "s3"));
        assert!(!is_presigned(&none, &uri("X-Amz-Signature=a"), "iam"));
        assert!(!is_presigned(&none, &uri("X-Amz-Signature="), "s3"));
        let basic = HeaderMap::from_iter([(header::AUTHORIZATION, "Basic QQ==".parse().unwrap())]);
        assert!(!is_presigned(&basic, &uri("X-Amz-Signature=a"), "s3"));
    }

    #[test]
    fn no_signature_and_other_schemes_are_anonymous() {
        assert_eq!(caller(&HeaderMap::new(), &"/?a=b".parse().unwrap()), Ok(Caller::Anonymous));
        assert_eq!(by_header("Basic QVdTOng="), Ok(Caller::Anonymous));
    }

    #[test]
    fn malformed_signatures_are_refused() {
        for header in [
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/s3/aws4_request, Signature=abc",
            "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host",
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=abc",
            "AWS4-HMAC-SHA256 Credential=a/today/r/s3/aws4_request, SignedHeaders=h, Signature=b",
            "AWS4-HMAC-SHA256 Credential=a/20260101/../s3/aws4_request, SignedHeaders=h, Signature=b",
            "AWS4-ECDSA-P256-SHA256 Credential=a/20260101/s3/aws4_request",
        ] {
            assert!(by_header(header).is_err(), "{header}");
        }
    }
}
