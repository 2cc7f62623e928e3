//! An HTTP request turned into a service's call: read to the end, decoded, its caller known.

use bytes::Bytes;
use http::{StatusCode, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::{chunked, route};
use crate::{
    service::{AwsError, Call, Caller},
    sigv4,
};

/// The largest body that is read: whole bodies are kept in memory.
const LARGEST_BODY: usize = 100 * 1024 * 1024;

/// The client went away before its request was complete.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientGone;

/// A call as it came, with what is wrong with it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) call: Call,
    pub(super) wrong: Option<AwsError>,
}

/// Receives an AWS call. `bucket` is the one in its host.
pub(super) async fn receive(
    parts: Parts,
    bucket: Option<&str>,
    body: Incoming,
) -> Result<Received, ClientGone> {
    let mut received = without_body(parts, bucket);
    match read(&received.call, body).await {
        Ok(body) => match decode(body, &mut received.call) {
            Ok(()) => {}
            Err(error) => received.wrong = received.wrong.or(Some(error)),
        },
        Err(Unread::Gone) => return Err(ClientGone),
        Err(Unread::TooLarge) => received.wrong = Some(too_large()),
    }
    Ok(received)
}

/// Creates a call from its head alone.
pub(super) fn without_body(parts: Parts, bucket: Option<&str>) -> Received {
    let (caller, wrong) = match sigv4::caller(&parts.headers, &parts.uri) {
        Ok(caller) => (caller, None),
        Err(error) => (Caller::Anonymous, Some(incomplete_signature(&error))),
    };
    let Parts { method, uri, headers, .. } = parts;
    let is_s3 = match &caller {
        Caller::Signed { service, .. } => service == "s3",
        Caller::Anonymous => !headers.contains_key("x-amz-target"),
    };
    // Only S3 has names in hosts: `dynamodb.localhost` is no bucket.
    let uri = match bucket {
        Some(bucket) if is_s3 => route::path_style(bucket, &uri),
        _ => uri,
    };
    Received { call: Call::new(method, uri, headers, Bytes::new(), caller), wrong }
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unread {
    Gone,
    TooLarge,
}

/// Reads a body to its end. One that is announced as too large is not even begun, so that a client
/// that waits for `100 Continue` does not send it.
async fn read(call: &Call, body: Incoming) -> Result<Bytes, Unread> {
    let announced = call
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if announced > Some(LARGEST_BODY) {
        return Err(Unread::TooLarge);
    }
    read_up_to(LARGEST_BODY, body).await
}

/// Reads a body of at most this many bytes to its end.
pub(super) async fn read_up_to(limit: usize, body: Incoming) -> Result<Bytes, Unread> {
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::Gone),
    }
}

fn decode(body: Bytes, call: &mut Call) -> Result<(), AwsError> {
    call.body = body;
    if chunked::is_chunked(&call.headers) {
        call.body = chunked::decode(&call.body, &mut call.headers).map_err(|bad| {
            AwsError::new(StatusCode::BAD_REQUEST, "IncompleteBody", bad.to_string())
        })?;
    }
    Ok(())
}

fn too_large() -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "EntityTooLarge",
        format!("The local cloud takes bodies of up to {LARGEST_BODY} bytes."),
    )
}

fn incomplete_signature(error: &sigv4::Malformed) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "IncompleteSignature", error.to_string())
}
