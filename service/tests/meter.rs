//! A meter between the backend and DynamoDB: asks for the consumed capacity of each call, which the
//! backend does not.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::client::send;

/// The meter.
#[derive(Debug)]
pub(crate) struct Meter {
    /// Where the backend finds DynamoDB through it.
    pub(crate) endpoint: String,
    units: Arc<Mutex<f64>>,
}

impl Meter {
    /// Starts one in front of the cloud on this port.
    pub(crate) async fn start(cloud: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let units = Arc::new(Mutex::new(0.0));
        let counted = Arc::clone(&units);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, cloud, Arc::clone(&counted)));
            }
        });
        Self { endpoint, units }
    }

    /// Returns the capacity units that were consumed since it was asked last.
    pub(crate) fn take(&self) -> f64 {
        std::mem::take(&mut self.units.lock().unwrap())
    }
}

/// Passes one request on, and its answer back.
async fn pass(mut stream: TcpStream, cloud: u16, units: Arc<Mutex<f64>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let headers: Vec<(&str, &str)> =
        head.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
    let header =
        |name: &str| headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).unwrap().1;
    let mut body = vec![0; header("content-length").parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    let mut input: Value = serde_json::from_slice(&body).unwrap();
    input["ReturnConsumedCapacity"] = json!("TOTAL");
    let kept = ["x-amz-target", "authorization", "content-type"].map(|name| (name, header(name)));
    let reply = send(cloud, "POST /", &kept, &input.to_string()).await;
    *units.lock().unwrap() += consumed(&reply.json()["ConsumedCapacity"]);
    let (status, body) = (reply.status, &reply.body);
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// Returns the units of one table, or of several in a list.
fn consumed(capacity: &Value) -> f64 {
    match capacity {
        Value::Array(all) => all.iter().map(consumed).sum(),
        one => one["CapacityUnits"].as_f64().unwrap_or(0.0),
    }
}
