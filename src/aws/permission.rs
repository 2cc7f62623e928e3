//! What IAM checks for an operation besides the action of its name.

/// The resource in an IAM statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The resource that the operation is called on, by its ARN.
    Itself,
    /// Its children, such as the objects of a bucket: its ARN with this suffix.
    Below(&'static str),
    /// What the lab has of a type, whichever resource calls the operation: the part of the ARN after
    /// the account begins so, as in `service/`.
    Type(&'static str),
    /// What has one of these in its ARN after the account, as in `vpc/*`.
    Any(&'static [&'static str]),
    /// All: the operation lists, or IAM has no resource type for it.
    All,
    /// None: AWS permits it to everybody, or it is not called with the credentials of the role.
    Free,
}

/// When a statement applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Always.
    Always,
    /// When this condition key has this value.
    Is(&'static str, &'static str),
    /// When the resource belongs to the lab's stack. CloudFormation's own tag says so, which is also
    /// there on a stack that was created by hand, without the lab's tag.
    OfTheStack,
}

/// An action that is needed besides those of the operations' names: AWS checks the tags of what is
/// created as an action of its own, and calls other services in the caller's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Also {
    /// The action, such as `iam:PassRole`.
    pub action: &'static str,
    /// The resource that IAM checks.
    pub on: On,
    /// When it is permitted.
    pub when: When,
}

impl Also {
    /// Creates an action on the resource itself.
    pub(crate) const fn new(action: &'static str) -> Self {
        Self { action, on: On::Itself, when: When::Always }
    }

    /// Creates an action on this.
    pub(crate) const fn on(action: &'static str, on: On) -> Self {
        Self { action, on, when: When::Always }
    }

    /// Sets when it is permitted.
    pub(crate) const fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }
}
