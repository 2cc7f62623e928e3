//! A command of the AWS CLI as text: to be read, with the values that are known, or to be run by a
//! script, with its variables.

use crate::{
    engine::{Argument, Command},
    lab::{Values, placeholders},
};

/// What a placeholder is written as.
#[derive(Clone, Copy)]
pub(super) enum Written<'a> {
    /// Its value if it is known, else itself.
    Value(&'a Values),
    /// A variable.
    Variable,
}

/// The name of a placeholder without this is that of a variable.
pub(super) const MARK: &str = "REPLACE_ME_";

/// Returns the words of a command; a flag and its value are one.
pub(super) fn words(command: &Command, written: Written<'_>) -> Vec<String> {
    let mut words = vec![format!("aws {}", command.words)];
    for argument in &command.arguments {
        let word = match argument {
            Argument::Text(text) => quoted(text, written),
            Argument::File { path, scheme, .. } => format!("{scheme}{path}"),
            Argument::IfSet { flag, variable, usual } => match written {
                Written::Value(_) => format!("{flag} {usual}"),
                Written::Variable => format!("${{{variable}:+{flag} \"${variable}\"}}"),
            },
        };
        let is_flag = word.starts_with("--");
        match words.last_mut().filter(|last| !is_flag && last.starts_with("--")) {
            Some(flag) => flag.extend([" ", &word]),
            None => words.push(word),
        }
    }
    if let Some(query) = &command.query {
        words.push(format!("--query {}", quoted(query, written)));
        words.push("--output text".to_owned());
    }
    words
}

/// Returns words in lines of at most this width, as far as no word is longer, each but the last with a
/// backslash at its end. Further lines are indented.
pub(super) fn in_lines(words: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() + 3 <= width => {
                line.extend([" ", word]);
            }
            Some(line) => {
                *line += " \\";
                lines.push(format!("  {word}"));
            }
            None => lines.push(word.clone()),
        }
    }
    lines
}

/// Returns a text with its placeholders as they are written.
pub(super) fn filled(text: &str, written: Written<'_>) -> String {
    let mut filled = text.to_owned();
    for placeholder in placeholders::ALL {
        let name = placeholder.name();
        filled = match written {
            Written::Value(values) => match values.get(*placeholder) {
                Some(value) => filled.replace(name, value),
                None => filled,
            },
            Written::Variable => {
                filled.replace(name, &format!("${{{}}}", name.trim_start_matches(MARK)))
            }
        };
    }
    filled
}

/// Quotes a word for a shell, in which `$NAME` is a variable.
pub(super) fn quoted(word: &str, written: Written<'_>) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    let text = filled(word, written);
    if !text.is_empty() && text.chars().all(plain) {
        return text;
    }
    if !text.contains(['\'', '$']) {
        return format!("'{text}'");
    }
    let mut inside = String::new();
    for c in word.chars() {
        if matches!(c, '"' | '\\' | '`') {
            inside.push('\\');
        }
        inside.push(c);
    }
    format!("\"{}\"", filled(&inside, written))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::placeholders::{NLB_ARN, VPC_ID};

    #[test]
    fn a_word_is_quoted_where_a_shell_would_not_take_it_as_it_is() {
        let known = Values::of([(VPC_ID, "vpc-1")]);
        for (word, read, run) in [
            ("--name", "--name", "--name"),
            ("REPLACE_ME_VPC_ID", "vpc-1", "\"${VPC_ID}\""),
            ("a=REPLACE_ME_NLB_ARN", "a=REPLACE_ME_NLB_ARN", "\"a=${NLB_ARN}\""),
            ("{\"a\": 1}", "'{\"a\": 1}'", "'{\"a\": 1}'"),
            ("x[?n=='y']", "\"x[?n=='y']\"", "\"x[?n=='y']\""),
            ("x[?n==`1`]", "'x[?n==`1`]'", "'x[?n==`1`]'"),
            ("'$A`\"'", "\"'$A\\`\\\"'\"", "\"'$A\\`\\\"'\""),
        ] {
            assert_eq!(quoted(word, Written::Value(&known)), read);
            assert_eq!(quoted(word, Written::Variable), run);
        }
    }

    #[test]
    fn no_placeholder_is_the_beginning_of_another() {
        for one in placeholders::ALL {
            let mut others = placeholders::ALL.iter().filter(|other| *other != one);
            assert!(!others.any(|other| other.name().starts_with(one.name())), "{one}");
        }
    }

    #[test]
    fn a_long_command_has_several_lines() {
        let command = Command::named("elbv2 wait it", &[])
            .arg("--load-balancer-arns", NLB_ARN.name())
            .word("other")
            .word("--force");
        let none = Values::default();
        let words = words(&command, Written::Value(&none));
        assert_eq!(
            in_lines(&words, 50),
            [
                "aws elbv2 wait it \\",
                "  --load-balancer-arns REPLACE_ME_NLB_ARN other \\",
                "  --force"
            ]
        );
        assert_eq!(in_lines(&words, 200).len(), 1);
    }
}
