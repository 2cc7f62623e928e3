//! A task's program: what it reaches of this machine, and that nothing of it is left when its task
//! or the local cloud ends. `SECURITY.md` lists what each of these tests shows.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, process::Command};

use aws_sdk_ecs::Client;
use mysfits_local::Confinement;

use crate::helpers::{
    CLUSTER, SERVICE,
    backend::{backend_address, run_with},
    binaries::small,
    cloud::Cloud,
    command::until,
    http::http,
};

/// Answers everybody; reads a file, runs a shell command or calls an address for those who ask for it
/// in hexadecimal.
const GUEST: &str = r#"
use std::{env, fs, io::{BufRead, BufReader, Read, Write}, net::{TcpListener, TcpStream}, process::Command};

fn main() {
    let address = format!("{}:{}", env::var("HOST").unwrap(), env::var("PORT").unwrap());
    for stream in TcpListener::bind(address).unwrap().incoming() {
        let mut stream = stream.unwrap();
        let head: Vec<String> =
            BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or("/");
        let mut parts = path.split('/').skip(1);
        let said = match (parts.next(), parts.next().map(decoded)) {
            (Some("read"), Some(path)) => fs::read(path).map_err(|error| error.to_string()),
            (Some("run"), Some(line)) => {
                let ran = Command::new("/bin/sh").arg("-c").arg(line).output().unwrap();
                if ran.status.success() { Ok(ran.stdout) } else { Err(String::from_utf8(ran.stderr).unwrap()) }
            }
            (Some("call"), Some(request)) => {
                let (address, request) = request.split_once(' ').unwrap();
                TcpStream::connect(address).and_then(|mut stream| {
                    let mut said = Vec::new();
                    stream.write_all(request.as_bytes())?;
                    stream.read_to_end(&mut said).map(|_| said)
                }).map_err(|error| error.to_string())
            }
            _ => Ok(Vec::new()),
        };
        let said = match said {
            Ok(said) => format!("good\n{}", String::from_utf8_lossy(&said)),
            Err(why) => format!("bad\n{why}"),
        };
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{said}", said.len());
    }
}

fn decoded(hex: &str) -> String {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    String::from_utf8((0..hex.len()).step_by(2).map(byte).collect()).unwrap()
}
"#;

/// A lab whose backend does what it is told.
struct Lab {
    cloud: Cloud,
    guest: Guest,
}

/// A task, or any of several behind a load balancer.
struct Guest {
    port: u16,
}

impl std::ops::Deref for Lab {
    type Target = Guest;

    fn deref(&self) -> &Guest {
        &self.guest
    }
}

impl Guest {
    /// Returns what the task has read or run, or why it could not.
    fn ask(&self, verb: &str, what: &str) -> Result<String, String> {
        let hex = what.bytes().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        let (_, said) = http(self.port, "localhost", "GET", &format!("/{verb}/{hex}"), "");
        match said.split_once('\n').unwrap() {
            ("good", said) => Ok(said.to_owned()),
            (_, why) => Err(why.to_owned()),
        }
    }

    #[track_caller]
    fn run(&self, line: &str) -> String {
        self.ask("run", line).unwrap_or_else(|why| panic!("`{line}`: {why}"))
    }

    #[track_caller]
    fn is_denied(&self, line: &str) {
        let why = self.ask("run", line).unwrap_err();
        let denied = ["Permission denied", "Operation not permitted"];
        assert!(denied.iter().any(|words| why.contains(words)), "`{line}`: {why}");
    }

    /// Starts a process that has left its task's process group and session, and returns its id.
    fn escapee(&self) -> String {
        let line = "setsid sleep 300 >/dev/null 2>&1 & echo $!";
        let id = self.run(line).trim().to_owned();
        until("it to be a session of its own", || {
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
            let session = stat.rsplit_once(") ").unwrap().1.split(' ').nth(3).unwrap();
            (session == id).then_some(())
        });
        id
    }

    /// Returns the variables of its environment.
    fn environment(&self) -> Vec<String> {
        let environment = self.ask("read", "/proc/self/environ").unwrap();
        environment.split_terminator('\0').map(str::to_owned).collect()
    }
}

impl Lab {
    fn deployed(name: &str) -> Self {
        let cloud = Cloud::start();
        let guest = small(name, GUEST);
        let deployed = run_with(&cloud, &guest, &["deploy", "part-3"]).exit(0);
        let address = backend_address(&deployed);
        let port = address.rsplit_once(':').unwrap().1.parse().unwrap();
        Self { cloud, guest: Guest { port } }
    }

    /// Returns the ids of the tasks' processes.
    fn processes(&self) -> Vec<String> {
        let folder = self.cloud.folder.path().canonicalize().unwrap();
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let of_a_task = |entry: &fs::DirEntry| {
            let program = fs::read_link(entry.path().join("exe"));
            program.is_ok_and(|program| program.starts_with(&folder))
        };
        entries.filter(of_a_task).map(|entry| entry.file_name().into_string().unwrap()).collect()
    }

    fn ecs<T>(&self, call: impl AsyncFnOnce(Client) -> T) -> T {
        self.cloud.wait_for(async |sdk| call(Client::new(sdk)).await)
    }

    fn stop_task(&self) {
        self.ecs(async |ecs| {
            let list = ecs.list_tasks().cluster(CLUSTER).send().await.unwrap();
            let stop = ecs.stop_task().cluster(CLUSTER).task(&list.task_arns()[0]);
            stop.send().await.unwrap();
        });
    }
}

fn until_gone(process: &str) {
    until("the process to be gone", || (!is_alive(process)).then_some(()));
}

fn is_alive(process: &str) -> bool {
    Path::new("/proc").join(process).join("exe").read_link().is_ok()
}

fn kill(process: &str) {
    assert!(Command::new("kill").args(["-KILL", process]).status().unwrap().success());
}

#[test]
fn a_process_that_left_its_group_ends_with_its_task() {
    let lab = Lab::deployed("escapes-task");
    let escapee = lab.escapee();
    lab.stop_task();
    until_gone(&escapee);
}

#[test]
fn a_process_that_left_its_group_ends_when_the_task_exits_by_itself() {
    let lab = Lab::deployed("escapes-exit");
    let escapee = lab.escapee();
    kill(&lab.processes()[0]);
    until_gone(&escapee);
}

#[test]
fn a_process_that_left_its_group_ends_when_the_local_cloud_is_killed() {
    let mut lab = Lab::deployed("escapes-cloud");
    let (escapee, task) = (lab.escapee(), lab.processes().remove(0));
    lab.cloud.restart(&["--pace", "0"]);
    until_gone(&escapee);
    until_gone(&task);
}

/// If somebody kills the launcher alone, as the system does that has no memory left.
#[test]
fn a_task_does_not_outlive_its_launcher() {
    let lab = Lab::deployed("orphan");
    let task = lab.processes().remove(0);
    let stat = fs::read_to_string(format!("/proc/{task}/stat")).unwrap();
    let launcher = stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap();
    assert_eq!(fs::read_to_string(format!("/proc/{launcher}/comm")).unwrap(), "task-launcher\n");
    kill(launcher);
    until_gone(&task);
}

/// Returns whether this system confines tasks. If not, the test that asks shows nothing.
#[expect(clippy::print_stderr, reason = "nobody should believe that it was tested")]
fn confines(test: &str) -> bool {
    let warning = Confinement::of_this_system().warning();
    if let Some(warning) = warning {
        eprintln!("{test} was SKIPPED: {warning}");
    }
    warning.is_none()
}

#[test]
fn what_a_program_needs_is_reached() {
    let lab = Lab::deployed("needs");
    for line in [
        "cat /etc/hosts",
        "ls /usr/bin",
        "head -c 8 /dev/urandom > /dev/null",
        "cat /proc/meminfo",
        "test ! -e /etc/resolv.conf || cat /etc/resolv.conf",
        "test ! -e /etc/ssl/certs || ls /etc/ssl/certs",
        "echo kept > own && test \"$(cat own)\" = kept && mkdir folder && mv own folder/own",
        "echo kept > \"$TMPDIR/own\" && test \"$(cat \"$TMPDIR/own\")\" = kept",
        "sleep 60 & kill $!",
    ] {
        lab.run(line);
    }
    let status = lab.ask("read", "/proc/self/status").unwrap();
    assert!(status.contains("NoNewPrivs:\t1\n"), "{status}");
    let names: BTreeSet<String> =
        lab.environment().iter().map(|pair| pair.split_once('=').unwrap().0.to_owned()).collect();
    for name in ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ENDPOINT_URL", "HOST", "PORT", "TMPDIR"]
    {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    for name in ["HOME", "USER", "MYSFITS_LOCAL_DIR"] {
        assert!(!names.contains(name), "{name} is in {names:?}");
    }
}

#[test]
fn what_is_its_users_is_not_reached() {
    if !confines("what_is_its_users_is_not_reached") {
        return;
    }
    let lab = Lab::deployed("reaches");
    let folder = lab.cloud.folder.path().canonicalize().unwrap();
    let (home, state) = (folder.join("home"), folder.join("state"));
    fs::write(home.join("secret"), "mine").unwrap();
    let (home, state) = (home.to_str().unwrap(), state.to_str().unwrap());
    let cloud = lab.cloud.id();
    for line in [
        &format!("cat {home}/secret"),
        &format!("ls {home}"),
        &format!("rm {home}/secret"),
        &format!("echo mine > {home}/secret"),
        &format!("echo mine > {home}/another"),
        &format!("ln -s /etc/hosts {home}/another"),
        &format!("ls {state}"),
        &format!("cat {state}/format.json"),
        &format!("cat /proc/{cloud}/environ"),
        &format!("cat /proc/{cloud}/cmdline"),
        &format!("kill -0 {cloud}"),
        "ls /",
        "ls ..",
        "ls /home",
        "ls /proc",
        "cat /etc/passwd",
        "echo mine > /tmp/mysfits-test",
        "echo mine > /dev/shm/mysfits-test",
        "cat < /dev/tty",
    ] {
        lab.is_denied(line);
    }
    assert_eq!(fs::read_to_string(format!("{home}/secret")).unwrap(), "mine");
}

/// What Landlock does not restrict. Who finds one of these denied takes it off the list.
#[test]
fn what_is_still_reached_is_known() {
    let lab = Lab::deployed("still");
    let home = lab.cloud.home().canonicalize().unwrap();
    fs::write(home.join("known"), "").unwrap();
    let known = home.join("known").to_str().unwrap().to_owned();
    lab.run(&format!("stat {known}"));
    lab.run(&format!("chmod 644 {known}"));
    lab.run(&format!("touch -d 2000-01-01 {known}"));
    // The network, with the local cloud in it, as the owner of any account.
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = format!(
        "127.0.0.1:{} POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=222222222222/20261128/eu-west-1/sts/\
         aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
        lab.cloud.port,
        body.len()
    );
    let said = lab.ask("call", &request).unwrap();
    assert!(said.contains("<Account>222222222222</Account>"), "{said}");
}

#[test]
fn another_task_and_its_credentials_are_not_reached() {
    if !confines("another_task_and_its_credentials_are_not_reached") {
        return;
    }
    let lab = Lab::deployed("credentials");
    lab.ecs(async |ecs| {
        let update = ecs.update_service().cluster(CLUSTER).service(SERVICE).desired_count(2);
        update.send().await.unwrap();
    });
    let both = until("both tasks", || {
        let both: Vec<Seen> = lab.processes().iter().filter_map(|id| Seen::of(id)).collect();
        (both.len() == 2).then_some(both)
    });
    for (one, other) in [(&both[0], &both[1]), (&both[1], &both[0])] {
        assert!(one.guest.environment().contains(&one.credentials));
        assert_ne!(one.credentials, other.credentials);
        for file in ["environ", "cmdline", "mem", "maps", "root/etc/hosts", "cwd/bin"] {
            let why = one.guest.ask("read", &format!("/proc/{}/{file}", other.process));
            assert!(why.as_ref().is_err_and(|why| why.contains("denied")), "{file}: {why:?}");
        }
        one.guest.is_denied(&format!("ls {}", other.root));
        one.guest.is_denied(&format!("kill -0 {}", other.process));
        one.guest.run(&format!("ls {}", one.root));
    }
}

/// A task as its user sees it.
struct Seen {
    process: String,
    guest: Guest,
    /// The variable with the address of its credentials.
    credentials: String,
    root: String,
}

impl Seen {
    /// Returns a task once it listens.
    fn of(process: &str) -> Option<Self> {
        let environment = fs::read_to_string(format!("/proc/{process}/environ")).ok()?;
        let of = |name: &str| environment.split('\0').find(|pair| pair.starts_with(name));
        let port = of("PORT=")?.trim_start_matches("PORT=").parse().ok()?;
        std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
        let root = fs::read_link(format!("/proc/{process}/cwd")).ok()?;
        Some(Self {
            process: process.to_owned(),
            guest: Guest { port },
            credentials: of("AWS_CONTAINER_CREDENTIALS_FULL_URI=")?.to_owned(),
            root: root.to_str()?.to_owned(),
        })
    }
}
