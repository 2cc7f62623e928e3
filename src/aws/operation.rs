//! The AWS operations that this program calls, as constants: what is called is said once, and
//! retries, the read-only guard, policies and explanations refer to it.

use std::{fmt, time::Duration};

/// A service of AWS, by its names.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// As messages call it.
    pub name: &'static str,
    /// As the SDK calls it.
    pub sdk: &'static str,
    /// As IAM's actions begin.
    pub iam: &'static str,
    /// As the AWS CLI calls it.
    pub cli: &'static str,
}

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It may change something.
    Write,
}

/// The resource that an IAM statement for an operation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The one that the operation is about, by its ARN.
    Itself,
    /// What lies below it, such as the objects of a bucket: its ARN with this at the end.
    Below(&'static str),
    /// All: the operation lists, or IAM knows no resource for it.
    All,
}

/// An error that means "not yet": AWS shows its own changes late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// AWS's code.
    pub code: &'static str,
    /// Part of the message, where the code alone says too little. Empty: any message.
    pub message: &'static str,
    /// How long it may last.
    pub longest: Duration,
}

impl Retry {
    /// A retry on any message with this code, for so many seconds.
    pub(super) const fn code(code: &'static str, seconds: u64) -> Self {
        Self::message(code, "", seconds)
    }

    /// A retry on a message with this in it, for so many seconds.
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
    /// The action that IAM asks for, where it is not the service's prefix and the operation's name.
    action: Option<&'static str>,
    /// The resource that IAM asks about.
    pub on: On,
    /// The errors that mean "not yet". Throttling and lost connections are the SDK's to retry.
    pub retries: &'static [Retry],
}

impl Service {
    /// An operation that only reads.
    pub(super) const fn reads(&'static self, name: &'static str) -> Operation {
        self.operation(name, Access::Read)
    }

    /// An operation that may change something.
    pub(super) const fn writes(&'static self, name: &'static str) -> Operation {
        self.operation(name, Access::Write)
    }

    const fn operation(&'static self, name: &'static str, access: Access) -> Operation {
        Operation { service: self, name, access, action: None, on: On::Itself, retries: &[] }
    }
}

impl Operation {
    /// The same with an IAM action that has a name of its own.
    pub(super) const fn action(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }

    /// The same on another resource than itself.
    pub(super) const fn on(mut self, on: On) -> Self {
        self.on = on;
        self
    }

    /// The same with the errors that mean "not yet".
    pub(super) const fn retries(mut self, retries: &'static [Retry]) -> Self {
        self.retries = retries;
        self
    }

    /// The IAM action that it takes, such as `dynamodb:CreateTable`.
    #[must_use]
    pub fn iam_action(&self) -> String {
        match self.action {
            Some(action) => format!("{}:{action}", self.service.iam),
            None => format!("{}:{}", self.service.iam, self.name),
        }
    }
}

/// Two are the same when they have the same name in the same service.
impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.service == other.service && self.name == other.name
    }
}

impl Eq for Operation {}

/// As messages name it: `dynamodb CreateTable`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service.name, self.name)
    }
}
