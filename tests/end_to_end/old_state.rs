//! A lab that commit 8844e83 has deployed, with its visitors and what they liked: this version
//! plans only intended changes for it, keeps it alive, and takes it down.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use aws_sdk_cognitoidentityprovider::types::AuthenticationResultType;
use md5::{Digest as _, Md5};
use serde_json::Value;

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    cloud::Cloud,
    command::until,
    leftovers::{assert_nothing_of_part_3, assert_nothing_of_part_4},
    standing::{config, value},
    visitor::{call, client, sign_in, visitor},
};

/// The state folder of its local cloud, from account 000000000000 in eu-west-1.
const ARCHIVE: &[u8] = include_bytes!("../data/state-8844e83.tgz");
/// The port on which that local cloud listened, as its addresses have it.
const OLD_PORT: &str = "14900";
/// The port of its load balancer.
const OLD_BALANCER: &str = "31562";

const PASSWORD: &str = "Passw0rd!x";
/// How many of the five visitors liked each mysfit. Nobody liked the others.
const LIKES: [(&str, u64); 5] =
    [("Atlantis", 5), ("CoCo", 4), ("Cole", 3), ("Evangeline", 2), ("Gary", 1)];

/// The resources that commit 8844e83 has deployed.
const DEPLOYED: [&str; 20] = [
    "bucket",
    "site",
    "table",
    "mysfits",
    "core-stack",
    "repository",
    "image",
    "log-group",
    "service-linked-role",
    "cluster",
    "task-definition",
    "load-balancer",
    "target-group",
    "listener",
    "service",
    "user-pool",
    "user-pool-client",
    "vpc-link",
    "rest-api",
    "stage",
];

/// Those in which this version may differ, each with the reason.
const INTENDED: [(&str, &str); 8] = [
    ("likes", "its visitors' likes are moved to a table of their own"),
    ("core-stack", "the tasks may write the likes"),
    ("image", "another compiler, or other code of the backend, makes another program"),
    ("task-definition", "it names the image by its digest"),
    ("service", "it runs the newest revision of the task definition"),
    ("rest-api", "the local load balancer is reached at its address, no longer at a name"),
    ("site", "the same"),
    ("stage", "each operation of the API names its parameters itself, so it is deployed anew"),
];

/// The old lab, on a local cloud of this version.
struct OldLab {
    cloud: Cloud,
    balancer: String,
}

impl OldLab {
    /// Starts the lab at free ports.
    fn started() -> Self {
        let [port, balancer] = free_ports();
        Self::at(port, &balancer.to_string())
    }

    /// Starts the lab with its load balancer where it was: the deployment of the API carries a
    /// digest of the whole definition, of which this port is a part.
    fn started_at_its_balancers_port() -> Self {
        let own = OLD_BALANCER.parse().unwrap();
        until("the port to be free", || TcpListener::bind(("127.0.0.1", own)).ok());
        let lab = Self::at(free_ports()[0], OLD_BALANCER);
        let is_there = lab.balancer.ends_with(&format!(":{OLD_BALANCER}"));
        assert!(is_there, "somebody took the port: {}", lab.balancer);
        lab
    }

    fn at(port: u16, balancer: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        tar::Archive::new(flate2::read::GzDecoder::new(ARCHIVE)).unpack(folder.path()).unwrap();
        move_to(&folder.path().join("state/state"), port, balancer);
        let cloud = Cloud::in_folder(folder, port, &["--pace", "0"]);
        let config = config(&cloud);
        let address = value(&config, "backend").strip_prefix("http://").unwrap().to_owned();
        let lab = Self { cloud, balancer: address };
        until("the tasks to run again", || {
            lab.plan().iter().all(|(_, action)| action != "wait").then_some(())
        });
        lab
    }

    /// Returns what `deploy` would do with each resource.
    fn plan(&self) -> Vec<(String, String)> {
        let args = ["plan", "all", "--output", "json"];
        let plan = run_with(&self.cloud, backend(), &args).exit(0).stdout;
        let lines = plan.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let rows = lines.filter(|line| line["type"] == "plan");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        rows.map(|row| (text(&row["resource"]), text(&row["action"]))).collect()
    }

    fn sign_in(&self, visitor: usize) -> AuthenticationResultType {
        let client = client(&self.cloud);
        let address = format!("visitor{visitor}@example.com");
        sign_in(&self.cloud, client.client_id().unwrap(), &address, PASSWORD)
    }

    fn mysfits(&self) -> Vec<Value> {
        let (_, answer) = call(&self.balancer, "GET", "/mysfits", None);
        answer["mysfits"].as_array().unwrap().clone()
    }

    fn path_of(&self, name: &str) -> String {
        let mysfits = self.mysfits();
        let mysfit = mysfits.iter().find(|it| it["name"] == name).unwrap();
        format!("/mysfits/{}", mysfit["mysfitId"].as_str().unwrap())
    }

    /// Every mysfit has as many likes as ever, and Atlantis has a home.
    #[track_caller]
    fn is_as_its_visitors_left_it(&self) {
        let mysfits = self.mysfits();
        assert_eq!(mysfits.len(), 12);
        for mysfit in &mysfits {
            let liked = LIKES.iter().find(|(name, _)| mysfit["name"] == *name);
            assert_eq!(mysfit["likes"], liked.map_or(0, |(_, likes)| *likes), "{mysfit}");
            assert_eq!(mysfit["adopted"], mysfit["name"] == "Atlantis", "{mysfit}");
        }
    }
}

/// Returns two ports on which nothing listens.
fn free_ports() -> [u16; 2] {
    let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
    [listen(), listen()].map(|listener| listener.local_addr().unwrap().port())
}

/// Changes the ports in the addresses in the state, so that the old ones need not be free.
fn move_to(state: &Path, port: u16, balancer: &str) {
    let port = format!(":{port}");
    let moved =
        |text: &str| text.replace(&format!(":{OLD_PORT}"), &port).replace(OLD_BALANCER, balancer);
    for service in ["ecs/regions", "elb", "apigateway"] {
        let file = state.join(service).join("000000000000/eu-west-1.json");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, moved(&text)).unwrap();
    }
    let bucket = state.join("s3/mysfits-000000000000-eu-west-1");
    let (file, mut object) = object(&bucket, "config.js");
    let content = &mut object["versions"][0]["content"];
    let body = bucket.join("bodies").join(content["body"].as_str().unwrap());
    let config = moved(&fs::read_to_string(&body).unwrap());
    content["size"] = config.len().into();
    content["etag"] = hex::encode(Md5::digest(&config)).into();
    let mut sum = flate2::Crc::new();
    sum.update(config.as_bytes());
    content["checksum"]["value"] = aws_smithy_types::base64::encode(sum.sum().to_be_bytes()).into();
    fs::write(body, config).unwrap();
    fs::write(file, object.to_string()).unwrap();
}

/// Returns what a bucket stores of an object, and where.
fn object(bucket: &Path, key: &str) -> (PathBuf, Value) {
    let files = fs::read_dir(bucket.join("objects")).unwrap().map(|entry| entry.unwrap().path());
    let mut objects =
        files.map(|file| (serde_json::from_slice::<Value>(&fs::read(&file).unwrap()), file));
    let found = objects.find_map(|(object, file)| {
        let object = object.unwrap();
        (object["key"] == key).then_some((file, object))
    });
    found.unwrap()
}

#[test]
fn only_what_is_meant_to_change_is_planned() {
    let lab = OldLab::started_at_its_balancers_port();
    let plan = lab.plan();
    let status = lab.cloud.run(&["status", "--output", "json"]).stdout;
    assert_eq!(plan.len(), status.matches("\"type\":\"status\"").count(), "{plan:?}");
    for (resource, action) in plan {
        let intended = INTENDED.iter().any(|(id, _)| *id == resource) && action != "blocked";
        let new = action == "create" && !DEPLOYED.contains(&resource.as_str());
        assert!(action == "unchanged" || intended || new, "{action} {resource}");
    }
}

#[test]
fn its_visitors_find_everything_as_they_left_it() {
    let lab = OldLab::started();
    lab.is_as_its_visitors_left_it();
    run_with(&lab.cloud, backend(), &["deploy", "all"]).exit(0);
    lab.is_as_its_visitors_left_it();

    let like =
        |name, token| call(&lab.balancer, "POST", &format!("{}/like", lab.path_of(name)), token);
    assert_eq!(like("Snowflake", None).0, 401);
    let tokens: Vec<_> = (0..5).map(|visitor| lab.sign_in(visitor)).collect();
    for tokens in &tokens {
        // All five have liked Atlantis already.
        let (status, said) = like("Atlantis", tokens.id_token());
        assert_eq!((status, &said["likes"], &said["counted"]), (200, &5.into(), &false.into()));
    }
    let (status, said) = like("Snowflake", tokens[0].id_token());
    assert_eq!((status, &said["likes"], &said["counted"]), (200, &1.into(), &true.into()));
    let adopt = format!("{}/adopt", lab.path_of("Atlantis"));
    assert_eq!(call(&lab.balancer, "POST", &adopt, tokens[0].id_token()).0, 409);
}

/// While tasks of both versions run, and after that, every like counts once.
#[test]
fn likes_during_the_deployment_are_kept() {
    let lab = OldLab::started();
    let client = client(&lab.cloud);
    let client = client.client_id().unwrap();
    let address = |number: usize| format!("during-{number}@example.com");
    let tokens: Vec<_> = (0..8).map(|it| visitor(&lab.cloud, client, &address(it))).collect();
    let like = format!("{}/like", lab.path_of("Snowflake"));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let deploy = scope.spawn(|| {
            let ended = run_with(&lab.cloud, backend(), &["deploy", "all"]);
            over.store(true, Ordering::Relaxed);
            ended.exit(0);
        });
        let mut waiting = tokens.iter();
        while !over.load(Ordering::Relaxed) {
            // One visitor more, and all before again: whoever answers, they count once.
            let new = waiting.len().saturating_sub(1);
            for tokens in &tokens[..tokens.len() - new] {
                let (status, said) = call(&lab.balancer, "POST", &like, tokens.id_token());
                assert!([0, 200, 502, 503].contains(&status), "{status} {said}");
            }
            waiting.next();
        }
        deploy.join().unwrap();
    });
    for (number, tokens) in tokens.iter().enumerate() {
        let (status, said) = call(&lab.balancer, "POST", &like, tokens.id_token());
        assert_eq!((status, said["likes"].as_u64() <= Some(8)), (200, true), "{number} {said}");
    }
    let snowflake = lab.mysfits().into_iter().find(|it| it["name"] == "Snowflake").unwrap();
    assert_eq!(snowflake["likes"], 8, "{snowflake}");
}

#[test]
fn it_is_taken_down_without_a_deploy() {
    let lab = OldLab::started();
    let ended = lab.cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert_nothing_of_part_3(&lab.cloud);
    assert_nothing_of_part_4(&lab.cloud);
    assert_eq!((lab.cloud.buckets().len(), lab.cloud.tables().len()), (0, 0));
}
