//! Other users of the machine reach what is for everybody, and nothing else. Such a user can be had
//! on Linux only, by root.

use std::process::{Command, Output, Stdio};

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
};

/// Returns how a program is run as a user of nothing; `None` where that is impossible.
fn as_nobody(program: &str) -> Option<Command> {
    let nobody = |program: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--clear-groups", program]).current_dir("/");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let can = nobody(program).arg("--version").status().is_ok_and(|status| status.success());
    (cfg!(target_os = "linux") && can).then(|| nobody(program))
}

/// Waits for a program without keeping the local cloud from answering it.
async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn another_user_is_refused_but_where_everybody_is_welcome() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let status = async |path: &str| {
        let mut curl = as_nobody("curl")?;
        curl.args(["--silent", "--show-error", "--write-out", "\n%{http_code}"]);
        curl.arg(format!("http://127.0.0.1:{}{path}", cloud.port));
        let said = String::from_utf8(output(curl).await.stdout).unwrap();
        let (body, status) = said.rsplit_once('\n').unwrap();
        Some((status.parse::<u16>().unwrap(), body.to_owned()))
    };
    let Some((health, why)) = status("/_local/health").await else { return };
    assert_eq!(health, 403);
    assert!(why.contains("only the user who started it"), "{why}");
    for closed in ["/_local/mail", "/_local/mail.html", "/bucket", "/v2/", "/_cognito/"] {
        assert_eq!(status(closed).await.unwrap().0, 403, "{closed}");
    }
    for (open, answer) in [
        ("/_website/none/", "NoSuchBucket"),
        ("/_execute-api/none/prod", "Forbidden"),
        ("/_cognito/eu-west-1_none/.well-known/jwks.json", "does not exist"),
    ] {
        let (_, body) = status(open).await.unwrap();
        assert!(body.contains(answer), "{open}: {body}");
    }
    assert_eq!(Request::new("GET", "/_local/health").send(cloud.port).await.status, 200);
}
