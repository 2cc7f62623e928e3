//! HTTP/1.1 on a socket, until it is time to stop.

use std::{io, time::Duration};

use hyper::{
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};

use axum::Router;
use serde_json::json;

use crate::{
    log,
    places::{Place, Places},
};

/// How long running requests may take to finish. ECS kills a task 30 s after SIGTERM.
const GRACE: Duration = Duration::from_secs(20);

/// How long a connection may be without a whole request. The load balancer forgets one that is idle
/// for 350 s; closing it before that could hit a request in transit. Where others wait for its
/// place, it has less time.
const IDLE: Duration = Duration::from_mins(6);

/// The most bytes in the head of a request. API Gateway's limit is 10,240 for all headers, a token
/// included.
const LARGEST_HEAD: usize = 32 * 1024;

/// Accepting fails while the process has too many open files.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves the API until `stop` is done; then lets running requests finish.
pub(crate) async fn serve(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    let connections = GracefulShutdown::new();
    tokio::select! {
        () = accept(&listener, &app, &connections) => {}
        () = stop => {}
    }
    drop(listener);
    log::info("stopping", json!({}));
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        log::error("requests were cut off", json!({}));
    }
}

async fn accept(listener: &TcpListener, app: &Router, connections: &GracefulShutdown) {
    let places = Places::new();
    loop {
        let place = places.take().await;
        match listener.accept().await {
            Ok((stream, _)) => start(stream, app.clone(), place, connections.watcher()),
            Err(error) => {
                if !is_of_one_connection(&error) {
                    log::error("accepting", json!({ "reason": error.to_string() }));
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

fn start(stream: TcpStream, app: Router, mut place: Place, watcher: Watcher) {
    // Without it an answer may wait for the other side's delayed acknowledgement. It is no reason
    // to turn a client away.
    let _ = stream.set_nodelay(true);
    let (app, requests) = (TowerToHyperService::new(app), place.requests());
    let service = service_fn(move |request| {
        let running = requests.begin();
        let answer = app.call(request);
        async move {
            let answer = answer.await;
            drop(running);
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let connection = watcher.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            // It fails when the client goes away or does not speak HTTP: nothing can be done about
            // either.
            _ = connection => {}
            () = place.is_wanted() => {}
        }
    });
}
