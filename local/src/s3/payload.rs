//! What a request says of its body: its length, its hash, and whether it comes in chunks of AWS's
//! own.

use http::header;

use super::{
    checksums,
    errors::{
        CONTENT_HASH_MISMATCH, MISSING_LENGTH, NOT_IMPLEMENTED_HEADER, Outcome, S3Error,
        invalid_argument,
    },
    operation::Operation,
    request::Request,
};

const HASH: &str = "x-amz-content-sha256";
/// What may stand in place of a hash. With the words that begin with `STREAMING`, the body comes in
/// chunks.
const WORDS: [&str; 6] = [
    "UNSIGNED-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
];

/// Refuses a body whose length or hash is missing or wrong.
pub(super) fn check(request: &Request, operation: &Operation) -> Outcome<()> {
    let hash = request.header(HASH);
    if ["PutObject", "UploadPart"].contains(&operation.name) {
        check_length(request, hash.is_some_and(|hash| hash.starts_with("STREAMING-")))?;
    }
    hash.map_or(Ok(()), |hash| check_hash(request, hash))
}

fn check_length(request: &Request, is_streaming: bool) -> Outcome<()> {
    if is_streaming {
        let decoded = request.headers.contains_key("x-amz-decoded-content-length");
        return if decoded { Ok(()) } else { Err(MISSING_LENGTH.into()) };
    }
    if request.headers.contains_key(header::CONTENT_LENGTH) {
        return Ok(());
    }
    if request.headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(S3Error::from(NOT_IMPLEMENTED_HEADER).with("Header", "Transfer-Encoding"));
    }
    Err(MISSING_LENGTH.into())
}

fn check_hash(request: &Request, hash: &str) -> Outcome<()> {
    if WORDS.contains(&hash) {
        return Ok(());
    }
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!("{HASH} must be {} or a valid sha256 value.", WORDS.join(", "));
        return Err(invalid_argument(HASH, hash, &message));
    }
    let computed = checksums::sha256(&request.body);
    if computed.eq_ignore_ascii_case(hash) {
        return Ok(());
    }
    Err(S3Error::from(CONTENT_HASH_MISMATCH)
        .with("ClientComputedContentSHA256", hash)
        .with("S3ComputedContentSHA256", computed))
}
