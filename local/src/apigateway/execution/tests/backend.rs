//! A backend that echoes its requests, and some that work less well.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, task::JoinSet};

/// A backend; it ends when it is dropped.
pub(super) struct Backend {
    pub(super) address: SocketAddr,
    _serving: JoinSet<()>,
}

impl Backend {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(async move {
                    let service = service_fn(answer);
                    let _ =
                        http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, _serving: serving }
    }
}

/// A broken connection: hyper closes it without an answer.
type Broken = std::io::Error;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Broken> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    let answer = Response::builder()
        .header("Server", "backend")
        .header("Access-Control-Allow-Origin", "*")
        .header("X-Word", "quiet");
    let answer = match parts.uri.path() {
        "/silent" => std::future::pending().await,
        "/broken" => return Err(std::io::Error::other("broken")),
        "/large" => answer.body(Bytes::from(vec![b'x'; 11 * 1024 * 1024]).into()),
        "/missing" => answer.status(404).body("{\"reason\": \"none\"}".into()),
        "/same" => {
            let kind = parts.headers.get("content-type").cloned();
            let kind = kind.unwrap_or_else(|| http::HeaderValue::from_static("x/none"));
            answer.header("Content-Type", kind).body(body.into())
        }
        _ => {
            let asked = json!({
                "method": parts.method.as_str(), "target": parts.uri.to_string(),
                "headers": headers(&parts.headers), "body": String::from_utf8_lossy(&body),
            });
            answer.header("Content-Type", "application/json").body(asked.to_string().into())
        }
    };
    Ok(answer.unwrap())
}

fn headers(headers: &HeaderMap) -> Map<String, Value> {
    let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value).into())).collect()
}
