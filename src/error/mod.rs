//! Errors as people meet them: a code, a sentence, AWS's own words, one hint, an exit code.
//! Where AWS's errors are read is `aws/`; how an error is printed is `report/`.

mod code;

use std::fmt;

pub(crate) use code::Code;

/// How the process ends. The numbers are documented in the README and are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// It did not work.
    Failed = 1,
    /// The command line or the settings are wrong; nothing was tried.
    Usage = 2,
    /// Partly: something is left.
    Partly = 3,
    /// `plan --exit-code` found changes.
    Changes = 4,
    /// Ctrl-C.
    Interrupted = 130,
}

/// What AWS itself said, word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsWords {
    /// The operation, such as `s3 PutBucketPolicy`.
    pub(crate) operation: String,
    /// AWS's code, such as `AccessDenied`.
    pub(crate) code: String,
    /// AWS's message.
    pub(crate) message: String,
}

/// Something that was seen and shows why: the last lines of a task, how one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Where it is from, such as `log`.
    pub(crate) source: &'static str,
    /// What was seen there, as it was written.
    pub(crate) text: String,
}

/// An error to be shown to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error {
    /// Its kind.
    pub(crate) code: Code,
    /// What happened to what, in one sentence.
    pub(crate) message: String,
    /// AWS's own words, when it was AWS who refused.
    pub(crate) aws: Option<Box<AwsWords>>,
    /// Whether AWS continues with what was begun, although nothing waits for it any more.
    pub(crate) aws_continues: bool,
    /// What shows why, in the order in which it is to be read.
    pub(crate) evidence: Vec<Evidence>,
    hint: Option<String>,
}

impl Error {
    /// An error of this kind that says what happened.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            aws: None,
            aws_continues: false,
            evidence: Vec::new(),
            hint: None,
        }
    }

    /// The same with a hint that fits better than the kind's own.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same without a hint: whoever meets it knows what they did.
    pub(crate) fn no_hint(self) -> Self {
        self.hint("")
    }

    /// The same with AWS's own words.
    pub(crate) fn said(mut self, words: AwsWords) -> Self {
        self.aws = Some(Box::new(words));
        self
    }

    /// What it was in a few words, such as "access denied (`ecs DescribeClusters`)".
    pub(crate) fn in_short(&self) -> String {
        match (&self.aws, self.code) {
            (Some(aws), Code::AccessDenied) => format!("access denied (`{}`)", aws.operation),
            (Some(aws), _) => format!("{} (`{}`)", aws.code, aws.operation),
            (None, _) => self.message.clone(),
        }
    }

    /// The same where AWS continues with what was begun, although nothing waits for it any more.
    pub(crate) fn while_aws_continues(mut self) -> Self {
        self.aws_continues = true;
        self
    }

    /// The same with what shows why.
    pub(crate) fn shown_by(mut self, evidence: Vec<Evidence>) -> Self {
        self.evidence = evidence;
        self
    }

    /// What to do about it; empty when there is nothing to say.
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

/// What most functions here give.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
