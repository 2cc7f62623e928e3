//! How one does by hand what a resource does: the commands of the AWS CLI, as data. From it derive
//! the commands that `explain` shows, and the script that runs them.

use crate::{
    aws::Operation,
    lab::{LabFile, Placeholder, Template},
};

/// How one does by hand what a resource does.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByHand {
    /// The way up.
    pub(crate) up: Vec<Deed>,
    /// The way down.
    pub(crate) down: Vec<Deed>,
    /// The files that the commands read.
    pub(crate) files: Vec<LabFile>,
}

/// One thing that is done by hand.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// Says what to know, or why there is nothing to do.
    Say(&'static str),
    /// Runs a command.
    Run(Command),
    /// Looks, and does the rest only if nothing is there. What is there is noted.
    Unless(Command, Vec<Deed>),
    /// Looks, and does the rest only if something is there.
    If(Command, Vec<Deed>),
    /// Does the rest for each of the names that a command answers, and that it notes.
    Each(Command, Vec<Deed>),
    /// Does the rest only if the AWS CLI is new enough to know this operation.
    IfKnown(&'static Operation, Vec<Deed>),
    /// Repeats a look until it answers this. There is no `aws … wait` for it.
    Until(Command, &'static str),
    /// Repeats a look until nothing is there.
    UntilGone(Command),
    /// Notes all values that a command answers: lines of a placeholder and its value.
    NoteAll(Command),
    /// Notes a value that is known without asking.
    Set(Placeholder, String),
    /// Lines of a shell, with other tools than the AWS CLI.
    Shell(Vec<String>),
}

impl Deed {
    /// Creates lines of a shell.
    pub(crate) fn shell(lines: &[&str]) -> Self {
        Self::Shell(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    /// Returns the commands in it that look whether it has to be done, and those that do it.
    #[cfg(test)]
    pub(crate) fn commands(&self) -> Vec<&Command> {
        match self {
            Self::Say(_) | Self::Set(..) | Self::Shell(_) => Vec::new(),
            Self::Run(it) | Self::Until(it, _) | Self::UntilGone(it) | Self::NoteAll(it) => {
                vec![it]
            }
            Self::IfKnown(_, rest) => rest.iter().flat_map(Self::commands).collect(),
            Self::Unless(look, rest) | Self::If(look, rest) | Self::Each(look, rest) => {
                std::iter::once(look).chain(rest.iter().flat_map(Self::commands)).collect()
            }
        }
    }
}

/// An argument of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// A text, perhaps with placeholders and `$VARIABLES`.
    Text(String),
    /// A file of the lab, by its path.
    File {
        /// Its path among the lab's files.
        path: &'static str,
        /// What the AWS CLI takes: `file://` for its text, `fileb://` for its bytes, nothing for
        /// its path.
        scheme: &'static str,
        /// Whether values are filled in.
        is_filled: bool,
    },
    /// A flag with the value of a variable, if that is not empty.
    IfSet {
        /// The flag.
        flag: &'static str,
        /// The variable.
        variable: &'static str,
        /// Its usual value.
        usual: &'static str,
    },
}

/// What a command's answer is noted as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// The name of a placeholder, or of a variable of the script.
    pub(crate) name: &'static str,
}

/// A command of the AWS CLI.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// The operations that it sends.
    pub(crate) operations: Vec<&'static Operation>,
    /// Its words up to the arguments, without `aws`.
    pub(crate) words: String,
    /// Its arguments.
    pub(crate) arguments: Vec<Argument>,
    /// What is asked of its answer: a `JMESPath` expression.
    pub(crate) query: Option<String>,
    /// What its answer is noted as.
    pub(crate) note: Option<Note>,
    /// AWS's code that means that it was done before.
    pub(crate) done_before: Option<&'static str>,
}

impl Command {
    /// Creates the command for an operation.
    pub(crate) fn of(operation: &'static Operation) -> Self {
        let words = format!("{} {}", operation.service.cli, operation.cli_name());
        Self::named(words, &[operation])
    }

    /// Creates the command that waits, looking by this operation, until something holds.
    pub(crate) fn wait(operation: &'static Operation, until: &str) -> Self {
        Self::named(format!("{} wait {until}", operation.service.cli), &[operation])
    }

    /// Creates a command with a name of its own, which sends these operations.
    pub(crate) fn named(words: impl Into<String>, operations: &[&'static Operation]) -> Self {
        Self {
            operations: operations.to_vec(),
            words: words.into(),
            arguments: Vec::new(),
            query: None,
            note: None,
            done_before: None,
        }
    }

    /// Adds an argument with a value.
    pub(crate) fn arg(self, flag: &str, value: impl Into<String>) -> Self {
        self.word(flag).word(value)
    }

    /// Adds a word.
    pub(crate) fn word(mut self, word: impl Into<String>) -> Self {
        self.arguments.push(Argument::Text(word.into()));
        self
    }

    /// Adds an argument whose value is the text of a file with values.
    pub(crate) fn file(self, flag: &str, template: &Template<'static>) -> Self {
        self.with_file(flag, template.path, "file://", true)
    }

    /// Adds an argument whose value is the bytes of a file with values.
    pub(crate) fn bytes(self, flag: &str, template: &Template<'static>) -> Self {
        self.with_file(flag, template.path, "fileb://", true)
    }

    /// Adds an argument whose value is the path of a file with values.
    pub(crate) fn path(self, flag: &str, template: &Template<'static>) -> Self {
        self.with_file(flag, template.path, "", true)
    }

    /// Adds an argument whose value is the text of a file without values.
    pub(crate) fn plain_file(self, flag: &str, path: &'static str) -> Self {
        self.with_file(flag, path, "file://", false)
    }

    fn with_file(
        mut self,
        flag: &str,
        path: &'static str,
        scheme: &'static str,
        is_filled: bool,
    ) -> Self {
        self = self.word(flag);
        self.arguments.push(Argument::File { path, scheme, is_filled });
        self
    }

    /// Adds a flag that is there only if a variable is.
    pub(crate) fn if_set(
        mut self,
        flag: &'static str,
        variable: &'static str,
        usual: &'static str,
    ) -> Self {
        self.arguments.push(Argument::IfSet { flag, variable, usual });
        self
    }

    /// Asks for a part of its answer.
    pub(crate) fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Asks for a part of its answer, and notes it.
    pub(crate) fn noting(self, value: Placeholder, query: impl Into<String>) -> Self {
        self.noting_as(value.name(), query)
    }

    /// Asks for a part of its answer, and notes it as a variable.
    pub(crate) fn noting_as(mut self, name: &'static str, query: impl Into<String>) -> Self {
        self.note = Some(Note { name });
        self.query(query)
    }

    /// Sets AWS's code that means that it was done before.
    pub(crate) fn unless_done(mut self, code: &'static str) -> Self {
        self.done_before = Some(code);
        self
    }
}
