//! A local cloud for one test, and the `mysfits` command pointed at it.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    command::{Ended, command, ended},
    http::http,
};

/// A running local cloud. It ends with the test.
pub(crate) struct Cloud {
    process: Child,
    pub(crate) port: u16,
    /// State in `state`, the home of the command in `home`.
    pub(crate) folder: TempDir,
}

impl Cloud {
    /// Starts a local cloud in which everything settles at once.
    pub(crate) fn start() -> Self {
        Self::with_pace("0")
    }

    pub(crate) fn with_pace(pace: &str) -> Self {
        Self::with(&["--pace", pace])
    }

    /// Starts a local cloud with these flags.
    pub(crate) fn with(flags: &[&str]) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), 0, flags)
    }

    /// Starts a local cloud on the state that a folder holds, on this port or (0) on any free one.
    pub(crate) fn in_folder(folder: TempDir, port: u16, flags: &[&str]) -> Self {
        let (process, port) = launch(folder.path(), port, flags);
        Self { process, port, folder }
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Kills the local cloud and starts it again on its state, on the same port.
    pub(crate) fn restart(&mut self, flags: &[&str]) {
        self.kill();
        (self.process, self.port) = launch(self.folder.path(), self.port, flags);
    }

    /// Returns the id of its process.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Returns `mysfits` with a clean environment, in a folder of its own, for this local cloud.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = command(self.folder.path());
        command
            .args(args)
            .env("MYSFITS_LOCAL_PORT", self.port.to_string())
            .env("MYSFITS_LOCAL_DIR", self.folder.path().join("state"))
            .stdin(Stdio::null());
        command
    }

    /// Runs `mysfits … --local` to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        ended(&mut self.command(&[args, &["--local"]].concat()))
    }

    /// Sends one HTTP request and returns the status and the body.
    pub(crate) fn http(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let host = format!("127.0.0.1:{}", self.port);
        http(self.port, &host, method, path, body)
    }

    /// Starts `mysfits … --local`, whose messages can be read.
    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(&[args, &["--local"]].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Returns all requests since the log was cleared, oldest first.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let (_, body) = self.http("GET", "/_local/requests", "");
        let log: Value = serde_json::from_str(&body).unwrap();
        log["requests"].as_array().unwrap().clone()
    }

    /// Returns the names of the mutating requests since the log was cleared.
    pub(crate) fn changes(&self) -> Vec<String> {
        let requests = self.requests();
        let changes = requests.iter().filter(|request| request["mutating"] == true);
        changes.map(|request| request["operation"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn forget_requests(&self) {
        assert_eq!(self.http("DELETE", "/_local/requests", "").0, 200);
    }

    pub(crate) fn reset(&self) {
        assert_eq!(self.http("POST", "/_local/reset", "").0, 200);
    }

    /// Sets the fault rules.
    pub(crate) fn faults(&self, rules: &Value) {
        let body = serde_json::json!({"seed": 1, "rules": rules}).to_string();
        let (status, answer) = self.http("PUT", "/_local/faults", &body);
        assert_eq!(status, 200, "{answer}");
    }

    pub(crate) fn no_faults(&self) {
        assert_eq!(self.http("DELETE", "/_local/faults", "").0, 200);
    }

    /// Returns the names of all buckets.
    pub(crate) fn buckets(&self) -> Vec<String> {
        self.wait_for(async |sdk| {
            let s3 = aws_sdk_s3::Client::from_conf(
                aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build(),
            );
            let answer = s3.list_buckets().send().await.unwrap();
            answer.buckets().iter().filter_map(|bucket| bucket.name()).map(str::to_owned).collect()
        })
    }

    /// Returns the names of all tables.
    pub(crate) fn tables(&self) -> Vec<String> {
        self.wait_for(async |sdk| {
            let answer = aws_sdk_dynamodb::Client::new(sdk).list_tables().send().await.unwrap();
            answer.table_names().to_vec()
        })
    }

    /// Runs some calls of the SDK against this local cloud.
    pub(crate) fn wait_for<T>(&self, calls: impl AsyncFnOnce(&aws_config::SdkConfig) -> T) -> T {
        use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let keys = Credentials::new("000000000000", "test", None, None, "test");
        let sdk = aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .endpoint_url(format!("http://127.0.0.1:{}", self.port))
            .region(aws_config::Region::from_static("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        runtime.block_on(calls(&sdk))
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a local cloud: its process, and the port on which it listens.
fn launch(folder: &Path, port: u16, flags: &[&str]) -> (Child, u16) {
    let mut process = command(folder)
        .args(["local", "start", "--foreground", "--port", &port.to_string(), "--dir"])
        .arg(folder.join("state"))
        .args(flags)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.split("on port ").nth(1).and_then(|rest| rest.split(';').next());
    let port = port.unwrap_or_else(|| panic!("it said: {line}")).parse().unwrap();
    (process, port)
}
