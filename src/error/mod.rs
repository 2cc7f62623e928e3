//! Errors as shown to users: a code, a sentence, AWS's own words, one hint, an exit code. `aws/`
//! parses AWS's errors; `report/` prints errors.

mod code;
mod help;

use std::fmt;

pub(crate) use code::Code;
pub(crate) use help::Help;

/// The exit codes. They are documented in the README and are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// An error.
    Failed = 1,
    /// The command line or the settings are wrong; nothing was tried.
    Usage = 2,
    /// Partly done: something is left over.
    Partly = 3,
    /// `plan --exit-code` found changes.
    Changes = 4,
    /// Ctrl-C.
    Interrupted = 130,
}

/// The error that AWS itself returned, verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsWords {
    /// The operation, such as `s3 PutBucketPolicy`.
    pub(crate) operation: String,
    /// The IAM action that allows it, such as `s3:PutBucketPolicy`.
    pub(crate) action: String,
    /// AWS's code, such as `AccessDenied`.
    pub(crate) code: String,
    /// AWS's message.
    pub(crate) message: String,
}

/// An observation that shows the cause: the last lines of a task, how one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Its source, such as `log`.
    pub(crate) source: &'static str,
    /// The observation, verbatim.
    pub(crate) text: String,
}

/// An error for users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error {
    /// Its kind.
    pub(crate) code: Code,
    /// What happened to which resource, in one sentence.
    pub(crate) message: String,
    /// AWS's own words, if the error came from AWS.
    pub(crate) aws: Option<Box<AwsWords>>,
    /// Whether AWS continues the operation, although nothing waits for it any more.
    pub(crate) aws_continues: bool,
    /// Whether it occurred during a look: the resource's state is unknown, and nothing was changed.
    pub(crate) is_unseen: bool,
    /// Observations that show the cause, in reading order.
    pub(crate) evidence: Vec<Evidence>,
    hint: Option<String>,
}

impl Error {
    /// Creates an error of this kind with this message.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            aws: None,
            aws_continues: false,
            is_unseen: false,
            evidence: Vec::new(),
            hint: None,
        }
    }

    /// Sets a hint that fits better than that of the kind.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Removes the hint: the user knows what they did.
    pub(crate) fn no_hint(self) -> Self {
        self.hint("")
    }

    /// Adds AWS's own words.
    pub(crate) fn said(mut self, words: AwsWords) -> Self {
        self.aws = Some(Box::new(words));
        self
    }

    /// Returns the error in a few words, such as "access denied (`ecs:DescribeClusters`)".
    pub(crate) fn in_short(&self) -> String {
        match (&self.aws, self.code) {
            (Some(aws), Code::AccessDenied | Code::LearnerLab) => {
                format!("access denied (`{}`)", aws.action)
            }
            (Some(_), Code::SessionEnded) => self.code.entry().title.to_owned(),
            (Some(aws), _) => format!("{} (`{}`)", aws.code, aws.operation),
            (None, _) => self.message.clone(),
        }
    }

    /// Returns its message with AWS's code, for one line or one cell: "table: AWS refused a call
    /// (`ThrottlingException`, `dynamodb CreateTable`)".
    pub(crate) fn in_a_line(&self) -> String {
        match &self.aws {
            Some(aws) => format!("{} ({}, `{}`)", self.message, aws.code, aws.operation),
            None => self.message.clone(),
        }
    }

    /// Marks that AWS continues the operation, although nothing waits for it any more.
    pub(crate) fn while_aws_continues(mut self) -> Self {
        self.aws_continues = true;
        self
    }

    /// Marks that the error occurred during a look.
    pub(crate) fn unseen(mut self) -> Self {
        self.is_unseen = true;
        self
    }

    /// Adds observations that show the cause.
    pub(crate) fn shown_by(mut self, evidence: Vec<Evidence>) -> Self {
        self.evidence = evidence;
        self
    }

    /// Returns whether it keeps from looking at an account only: what the lab declares is there all the
    /// same.
    pub(crate) fn leaves_declarations(&self) -> bool {
        matches!(
            self.code,
            Code::NoCredentials
                | Code::ExpiredCredentials
                | Code::RefusedCredentials
                | Code::Unreachable
                | Code::Mfa
                | Code::NoTerminal
                | Code::SessionEnded
                | Code::Blocked
        )
    }

    /// Returns the hint that it has beside that of its kind.
    pub(crate) fn own_hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Returns what to do about it; empty if there is no advice.
    pub(crate) fn advice(&self) -> &str {
        self.hint.as_deref().unwrap_or(self.code.entry().hint)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(aws) = &self.aws {
            write!(f, " ({}: {}: {})", aws.operation, aws.code, aws.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The result of most functions here.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
