//! A registry for tests: as strict as the specification, with faults on demand.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{Registry, oci::Digest};
use crate::http::{Client, Network};

const TOKEN: &str = "QVdTOnNlY3JldA==";

#[derive(Default)]
struct State {
    contents: HashSet<String>,
    /// `METHOD path` of every request.
    requests: Vec<String>,
    /// The faults, by the number of the request.
    troubles: HashMap<usize, &'static str>,
}

pub(super) struct FakeRegistry {
    port: u16,
    state: Arc<Mutex<State>>,
}

struct Request {
    method: String,
    path: String,
    authorized: bool,
    body: Vec<u8>,
}

impl FakeRegistry {
    /// `absolute`: whether it returns the upload location as a full URL.
    pub(super) async fn start(absolute: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let base = if absolute { format!("http://127.0.0.1:{port}") } else { String::new() };
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared), base.clone()));
            }
        });
        Self { port, state }
    }

    /// Returns an address at which nothing listens.
    pub(super) async fn nowhere() -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    pub(super) fn registry(&self) -> Registry {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        let client = Arc::new(Client::of_uploads(Network::default()));
        Registry { endpoint, token: TOKEN.to_owned(), client }
    }

    /// Injects a fault into the request with this number from now on, once: an HTTP status, `lost`
    /// before or `lost after` it was carried out, or a wrong `digest` in the response.
    pub(super) fn trouble_at(&self, number: usize, trouble: &'static str) {
        let mut state = self.state.lock().unwrap();
        let number = state.requests.len() + number;
        state.troubles.insert(number, trouble);
    }

    pub(super) fn has(&self, digest: &str) -> bool {
        self.state.lock().unwrap().contents.contains(digest)
    }

    /// Returns how many requests began like this.
    pub(super) fn count(&self, beginning: &str) -> usize {
        let state = self.state.lock().unwrap();
        state.requests.iter().filter(|request| request.starts_with(beginning)).count()
    }
}

/// Serves one connection. It is closed when the response should be lost.
async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>, base: String) {
    while let Some(request) = receive(&mut stream).await {
        let Some(answer) = answer(&state, &request, &base) else { return };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn answer(state: &Mutex<State>, request: &Request, base: &str) -> Option<String> {
    let mut state = state.lock().unwrap();
    let number = state.requests.len();
    state.requests.push(format!("{} {}", request.method, request.path));
    let trouble = state.troubles.get(&number).copied().unwrap_or_default();
    let denied = r#"{"errors":[{"code":"DENIED","message":"not you"}]}"#;
    if trouble == "lost" {
        return None;
    } else if !request.authorized || trouble.parse::<u16>().is_ok() {
        let body = if request.method == "HEAD" { "" } else { denied };
        let status = if request.authorized { trouble } else { "401" };
        return Some(reply(status, "", body));
    }
    let answer = carry_out(&mut state, request, base);
    match trouble {
        "lost after" => None,
        "digest" => Some(reply("201", "Docker-Content-Digest: sha256:0\r\n", "")),
        _ => Some(answer),
    }
}

fn carry_out(state: &mut State, request: &Request, base: &str) -> String {
    let digest = Digest::of(&request.body);
    let stored = format!("Docker-Content-Digest: {digest}\r\n");
    match request.method.as_str() {
        "HEAD" => {
            let wanted = request.path.rsplit('/').next().unwrap();
            reply(if state.contents.contains(wanted) { "200" } else { "404" }, "", "")
        }
        "POST" => reply("202", &format!("Location: {base}/v2/a/blobs/uploads/1?state=x\r\n"), ""),
        "PUT" if request.path.contains("/manifests/") => {
            state.contents.insert(digest.to_string());
            reply("201", &stored, "")
        }
        "PUT" if request.path.ends_with(&format!("?state=x&digest={digest}")) => {
            state.contents.insert(digest.to_string());
            reply("201", &stored, "")
        }
        _ => reply("400", "", r#"{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}"#),
    }
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} It\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

async fn receive(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + 4 + length {
        more(stream, &mut bytes).await?;
    }
    let mut words = head.split(' ').map(str::to_owned);
    Some(Request {
        method: words.next()?,
        path: words.next()?,
        authorized: header("authorization") == Some(format!("Basic {TOKEN}")),
        body: bytes.split_off(end + 4),
    })
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(bytes).await.unwrap_or(0);
    (read > 0).then_some(())
}
