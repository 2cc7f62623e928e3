//! What happens between a task's network and its first process: roles, log groups, images. Each
//! step can fail, in AWS's words.

use std::{collections::BTreeMap, io, path::Path};

use serde_json::Value;

use super::{
    Ecs,
    containers::{AwsLogs, Wanted},
    credentials, image_ref,
    output::Stream,
    process::{self, Run},
    state::Task,
    unpack,
};
use crate::{ecr::Pulled, place::Place, protocol::input::Input};

/// The principal that tasks assume roles as.
const TASKS: &str = "ecs-tasks.amazonaws.com";

/// Why a task cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure(pub(super) String);

/// A container that can be started.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) wanted: Wanted,
    pub(super) digest: String,
    pub(super) port: u16,
    pub(super) stream: Option<Stream>,
    pub(super) start: Start,
}

/// What starting a container means.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Run(Run),
    /// Another program runs in its place, and this is why.
    StandIn(Run, String),
    /// Its program is not for the task's kind of machine.
    WrongFormat(String),
}

impl Ecs {
    /// Checks that the roles exist and trust ECS.
    pub(super) fn check_roles(&self, place: &Place, definition: &Value) -> Result<(), Failure> {
        let definition = Input(definition);
        let roles = ["executionRoleArn", "taskRoleArn"].map(|name| definition.text(name));
        for arn in roles.into_iter().flatten() {
            if !self.neighbours.roles.assumable(&place.account, arn, TASKS) {
                return Err(Failure(format!(
                    "ECS was unable to assume the role '{arn}' that was provided for this task. \
                     Please verify that the role being passed has the proper trust relationship \
                     and permissions and that your IAM user has permissions to pass this role."
                )));
            }
        }
        Ok(())
    }

    /// Checks for a way to the internet, where the image's registry is.
    pub(super) fn check_route(
        &self,
        place: &Place,
        task: &Task,
        image: &str,
    ) -> Result<(), Failure> {
        let subnet = task.interface.as_ref().map(|interface| interface.subnet.as_str());
        let subnet = subnet.and_then(|subnet| self.neighbours.network.subnet(place, subnet));
        let reaches = subnet.is_some_and(|subnet| {
            if task.vpc.public {
                subnet.has_internet_gateway
            } else {
                // An internet gateway serves only those with a public address.
                subnet.reaches_internet && !subnet.has_internet_gateway
            }
        });
        if reaches {
            return Ok(());
        }
        Err(Failure(format!(
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to \
             resolve ref {image}: failed to do request: dial tcp: i/o timeout"
        )))
    }

    /// Returns the log stream of a container, whose group must exist.
    pub(super) fn stream(
        &self,
        place: &Place,
        task: &Task,
        container: &str,
        log: &AwsLogs,
    ) -> Result<Stream, Failure> {
        let place = Place { account: place.account.clone(), region: log.region.clone() };
        let name = format!("{}/{container}/{}", log.prefix, task.id);
        let stream = Stream { place, group: log.group.clone(), name };
        let (logs, group) = (&self.neighbours.logs, &log.group);
        if log.create && !logs.has_group(&stream.place, group) {
            logs.make_group(&stream.place, group).map_err(|error| Failure(error.message))?;
        }
        // Appending nothing creates the stream.
        logs.append(&stream.place, group, &stream.name, &[]).map_err(|error| {
            Failure(format!(
                "ResourceInitializationError: failed to validate logger args: create stream has \
                 been retried 1 times: failed to create Cloudwatch log stream: {}: {} : exit \
                 status 1",
                error.code, error.message
            ))
        })?;
        Ok(stream)
    }

    /// Pulls the image of a container. `digest` is what its tag meant when its deployment began.
    pub(super) fn pull(
        &self,
        place: &Place,
        image: &str,
        digest: Option<&String>,
        architecture: &str,
    ) -> Result<Pulled, Failure> {
        let cannot = |why: &str| {
            Failure(format!(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed \
                 to resolve ref {image}: {why}"
            ))
        };
        let known = image_ref::parse(image, self.setup.port, place).ok_or_else(|| {
            cannot("the local cloud has no other registry than its own, which is its ECR")
        })?;
        let reference = digest.unwrap_or(&known.reference);
        self.neighbours.ecr.pull(&known.place, &known.repository, reference, architecture).map_err(
            |error| match error.code.as_str() {
                "ImageNotFoundException" if error.message.starts_with("image Manifest") => {
                    Failure(format!("CannotPullContainerError: {}", error.message))
                }
                "ImageNotFoundException" | "RepositoryNotFoundException" => {
                    cannot(&format!("{image}: not found"))
                }
                _ => cannot(&error.to_string()),
            },
        )
    }

    /// Returns what to run for a container, its image unpacked into `root`.
    pub(super) fn start_of(
        &self,
        wanted: &Wanted,
        pulled: &Pulled,
        root: &Path,
        mut environment: BTreeMap<String, String>,
        architecture: &str,
    ) -> Result<Start, Failure> {
        unpack::unpack(&pulled.layers, root)
            .map_err(|why| Failure(format!("CannotPullContainerError: {why}")))?;
        let config = Input(&pulled.config).part("config");
        let line = command_line(wanted, config)?;
        let own = config.texts("Env").into_iter().filter_map(|pair| pair.split_once('='));
        for (name, value) in own {
            environment.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        let folder = wanted.working_directory.as_deref().or(config.text("WorkingDir"));
        let folder = Path::new(folder.filter(|folder| !folder.is_empty()).unwrap_or("/"));
        let made_for = Input(&pulled.config).text("architecture").unwrap_or("amd64");
        let system = Input(&pulled.config).text("os").unwrap_or("linux");
        if made_for != architecture || system != "linux" {
            return Ok(Start::WrongFormat(line[0].clone()));
        }
        let inside = super::rooted::resolve(root, folder).map_err(cannot_start)?;
        std::fs::create_dir_all(&inside).map_err(cannot_start)?;
        // The machine's own is all programs', so that a confined one may not use it.
        let temporary = super::rooted::resolve(root, Path::new("/tmp")).map_err(cannot_start)?;
        std::fs::create_dir_all(&temporary).map_err(cannot_start)?;
        let temporary = temporary.to_string_lossy().into_owned();
        environment.entry("TMPDIR".to_owned()).or_insert(temporary);
        let run = |program, arguments: &[String]| Run {
            program,
            arguments: arguments.to_vec(),
            environment: environment.clone(),
            folder: inside.clone(),
            root: root.to_owned(),
        };
        if !is_host(made_for) {
            return Ok(match &self.setup.stand_in {
                Some(program) => Start::StandIn(run(program.clone(), &[]), stand_in_note(made_for)),
                None => Start::WrongFormat(line[0].clone()),
            });
        }
        let program = process::find(root, folder, &line[0], &environment).ok_or_else(|| {
            let error = io::Error::new(
                io::ErrorKind::NotFound,
                format!("exec: \"{}\": executable file not found in $PATH", line[0]),
            );
            cannot_start(error)
        })?;
        Ok(Start::Run(run(program, &line[1..])))
    }

    /// Returns the environment variables of a container, besides its image's own.
    pub(super) fn environment(
        &self,
        place: &Place,
        wanted: &Wanted,
        port: u16,
        token: Option<&str>,
    ) -> BTreeMap<String, String> {
        let mut environment = BTreeMap::from(
            [("AWS_REGION", &place.region), ("AWS_DEFAULT_REGION", &place.region)]
                .map(|(name, value)| (name.to_owned(), value.clone())),
        );
        environment.extend(wanted.environment.clone());
        let cloud = format!("http://127.0.0.1:{}", self.setup.port);
        // Many tasks share this machine, so each has a port of its own, reachable only from this
        // machine.
        environment.insert("PORT".to_owned(), port.to_string());
        environment.insert("HOST".to_owned(), "127.0.0.1".to_owned());
        environment.insert("AWS_ENDPOINT_URL".to_owned(), cloud.clone());
        if let Some(token) = token {
            let uri = format!("{cloud}{}{token}", credentials::PATH);
            environment.insert("AWS_CONTAINER_CREDENTIALS_FULL_URI".to_owned(), uri);
        }
        environment
    }
}

/// Returns entry point and command: those of the task definition replace the image's. A new entry
/// point discards the image's command too.
fn command_line(wanted: &Wanted, config: Input<'_>) -> Result<Vec<String>, Failure> {
    let of_image = |name| config.texts(name).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let entry_point = wanted.entry_point.clone();
    let command = match (&wanted.command, &entry_point) {
        (Some(command), _) => command.clone(),
        (None, Some(_)) => Vec::new(),
        (None, None) => of_image("Cmd"),
    };
    let line = [entry_point.unwrap_or_else(|| of_image("Entrypoint")), command].concat();
    if line.is_empty() {
        return Err(Failure("CannotStartContainerError: no command specified".to_owned()));
    }
    Ok(line)
}

/// Returns the error for a process that cannot be started, in AWS's words.
pub(super) fn cannot_start(why: impl std::fmt::Display) -> Failure {
    Failure(format!(
        "CannotStartContainerError: failed to create shim task: OCI runtime create failed: \
         unable to start container process: {why}"
    ))
}

fn stand_in_note(made_for: &str) -> String {
    format!(
        "local cloud: the image is for linux/{made_for} and this machine is {}/{}, so the \
         backend built for this machine runs in its place",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// Returns whether this machine runs programs for Linux on this architecture.
fn is_host(architecture: &str) -> bool {
    let here = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    std::env::consts::OS == "linux" && architecture == here
}

/// Returns the architecture of a task definition, as images name it.
pub(super) fn architecture(definition: &Value) -> &'static str {
    match Input(definition).part("runtimePlatform").text("cpuArchitecture") {
        Some("ARM64") => "arm64",
        _ => "amd64",
    }
}
