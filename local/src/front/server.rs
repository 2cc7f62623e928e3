//! HTTP/1.1 on the loopback sockets: connections, the path of each request, the headers of each
//! answer.

use std::{future::Future, io, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header, request::Parts};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, task::JoinSet};

use super::{
    apis,
    cloud::Cloud,
    cognito, control, dispatch,
    listeners::Listeners,
    origin::{self, Refusal},
    peer::Peer,
    pipeline::NoAnswer,
    registry,
    request::{self, Unread},
    route::{self, Route},
    website,
};
use crate::{
    protocol::REQUEST_ID,
    random,
    service::{Answer, AwsError},
};

/// How long running requests may take to finish when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// Accepting fails for a while when the process has too many open files, or for one connection that
/// is gone already. Only a socket that fails this often in a row, with pauses, is lost.
const FAILURES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// How many connections are served: SDKs keep up to 50 each and browsers 6, so this is enough for a
/// class, and not too much for the 1,024 open files that a process has where it cannot have more.
const MOST_CONNECTIONS: usize = 900;

/// How many more are accepted when all are taken. They get the control calls, so that the local
/// cloud can still be asked and stopped; all else is told to come later. Beyond these, clients wait.
const MOST_IN_CROWD: usize = 32;

/// How long a connection that came into a crowd may take to send its request.
const CROWD_PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes in the head of a request. AWS's limit is 8 or 10 KB for the headers of most
/// services; a Query call by GET has its parameters in the head as well.
const LARGEST_HEAD: usize = 128 * 1024;

/// Serves until `stop` is done or a control call stops the cloud.
pub(crate) async fn serve(
    listeners: Listeners,
    cloud: Arc<Cloud>,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let mut connections = JoinSet::new();
    let ended = tokio::select! {
        ended = accept(&listeners, &cloud, &mut connections) => ended,
        () = cloud.stopped() => Ok(()),
        () = stop => Ok(()),
    };
    cloud.stop();
    let finished = async { while connections.join_next().await.is_some() {} };
    // Clients that are not ready by then are cut off, by dropping their connections.
    let _ = tokio::time::timeout(GRACE, finished).await;
    // Calls run in tasks of their own; each holds the services as long as it works.
    cloud.shut_down().await;
    // The port goes last: whoever sees it free may start another local cloud on the folder, or
    // delete it.
    cloud.release_folder();
    drop(listeners);
    ended
}

async fn accept(
    listeners: &Listeners,
    cloud: &Arc<Cloud>,
    connections: &mut JoinSet<()>,
) -> io::Result<()> {
    let mut failures = 0;
    loop {
        tokio::select! {
            accepted = listeners.accept(), if !is_full(connections) => match accepted {
                Ok(stream) => {
                    failures = 0;
                    let is_crowded = connections.len() >= MOST_CONNECTIONS;
                    connections.spawn(connection(Arc::clone(cloud), stream, is_crowded));
                }
                Err(error) if failures == FAILURES => return Err(error),
                Err(_) => {
                    failures += 1;
                    tokio::time::sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

fn is_full(connections: &JoinSet<()>) -> bool {
    connections.len() >= MOST_CONNECTIONS + MOST_IN_CROWD
}

async fn connection(cloud: Arc<Cloud>, stream: TcpStream, is_crowded: bool) {
    let peer = Arc::new(Peer::of(&stream));
    let service =
        service_fn(|request| answer(Arc::clone(&cloud), Arc::clone(&peer), request, is_crowded));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // SDKs keep connections for later calls; without a limit none is closed under them.
        .header_read_timeout(is_crowded.then_some(CROWD_PATIENCE))
        .keep_alive(!is_crowded)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // An error is a client that went away, or an answer lost by an injected fault.
    let _ = tokio::select! {
        ended = connection.as_mut() => ended,
        () = cloud.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

async fn answer(
    cloud: Arc<Cloud>,
    peer: Arc<Peer>,
    request: Request<Incoming>,
    is_crowded: bool,
) -> Result<Response<Full<Bytes>>, NoAnswer> {
    let mut answer = answer_route(&cloud, &peer, request, is_crowded).await?;
    let headers = answer.headers_mut();
    headers.insert(header::SERVER, HeaderValue::from_static("mysfits-local"));
    if !headers.contains_key(REQUEST_ID) {
        let id = headers.get("x-amz-request-id").cloned();
        let id = id.or_else(|| HeaderValue::from_str(&random::id()).ok());
        headers.extend(id.map(|id| (header::HeaderName::from_static(REQUEST_ID), id)));
    }
    Ok(answer.map(Full::new))
}

/// Admits a request, or returns why not.
async fn admit(
    peer: &Peer,
    route: &Route,
    host: Option<&str>,
    parts: &Parts,
) -> Result<(), Refusal> {
    origin::admit(route, host, parts)?;
    if !origin::is_open(route, parts) && peer.is_stranger().await {
        return Err(Refusal::FromAnotherUser);
    }
    Ok(())
}

async fn answer_route(
    cloud: &Arc<Cloud>,
    peer: &Peer,
    request: Request<Incoming>,
    is_crowded: bool,
) -> Result<Answer, NoAnswer> {
    let (parts, body) = request.into_parts();
    let host = origin::host(&parts);
    let route = route::of(host.as_deref(), &parts.uri);
    let admitted = admit(peer, &route, host.as_deref(), &parts).await;
    if is_crowded && admitted.is_ok() && !matches!(route, Route::Control) {
        return Ok(too_many_connections(cloud, parts).await);
    }
    match (route, admitted) {
        (Route::Aws { bucket }, Ok(())) => {
            let received = request::receive(&cloud.bodies, parts, bucket.as_deref(), body).await;
            dispatch::answer(cloud, received.map_err(|_| NoAnswer)?).await
        }
        (Route::Aws { bucket }, Err(refusal)) => {
            let call = request::without_body(parts, bucket.as_deref()).call;
            Ok(dispatch::refuse(cloud, &call, dispatch::forbidden(&refusal)).await)
        }
        (Route::Registry, Ok(())) => registry::answer(cloud, parts, body).await,
        (Route::Execute { api, path }, Ok(())) => {
            apis::answer(cloud, &api, path, parts, body).await
        }
        (Route::Control, Ok(())) => match request::read_up_to(control::LARGEST_BODY, body).await {
            Ok(body) => Ok(control::answer(cloud, &parts.method, &parts.uri, &body).await),
            Err(Unread::TooLarge) => {
                Ok(control::failed(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"))
            }
            Err(Unread::Gone | Unread::Stalled) => Err(NoAnswer),
        },
        (Route::MailPage, Ok(())) => Ok(control::mail_page(cloud, &parts.method).await),
        (Route::Cognito { path }, Ok(())) => cognito::answer(cloud, path, parts, body).await,
        (Route::Website { bucket, path }, Ok(())) => {
            Ok(website::answer(cloud, &bucket, path, parts).await)
        }
        (Route::WebsiteWithoutSlash { bucket }, Ok(())) => Ok(website::with_slash(&bucket)),
        (_, Err(refusal)) => Ok(control::failed(StatusCode::FORBIDDEN, &refusal.to_string())),
    }
}

/// Refuses a request so that SDKs try it again.
async fn too_many_connections(cloud: &Cloud, parts: Parts) -> Answer {
    let call = request::without_body(parts, None).call;
    let message = format!("The local cloud already has {MOST_CONNECTIONS} connections.");
    let error = AwsError::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message);
    dispatch::refuse(cloud, &call, error).await
}
