//! The local cloud as its user meets it: started in the background, stopped, obstructing others.

use std::net::TcpListener;

use tempfile::TempDir;

use crate::helpers::{
    binaries::backend,
    cloud::Cloud,
    command::{Ended, command, ended},
};

/// A place for a local cloud that no test has started yet. It stops the cloud at the end.
struct Place {
    folder: TempDir,
    port: u16,
}

impl Place {
    fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder: tempfile::tempdir().unwrap(), port }
    }

    fn run(&self, args: &[&str]) -> Ended {
        let mut command = command(self.folder.path());
        command.args(args).env("MYSFITS_LOCAL_PORT", self.port.to_string());
        command.env("MYSFITS_LOCAL_DIR", self.folder.path().join("state"));
        ended(command.env("MYSFITS_LOCAL_PACE", "0").stdin(std::process::Stdio::null()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.run(&["local", "stop"]);
    }
}

#[test]
fn it_is_started_when_needed_and_keeps_its_state() {
    let place = Place::new();
    let ended = place.run(&["deploy", "part-2", "--local"]).exit(0);
    assert!(ended.stderr.contains("the local cloud was started"), "{}", ended.stderr);
    let again = place.run(&["deploy", "part-2", "--local"]).exit(0);
    assert!(!again.stderr.contains("was started"), "{}", again.stderr);
    place.run(&["local", "status"]).exit(0);
    place.run(&["local", "stop"]).exit(0);
    place.run(&["local", "status"]).exit(1);
    place.run(&["local", "start"]).exit(0);
    place.run(&["plan", "part-2", "--local", "--exit-code"]).exit(0);
    place.run(&["local", "reset"]).exit(0);
    place.run(&["plan", "part-2", "--local", "--exit-code"]).exit(4);
}

/// It outlives the command that started it, and whoever may read its environment would have them.
#[cfg(target_os = "linux")]
#[test]
fn it_does_not_keep_the_credentials_of_whoever_started_it() {
    let place = Place::new();
    let mut start = command(place.folder.path());
    start.args(["local", "start"]).env("MYSFITS_LOCAL_PORT", place.port.to_string());
    start.env("MYSFITS_LOCAL_DIR", place.folder.path().join("state"));
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        start.env(name, "EXAMPLE-of-a-secret");
    }
    ended(start.stdin(std::process::Stdio::null())).exit(0);
    let own = format!("--port\0{}\0", place.port);
    let files = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
    };
    let is_it = |process: &std::path::PathBuf| read(process.join("cmdline")).contains(&own);
    let process = files.into_iter().find(is_it).expect("the local cloud's process");
    let environment = read(process.join("environ"));
    assert!(environment.contains("MYSFITS_LOCAL_DIR="), "{environment}");
    assert!(!environment.contains("EXAMPLE-of-a-secret"), "{environment}");
}

#[test]
fn settings_of_aws_in_the_environment_and_in_files_do_not_reach_it() {
    let cloud = Cloud::start();
    let config = cloud.home().join("config");
    std::fs::write(&config, "[default]\nuse_dualstack_endpoint = true\n").unwrap();
    let settings = [
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9"),
        ("AWS_CONFIG_FILE", config.to_str().unwrap()),
    ];
    for (name, value) in settings {
        let status = ended(cloud.command(&["status", "part-2", "--local"]).env(name, value));
        assert_eq!(status.code, Some(0), "{name}: {}", status.stderr);
    }
}

#[test]
fn port_0_is_an_error_in_the_background() {
    let place = Place { folder: tempfile::tempdir().unwrap(), port: 0 };
    for args in [&["local", "start"][..], &["deploy", "part-1", "--local"]] {
        let ended = place.run(args).exit(2);
        assert!(ended.stderr.contains("error[MYS001]"), "{}", ended.stderr);
    }
}

#[test]
fn a_pace_that_is_not_applied_is_said() {
    let place = Place::new();
    place.run(&["local", "start"]).exit(0);
    let again = place.run(&["local", "start", "--pace", "0.3"]).exit(0);
    for words in ["already, at pace 0;", "the pace 0.3 was not applied", "`mysfits local stop`"] {
        assert!(again.stderr.contains(words), "{words} is not in {}", again.stderr);
    }
    place.run(&["local", "stop"]).exit(0);
    place.run(&["local", "start", "--pace", "0.3"]).exit(0);
    let status = place.run(&["local", "status"]).exit(0);
    assert!(status.stdout.contains("pace     0.3"), "{}", status.stdout);
}

#[test]
fn a_reset_needs_no_running_cloud_and_a_damaged_state_is_no_hindrance() {
    let place = Place::new();
    let nothing = place.run(&["local", "reset"]).exit(0);
    assert!(nothing.stderr.contains("has no state"), "{}", nothing.stderr);
    place.run(&["deploy", "part-1", "--local"]).exit(0);
    place.run(&["local", "stop"]).exit(0);
    let state = place.folder.path().join("state");
    std::fs::write(state.join("mine"), "a note").unwrap();
    let mut files = Vec::new();
    find_json(&state.join("state"), &mut files);
    std::fs::write(&files[0], "{ not json").unwrap();
    let reset = place.run(&["local", "reset"]).exit(0);
    assert!(reset.stderr.contains("deleted all state"), "{}", reset.stderr);
    place.run(&["plan", "part-1", "--local", "--exit-code"]).exit(4);
    assert_eq!(std::fs::read_to_string(state.join("mine")).unwrap(), "a note");
}

#[test]
fn no_mail_to_an_address_is_not_no_mail() {
    let place = Place::new();
    place.run(&["local", "start"]).exit(0);
    let none = place.run(&["local", "mail", "--to", "bob@x.org"]).exit(0);
    assert_eq!(none.stderr, "there is no mail to bob@x.org\n");
}

/// Whoever stops it may delete its folder: nothing is written any more, and no task runs.
#[test]
fn a_local_cloud_that_has_ended_has_ended() {
    let place = Place::new();
    let binary = backend().to_str().unwrap();
    place.run(&["deploy", "part-3", "--local", "--service-binary", binary]).exit(0);
    place.run(&["local", "stop"]).exit(0);
    std::fs::remove_dir_all(place.folder.path().join("state")).unwrap();
}

#[test]
fn a_taken_port() {
    let place = Place::new();
    let listener = TcpListener::bind(("127.0.0.1", place.port)).unwrap();
    // It answers nothing that a local cloud would, as another program does.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            use std::io::Write as _;
            let _ = stream.unwrap().write_all(b"HTTP/1.1 404 Not Found\r\n\r\n");
        }
    });
    for args in [
        &["deploy", "part-1", "--local"][..],
        &["local", "start"],
        &["local", "start", "--foreground"],
    ] {
        let ended = place.run(args).exit(1);
        assert!(ended.stderr.contains("error[MYS021]"), "{}", ended.stderr);
        assert!(ended.stderr.contains(&place.port.to_string()), "{}", ended.stderr);
    }
}

#[test]
fn a_damaged_state_is_named_and_left_as_it_is() {
    let place = Place::new();
    place.run(&["deploy", "part-1", "--local"]).exit(0);
    place.run(&["local", "stop"]).exit(0);
    let mut files = Vec::new();
    find_json(&place.folder.path().join("state"), &mut files);
    assert!(!files.is_empty());
    for file in &files {
        std::fs::write(file, "{ not json").unwrap();
    }
    let ended = place.run(&["deploy", "part-1", "--local"]).exit(1);
    assert!(ended.stderr.contains("error[MYS022]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("damaged"), "{}", ended.stderr);
    for file in &files {
        assert_eq!(std::fs::read_to_string(file).unwrap(), "{ not json");
    }
}

#[test]
fn a_folder_that_cannot_be_made() {
    let place = Place::new();
    // A file is where the folder should be.
    std::fs::write(place.folder.path().join("state"), "mine").unwrap();
    let ended = place.run(&["deploy", "part-1", "--local"]).exit(1);
    assert!(ended.stderr.contains("error[MYS022]"), "{}", ended.stderr);
    assert_eq!(std::fs::read_to_string(place.folder.path().join("state")).unwrap(), "mine");
}

fn find_json(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_json(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Answers one request with the health of a local cloud that reports this of itself.
fn another_cloud(said: &'static str) -> (u16, std::thread::JoinHandle<()>) {
    another_answer("200 OK", said)
}

/// Answers one request with this status, which headers may follow, and this body.
fn another_answer(head: &'static str, said: &'static str) -> (u16, std::thread::JoinHandle<()>) {
    use std::io::{Read as _, Write as _};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        let length = said.len();
        write!(stream, "HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{said}").unwrap();
    });
    (port, answering)
}

#[test]
fn one_of_another_build_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let version = ended(command(folder.path()).arg("--version")).exit(0).stdout;
    let own = version.trim().trim_start_matches("mysfits ").to_owned();
    for (said, build) in [
        (
            r#"{"version":"9.9.9","build":"9.9.9 (abc 2020-01-01)","pid":1,"folder":"/x","pace":0}"#,
            "9.9.9 (abc 2020-01-01)",
        ),
        // From before there were builds.
        (r#"{"version":"0.0.1","pid":1,"folder":"/x","pace":0}"#, "0.0.1"),
    ] {
        let (port, answering) = another_cloud(said);
        let mut status = command(folder.path());
        status.args(["status", "--local"]).env("MYSFITS_LOCAL_PORT", port.to_string());
        let ended = ended(&mut status);
        answering.join().unwrap();
        for words in [build, &own, "`mysfits local stop`"] {
            assert!(ended.stderr.contains(words), "{words} is not in {}", ended.stderr);
        }
    }
}

#[test]
fn a_folder_of_a_newer_program_is_refused_by_name_and_left_alone() {
    let place = Place::new();
    let state = place.folder.path().join("state");
    std::fs::create_dir_all(&state).unwrap();
    let written = r#"{"format": 99, "written_by": "9.9.9 (abc 2030-01-01)"}"#;
    std::fs::write(state.join("format.json"), written).unwrap();
    for args in [&["local", "start"][..], &["deploy", "part-1", "--local"]] {
        let refused = place.run(args).exit(1);
        for words in ["error[MYS022]", "9.9.9 (abc 2030-01-01)", "`MYSFITS_LOCAL_DIR`"] {
            assert!(refused.stderr.contains(words), "{words} is not in {}", refused.stderr);
        }
    }
    assert_eq!(std::fs::read_to_string(state.join("format.json")).unwrap(), written);
    assert!(!state.join("state").exists());
}

/// The local cloud says so of itself: see `local/tests/users.rs`.
#[test]
fn the_cloud_of_another_user_is_an_error_that_names_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["deploy", "part-1", "--local"][..], &["local", "status"], &["local", "stop"]] {
        let (port, answering) = another_answer("403 Forbidden\r\nServer: mysfits-local", "{}");
        let mut command = command(folder.path());
        command.args(args).env("MYSFITS_LOCAL_PORT", port.to_string());
        let ended = ended(&mut command).exit(1);
        answering.join().unwrap();
        for words in ["MYS021", "another user of this machine", "`MYSFITS_LOCAL_PORT`"] {
            assert!(ended.stderr.contains(words), "{words} is not in {}", ended.stderr);
        }
    }
}

/// Sends a signal to a process, by the program for it: there is no safe call for it here.
#[cfg(target_os = "linux")]
fn signal(pid: &str, name: &str) {
    let status = std::process::Command::new("kill").args([name, pid]).status().unwrap();
    assert!(status.success());
}

#[cfg(target_os = "linux")]
#[test]
fn a_local_cloud_that_hangs_is_killed_by_whoever_has_its_folder() {
    let place = Place::new();
    place.run(&["local", "start"]).exit(0);
    let lock = std::fs::read_to_string(place.folder.path().join("state/lock")).unwrap();
    let pid = lock.split_whitespace().next().unwrap();
    signal(pid, "-STOP");
    let mut elsewhere = command(place.folder.path());
    elsewhere.args(["local", "stop"]).env("MYSFITS_LOCAL_PORT", place.port.to_string());
    elsewhere.env("MYSFITS_LOCAL_DIR", place.folder.path().join("other"));
    let refused = ended(&mut elsewhere).exit(1);
    assert!(refused.stderr.contains("MYS021"), "{}", refused.stderr);
    assert!(std::path::Path::new("/proc").join(pid).exists(), "it was left alone");
    let stopped = place.run(&["local", "stop"]).exit(0);
    assert!(stopped.stderr.contains("killed the local cloud"), "{}", stopped.stderr);
    place.run(&["local", "start"]).exit(0);
    let ended = place.run(&["local", "stop"]).exit(0);
    assert!(ended.stderr.contains("stopped the local cloud"), "{}", ended.stderr);
}
