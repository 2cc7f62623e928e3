//! The backend's process.

use std::{process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::{
    client::{Reply, send},
    cloud::{ACCOUNT, Cloud},
    pool::{CLIENT, Pool},
};

/// Longer than anything here takes, but short enough to wait for.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// A running backend. It is killed with the test.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) port: u16,
    pub(crate) process: Child,
    log: Lines<BufReader<ChildStdout>>,
}

/// Returns the command, with the cloud as its endpoint and keys from the environment.
pub(crate) fn command(endpoint: &str) -> Command {
    let mut command = bare_command();
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", ACCOUNT)
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    command
}

/// Returns the command with nothing but its region and any free port.
pub(crate) fn bare_command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mysfits-service"));
    command
        .env_clear()
        .env("HOST", "127.0.0.1")
        .env("PORT", "0")
        .env("AWS_REGION", "eu-west-1")
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Service {
    /// Starts one in front of this cloud.
    pub(crate) async fn start(cloud: &Cloud) -> Self {
        Self::run(&mut command(&format!("http://127.0.0.1:{}", cloud.port))).await
    }

    /// Starts one in front of this cloud that trusts the tokens of this pool.
    pub(crate) async fn guarded(cloud: &Cloud, pool: &Pool) -> Self {
        let mut command = command(&format!("http://127.0.0.1:{}", cloud.port));
        command.env("USER_POOL_ISSUER", &pool.issuer).env("USER_POOL_CLIENT_ID", CLIENT);
        Self::run(&mut command).await
    }

    /// Starts one and waits until it listens.
    pub(crate) async fn run(command: &mut Command) -> Self {
        let mut process = command.spawn().unwrap();
        let log = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut service = Self { port: 0, process, log };
        let listening = service.line().await.expect("a first line");
        let address = listening["address"].as_str().unwrap();
        service.port = address.rsplit(':').next().unwrap().parse().unwrap();
        service
    }

    /// Returns the next line of its log; `None` at its end.
    pub(crate) async fn line(&mut self) -> Option<Value> {
        let line = timeout(DEADLINE, self.log.next_line()).await.expect("in time").unwrap()?;
        Some(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}")))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(&format!("GET {path}"), &[]).await
    }

    pub(crate) async fn post(&self, path: &str) -> Reply {
        self.send(&format!("POST {path}"), &[]).await
    }

    /// Posts with this in the header `Authorization`.
    pub(crate) async fn post_as(&self, path: &str, authorization: &str) -> Reply {
        self.send(&format!("POST {path}"), &[("Authorization", authorization)]).await
    }

    pub(crate) async fn send(&self, request: &str, headers: &[(&str, &str)]) -> Reply {
        timeout(DEADLINE, send(self.port, request, headers, "")).await.expect("in time")
    }

    /// Sends a signal, as ECS does.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.process.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().await.unwrap();
        assert!(sent.success());
    }
}
