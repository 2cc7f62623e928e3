//! Tasks, for the tests that need some: each runs a program that the test has made.

use std::time::{Duration, Instant};

use mysfits_local::Launcher;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
    lab::{ACCOUNT, ec2, ecr, ecs, iam, logs},
};

const REPOSITORY: &str = "lab/service";
const ROLE: &str = "tasks";
/// Longer than anything here takes.
const DEADLINE: Duration = Duration::from_secs(30);

/// A local cloud with all that a task needs.
pub(crate) struct Tasks {
    pub(crate) cloud: Cloud,
    pub(crate) folder: Folder,
    subnet: String,
}

impl Tasks {
    pub(crate) async fn new(launcher: Launcher) -> Self {
        let folder = Folder::new();
        let cloud = Cloud::start_with(&folder, launcher).await;
        let element = async |parameters: String, name: &str| {
            cloud.good(&ec2(&parameters)).await.element(name)
        };
        let vpc = element("Action=CreateVpc&CidrBlock=10.0.0.0/16".to_owned(), "vpcId").await;
        let subnet = format!("Action=CreateSubnet&VpcId={vpc}&CidrBlock=10.0.0.0/24");
        let subnet = element(subnet, "subnetId").await;
        let gateway = element("Action=CreateInternetGateway".to_owned(), "internetGatewayId").await;
        let attach =
            format!("Action=AttachInternetGateway&VpcId={vpc}&InternetGatewayId={gateway}");
        cloud.good(&ec2(&attach)).await;
        let table = element(format!("Action=CreateRouteTable&VpcId={vpc}"), "routeTableId").await;
        for call in [
            format!("CreateRoute&DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}"),
            format!("AssociateRouteTable&SubnetId={subnet}"),
        ] {
            cloud.good(&ec2(&format!("Action={call}&RouteTableId={table}"))).await;
        }
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": { "Service": "ecs-tasks.amazonaws.com" },
        }] });
        let trust: String = form_urlencoded::byte_serialize(trust.to_string().as_bytes()).collect();
        let role = format!("Action=CreateRole&RoleName={ROLE}&AssumeRolePolicyDocument={trust}");
        cloud.good(&iam(&role)).await;
        cloud.good(&ecs("CreateCluster", &json!({ "clusterName": "lab" }))).await;
        cloud.good(&logs("CreateLogGroup", &json!({ "logGroupName": "lab" }))).await;
        cloud.good(&ecr("CreateRepository", &json!({ "repositoryName": REPOSITORY }))).await;
        Self { cloud, folder, subnet }
    }

    /// Runs this program as a task and returns its ARN. The container has these additional fields.
    pub(crate) async fn run(&self, program: &[u8], more: Value) -> String {
        self.push(program).await;
        let mut container = json!({
            "name": "app",
            "image": format!("localhost:{}/{REPOSITORY}:latest", self.cloud.port),
            "logConfiguration": { "logDriver": "awslogs", "options": {
                "awslogs-group": "lab", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "p",
            } },
        });
        container.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let definition = json!({
            "family": "app", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [container],
            "executionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{ROLE}"),
            "runtimePlatform": { "cpuArchitecture": architecture().to_uppercase().replace("AMD64", "X86_64") },
        });
        self.cloud.good(&ecs("RegisterTaskDefinition", &definition)).await;
        let run = json!({
            "cluster": "lab", "taskDefinition": "app", "launchType": "FARGATE",
            "networkConfiguration": { "awsvpcConfiguration": {
                "subnets": [self.subnet], "assignPublicIp": "ENABLED",
            } },
        });
        let ran = self.cloud.good(&ecs("RunTask", &run)).await.json();
        ran["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
    }

    /// Waits until a task has stopped, and returns it.
    pub(crate) async fn stopped(&self, task: &str) -> Value {
        let describe = ecs("DescribeTasks", &json!({ "cluster": "lab", "tasks": [task] }));
        let is_stopped = |said: &Value| said["tasks"][0]["lastStatus"] == "STOPPED";
        self.cloud.until(&describe, is_stopped).await["tasks"][0].clone()
    }

    /// Stops a task.
    pub(crate) async fn stop(&self, task: &str) {
        self.cloud.good(&ecs("StopTask", &json!({ "cluster": "lab", "task": task }))).await;
    }

    /// Returns what a task has written.
    pub(crate) async fn lines(&self, task: &str) -> Vec<String> {
        let stream = format!("p/app/{}", task.rsplit('/').next().unwrap());
        let input =
            json!({ "logGroupName": "lab", "logStreamName": stream, "startFromHead": true });
        let said = logs("GetLogEvents", &input).send(self.cloud.port).await.json();
        let events = said["events"].as_array().cloned().unwrap_or_default();
        events.iter().map(|event| event["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until a task has written a line that starts like this, and returns the rest of it.
    pub(crate) async fn line(&self, task: &str, start: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let lines = self.lines(task).await;
            if let Some(rest) = lines.iter().find_map(|line| line.strip_prefix(start)) {
                return rest.to_owned();
            }
            assert!(Instant::now() < deadline, "only {lines:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn push(&self, program: &[u8]) {
        let mut layer = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(program.len() as u64);
        header.set_mode(0o755);
        layer.append_data(&mut header, "bin/run", program).unwrap();
        let config = json!({
            "architecture": architecture(), "os": "linux",
            "config": { "Entrypoint": ["/bin/run"], "Cmd": ["given"], "Env": ["OWN=image"] },
        });
        let layer = self.blob(&layer.into_inner().unwrap()).await;
        let config = self.blob(config.to_string().as_bytes()).await;
        let manifest = json!({ "schemaVersion": 2, "config": config, "layers": [layer] });
        let put = Request::new("PUT", &format!("/v2/{REPOSITORY}/manifests/latest"))
            .header("Content-Type", "application/vnd.oci.image.manifest.v1+json");
        self.registry(put.body(manifest.to_string())).await;
    }

    async fn blob(&self, bytes: &[u8]) -> Value {
        let digest = format!("sha256:{}", hex::encode(Sha256::digest(bytes)));
        let post = Request::new("POST", &format!("/v2/{REPOSITORY}/blobs/uploads/"));
        let location = self.registry(post).await;
        self.registry(Request::new("PUT", &format!("{location}?digest={digest}")).body(bytes))
            .await;
        json!({ "mediaType": "x", "digest": digest, "size": bytes.len() })
    }

    /// Returns the location that the registry names.
    async fn registry(&self, request: Request) -> String {
        let token = self.cloud.good(&ecr("GetAuthorizationToken", &json!({}))).await.json();
        let token = token["authorizationData"][0]["authorizationToken"].as_str().unwrap();
        let reply =
            self.cloud.good(&request.header("Authorization", &format!("Basic {token}"))).await;
        reply.header("location").unwrap_or_default().to_owned()
    }
}

fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" }
}
