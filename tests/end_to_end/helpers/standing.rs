//! A complete lab as its visitors find it: what a command that fails, or cannot see everything,
//! must leave as it is.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use super::{
    BUCKET, CLUSTER, SERVICE,
    backend::{api_address, backend_address, run_with},
    binaries::backend,
    cloud::Cloud,
    command::{Ended, within_patience},
    http::http,
};

const LOOK: &str = "/mysfits";
const LIKE: &str = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3/like";
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A lab that was deployed as a whole.
pub(crate) struct Lab {
    pub(crate) cloud: Cloud,
    balancer: String,
    api: String,
}

/// What of a lab must stay as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// `config.js` as the website serves it.
    pub(crate) config: String,
    /// How the load balancer and the API answer an anonymous read.
    looks: [u16; 2],
    /// How they answer a like by somebody who has not signed in.
    likes: [u16; 2],
    /// The revision that the service runs.
    revision: String,
    /// The environment of its container.
    pub(crate) environment: BTreeMap<String, String>,
    /// All active revisions.
    active: Vec<String>,
}

impl Lab {
    /// Deploys all parts of a lab, and returns it with its state, in which the guard works.
    pub(crate) fn deployed() -> (Self, Standing) {
        let cloud = Cloud::start();
        let deployed = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
        let (balancer, api) = (backend_address(&deployed), api_address(&deployed));
        let lab = Self { cloud, balancer, api };
        let standing = lab.standing();
        assert_eq!((standing.looks, standing.likes), ([200; 2], [401; 2]), "{standing:?}");
        for name in ["backend", "api", "cognito", "userPoolClient"] {
            assert_ne!(value(&standing.config, name), "", "{name} in {}", standing.config);
        }
        (lab, standing)
    }

    /// Runs `mysfits … --local` to its end, which must come soon.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        let args = [args, &["--service-binary", backend().to_str().unwrap()]].concat();
        within_patience(self.cloud.spawn(&args))
    }

    /// Returns the lab as it is now.
    pub(crate) fn standing(&self) -> Standing {
        let ways = [&self.balancer, &self.api];
        let (revision, environment, active) = self.cloud.wait_for(async |sdk| {
            let ecs = aws_sdk_ecs::Client::new(sdk);
            let service = ecs.describe_services().cluster(CLUSTER).services(SERVICE);
            let service = service.send().await.unwrap().services.unwrap().remove(0);
            let revision = service.task_definition.unwrap();
            let definition = ecs.describe_task_definition().task_definition(&revision);
            let definition = definition.send().await.unwrap().task_definition.unwrap();
            let set = definition.container_definitions()[0].environment().iter();
            let set = set.map(|it| (it.name().unwrap().to_owned(), it.value().unwrap().to_owned()));
            let active = ecs.list_task_definitions().send().await.unwrap();
            (revision, set.collect(), active.task_definition_arns.unwrap())
        });
        Standing {
            config: config(&self.cloud),
            looks: ways.map(|way| status(way, "GET", LOOK)),
            likes: ways.map(|way| status(way, "POST", LIKE)),
            revision,
            environment,
            active,
        }
    }

    /// Fails the test unless everything is as it was.
    #[track_caller]
    pub(crate) fn is_still(&self, before: &Standing, after: &str) {
        let changes = before.changes(&self.standing());
        assert!(changes.is_empty(), "after {after}: {}", changes.join("; "));
    }

    /// Fails the test unless the page uses the same addresses, and the backend requires the same
    /// tokens. Whether anything answers just now does not matter.
    #[track_caller]
    pub(crate) fn keeps_addresses_and_guard(&self, before: &Standing, after: &str) {
        let now = self.standing();
        let changes = before.changes_of_what_is_kept(&now);
        assert!(changes.is_empty(), "after {after}: {}", changes.join("; "));
        assert_ne!(now.likes[0], 200, "the load balancer lets everybody like after {after}");
    }

    /// Fails the test unless the backend requires the same tokens as before, and is up to do so.
    #[track_caller]
    pub(crate) fn is_guarded(&self, before: &Standing, after: &str) {
        let now = self.standing();
        assert_eq!(now.environment, before.environment, "after {after}");
        assert_eq!(now.likes[0], 401, "a like at the load balancer after {after}");
    }

    /// Returns how the load balancer answers a like by somebody who has not signed in.
    pub(crate) fn like_at_the_balancer(&self) -> u16 {
        status(&self.balancer, "POST", LIKE)
    }
}

impl Standing {
    /// Returns what is not as it was, each in a few words.
    pub(crate) fn changes(&self, now: &Self) -> Vec<String> {
        let mut changes = self.changes_of_what_is_kept(now);
        changes.extend(change("GET at balancer and API", &self.looks, &now.looks));
        changes.extend(change("anonymous like at balancer and API", &self.likes, &now.likes));
        changes.extend(change("revision of the service", &self.revision, &now.revision));
        changes.extend(change("active revisions", &self.active, &now.active));
        changes
    }

    /// Returns what is not as it was in the page's configuration and in the backend's environment.
    fn changes_of_what_is_kept(&self, now: &Self) -> Vec<String> {
        let lines = |config: &str| config.lines().map(str::to_owned).collect::<Vec<_>>();
        let (was, is) = (lines(&self.config), lines(&now.config));
        let pairs = was.iter().zip(&is);
        let mut changes: Vec<_> =
            pairs.filter_map(|(was, is)| change("config.js", was, is)).collect();
        changes.extend(change("lines of config.js", &was.len(), &is.len()));
        changes.extend(change("environment", &self.environment, &now.environment));
        changes
    }
}

fn change<T: std::fmt::Debug + PartialEq>(what: &str, was: &T, is: &T) -> Option<String> {
    (was != is).then(|| format!("{what}: {was:?} is {is:?}"))
}

/// Returns `config.js` as the website serves it.
pub(crate) fn config(cloud: &Cloud) -> String {
    let site = format!("{BUCKET}.s3-website.localhost:{}", cloud.port);
    let (status, config) = http(cloud.port, &site, "GET", "/config.js", "");
    assert_eq!(status, 200, "{config}");
    config
}

/// Returns a value of `config.js`.
pub(crate) fn value<'a>(config: &'a str, name: &str) -> &'a str {
    let start = format!("{name}: \"");
    let rest = config.split_once(&start).unwrap_or_else(|| panic!("no {name} in {config}")).1;
    rest.split('"').next().unwrap()
}

/// Returns the status of an answer without a token; 0 if there is none, as while no task runs.
fn status(address: &str, method: &str, path: &str) -> u16 {
    let (host, base) = address.split_once('/').unwrap_or((address, ""));
    let base = if base.is_empty() { String::new() } else { format!("/{base}") };
    let port: u16 = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let mut answer = Vec::new();
    let _ = TcpStream::connect(("127.0.0.1", port)).and_then(|mut stream| {
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "{method} {base}{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
        )?;
        stream.read_to_end(&mut answer)
    });
    let answer = String::from_utf8_lossy(&answer);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Repairs a lab, whatever a test has done to it.
#[track_caller]
pub(crate) fn repaired(lab: &Lab) {
    lab.run(&["deploy", "all"]).exit(0);
}

/// Fails the test unless the command reports that it kept something.
#[track_caller]
pub(crate) fn says_what_it_keeps(ended: &Ended) {
    let said = ended.stderr.contains("kept") || ended.stderr.contains("keeps");
    assert!(said, "it does not say what it keeps: {}", ended.stderr);
}
