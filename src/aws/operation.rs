//! The AWS operations that this program calls, as constants: each is defined once, and retries, the
//! read-only guard, policies and explanations refer to it.

use std::{fmt, time::Duration};

use super::{Also, On, When};

/// A service of AWS, with its names.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// The name in messages.
    pub name: &'static str,
    /// The name in the SDK.
    pub sdk: &'static str,
    /// The prefix of its IAM actions.
    pub iam: &'static str,
    /// The name in the AWS CLI.
    pub cli: &'static str,
}

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It may change something.
    Write,
    /// It would change something, and is sent only as EC2's dry run: AWS then answers whether it
    /// would have permitted the call, and does nothing.
    DryRun,
}

/// An error that means "not yet": AWS is eventually consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// AWS's code.
    pub code: &'static str,
    /// Part of the message, where the code alone is ambiguous. Empty: any message.
    pub message: &'static str,
    /// How long it may last.
    pub longest: Duration,
}

impl Retry {
    /// Creates a retry on any message with this code, for this many seconds.
    pub(super) const fn code(code: &'static str, seconds: u64) -> Self {
        Self::message(code, "", seconds)
    }

    /// Creates a retry on a message that contains this, for this many seconds.
    pub(super) const fn message(code: &'static str, message: &'static str, seconds: u64) -> Self {
        Self { code, message, longest: Duration::from_secs(seconds) }
    }
}

/// An operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// The service.
    pub service: &'static Service,
    /// Its name, such as `CreateTable`.
    pub name: &'static str,
    /// Whether it changes anything.
    pub access: Access,
    /// The IAM action, where it is not the service's prefix and the operation's name.
    action: Option<&'static str>,
    /// The resource that IAM checks.
    pub on: On,
    /// When a policy permits it.
    pub when: When,
    /// What IAM checks besides.
    pub also: &'static [Also],
    /// The errors that mean "not yet". The SDK retries throttling and lost connections.
    pub retries: &'static [Retry],
}

impl Service {
    /// Creates an operation that only reads.
    pub(super) const fn reads(&'static self, name: &'static str) -> Operation {
        self.operation(name, Access::Read)
    }

    /// Creates an operation that may change something.
    pub(super) const fn writes(&'static self, name: &'static str) -> Operation {
        self.operation(name, Access::Write)
    }

    /// Creates an operation that is sent as a dry run only.
    pub(super) const fn dry_run(&'static self, name: &'static str) -> Operation {
        self.operation(name, Access::DryRun)
    }

    const fn operation(&'static self, name: &'static str, access: Access) -> Operation {
        Operation {
            service: self,
            name,
            access,
            action: None,
            on: On::Itself,
            when: When::Always,
            also: &[],
            retries: &[],
        }
    }
}

impl Operation {
    /// Sets an IAM action with a name of its own.
    pub(super) const fn action(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }

    /// Sets a resource other than [`On::Itself`].
    pub(super) const fn on(mut self, on: On) -> Self {
        self.on = on;
        self
    }

    /// Sets when a policy permits it.
    pub(super) const fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Sets what IAM checks besides.
    pub(super) const fn also(mut self, also: &'static [Also]) -> Self {
        self.also = also;
        self
    }

    /// Sets the errors that mean "not yet".
    pub(super) const fn retries(mut self, retries: &'static [Retry]) -> Self {
        self.retries = retries;
        self
    }

    /// Returns its name in the AWS CLI, such as `create-table`.
    #[must_use]
    pub fn cli_name(&self) -> String {
        let letters: Vec<char> = self.name.chars().collect();
        let is_upper = |place: usize| letters.get(place).is_some_and(char::is_ascii_uppercase);
        let mut name = String::new();
        for (place, letter) in letters.iter().enumerate() {
            // Of capitals in a row, the last one begins the next word.
            let ends_capitals = letters.get(place + 1).is_some_and(char::is_ascii_lowercase);
            if place > 0 && is_upper(place) && (!is_upper(place - 1) || ends_capitals) {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Returns the IAM action that it requires, such as `dynamodb:CreateTable`.
    #[must_use]
    pub fn iam_action(&self) -> String {
        match self.action {
            Some(action) => format!("{}:{action}", self.service.iam),
            None => format!("{}:{}", self.service.iam, self.name),
        }
    }
}

/// Two operations are equal if their names and services are.
impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.service == other.service && self.name == other.name
    }
}

impl Eq for Operation {}

/// The format in messages: `dynamodb CreateTable`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service.name, self.name)
    }
}
