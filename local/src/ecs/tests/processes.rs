//! Tasks as processes.

use serde_json::{Value, json};

use super::{fakes::ABSENT_ROLE, setup::Opened};
use crate::ecs::{
    guard::Guard,
    process::{Process, Run, Signal},
};

#[tokio::test]
async fn a_task_runs_and_its_end_is_told() {
    let opened = Opened::new("run");
    opened.push(
        "echo \"$1 $OWN $MINE $HOST $AWS_REGION\"; env | grep -c CARGO; echo bad >&2; exit 3",
    );
    let definition = opened.register(json!({ "environment": [{ "name": "MINE", "value": "m" }] }));
    let arn = opened.run_task(&definition, "private");
    let task = opened.stopped(&arn).await;
    assert_eq!(task["stopCode"], "EssentialContainerExited");
    assert_eq!(task["stoppedReason"], "Essential container in task exited");
    assert_eq!(task["containers"][0]["exitCode"], 3);
    let mut lines = opened.lines(&arn);
    lines.sort();
    // Nothing of this test's environment came with it.
    assert_eq!(lines, ["0", "bad", "given image m 127.0.0.1 eu-west-1"]);
    assert_eq!(task["attachments"][0]["details"][3]["name"], "privateIPv4Address");
    opened.until(|| opened.network.attached.lock().unwrap().is_empty().then_some(())).await;
    assert!(!opened.ecs.roots.join(arn.rsplit('/').next().unwrap()).exists());
}

#[tokio::test]
async fn a_task_that_is_stopped_is_asked_to_end_first() {
    let opened = Opened::new("stop");
    opened.push("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
    let arn = opened.run_task(&opened.register(json!({})), "private");
    opened.until(|| opened.lines(&arn).contains(&"up".to_owned()).then_some(())).await;
    let stopped = opened.run("StopTask", json!({ "task": arn, "reason": "enough" }));
    assert_eq!(stopped["task"]["desiredStatus"], "STOPPED");
    let task = opened.stopped(&arn).await;
    assert_eq!(opened.lines(&arn), ["up", "bye"]);
    assert_eq!(task["containers"][0]["exitCode"], 0);
    assert_eq!(
        (&task["stopCode"], &task["stoppedReason"]),
        (&json!("UserInitiated"), &json!("enough"))
    );
}

#[tokio::test]
async fn a_task_that_does_not_end_is_ended() {
    let opened = Opened::new("kill");
    opened.push("trap '' TERM; echo up; while :; do sleep 0.05; done");
    let arn = opened.run_task(&opened.register(json!({ "stopTimeout": 0 })), "private");
    opened.until(|| opened.lines(&arn).contains(&"up".to_owned()).then_some(())).await;
    opened.run("StopTask", json!({ "task": arn }));
    assert_eq!(opened.stopped(&arn).await["containers"][0]["exitCode"], 137);
}

/// It would be removed before anybody has seen it stopped.
#[tokio::test]
async fn a_task_whose_end_has_no_time_yet_is_not_an_old_one() {
    let opened = Opened::new("timeless");
    opened.push("exit 0");
    let arn = opened.run_task(&opened.register(json!({})), "private");
    opened.stopped(&arn).await;
    opened.change_task(&arn, |task| {
        task.times.remove("stoppedAt");
    });
    opened.tick();
    assert_eq!(opened.task(&arn)["lastStatus"], "STOPPED");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let opened = Opened::new("missing");
    opened.push("exit 0");
    let reason = async |container: Value, subnet: &str| {
        let definition = opened.register(container);
        let task = opened.stopped(&opened.run_task(&definition, subnet)).await;
        assert_eq!(task["stopCode"], "TaskFailedToStart");
        task["stoppedReason"].as_str().unwrap().to_owned()
    };
    let image = |image: &str| json!({ "image": image });
    let found = reason(image("localhost:4566/lab/service:absent"), "private").await;
    assert!(
        found.starts_with("CannotPullContainerError") && found.ends_with("not found"),
        "{found}"
    );
    let found = reason(image("nginx"), "private").await;
    assert!(found.starts_with("CannotPullContainerError"), "{found}");
    let found = reason(json!({}), "closed").await;
    assert!(found.contains("i/o timeout"), "{found}");
    let found = reason(json!({}), "public").await;
    assert!(found.contains("i/o timeout"), "without a public address: {found}");
    let found = reason(json!({ "entryPoint": ["absent"] }), "private").await;
    assert!(found.contains("executable file not found"), "{found}");
    let log = json!({ "logConfiguration": { "logDriver": "awslogs", "options": {
        "awslogs-group": "absent", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "p",
    } } });
    let found = reason(log, "private").await;
    assert!(found.starts_with("ResourceInitializationError"), "{found}");
    assert!(found.contains("log group does not exist"), "{found}");
}

#[tokio::test]
async fn a_role_that_cannot_be_assumed_stops_the_task() {
    let opened = Opened::new("role");
    let arn = opened.register(json!({}));
    let mut definition = opened.run("DescribeTaskDefinition", json!({ "taskDefinition": arn }));
    let mut definition = definition["taskDefinition"].take();
    definition["taskRoleArn"] = ABSENT_ROLE.into();
    opened.run("RegisterTaskDefinition", definition);
    let task = opened.stopped(&opened.run_task("service", "private")).await;
    let reason = task["stoppedReason"].as_str().unwrap();
    let wanted = format!("ECS was unable to assume the role '{ABSENT_ROLE}'");
    assert!(reason.starts_with(&wanted), "{reason}");
}

#[tokio::test]
async fn an_image_of_another_architecture_cannot_be_executed() {
    let opened = Opened::new("arch");
    opened.push_for("exit 0", "s390x");
    let arn = opened.run_task(&opened.register(json!({})), "private");
    let task = opened.stopped(&arn).await;
    assert_eq!(task["stopCode"], "EssentialContainerExited");
    assert_eq!(opened.lines(&arn), ["exec /bin/run: exec format error"]);
}

#[tokio::test]
async fn what_is_left_is_ended_when_the_local_cloud_is_killed() {
    let guard = std::sync::Arc::new(Guard::default());
    let run = Run {
        program: "/bin/sh".into(),
        arguments: vec!["-c".to_owned(), "while :; do sleep 0.05; done".to_owned()],
        environment: std::collections::BTreeMap::new(),
        folder: std::env::temp_dir(),
        root: std::env::temp_dir(),
    };
    let mut others = std::sync::Arc::new(Guard::default());
    let mut process = Process::start(&run, None, &guard).await.unwrap();
    // Another guard that knows of the process stands for the one that loses its pipe.
    others.begun(process.group().unwrap());
    others.begun(999_999);
    others.ended(999_999);
    drop(std::sync::Arc::get_mut(&mut others).map(std::mem::take));
    assert_eq!(process.ended().await, 137);
    process.signal(Signal::Kill);
}

/// A program in the folder of the images that was not reported to the guard.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_that_had_just_begun_is_ended_too() {
    let images = crate::test_folder::Folder::new("guard");
    let guard = Guard::of(&images);
    let program = images.join("sleep");
    std::fs::copy("/bin/sleep", &program).unwrap();
    let mut untold = tokio::process::Command::new(&program).arg("60").spawn().unwrap();
    guard.ready();
    guard.lose_pipe();
    let ended = untold.wait().await.unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(9));
}
