//! The help: complete, and fit for the screens that it is read on.

use std::collections::BTreeMap;

use clap::{CommandFactory as _, Parser as _};

use super::*;
use crate::cli::{Cli, command_line::command};

/// How many rows the short help may have: those of the smallest usual terminal.
const ROWS: usize = 24;

/// Returns the paths of all visible commands; those that only lead to others too.
fn paths() -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut open = vec![(Vec::new(), command())];
    while let Some((path, command)) = open.pop() {
        for below in command.get_subcommands().filter(|it| !it.is_hide_set()) {
            let path = [path.as_slice(), &[below.get_name().to_owned()]].concat();
            open.push((path, below.clone()));
        }
        paths.push(path);
    }
    paths.sort();
    paths
}

fn find(path: &[String]) -> Command {
    let command = command();
    path.iter().fold(command, |it, word| it.find_subcommand(word).unwrap().clone())
}

/// Returns what this command prints with this flag, on a terminal of this width.
fn help(path: &[String], flag: &str, width: usize) -> String {
    let typed = [&["mysfits".to_owned()], path, &[flag.to_owned()]].concat();
    let command = grouped(command(), width).term_width(width);
    command.try_get_matches_from(typed).unwrap_err().to_string()
}

#[test]
fn every_command_is_in_one_group_and_has_examples() {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Group { heading, commands } in GROUPS {
        commands.iter().for_each(|(path, _)| groups.entry(path).or_default().push(heading));
    }
    let is_section = |path: &[String]| {
        path.first().is_some_and(|name| Section::all().any(|section| section.name() == name))
    };
    for path in paths() {
        let (command, name) = (find(&path), path.join(" "));
        // Not those that only lead to others, nor the verbs of a section.
        let leads = command.has_subcommands() && !(is_section(&path) && path.len() == 1);
        if leads || (is_section(&path) && path.len() > 1) {
            continue;
        }
        let of = groups.remove(name.as_str()).unwrap_or_default();
        assert_eq!(
            of.len(),
            1,
            "`mysfits {name}` must be in one group of `GROUPS` in src/cli/help.rs, with its \
             `EXAMPLES`; it is in {of:?}"
        );
        assert!(
            !examples(&command, &path).is_empty(),
            "`mysfits {name}` has no examples: declare `EXAMPLES` beside its `Args`"
        );
    }
    assert!(groups.is_empty(), "`GROUPS` in src/cli/help.rs lists what is no command: {groups:?}");
}

#[test]
fn every_example_is_a_command_line_of_its_command() {
    for path in paths() {
        let examples = examples(&find(&path), &path);
        assert!(examples.len() <= 3, "{path:?} has too many examples to be read");
        for Example { line, what, .. } in examples {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert!(
                words[1..].starts_with(&path.iter().map(String::as_str).collect::<Vec<_>>()),
                "{line}"
            );
            assert!(!what.ends_with('.') && what.starts_with(char::is_uppercase), "{line}: {what}");
            Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }
}

#[test]
fn the_short_help_fits_on_a_screen() {
    let rows = |path: &Vec<String>| help(path, "-h", 80).trim_end().lines().count();
    let long: Vec<_> = paths().into_iter().filter(|path| rows(path) > ROWS).collect();
    let shown = long.iter().map(|path| help(path, "-h", 80)).collect::<Vec<_>>().join("\n\n");
    assert!(
        long.is_empty(),
        "{long:?} have more than {ROWS} rows with `-h`: give their less usual flags \
         `hide_short_help = true`\n{shown}"
    );
}

#[test]
fn no_line_of_the_help_is_wider_than_the_terminal() {
    for path in paths() {
        for (flag, width) in [("-h", 40), ("--help", 40), ("-h", 80), ("--help", 80)] {
            let help = help(&path, flag, width);
            for line in help.lines() {
                let length = line.trim_end().chars().count();
                // Clap breaks neither the usage nor a flag with its value, and nobody a word.
                let is_whole = line.starts_with("Usage: ") || line.trim_start().starts_with('-');
                let is_whole = is_whole || line.split_whitespace().count() <= 1;
                assert!(length <= width || is_whole, "{path:?} {flag} at {width}: {line}");
            }
        }
    }
}

#[test]
fn the_help_lists_each_command_once_and_below_its_group() {
    let long = help(&[], "--help", 80);
    let mut at = 0;
    for Group { heading, commands } in GROUPS {
        at += long[at..]
            .find(&format!("\n{heading}:\n"))
            .unwrap_or_else(|| panic!("{heading}: {long}"));
        for (path, _) in *commands {
            let line = format!("\n  {path} ");
            assert_eq!(long.matches(&line).count(), 1, "{path}: {long}");
            assert!(long[at..].contains(&line), "{path} is not below {heading}: {long}");
        }
    }
    let short = help(&[], "-h", 80);
    assert!(short.contains("\nThe lab:        deploy, plan, cleanup"), "{short}");
    assert!(short.contains("local start, stop"), "{short}");
    assert!(short.contains("Usage: mysfits [OPTIONS] <COMMAND>\n"), "{short}");
    assert!(!short.contains("Commands:"), "{short}");
}

#[test]
fn a_section_has_the_examples_of_the_verbs() {
    let path = ["table".to_owned(), "deploy".to_owned()];
    let lines = |path: &[String]| {
        let examples = examples(&find(path), path);
        examples.into_iter().map(|example| example.line.into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lines(&path), ["mysfits table deploy --local"]);
    assert_eq!(lines(&path[..1])[0], "mysfits table deploy --local");
    assert!(help(&path, "--help", 80).contains("Examples:\n  mysfits table deploy --local\n"));
    assert!(!help(&path, "-h", 80).contains("Examples:"));
}

#[test]
fn hidden_words_of_other_programs_are_in_no_list() {
    let long = help(&[], "--help", 80) + &help(&[], "-h", 80);
    for word in ["up", "down", "destroy", "ls"] {
        assert!(!long.contains(&format!("\n  {word} ")), "{word}: {long}");
        let below = Cli::command();
        assert!(below.find_subcommand(word).is_some(), "{word}");
    }
}
