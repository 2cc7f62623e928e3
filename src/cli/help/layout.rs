//! How the groups of commands and the examples are set in lines.

use std::fmt::Write as _;

use clap::{
    Command,
    builder::{StyledStr, Styles},
};

use super::{Example, Group};

/// The width of a heading in the short list, and of a command in the long one.
const COLUMN: usize = 15;
/// The narrowest terminal on which a description stands beside its command.
const NARROWEST: usize = 60;

/// Returns the groups with the names of their commands only.
pub(super) fn short(groups: &[Group], width: usize) -> StyledStr {
    let mut text = String::new();
    for Group { heading, commands } in groups {
        let mut names: Vec<&str> = Vec::new();
        let mut before = "";
        for (path, _) in *commands {
            let (family, name) = path.split_once(' ').unwrap_or(("", path));
            // `local start, stop, status`: the first word once.
            names.push(if family.is_empty() || family != before { path } else { name });
            before = family;
        }
        text.push_str(&title(heading, !text.is_empty()));
        hang(&mut text, &names.join(", "), heading.len() + 1, width);
    }
    text.into()
}

/// Returns the groups with one line for each command.
pub(super) fn long(groups: &[Group], command: &Command, width: usize) -> StyledStr {
    let literal = *Styles::styled().get_literal();
    let mut text = String::new();
    for Group { heading, commands } in groups {
        text.push_str(&title(heading, !text.is_empty()));
        for (path, _) in *commands {
            let about = path.split(' ').try_fold(command, |it, word| it.find_subcommand(word));
            let about = about.and_then(Command::get_about).map(ToString::to_string);
            let _ = write!(text, "\n  {literal}{path}{literal:#}");
            hang(&mut text, &about.unwrap_or_default(), path.len() + 2, width);
        }
        text.push('\n');
    }
    text.pop();
    text.into()
}

/// Returns the text of examples.
pub(super) fn examples_text(examples: &[Example]) -> StyledStr {
    let literal = *Styles::styled().get_literal();
    let mut text = title("Examples", false);
    for Example { line, what, .. } in examples {
        let _ = write!(text, "\n  {literal}{line}{literal:#}\n      {what}");
    }
    text.into()
}

/// Returns a heading, which is on the next line if `below`. The line's end is in the style: where a
/// styled text begins a line, clap counts its width from the end of the line before.
fn title(heading: &str, below: bool) -> String {
    let header = *Styles::styled().get_header();
    let end = if below { "\n" } else { "" };
    format!("{header}{end}{heading}:{header:#}")
}

/// Appends words behind what is on the line already, in a column of their own, and below it on a
/// narrow terminal.
fn hang(text: &mut String, words: &str, taken: usize, width: usize) {
    let column = if width < NARROWEST { 6 } else { COLUMN + 1 };
    let mut at = taken;
    if taken >= column {
        text.push('\n');
        at = 0;
    }
    let _ = write!(text, "{:blanks$}", "", blanks = column - at);
    at = column;
    for (place, word) in words.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 && at + 1 + length > width {
            let _ = write!(text, "\n{:column$}", "");
            at = column;
        } else if place > 0 {
            text.push(' ');
            at += 1;
        }
        text.push_str(word);
        at += length;
    }
}
