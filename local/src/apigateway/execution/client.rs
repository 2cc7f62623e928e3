//! One request to a backend on this machine, on a connection of its own.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

use super::LARGEST_BODY;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing listens, the connection broke, or what came was not HTTP.
    Network,
    /// The answer is larger than what the gateway gives back.
    TooLarge,
}

/// Sends a request to the first of these addresses that accepts a connection.
pub(super) async fn send(
    addresses: &[SocketAddr],
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, Failure> {
    let stream = TcpStream::connect(addresses).await.map_err(|_| Failure::Network)?;
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| Failure::Network)?;
    // Ends with this call, even if the call is abandoned.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(request).await.map_err(|_| Failure::Network)?;
    let (parts, body) = answer.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { Failure::TooLarge } else { Failure::Network }
    })?;
    Ok(Response::from_parts(parts, body.to_bytes()))
}
