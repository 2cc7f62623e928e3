//! Several commands at once on one lab: none waits for another longer than a step takes, equal ones
//! end in one lab, contradicting ones say so, and several cleanups leave nothing.

use std::{
    fmt,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    calls::struck,
    cloud::Cloud,
    command::Ended,
    leftovers::{assert_nothing_of_part_3, assert_nothing_of_part_4, part_4_counts},
};

/// How many deploys run at the same time.
const DEPLOYS: usize = 4;

/// How many cleanups run at the same time.
const CLEANUPS: usize = 3;

/// What a run may take longer than all runs would one after the other: it acts again on what stays
/// as it was for half a minute, notices in two looks of 20 s that another run undoes its work, and
/// looks for half a minute at what is shown again. The longest is two minutes: a bucket that another
/// run removes while it is configured answers as one that AWS does not show yet. Waiting for each
/// other took 3 and 12 minutes.
const LONGEST_WAIT: Duration = Duration::from_secs(150);

/// A command that has ended.
struct Run {
    args: Vec<&'static str>,
    ended: Ended,
    took: Duration,
    /// The longest time in which it printed nothing, and what it had printed before.
    silence: (Duration, String),
}

impl Run {
    /// Runs a command with the real backend to its end.
    fn of(cloud: &Cloud, args: &[&'static str]) -> Self {
        let start = Instant::now();
        let binary = ["--service-binary", backend().to_str().unwrap()];
        let with = if args[0] == "deploy" { &binary[..] } else { &[] };
        let mut process = cloud.spawn(&[args, with].concat());
        let (mut stderr, mut before, mut last) = (String::new(), String::new(), start);
        let mut silence = (Duration::ZERO, String::new());
        for line in BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap) {
            if last.elapsed() > silence.0 {
                silence = (last.elapsed(), before);
            }
            stderr.push_str(&line);
            stderr.push('\n');
            (before, last) = (line, Instant::now());
        }
        let mut stdout = String::new();
        process.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        let code = process.wait().unwrap().code();
        Self {
            args: args.to_vec(),
            ended: Ended { code, stdout, stderr },
            took: start.elapsed(),
            silence,
        }
    }

    /// Runs commands at the same time.
    fn all(cloud: &Cloud, commands: &[&[&'static str]]) -> Vec<Self> {
        std::thread::scope(|scope| {
            let started: Vec<_> =
                commands.iter().map(|args| scope.spawn(|| Self::of(cloud, args))).collect();
            started.into_iter().map(|run| run.join().unwrap()).collect()
        })
    }

    /// Returns whether the run went well. Fails the test if it was contradicted and does not say what
    /// the other run does. One that has its network already may fail later, in that of the other.
    #[track_caller]
    fn ended_well_or_contradicted(&self) -> bool {
        let said = &self.ended.stderr;
        if said.contains("error[MYS054]") {
            let says_what = said.contains("being changed since 20") || said.contains("another run");
            assert!(says_what, "{self}\n{said}");
        }
        assert!(matches!(self.ended.code, Some(0 | 1)), "{self}\n{said}");
        self.ended.code == Some(0)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (silence, before) = &self.silence;
        write!(
            f,
            "{:45} exit {:?}  {:6.1} s, silent for {:5.1} s after `{before}`",
            self.args.join(" "),
            self.ended.code,
            self.took.as_secs_f32(),
            silence.as_secs_f32()
        )
    }
}

/// Tells whoever watches a long campaign, past the capture of tests' output.
fn tell(words: impl fmt::Display) {
    std::io::stderr().write_all(format!("{words}\n").as_bytes()).unwrap();
}

/// A local cloud, and how long one deploy takes in it.
struct Place {
    cloud: Cloud,
    single: Duration,
}

impl Place {
    fn at_pace(pace: &str) -> Self {
        // It is built the first time, which is no part of a deploy.
        backend();
        let cloud = Cloud::with_pace(pace);
        let deployed = Run::of(&cloud, &["deploy", "all"]);
        tell(format!("pace {pace}, alone: {deployed}"));
        assert_eq!(deployed.ended.code, Some(0), "{}", deployed.ended.stderr);
        cloud.reset();
        Self { cloud, single: deployed.took }
    }

    /// Runs commands at the same time. None may take longer than all would one after the other, and
    /// one wait.
    #[track_caller]
    fn run(&self, commands: &[&[&'static str]]) -> Vec<Run> {
        let runs = Run::all(&self.cloud, commands);
        let count = u32::try_from(commands.len()).unwrap();
        for run in &runs {
            tell(format!("  {run}"));
            let longest = self.single * count + LONGEST_WAIT;
            assert!(run.took < longest, "over {longest:?}: {run}\n{}", run.ended.stderr);
        }
        runs
    }

    /// There is one lab, as wanted.
    #[track_caller]
    fn is_one_lab(&self) {
        run_with(&self.cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
        for (what, count) in part_4_counts(&self.cloud) {
            assert_eq!(count, 1, "{what}");
        }
        assert_eq!((self.cloud.buckets().len(), self.cloud.tables().len()), (1, 2));
    }

    /// Several cleanups at once all end well, and leave nothing.
    #[track_caller]
    fn cleanups(&self) {
        for run in self.run(&[&["cleanup", "all", "--yes"][..]; CLEANUPS]) {
            assert_eq!(run.ended.code, Some(0), "{run}\n{}", run.ended.stderr);
        }
        self.is_empty();
    }

    #[track_caller]
    fn is_empty(&self) {
        assert_nothing_of_part_3(&self.cloud);
        assert_nothing_of_part_4(&self.cloud);
        assert_eq!((self.cloud.buckets().len(), self.cloud.tables().len()), (0, 0));
    }
}

fn equal_deploys(place: &Place) {
    for run in place.run(&[&["deploy", "all"][..]; DEPLOYS]) {
        assert_eq!(run.ended.code, Some(0), "{run}\n{}", run.ended.stderr);
    }
    place.is_one_lab();
    place.cleanups();
}

fn contradicting_deploys(place: &Place) {
    let classic: &[&str] = &["deploy", "all", "--topology", "classic"];
    let economy: &[&str] = &["deploy", "all", "--topology", "economy"];
    let runs = place.run(&[classic, economy, classic, economy]);
    let well = runs.iter().filter(|run| run.ended_well_or_contradicted()).count();
    assert!(well > 0, "all of them contradict each other");
    run_with(&place.cloud, backend(), &["deploy", "all"]).exit(0);
    place.is_one_lab();
    place.cleanups();
}

fn deploy_beside_cleanup(place: &Place) {
    for standing in [false, true] {
        if standing {
            run_with(&place.cloud, backend(), &["deploy", "all"]).exit(0);
        }
        // Whoever is overtaken by the other may fail, but ends. A stack that was left half removed is
        // removed by a cleanup only.
        place.run(&[&["deploy", "all"], &["cleanup", "all", "--yes"]]);
        place.cleanups();
    }
    run_with(&place.cloud, backend(), &["deploy", "all"]).exit(0);
    place.is_one_lab();
    place.cleanups();
}

/// What another run does between a look and a call is no failure: the next look shows it.
#[test]
fn what_another_run_has_just_done_is_looked_at_again() {
    let cloud = Cloud::start();
    let gone = "Invalid API identifier specified 000000000000:gone";
    let changing = "Stack:arn:a is in UPDATE_IN_PROGRESS state and can not be updated.";
    for (service, operation, code, message, args) in [
        ("apigateway", "PutRestApi", "NotFoundException", gone, &["deploy", "all"][..]),
        (
            "cloudformation",
            "UpdateStack",
            "ValidationError",
            changing,
            &["deploy", "all", "--topology", "economy"],
        ),
    ] {
        cloud.faults(&json!([{ "kind": "error", "service": service, "operation": operation,
            "code": code, "message": message, "times": 1 }]));
        run_with(&cloud, backend(), args).exit(0);
        assert_eq!(struck(&cloud, (service, operation), code), 1, "{operation}");
    }
}

#[test]
fn a_revision_that_another_cleanup_has_deleted_is_gone() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let (operation, code) = ("DeregisterTaskDefinition", "ClientException");
    cloud
        .faults(&json!([{ "kind": "error", "service": "ecs", "operation": operation, "code": code,
        "message": "The specified task definition does not exist.", "times": 1 }]));
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert_eq!(struck(&cloud, ("ecs", operation), code), 1);
}

#[test]
fn equal_deploys_end_in_one_lab_and_cleanups_in_none() {
    let place = Place::at_pace("0");
    for _ in 0..2 {
        equal_deploys(&place);
    }
}

#[test]
#[ignore = "long: `tests/long/run` runs it; what it meets depends on chance"]
fn contradicting_deploys_say_so() {
    let place = Place::at_pace("0");
    for _ in 0..2 {
        contradicting_deploys(&place);
    }
}

#[test]
#[ignore = "long: `tests/long/run` runs it; what it meets depends on chance"]
fn a_deploy_beside_a_cleanup_ends() {
    deploy_beside_cleanup(&Place::at_pace("0"));
}

#[test]
#[ignore = "long: `tests/long/run` runs it"]
fn all_of_them_many_times() {
    for (pace, rounds) in [("0", 10), ("0.01", 3)] {
        let place = Place::at_pace(pace);
        for round in 1..=rounds {
            for (name, play) in [
                ("equal deploys", equal_deploys as fn(&Place)),
                ("contradicting deploys", contradicting_deploys),
                ("deploy beside cleanup", deploy_beside_cleanup),
            ] {
                tell(format!("pace {pace}, round {round}: {name}"));
                play(&place);
            }
        }
    }
}
