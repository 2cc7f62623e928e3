//! A user pool as the backend meets it: a server that publishes keys and counts the requests, and
//! the tokens of these keys. The keys are generated for the run.

mod token;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub(crate) use token::{CLIENT, NEW, OLD, SigningKey, base64, claims, header, seal, sign};

/// A user pool. It first publishes the key `OLD`.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) issuer: String,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    asked: AtomicUsize,
    /// The answer; nothing while it is empty.
    answer: watch::Sender<String>,
}

impl Pool {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = AtomicUsize::new(0);
        let state = Arc::new(State { asked, answer: watch::Sender::new(String::new()) });
        let pool = Self {
            issuer: format!("http://{address}/_cognito/eu-west-1_AbC"),
            state: Arc::clone(&state),
        };
        pool.publish(&[&OLD]);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&state)));
            }
        });
        pool
    }

    /// Makes these its keys from now on.
    pub(crate) fn publish(&self, keys: &[&SigningKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.published()).collect();
        self.answer("200 OK", &json!({ "keys": keys }).to_string());
    }

    /// Makes it answer this from now on.
    pub(crate) fn answer(&self, status: &str, body: &str) {
        let length = body.len();
        self.state.answer.send_replace(format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ));
    }

    /// Makes it accept requests from now on, and answer when it has an answer again.
    pub(crate) fn hang(&self) {
        self.state.answer.send_replace(String::new());
    }

    /// Returns how often its keys were requested.
    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }

    /// Returns the ID token of a visitor.
    pub(crate) fn token(&self, subject: &str) -> String {
        sign(&OLD, &claims(&self.issuer, subject))
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let mut request = vec![0; 4096];
    let length = stream.read(&mut request).await.unwrap();
    let request = String::from_utf8_lossy(&request[..length]);
    assert!(request.starts_with("GET /_cognito/eu-west-1_AbC/.well-known/jwks.json HTTP/1.1\r\n"));
    state.asked.fetch_add(1, Ordering::SeqCst);
    let mut answers = state.answer.subscribe();
    let answer = answers.wait_for(|answer| !answer.is_empty()).await.unwrap().clone();
    // Nobody may wait for it any more.
    let _ = stream.write_all(answer.as_bytes()).await;
}
