//! Commands that only read change nothing.

use std::process::{Command, Stdio};

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    calls::changes_by_cli,
    cloud::Cloud,
    command::{Ended, within_patience},
};

/// How many commands run at once.
const AT_ONCE: usize = 4;

/// Runs a command line to its end.
fn ends(cloud: &Cloud, line: &[String]) -> Ended {
    let line: Vec<&str> = line.iter().map(String::as_str).chain(["--local"]).collect();
    let mut command: Command = cloud.command(&line);
    within_patience(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

#[test]
fn no_command_that_reads_sends_what_writes() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    // The roster of the commands on a class.
    let roster = "name,account\nanna,000000000000\n";
    std::fs::write(cloud.home().join("class.csv"), roster).unwrap();
    let lines = mysfits::lines_that_read();
    assert!(lines.len() >= 20, "{lines:?}");
    for some in lines.chunks(AT_ONCE) {
        cloud.forget_requests();
        std::thread::scope(|scope| {
            let ended: Vec<_> =
                some.iter().map(|line| scope.spawn(|| ends(&cloud, line))).collect();
            for (ended, line) in ended.into_iter().zip(some) {
                let Ended { code, stdout, stderr } = ended.join().unwrap();
                assert!(code.is_some(), "{line:?} did not end: {stdout} {stderr}");
            }
        });
        assert!(cloud.requests().len() >= some.len(), "{some:?} asked for nothing");
        assert_eq!(changes_by_cli(&cloud), Vec::<String>::new(), "{some:?}");
    }
}
