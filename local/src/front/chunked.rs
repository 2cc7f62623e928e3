//! The `aws-chunked` content coding, in which SDKs send bodies with trailing checksums:
//! `SIZE[;chunk-signature=…]` lines, each followed by that many bytes, and trailers after the last,
//! empty chunk.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};

/// The body is not aws-chunked, or ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the aws-chunked body is incomplete or malformed")]
pub(super) struct BadChunks;

/// Returns whether a body with these headers is aws-chunked.
pub(super) fn is_chunked(headers: &HeaderMap) -> bool {
    // SDKs announce it by the payload hash; the content coding may be missing, and is also set for
    // bodies that are stored compressed.
    headers
        .get("x-amz-content-sha256")
        .is_some_and(|hash| hash.as_bytes().starts_with(b"STREAMING-"))
}

/// Decodes the body. Trailers become headers, as if they had been sent in front.
pub(super) fn decode(body: &[u8], headers: &mut HeaderMap) -> Result<Bytes, BadChunks> {
    let mut decoded = BytesMut::with_capacity(body.len());
    let mut rest = body;
    loop {
        let (line, after_line) = split_line(rest)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| BadChunks)?;
        if size == 0 {
            rest = after_line;
            break;
        }
        let (chunk, after_chunk) = after_line.split_at_checked(size).ok_or(BadChunks)?;
        decoded.extend_from_slice(chunk);
        rest = after_chunk.strip_prefix(b"\r\n").ok_or(BadChunks)?;
    }
    merge_trailers(rest, headers)?;
    match headers.get("x-amz-decoded-content-length") {
        Some(length) if length != decoded.len().to_string().as_str() => Err(BadChunks),
        _ => Ok(decoded.freeze()),
    }
}

/// Merges `name:value` lines up to an empty line or the end; some SDKs omit the last line end.
fn merge_trailers(mut rest: &[u8], headers: &mut HeaderMap) -> Result<(), BadChunks> {
    while !rest.is_empty() {
        let (line, after) = split_line(rest).or_else(|_| text(rest).map(|line| (line, &[][..])))?;
        rest = after;
        if line.is_empty() {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or(BadChunks)?;
        let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| BadChunks)?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| BadChunks)?;
        headers.insert(name, value);
    }
    Ok(())
}

fn split_line(bytes: &[u8]) -> Result<(&str, &[u8]), BadChunks> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n").ok_or(BadChunks)?;
    Ok((text(&bytes[..end])?, &bytes[end + 2..]))
}

fn text(bytes: &[u8]) -> Result<&str, BadChunks> {
    std::str::from_utf8(bytes).map_err(|_| BadChunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(body: &str, headers: &mut HeaderMap) -> Result<Bytes, BadChunks> {
        decode(body.as_bytes(), headers)
    }

    #[test]
    fn chunks_are_joined_and_trailers_become_headers() {
        let mut headers = HeaderMap::new();
        let body = "4\r\nmyst\r\n3;chunk-signature=abc\r\nfit\r\n0\r\n\
                    x-amz-checksum-crc32:aGVsbG8=\r\nx-amz-trailer-signature: f\r\n\r\n";
        assert_eq!(decoded(body, &mut headers).unwrap(), "mystfit");
        assert_eq!(headers["x-amz-checksum-crc32"], "aGVsbG8=");
    }

    #[test]
    fn an_empty_body_has_only_the_last_chunk() {
        assert_eq!(decoded("0\r\n\r\n", &mut HeaderMap::new()).unwrap(), "");
        assert_eq!(decoded("0\r\n", &mut HeaderMap::new()).unwrap(), "");
    }

    #[test]
    fn bytes_that_look_like_line_ends_belong_to_the_chunk() {
        assert_eq!(
            decoded("4\r\n\r\n\r\n\r\n0\r\n\r\n", &mut HeaderMap::new()).unwrap(),
            "\r\n\r\n"
        );
    }

    #[test]
    fn what_is_cut_off_or_no_number_is_refused() {
        for body in ["", "4\r\nmy", "4\r\nmyst\r\n", "4\r\nmyst0\r\n\r\n", "x\r\n\r\n", "-1\r\n"] {
            assert_eq!(decoded(body, &mut HeaderMap::new()), Err(BadChunks), "{body:?}");
        }
    }

    #[test]
    fn the_announced_length_must_be_there() {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-decoded-content-length", HeaderValue::from_static("5"));
        assert_eq!(decoded("4\r\nmyst\r\n0\r\n\r\n", &mut headers), Err(BadChunks));
    }
}
