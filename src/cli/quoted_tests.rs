//! The commands in backticks in what people read can be typed: `mysfits` understands its own, and those
//! of the AWS CLI are of operations that the lab knows.

use clap::{Parser as _, error::ErrorKind};

use super::Cli;
use crate::{
    aws,
    destination::Destination,
    engine::Check,
    error::Help,
    lab::{AccountId, Names},
    resources::{Choices, Lab},
};

/// Returns what stands in backticks and begins with this program.
fn commands<'a>(text: &'a str, program: &'a str) -> impl Iterator<Item = &'a str> {
    let quoted = text.split('`').skip(1).step_by(2);
    // Its name alone is no command.
    quoted.filter(move |it| it.split_once(' ').is_some_and(|(first, _)| first == program))
}

/// Fails unless all commands of `mysfits` in this text can be typed. Returns how many there are.
fn can_be_typed(place: &str, text: &str) -> usize {
    let fails = |line: &&str| {
        let parsed = Cli::try_parse_from(line.split_whitespace());
        parsed.is_err_and(|error| {
            !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
        })
    };
    let all: Vec<_> = commands(text, "mysfits").collect();
    let failing: Vec<_> = all.iter().copied().filter(|line| fails(line)).collect();
    assert!(failing.is_empty(), "{place}: {failing:?}");
    all.len()
}

/// Returns whether the lab knows this command of the AWS CLI. `aws s3` has no operations, but words of
/// its own.
fn is_known_to_aws(line: &str) -> bool {
    match line.split_whitespace().skip(1).collect::<Vec<_>>()[..] {
        ["s3", word, ..] => ["cp", "sync", "ls", "rm", "mb", "rb"].contains(&word),
        [service, name, ..] => {
            aws::all().any(|it| it.service.cli == service && it.cli_name() == name)
        }
        _ => false,
    }
}

/// Returns the checks of the whole lab.
fn checks() -> Vec<&'static Check> {
    let destination = Destination::never_asked("123456789012", "eu-west-1");
    let names = Names::new(&AccountId::new("123456789012"), &destination.region, None, None);
    let lab = Lab::new(&destination, &names, &Choices::default()).unwrap();
    lab.resources().flat_map(|resource| resource.about().checks).collect()
}

#[test]
fn the_commands_in_explanations_and_hints_of_errors_can_be_typed() {
    let mut count = 0;
    for help in (0..1000).filter_map(|number| Help::of(&format!("MYS{number:03}"))) {
        for text in help.causes.iter().chain(&help.steps).chain([&help.entry.hint]) {
            count += can_be_typed(help.entry.number, text);
        }
    }
    assert!(count > 40, "only {count}");
}

#[test]
fn the_commands_in_checks_can_be_typed() {
    let (mut own, mut of_aws) = (0, 0);
    for check in checks() {
        for text in [check.why, check.hint] {
            own += can_be_typed(check.id, text);
            for line in commands(text, "aws") {
                assert!(is_known_to_aws(line), "{}: `{line}`", check.id);
                of_aws += 1;
            }
        }
    }
    assert!(own > 60 && of_aws > 0, "{own} of mysfits, {of_aws} of AWS");
}

#[test]
fn what_cannot_be_typed_is_found() {
    let found = |text: &'static str| std::panic::catch_unwind(|| can_be_typed("here", text));
    assert!(found("run `mysfits bucket deploj`").is_err());
    assert_eq!(found("run `mysfits bucket deploy` or `mysfit`").unwrap(), 1);
    assert!(is_known_to_aws("aws dynamodb create-table --table-name X"));
    for unknown in ["aws dynamodb make-table", "aws s3 copy", "aws"] {
        assert!(!is_known_to_aws(unknown), "{unknown}");
    }
}
