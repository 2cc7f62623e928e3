//! An HTTP request turned into a service's call: read to the end, decoded, its caller known.

use bytes::{Bytes, BytesMut};
use http::{Method, StatusCode, header, request::Parts};
use http_body_util::{LengthLimitError, Limited};
use hyper::body::{Body, Incoming};

use super::{
    chunked,
    patience::{self, Lost},
    room::{Room, Taken},
    route,
};
use crate::{
    service::{AwsError, Call, Caller},
    sigv4,
};

/// The largest object, or part of one, that S3 takes here: whole bodies are kept in memory.
const LARGEST_OBJECT: usize = 100 * MB;
/// What most services take: no operation of theirs needs more.
const LARGEST_CALL: usize = 5 * MB;
const MB: usize = 1024 * 1024;

/// How much is read of a body that is too large, so that its client gets to read the answer.
const LARGEST_LEFTOVER: usize = 20 * MB;

/// The client went away before its request was complete.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientGone;

/// A call as it came, with what is wrong with it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) call: Call,
    pub(super) wrong: Option<AwsError>,
    /// The room of its body.
    pub(super) room: Taken,
}

/// Receives an AWS call, as soon as there is room for its body. `bucket` is the one in its host.
pub(super) async fn receive(
    room: &Room,
    parts: Parts,
    bucket: Option<&str>,
    body: Incoming,
) -> Result<Received, ClientGone> {
    let mut received = without_body(parts, bucket);
    received.room = room.take(size(&received.call, &body)).await;
    match read(&received.call, body).await {
        Ok(body) => match decode(body, &mut received.call) {
            Ok(()) => {}
            Err(error) => received.wrong = received.wrong.or(Some(error)),
        },
        Err(Unread::Gone) => return Err(ClientGone),
        Err(Unread::Stalled) => received.wrong = Some(stalled()),
        Err(Unread::TooLarge) => received.wrong = Some(too_large(&received.call)),
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
    let call = Call::new(method, uri, headers, Bytes::new(), caller);
    Received { call, wrong, room: Taken::default() }
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unread {
    Gone,
    Stalled,
    TooLarge,
}

/// Returns the largest body that a call may have: AWS's limit for its service.
fn largest(call: &Call) -> usize {
    match service(call) {
        "s3" if may_be_object(call) => LARGEST_OBJECT,
        "cognito-idp" => MB,
        "apigateway" => 6 * MB,
        "dynamodb" => 16 * MB,
        // Parts of layers have up to 20 MiB, and are in base64.
        "ecr" => 28 * MB,
        _ => LARGEST_CALL,
    }
}

/// Returns how large a body can be: as it is announced, and never above the limit.
fn size(call: &Call, body: &Incoming) -> usize {
    let limit = largest(call);
    let announced = body.size_hint().upper().and_then(|size| usize::try_from(size).ok());
    announced.unwrap_or(limit).min(limit)
}

/// Returns the service that a call is for. Without a signature it is S3, or the JSON service whose
/// operation the call names; of those only Cognito answers it.
fn service(call: &Call) -> &str {
    match &call.caller {
        Caller::Signed { service, .. } => service,
        Caller::Anonymous if call.headers.contains_key("x-amz-target") => "cognito-idp",
        Caller::Anonymous => "s3",
    }
}

/// Returns whether a call of S3 may bring an object: then it has a bucket and a key in its path.
fn may_be_object(call: &Call) -> bool {
    let path = call.uri.path().trim_start_matches('/');
    call.method == Method::PUT && path.split_once('/').is_some_and(|(_, key)| !key.is_empty())
}

/// Reads a body to its end. One that is announced as too large is not begun if the client waits for
/// `100 Continue`, so that it does not send it.
async fn read(call: &Call, mut body: Incoming) -> Result<Bytes, Unread> {
    let limit = largest(call);
    let announced = call
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    let read = if announced > Some(limit) {
        Err(Unread::TooLarge)
    } else {
        read_up_to(limit, &mut body).await
    };
    let is_sent = !call.headers.contains_key(header::EXPECT);
    if matches!(read, Err(Unread::TooLarge)) && is_sent && announced <= Some(LARGEST_LEFTOVER) {
        // Nothing of it is kept. A client that goes away meanwhile does not matter.
        let mut rest = Limited::new(body, LARGEST_LEFTOVER);
        while let Some(Ok(_)) = patience::next(&mut rest).await {}
    }
    read
}

/// Reads a body of at most this many bytes to its end.
pub(super) async fn read_up_to(
    limit: usize,
    body: impl Body<Data = Bytes, Error = hyper::Error> + Unpin,
) -> Result<Bytes, Unread> {
    let mut body = Limited::new(body, limit);
    let mut read = BytesMut::new();
    while let Some(frame) = patience::next(&mut body).await {
        match frame {
            Ok(frame) => read.extend_from_slice(frame.data_ref().unwrap_or(&Bytes::new())),
            Err(Lost::Stalled) => return Err(Unread::Stalled),
            Err(Lost::Unreadable(error)) if error.is::<LengthLimitError>() => {
                return Err(Unread::TooLarge);
            }
            Err(Lost::Unreadable(_)) => return Err(Unread::Gone),
        }
    }
    Ok(read.freeze())
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

/// Returns S3's error for a body that does not come, which the others get as well: what they answer
/// is not documented.
fn stalled() -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "RequestTimeout",
        "Your socket connection to the server was not read from or written to within the timeout \
         period. Idle connections will be closed.",
    )
}

/// Returns the error for a body that is too large; S3 has one of its own.
fn too_large(call: &Call) -> AwsError {
    let (status, code) = match service(call) {
        "s3" => (StatusCode::BAD_REQUEST, "EntityTooLarge"),
        _ => (StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge"),
    };
    let message = format!("The local cloud takes bodies of up to {} bytes here.", largest(call));
    AwsError::new(status, code, message)
}

fn incomplete_signature(error: &sigv4::Malformed) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "IncompleteSignature", error.to_string())
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt as _, stream};
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_coming_is_not_waited_for() {
        let begun = || stream::iter([Ok(Frame::data(Bytes::from_static(b"begun")))]);
        let ended = read_up_to(10, StreamBody::new(begun())).await;
        assert_eq!(ended.unwrap(), "begun");
        let stalled = read_up_to(10, StreamBody::new(begun().chain(stream::pending()))).await;
        assert!(matches!(stalled, Err(Unread::Stalled)), "{stalled:?}");
        let too_large = read_up_to(4, StreamBody::new(begun())).await;
        assert!(matches!(too_large, Err(Unread::TooLarge)), "{too_large:?}");
    }
}
