//! The local cloud, seen from outside: check whether it is running, start it, stop it. All over its
//! HTTP port, as any other program would.

use std::{
    ffi::OsString,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    error::{Code, Error, Result},
    http::{self, Client, Network, Request},
};

/// The timeout for starting and stopping.
const TURN: Duration = Duration::from_secs(20);
/// What the local cloud calls itself in its answers.
const SERVER: &str = "mysfits-local";
/// The polling interval meanwhile.
const ASK: Duration = Duration::from_millis(30);

/// The local cloud to use, and how to start it.
#[derive(Clone, Debug)]
pub(crate) struct LocalCloud {
    /// Its port on loopback.
    pub(crate) port: u16,
    /// The folder of its state.
    pub(crate) folder: PathBuf,
    /// Whether the user chose the folder; a local cloud with another folder is then not the right
    /// one.
    pub(crate) folder_is_chosen: bool,
    /// The executable that runs it: this program.
    pub(crate) program: PathBuf,
    /// The environment variables that it must not inherit: its user's credentials.
    pub(crate) not_inherited: Vec<OsString>,
    /// The build of that program, such as `0.1.0 (8844e83, 2026-11-27)`.
    pub(crate) build: &'static str,
}

/// What a running local cloud reports about itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Health {
    /// Its build; `None` if it is from before there were builds.
    #[serde(default)]
    pub(crate) build: Option<String>,
    pub(crate) version: String,
    pub(crate) pid: u32,
    pub(crate) folder: String,
    pub(crate) pace: f64,
    /// The account that it rehearses, if any.
    #[serde(default, rename = "as")]
    pub(crate) rehearsal: Option<String>,
    /// After how many calls the session of its students ends, if it does.
    #[serde(default, rename = "callsLeft")]
    pub(crate) calls_left: Option<u64>,
}

/// A mail that the local cloud's Cognito sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Mail {
    pub(crate) id: u64,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) code: Option<String>,
    pub(crate) text: String,
    /// The time, such as `2026-11-23T09:30:00Z`.
    pub(crate) sent: String,
}

/// Mails, oldest first, and the id of the latest one.
#[derive(Debug, Deserialize)]
pub(crate) struct Mails {
    pub(crate) mails: Vec<Mail>,
    pub(crate) last: u64,
}

/// Returns what a running local cloud reports; `None` when nothing listens on the port.
///
/// # Errors
/// When something else listens there.
pub(crate) async fn health(port: u16) -> Result<Option<Health>> {
    let Some(answer) = request(port, "GET", "/_local/health").await? else { return Ok(None) };
    serde_json::from_str(&answer).map(Some).map_err(|_| not_ours(port))
}

/// The options for starting it, besides its port and folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct How {
    /// How fast resources settle.
    pub(crate) pace: Option<f64>,
    /// The program that runs in place of images built for other machines.
    pub(crate) stand_in: Option<PathBuf>,
    /// The account that it rehearses; without one, the one before.
    pub(crate) rehearsal: Option<String>,
    /// After how many calls the session of its students ends.
    pub(crate) session_calls: Option<u64>,
}

/// How a local cloud was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It was running.
    Running,
    /// It had to be started.
    Started,
    /// It was running, as another build of this program, which is given here.
    OtherBuild(String),
}

/// Starts the local cloud in the background unless it is running, and returns how it was found.
///
/// # Errors
/// When it does not start, or when another one, with another folder, runs on the port.
pub(crate) async fn ensure_running(local: &LocalCloud) -> Result<Found> {
    if let Some(health) = health(local.port).await? {
        same_folder(local, &health)?;
        let build = health.build.unwrap_or(health.version);
        return Ok(if build == local.build { Found::Running } else { Found::OtherBuild(build) });
    }
    start(local, &How::default()).await?;
    Ok(Found::Started)
}

/// Starts the local cloud in the background and waits until it answers.
///
/// # Errors
/// When it does not start; the error contains its output.
pub(crate) async fn start(local: &LocalCloud, how: &How) -> Result<()> {
    // It would listen on any free port, where nobody finds it again.
    if local.port == 0 {
        return Err(Error::new(Code::Setting, "the port 0 means any free one")
            .hint("choose a port from 1 to 65535; 0 is for `mysfits local start --foreground`"));
    }
    let folder = &local.folder;
    std::fs::create_dir_all(folder).map_err(|error| {
        let message = format!("cannot use the state folder: {}: {error}", folder.display());
        Error::new(Code::LocalFolder, message)
    })?;
    let log = folder.join("local.log");
    let mut child = spawn(local, how, &log)?;
    let started = async {
        loop {
            if health(local.port).await?.is_some() {
                return Ok(());
            }
            if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                // If two are started at once, the other one answers.
                return match health(local.port).await? {
                    Some(_) => Ok(()),
                    None => Err(said(&log)),
                };
            }
            sleep(ASK).await;
        }
    };
    timeout(TURN, started)
        .await
        .unwrap_or_else(|_| Err(Error::new(Code::LocalStart, "the local cloud does not answer")))
}

/// Stops the local cloud, waits until it has ended, and returns whether one was running.
///
/// # Errors
/// When it does not end.
pub(crate) async fn stop(port: u16) -> Result<bool> {
    if health(port).await?.is_none() {
        return Ok(false);
    }
    request(port, "POST", "/_local/stop").await?;
    // Not its health: it still closes connections without an answer while it ends. It gives up the
    // port last of all.
    let ended = async {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
            sleep(ASK).await;
        }
        true
    };
    timeout(TURN, ended)
        .await
        .map_err(|_| Error::new(Code::LocalStart, "the local cloud did not stop"))
}

/// Deletes all state of the local cloud.
///
/// # Errors
/// When none is running.
pub(crate) async fn reset(port: u16) -> Result<()> {
    match request(port, "POST", "/_local/reset").await? {
        Some(_) => Ok(()),
        None => Err(Error::new(Code::LocalStopped, Code::LocalStopped.entry().title)),
    }
}

/// Returns the mails after the one with this id.
///
/// # Errors
/// When no local cloud is running.
pub(crate) async fn mails(port: u16, since: u64) -> Result<Mails> {
    let answer = request(port, "GET", &format!("/_local/mail?since={since}")).await?;
    let answer =
        answer.ok_or_else(|| Error::new(Code::LocalStopped, Code::LocalStopped.entry().title))?;
    serde_json::from_str(&answer).map_err(|_| not_ours(port))
}

fn same_folder(local: &LocalCloud, health: &Health) -> Result<()> {
    let wanted = std::path::absolute(&local.folder).unwrap_or_default();
    if !local.folder_is_chosen || Path::new(&health.folder) == wanted {
        return Ok(());
    }
    let message = format!(
        "another local cloud, with the folder {}, runs on port {}",
        health.folder, local.port
    );
    Err(Error::new(Code::LocalPort, message))
}

fn spawn(local: &LocalCloud, how: &How, log: &Path) -> Result<Child> {
    let failed = |error: std::io::Error| Error::new(Code::LocalStart, error.to_string());
    let log = std::fs::File::create(log).map_err(failed)?;
    let mut command = Command::new(&local.program);
    command
        .args(["local", "start", "--foreground", "--port", &local.port.to_string()])
        .arg("--dir")
        .arg(&local.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    // It outlives this command, and needs nobody's credentials.
    for name in &local.not_inherited {
        command.env_remove(name);
    }
    if let Some(pace) = how.pace {
        command.args(["--pace", &pace.to_string()]);
    }
    if let Some(program) = &how.stand_in {
        command.arg("--stand-in").arg(program);
    }
    if let Some(rehearsal) = &how.rehearsal {
        command.args(["--as", rehearsal]);
    }
    if let Some(calls) = how.session_calls {
        command.args(["--session-calls", &calls.to_string()]);
    }
    // A process group of its own: Ctrl-C in this terminal must not reach the local cloud.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(failed)
}

/// Returns the error of the background process: the last line of its log has code and message.
fn said(log: &Path) -> Error {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("error["));
    let Some((number, message)) = line.and_then(|line| line.split_once("]: ")) else {
        return Error::new(Code::LocalStart, format!("the local cloud ended: {}", text.trim()));
    };
    let code = [Code::LocalPort, Code::LocalFolder, Code::Setting]
        .into_iter()
        .find(|code| code.entry().number == number);
    Error::new(code.unwrap_or(Code::LocalStart), message)
}

fn not_ours(port: u16) -> Error {
    Error::new(Code::LocalPort, format!("another program listens on port {port}"))
}

/// The local cloud refuses who has not started it.
fn of_another_user(port: u16) -> Error {
    let message = format!(
        "the local cloud on port {port} was started by another user of this machine, whom alone it \
         serves"
    );
    Error::new(Code::LocalPort, message)
        .hint("choose another port for yours with `MYSFITS_LOCAL_PORT`")
}

/// Makes a control call with a JSON body, which may be empty, and returns the JSON of the answer.
///
/// # Errors
/// When no local cloud is running on the port, or it refuses the call.
pub(super) async fn control(port: u16, method: &str, path: &str, body: Bytes) -> Result<Value> {
    if health(port).await?.is_none() {
        return Err(Error::new(Code::LocalStopped, Code::LocalStopped.entry().title));
    }
    let url = format!("http://127.0.0.1:{port}{path}");
    let mut request = Request::new(method, &url);
    if !body.is_empty() {
        request = request.body("application/json", body);
    }
    let answer = Client::new(Network::default(), TURN).send(request).await;
    let answer = answer.map_err(|error| Error::new(Code::LocalStopped, error.to_string()))?;
    if answer.status != 200 {
        // One of before there was what the call is about.
        let message = format!("the local cloud refuses it: {}", answer.body);
        let hint = "`mysfits local stop` and `mysfits local start`, which keep its state, start this build";
        return Err(Error::new(Code::LocalStart, message).hint(hint));
    }
    Ok(serde_json::from_str(&answer.body).unwrap_or_default())
}

/// Makes a control call; returns `None` when nothing listens on the port.
async fn request(port: u16, method: &str, path: &str) -> Result<Option<String>> {
    use std::io::ErrorKind::{ConnectionRefused, ConnectionReset, InvalidData};
    match http::request(&format!("127.0.0.1:{port}"), method, path).await {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(Some(answer.body)),
        // Refused: not running. Reset, or nothing to read: it was just shutting down.
        Err(error) if matches!(error.kind(), ConnectionRefused | ConnectionReset | InvalidData) => {
            Ok(None)
        }
        Ok(answer) if answer.status == 403 && answer.header("server") == Some(SERVER) => {
            Err(of_another_user(port))
        }
        Ok(_) | Err(_) => Err(not_ours(port)),
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// Answers one request, or closes its connection.
    async fn answer(listener: &TcpListener, body: Option<&str>) {
        let (mut stream, _) = listener.accept().await.unwrap();
        let Some(body) = body else { return };
        let _ = stream.read(&mut [0; 1024]).await.unwrap();
        let length = body.len();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }

    #[tokio::test]
    async fn one_that_closes_connections_has_not_ended() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = async {
            answer(&listener, Some(r#"{"version":"1","pid":1,"folder":"/","pace":0}"#)).await;
            answer(&listener, Some("{}")).await;
            for _ in 0..3 {
                answer(&listener, None).await;
            }
            drop(listener);
        };
        let mut stopped = std::pin::pin!(stop(port));
        tokio::select! {
            _ = &mut stopped => panic!("it still listens"),
            () = server => {}
        }
        assert!(stopped.await.unwrap());
    }
}
