//! How a task begins: its network interface, its images, its processes, its targets.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    time::Duration,
};

use serde_json::Value;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use super::{
    Ecs, arns, containers,
    life::{End, Life, PROVISIONING, Running, set_container},
    output,
    prepare::{self, Failure, Prepared, Start},
    process::{Process, Signal},
    state::{Phase, Task, TaskInterface, Vpc, uuid},
};
use crate::{
    place::Place,
    ports::{NewInterface, Target},
    times, work,
};

/// How long AWS tries to reach a registry.
const PULL_TIMEOUT: Duration = Duration::from_mins(2);
/// How long the last lines of a process that has ended may take.
const LAST_LINES: Duration = Duration::from_secs(2);
/// AWS's words when Fargate has no place for a task.
pub(super) const NO_CAPACITY: &str = "Capacity is unavailable at this time. Please try again later \
                                      or in a different availability zone";
/// Linux's error for a program for another kind of machine, and the exit code that results.
const NO_EXEC: i32 = 8;
const CANNOT_EXECUTE: i32 = 255;

impl Life {
    pub(super) fn attach(&self, mut task: Task) -> Result<Task, Failure> {
        let open = self.ecs.open_subnets(&self.place, &task.vpc);
        let Some(subnet) = open.get(pick(&self.id, open.len())).copied() else {
            return Err(Failure(NO_CAPACITY.to_owned()));
        };
        let attachment = uuid();
        let arn = arns::arn(&self.place, "attachment", &attachment);
        let interface = NewInterface {
            subnet_id: subnet,
            group_ids: &task.vpc.groups,
            description: arn,
            interface_type: "interface",
            public: task.vpc.public,
        };
        let network = &self.ecs.neighbours.network;
        let known = network.subnet(&self.place, subnet);
        let attached = network.attach(&self.place, &interface).map_err(|why| {
            Failure(format!(
                "Unexpected EC2 error while attempting to Create Network Interface \
                             in subnet '{subnet}': {}",
                why.code
            ))
        })?;
        let interface = TaskInterface {
            attachment,
            id: attached.id,
            subnet: subnet.clone(),
            zone: known.map(|known| known.availability_zone).unwrap_or_default(),
            ip: attached.private_ip,
            mac: attached.mac_address,
        };
        task.interface = Some(interface.clone());
        self.change(|task| {
            task.interface = Some(interface);
            task.phase = Phase::Pending;
            task.times.insert("connectivityAt".to_owned(), times::now());
        });
        Ok(task)
    }

    /// Pulls and unpacks what the containers need.
    pub(super) async fn prepare(
        &mut self,
        task: &Task,
        definition: &Value,
    ) -> Result<Vec<Prepared>, End> {
        self.stamp("pullStartedAt");
        let wanted = containers::of(definition, &task.overrides);
        for container in &wanted {
            if let Err(timeout) = self.ecs.check_route(&self.place, task, &container.image) {
                self.pause(PROVISIONING.taking(PULL_TIMEOUT)).await?;
                return Err(End::Failed(timeout));
            }
        }
        let role = definition["taskRoleArn"].as_str();
        self.token = role.map(|role| self.ecs.credentials.issue(&self.place.account, role));
        let (ecs, place, task) = (self.ecs.clone(), self.place.clone(), task.clone());
        let (architecture, token) = (prepare::architecture(definition), self.token.clone());
        // Images are large and files are slow.
        let prepared = work::run(move || {
            let one = |wanted| ecs.prepare(&place, &task, wanted, architecture, token.as_deref());
            wanted.into_iter().map(one).collect::<Result<Vec<_>, _>>()
        });
        let prepared = prepared.await.unwrap_or_else(|why| Err(Failure(why.to_string())));
        let prepared = prepared.map_err(End::Failed)?;
        self.change(|task| {
            for (container, known) in prepared.iter().zip(&mut task.containers) {
                known.digest = Some(container.digest.clone());
                known.port = Some(container.port);
            }
        });
        Ok(prepared)
    }

    pub(super) async fn start(&mut self, container: Prepared) -> Result<(), Failure> {
        let Prepared { wanted, stream, start, .. } = container;
        let logs = self.ecs.neighbours.logs.clone();
        let say = |line: &str| {
            if let Some(to) = &stream {
                let line = [(times::now(), line.to_owned())];
                let _ = logs.append(&to.place, &to.group, &to.name, &line);
            }
        };
        if let Start::StandIn(_, why) = &start {
            say(why);
            self.change(|task| task.reason = Some(why.clone()));
        }
        let started = match &start {
            Start::Run(run) | Start::StandIn(run, _) => {
                let launcher = self.ecs.setup.launcher.as_ref();
                Process::start(run, launcher, &self.ecs.guard).await
            }
            Start::WrongFormat(_) => Err(std::io::Error::from_raw_os_error(NO_EXEC)),
        };
        let (signal, signals) = watch::channel(None);
        let number = self.running.len();
        match started {
            Ok(mut process) => {
                let output = output::follow(process.output(), logs.clone(), stream.clone());
                self.ends.spawn(async move { (number, supervise(process, signals, output).await) });
            }
            Err(why) if why.raw_os_error() == Some(NO_EXEC) => {
                let program = match start {
                    Start::WrongFormat(program) => program,
                    Start::Run(run) | Start::StandIn(run, _) => {
                        run.program.file_name().unwrap_or_default().to_string_lossy().into_owned()
                    }
                };
                say(&format!("exec {program}: exec format error"));
                self.ends.spawn(async move { (number, CANNOT_EXECUTE) });
            }
            Err(why) => return Err(prepare::cannot_start(why)),
        }
        let (name, essential) = (wanted.name, wanted.essential);
        self.change(|task| set_container(task, &name, |one| one.phase = Phase::Running));
        let stop_timeout = wanted.stop_timeout;
        self.running.push(Running { name, essential, signal, stop_timeout });
        Ok(())
    }

    /// Registers the task in the target groups of its service.
    pub(super) fn register_targets(&self) {
        let Ok(task) = self.task() else { return };
        let Some(interface) = &task.interface else { return };
        for balancer in &task.load_balancers {
            let port = task.containers.iter().find(|one| one.name == balancer.container);
            let Some(port) = port.and_then(|container| container.port) else { continue };
            let process = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let target = Target { ip: interface.ip.clone(), port: balancer.port, process };
            let targets = &self.ecs.neighbours.targets;
            targets.register(&self.place, &balancer.target_group, target);
            self.say(
                &task,
                &format!("registered 1 targets in (target-group {})", balancer.target_group),
            );
        }
    }
}

impl Ecs {
    /// Returns the subnets of these in which tasks can be started now: all, except during outages.
    pub(super) fn open_subnets<'a>(&self, place: &Place, vpc: &'a Vpc) -> Vec<&'a String> {
        let conditions = self.setup.outages.of(place, None);
        let is_open = |subnet: &&String| {
            let known = self.neighbours.network.subnet(place, subnet);
            // One that is gone is an error of its own.
            known.is_none_or(|known| conditions.takes(&known.availability_zone))
        };
        vpc.subnets.iter().filter(is_open).collect()
    }

    pub(super) fn prepare(
        &self,
        place: &Place,
        task: &Task,
        wanted: containers::Wanted,
        architecture: &str,
        token: Option<&str>,
    ) -> Result<Prepared, Failure> {
        let stream = match &wanted.log {
            Some(log) => Some(self.stream(place, task, &wanted.name, log)?),
            None => None,
        };
        let digest = self.pinned(place, task, &wanted.image);
        let pulled = self.pull(place, &wanted.image, digest.as_ref(), architecture)?;
        self.pin(place, task, &wanted.image, &pulled.digest);
        let port = free_port().map_err(prepare::cannot_start)?;
        let environment = self.environment(place, &wanted, port, token);
        let root = self.roots.join(&task.id).join(&wanted.name);
        let start = self.start_of(&wanted, &pulled, &root, environment, architecture)?;
        Ok(Prepared { wanted, digest: pulled.digest, port, stream, start })
    }
}

/// Waits for the end of a process and of its output, and passes signals on.
async fn supervise(
    mut process: Process,
    mut signals: watch::Receiver<Option<Signal>>,
    output: JoinHandle<()>,
) -> i32 {
    let code = loop {
        let changed = tokio::select! {
            code = process.ended() => break code,
            changed = signals.changed() => changed,
        };
        if changed.is_err() {
            // Nobody waits for this process any more, nor can send another signal.
            process.signal(Signal::Kill);
            break process.ended().await;
        }
        if let Some(signal) = *signals.borrow_and_update() {
            process.signal(signal);
        }
    };
    let _ = timeout(LAST_LINES, output).await;
    code
}

/// Picks one of this many by an id: tasks spread over the subnets.
fn pick(id: &str, count: usize) -> usize {
    id.bytes().map(usize::from).sum::<usize>() % count.max(1)
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
