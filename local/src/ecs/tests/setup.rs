//! An ECS for one test.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::fakes::{FakeNetwork, FakeRoles, FakeTargets};
use crate::{
    clock::Clock,
    ecr::Ecr,
    ecs::{Ecs, Neighbours, OPERATIONS, state::Task},
    logs::Logs,
    open::Setup,
    outages::{Outage, Outages},
    place::Place,
    service::AwsError,
    test_folder::Folder,
};

const PORT: u16 = 4566;
const REPOSITORY: &str = "lab/service";
/// Longer than anything here takes, shorter than a patience.
const DEADLINE: Duration = Duration::from_secs(30);

pub(super) struct Opened {
    pub(super) ecs: Ecs,
    pub(super) network: Arc<FakeNetwork>,
    pub(super) targets: Arc<FakeTargets>,
    place: Place,
    folder: Folder,
}

impl Opened {
    /// Creates an ECS with a cluster `lab` and a log group `logs`.
    pub(super) fn new(name: &str) -> Self {
        let opened = Self::open(Folder::new(name));
        opened.run("CreateCluster", json!({ "clusterName": "lab" }));
        opened.ecs.neighbours.logs.make_group(&opened.place, "logs").unwrap();
        opened
    }

    fn open(folder: Folder) -> Self {
        let (network, targets) = (Arc::new(FakeNetwork::default()), Arc::default());
        let neighbours = Neighbours {
            network: Arc::clone(&network) as _,
            targets: Arc::clone(&targets) as _,
            roles: Arc::new(FakeRoles),
            logs: Logs::open(&folder.join("logs")).unwrap(),
            ecr: Ecr::open(&folder.join("ecr"), PORT).unwrap(),
        };
        let setup = Setup {
            port: PORT,
            clock: Clock::at_pace(0.0),
            outages: Outages::default(),
            stand_in: None,
            launcher: None,
        };
        let ecs = Ecs::open(&folder.join("ecs"), neighbours, &setup).unwrap();
        let place = Place::named("111111111111", "eu-west-1");
        Self { ecs, network, targets, place, folder }
    }

    /// Holds all transitions of this service, or ends all holds.
    pub(super) fn hold(&self, service: Option<&str>) {
        self.ecs.setup.clock.hold(service);
    }

    /// Puts these outages in force, in place of those before.
    pub(super) fn suffer(&self, outages: &[Outage]) {
        self.ecs.setup.outages.replace(outages.to_vec());
    }

    /// Runs one round of the scheduler now.
    pub(super) fn tick(&self) {
        self.ecs.tick(&self.place);
    }

    /// Ends it in order and reopens it.
    pub(super) async fn restart(self) -> Self {
        self.ecs.shut_down().await;
        Self::open(self.folder)
    }

    pub(super) fn try_run(&self, name: &str, input: &Value) -> Result<Value, AwsError> {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        (operation.handler)(&self.ecs, &self.place, input)
    }

    /// Runs an operation on the cluster.
    pub(super) fn run(&self, name: &str, mut input: Value) -> Value {
        input["cluster"] = "lab".into();
        self.try_run(name, &input).unwrap()
    }

    /// Returns the code and message of an operation that fails.
    pub(super) fn refused(&self, name: &str, mut input: Value) -> (String, String) {
        if input["cluster"].is_null() {
            input["cluster"] = "lab".into();
        }
        let error = self.try_run(name, &input).unwrap_err();
        (error.code, error.message)
    }

    /// Pushes an image whose entry point is this shell script.
    pub(super) fn push(&self, script: &str) {
        self.push_for(script, if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" });
    }

    pub(super) fn push_for(&self, script: &str, architecture: &str) {
        let script = format!("#!/bin/sh\n{script}\n");
        let config = json!({
            "architecture": architecture,
            "os": "linux",
            "config": { "Entrypoint": ["/bin/run"], "Cmd": ["given"], "Env": ["OWN=image"] },
        });
        let files = [("bin/run", &*script)];
        self.ecs.neighbours.ecr.push_image(&self.place, REPOSITORY, &files, &config);
    }

    /// Registers a task definition whose container has these additional fields.
    pub(super) fn register(&self, more: Value) -> String {
        let mut container = json!({
            "name": "app",
            "image": format!("localhost:{PORT}/{REPOSITORY}:latest"),
            "portMappings": [{ "containerPort": 8080 }],
            "logConfiguration": { "logDriver": "awslogs", "options": {
                "awslogs-group": "logs",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "p",
            } },
        });
        extend(&mut container, more);
        let mut definition = json!({
            "family": "service",
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": "arn:aws:iam::111111111111:role/role",
            "containerDefinitions": [container],
        });
        if cfg!(target_arch = "aarch64") {
            definition["runtimePlatform"] = json!({ "cpuArchitecture": "ARM64" });
        }
        let registered = self.run("RegisterTaskDefinition", definition);
        registered["taskDefinition"]["taskDefinitionArn"].as_str().unwrap().to_owned()
    }

    /// Creates the service `app` with these additional fields.
    pub(super) fn create_service(&self, more: Value) -> Value {
        self.run("CreateService", service(more))["service"].clone()
    }

    pub(super) fn service(&self) -> Value {
        self.run("DescribeServices", json!({ "services": ["app"] }))["services"][0].clone()
    }

    /// Returns the tasks that are to run, or those that have stopped.
    pub(super) fn tasks(&self, status: &str) -> Vec<Value> {
        let list = self.run("ListTasks", json!({ "desiredStatus": status }));
        if list["taskArns"].as_array().unwrap().is_empty() {
            return Vec::new();
        }
        let described = self.run("DescribeTasks", json!({ "tasks": list["taskArns"] }));
        described["tasks"].as_array().unwrap().clone()
    }

    /// Runs one task in this subnet.
    pub(super) fn run_task(&self, definition: &str, subnet: &str) -> String {
        let input = json!({
            "taskDefinition": definition,
            "networkConfiguration": { "awsvpcConfiguration": { "subnets": [subnet] } },
        });
        self.run("RunTask", input)["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
    }

    /// Waits until a task has stopped.
    pub(super) async fn stopped(&self, task: &str) -> Value {
        self.until(|| {
            let task = self.task(task);
            (task["lastStatus"] == "STOPPED").then_some(task)
        })
        .await
    }

    pub(super) fn task(&self, task: &str) -> Value {
        self.run("DescribeTasks", json!({ "tasks": [task] }))["tasks"][0].clone()
    }

    /// Changes a task in the state.
    pub(super) fn change_task(&self, task: &str, change: impl FnOnce(&mut Task)) {
        self.ecs.change_task(&self.place, task.rsplit('/').next().unwrap(), change);
    }

    /// Returns what a task has written.
    pub(super) fn lines(&self, task: &str) -> Vec<String> {
        let id = task.rsplit('/').next().unwrap();
        self.ecs.neighbours.logs.lines(&self.place, "logs", &format!("p/app/{id}"))
    }

    /// Polls until there is a result.
    pub(super) async fn until<T>(&self, look: impl Fn() -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            let tasks = [self.tasks("RUNNING"), self.tasks("STOPPED")];
            assert!(Instant::now() < deadline, "{tasks:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the service is stable, as AWS's waiter understands it.
    pub(super) async fn stable(&self) -> Value {
        self.until(|| {
            let service = self.service();
            let one = service["deployments"].as_array().unwrap().len() == 1;
            let completed = service["deployments"][0]["rolloutState"] == "COMPLETED";
            let all = service["runningCount"] == service["desiredCount"];
            (one && completed && all).then_some(service)
        })
        .await
    }
}

/// Returns the input that creates the service `app`.
pub(super) fn service(more: Value) -> Value {
    let mut input = json!({
        "serviceName": "app",
        "taskDefinition": "service",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["private"] } },
    });
    extend(&mut input, more);
    input
}

fn extend(object: &mut Value, more: Value) {
    let (Value::Object(object), Value::Object(more)) = (object, more) else { panic!("objects") };
    object.extend(more);
}
