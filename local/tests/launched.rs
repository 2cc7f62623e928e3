//! Programs that a launcher starts: as without one, and with nothing left of them in the end.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use mysfits_local::{Confinement, Launcher};
use serde_json::json;

use crate::tasks::Tasks;

fn launcher() -> Launcher {
    Launcher::of(env!("CARGO_BIN_EXE_mysfits-local-launcher"))
}

fn script(lines: &str) -> Vec<u8> {
    format!("#!/bin/sh\n{lines}\n").into_bytes()
}

/// Waits until a process is gone; nobody else waits for it, so it disappears with its end.
async fn until_gone(process: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while Path::new("/proc").join(process).exists() {
        assert!(Instant::now() < deadline, "{process} is alive");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn its_output_and_its_exit_code_are_its_own() {
    let tasks = Tasks::new(launcher()).await;
    let program = script(
        "echo \"$0\" | sed 's|.*/||'; echo \"$* $OWN $MINE $HOST\"; echo bad >&2; env | grep -c CARGO\n\
         yes | head -n 1; exit 3",
    );
    let mine = json!({ "environment": [{ "name": "MINE", "value": "m" }] });
    let task = tasks.run(&program, mine).await;
    assert_eq!(tasks.stopped(&task).await["containers"][0]["exitCode"], 3);
    let mut lines = tasks.lines(&task).await;
    lines.sort();
    // A broken pipe ends `yes` in silence.
    assert_eq!(lines, ["0", "bad", "given image m 127.0.0.1", "run", "y"]);
}

#[tokio::test]
async fn it_is_asked_to_end_and_then_killed() {
    let tasks = Tasks::new(launcher()).await;
    for (trap, more, code, last) in [
        ("trap 'echo bye; exit 7' TERM", json!({}), 7, "bye"),
        ("trap '' TERM", json!({ "stopTimeout": 0 }), 137, "up"),
    ] {
        let program = script(&format!("{trap}; echo up; while :; do sleep 0.05; done"));
        let task = tasks.run(&program, more).await;
        tasks.line(&task, "up").await;
        tasks.stop(&task).await;
        assert_eq!(tasks.stopped(&task).await["containers"][0]["exitCode"], code);
        assert_eq!(tasks.lines(&task).await.last().unwrap(), last);
    }
}

#[tokio::test]
async fn one_for_another_machine_is_no_script() {
    let tasks = Tasks::new(launcher()).await;
    let mut other = std::fs::read("/proc/self/exe").unwrap()[..64].to_vec();
    // That of s390x.
    other[18..20].copy_from_slice(&[22, 0]);
    for program in [b"echo no".to_vec(), other] {
        let task = tasks.run(&program, json!({})).await;
        assert_eq!(tasks.stopped(&task).await["containers"][0]["exitCode"], 255);
        assert_eq!(tasks.lines(&task).await, ["exec run: exec format error"]);
    }
}

#[tokio::test]
async fn what_its_program_lacks_is_named() {
    let tasks = Tasks::new(launcher()).await;
    let task = tasks.run(b"#!/absent/interpreter\n", json!({})).await;
    let stopped = tasks.stopped(&task).await;
    assert_eq!(stopped["stopCode"], "TaskFailedToStart");
    let reason = stopped["stoppedReason"].as_str().unwrap();
    assert!(reason.ends_with("No such file or directory (os error 2)"), "{reason}");
}

#[tokio::test]
async fn nothing_of_it_is_left_with_and_without_landlock() {
    for launcher in [launcher(), launcher().without_landlock()] {
        let tasks = Tasks::new(launcher).await;
        let program = script("setsid sh -c 'sleep 300 & echo child $!; wait' & wait");
        let task = tasks.run(&program, json!({ "stopTimeout": 0 })).await;
        let child = tasks.line(&task, "child ").await;
        assert!(Path::new("/proc").join(&child).exists());
        tasks.stop(&task).await;
        tasks.stopped(&task).await;
        until_gone(&child).await;
    }
}

#[tokio::test]
async fn nothing_of_it_is_left_when_the_local_cloud_ends() {
    let tasks = Tasks::new(launcher()).await;
    let program = script("trap '' TERM; setsid sleep 300 & echo child $!; while :; do wait; done");
    let task = tasks.run(&program, json!({ "stopTimeout": 0 })).await;
    let child = tasks.line(&task, "child ").await;
    tasks.cloud.stop().await;
    assert!(!Path::new("/proc").join(&child).exists());
}

#[expect(clippy::print_stderr, reason = "nobody should believe that it was tested")]
#[tokio::test]
async fn files_of_others_are_kept_from_it_where_the_system_can() {
    let mut launchers = vec![(launcher().without_landlock(), "mine")];
    match Confinement::of_this_system().warning() {
        None => launchers.push((launcher(), "denied")),
        Some(warning) => eprintln!("with Landlock was SKIPPED: {warning}"),
    }
    for (launcher, wanted) in launchers {
        let tasks = Tasks::new(launcher).await;
        let secret = tasks.folder.path().with_file_name("secret");
        std::fs::write(&secret, "mine").unwrap();
        let program = format!("cat {} 2>/dev/null || echo denied", secret.display());
        let task = tasks.run(&script(&program), json!({})).await;
        tasks.stopped(&task).await;
        assert_eq!(tasks.lines(&task).await, [wanted]);
    }
}
