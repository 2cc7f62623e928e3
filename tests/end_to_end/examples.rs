//! The examples in the help do what they say: each is run against a local cloud that has the whole
//! lab. Those that the tests only parse say why; the unit tests of the help parse all of them.

use mysfits::{Example, Listed};

use crate::helpers::{backend::run_with, binaries::backend, cloud::Cloud, command::ended};

/// Runs an example as it stands, but in the local cloud, with every question answered.
#[track_caller]
fn works(cloud: &Cloud, line: &str) {
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let mut command = cloud.command(&words);
    command.env("MYSFITS_LOCAL", "true").env("MYSFITS_YES", "true");
    let ended = ended(command.env("MYSFITS_SERVICE_BINARY", backend()));
    assert_eq!(ended.code, Some(0), "{line}\n{}\n{}", ended.stdout, ended.stderr);
}

#[test]
fn every_example_works() {
    let commands = mysfits::commands();
    assert!(commands.len() >= 20, "{commands:?}");
    let cloud = Cloud::start();
    let deploy = || run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    deploy();
    cloud.forget_requests();
    // Those that end or empty the local cloud have one of their own.
    let of_lab = commands.iter().filter(|command| !command.path.starts_with("local "));
    for Listed { examples, .. } in of_lab {
        for Example { line, .. } in examples.iter().filter(|it| it.only_parsed.is_none()) {
            works(&cloud, line);
            // Each finds the whole lab.
            if !cloud.changes().is_empty() {
                deploy();
                cloud.forget_requests();
            }
        }
    }
}

/// The commands after which the local cloud is not what it was.
const ENDS: [&str; 3] = ["local start", "local stop", "local reset"];

#[test]
fn every_example_of_the_local_cloud_works() {
    let shared = Cloud::start();
    run_with(&shared, backend(), &["deploy", "part-3"]).exit(0);
    let mut own = 0;
    for Listed { path, examples } in mysfits::commands() {
        if !path.starts_with("local ") {
            continue;
        }
        let ended = ENDS.contains(&path.as_str()).then(Cloud::start);
        own += usize::from(ended.is_some());
        for Example { line, .. } in examples.iter().filter(|it| it.only_parsed.is_none()) {
            works(ended.as_ref().unwrap_or(&shared), line);
            if ended.is_none() {
                // What it broke is whole again for the next one.
                works(&shared, "mysfits local heal");
            }
        }
    }
    assert_eq!(own, ENDS.len());
}
