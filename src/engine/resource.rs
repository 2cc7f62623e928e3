//! The engine's view of a resource of the lab.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use super::{ByHand, Check, Presence, Seen, Step};
use crate::{
    aws::{Also, Operation},
    error::{Error, Result},
    lab::{ArnPattern, LAB_TAG, LabId, Owner, Placeholder, Template, Values, prices::Price},
};

/// The name of a resource in the lab: `bucket`, `table`. Events and errors use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(pub(crate) &'static str);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a resource declares: everything about it that does not depend on the account.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a declaration of its own")]
pub(crate) struct About {
    /// Its name in the lab.
    pub(crate) id: Id,
    /// What it is, with its real name: "S3 bucket `mysfits-…`".
    pub(crate) title: String,
    /// Its purpose, in one sentence from which a student learns.
    pub(crate) why: &'static str,
    /// What one would use today, where AWS has moved on since the lab was written: a sentence.
    pub(crate) today: Option<&'static str>,
    /// The values that it produces for others.
    pub(crate) produces: Vec<Placeholder>,
    /// The files that it is made from. Its dependencies, optional ones too, are read from them.
    pub(crate) templates: &'static [&'static Template<'static>],
    /// The values that it needs in addition to those of its templates.
    pub(crate) needs: Vec<Placeholder>,
    /// What must exist first although no value is passed.
    pub(crate) after: Vec<Id>,
    /// The resource that it is part of; both have the same owner.
    pub(crate) parent: Option<Id>,
    /// Whether AWS removes it with its parent; cleanup then has nothing to do for it.
    pub(crate) goes_with_parent: bool,
    /// Whether AWS permits several with the same name, so that creating it again would make a
    /// duplicate.
    pub(crate) may_be_duplicated: bool,
    /// Whether a look shows its tags along with it: what then lacks the lab's tag is somebody else's,
    /// and not what AWS has yet to show as removed.
    pub(crate) owner_is_certain: bool,
    /// Whether it is shared with others in the account, so that cleanup keeps it.
    pub(crate) shared: bool,
    /// Its ARN, if it has one that other services may list.
    pub(crate) arn: Option<ArnPattern>,
    /// The ARNs of what it creates and removes by itself, such as the tasks of a service.
    pub(crate) parts: Vec<ArnPattern>,
    /// The operations that it calls. The first one shows whether it exists.
    pub(crate) operations: &'static [&'static Operation],
    /// What IAM checks besides these: calls past the AWS SDK, and those that AWS makes to other
    /// services in the caller's name.
    pub(crate) also: &'static [Also],
    /// What is billed while it exists.
    pub(crate) prices: Vec<Price>,
    /// What is billed for its parts, by their ARNs, where the resource itself is not billed.
    pub(crate) billed_parts: Vec<(ArnPattern, Price)>,
    /// What is checked of it.
    pub(crate) checks: &'static [Check],
    /// How long it may take at most to become ready or to be removed.
    pub(crate) deadline: Duration,
}

/// A resource that has no dependencies, is removed on its own, and costs nothing.
impl Default for About {
    fn default() -> Self {
        Self {
            id: Id(""),
            title: String::new(),
            why: "",
            today: None,
            produces: Vec::new(),
            templates: &[],
            needs: Vec::new(),
            after: Vec::new(),
            parent: None,
            goes_with_parent: false,
            may_be_duplicated: false,
            owner_is_certain: false,
            shared: false,
            arn: None,
            parts: Vec::new(),
            operations: &[],
            also: &[],
            prices: Vec::new(),
            billed_parts: Vec::new(),
            checks: &[],
            deadline: Duration::from_mins(5),
        }
    }
}

impl About {
    /// Returns why cleanup removes it, given that it would and that this is the owner.
    pub(crate) fn why_removed(&self, lab: &LabId, owner: &Owner) -> String {
        match (self.parent, owner) {
            (_, Owner::NotTagged | Owner::OtherLab(_) | Owner::OtherAccount) => {
                let why = owner.why_not_ours().unwrap_or_default();
                format!("it has the lab's name: {why}, and `--adopt` takes it all the same")
            }
            (Some(parent), Owner::Ours) => format!("it is part of `{parent}`"),
            (None, Owner::Ours) if self.shared => "it belongs to the account".to_owned(),
            (None, Owner::Ours) => format!("it carries the tag `{LAB_TAG}` = `{}`", lab.name),
        }
    }

    /// Returns what is billed for something with this ARN, as far as the ARN shows.
    pub(crate) fn billed(&self, arn: &str) -> Vec<Price> {
        let is_of = |pattern: &ArnPattern| pattern.name_in(arn).is_some();
        if self.billed_parts.is_empty() {
            let own = self.arn.as_ref().filter(|own| is_of(own));
            return own.map(|_| self.prices.clone()).unwrap_or_default();
        }
        let parts = self.billed_parts.iter().filter(|(pattern, _)| is_of(pattern));
        parts.map(|(_, price)| *price).collect()
    }
}

/// The purpose of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To show what is there. Nothing is built or waited for.
    Look,
    /// To create or update it.
    Deploy,
    /// To remove it.
    Cleanup,
}

/// Something that AWS created on its own along with a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftBehind {
    /// What it is.
    pub(crate) what: String,
    /// Why it exists, and what it means.
    pub(crate) why: String,
    /// How to remove it.
    pub(crate) advice: String,
}

/// One resource of the lab.
#[async_trait]
pub(crate) trait Resource: Send + Sync {
    /// Returns what is known of it without looking.
    fn about(&self) -> &About;

    /// Returns how one does the same by hand, with the AWS CLI.
    fn by_hand(&self) -> ByHand;

    /// Looks at the account, read-only, and returns what it observed. The result depends only on
    /// the account, the known values, and the purpose.
    ///
    /// # Errors
    /// When it cannot be looked at. That is not the same as absent.
    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen>;

    /// Returns whether a resource of its kind with this ARN exists, by querying the service: others
    /// list deleted resources for hours. What is removed with its parent never remains alone.
    ///
    /// # Errors
    /// When it cannot be looked at.
    async fn exists(&self, arn: &str) -> Result<bool>;

    /// Returns what AWS or others created along with it and what stays after its removal, or keeps it
    /// from being removed. Usually nothing. `known` are the values at the beginning of the cleanup.
    ///
    /// # Errors
    /// When it cannot be looked at.
    async fn left_behind(&self, _known: &Values) -> Result<Vec<LeftBehind>> {
        Ok(Vec::new())
    }

    /// Checks what can be checked before anything is changed: input from the user, and what it names
    /// in the account. Most resources have none. Returns what could not be checked, and why.
    ///
    /// # Errors
    /// When the input cannot be right.
    async fn check_input(&self) -> Result<Option<String>> {
        Ok(None)
    }

    /// Takes it from the observed state towards ready. The engine looks again afterwards and waits
    /// until it is ready, so nothing here waits. May be cut off anywhere and run again.
    ///
    /// # Errors
    /// When AWS returns an error.
    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()>;

    /// Adds to the error what shows why the resource does not become ready. Called when it is
    /// broken although it was just created or changed, and at the deadline. Most resources have
    /// nothing to add to their state.
    async fn diagnose(&self, _known: &Values, error: Error) -> Error {
        error
    }

    /// Looks behind the differences of something that exists, or is not the lab's: returns the state
    /// that it is in all the same, read-only. `None` if it works, as far as its settings let it. Most
    /// resources have no state but their settings.
    ///
    /// # Errors
    /// When it cannot be looked at.
    async fn behind(&self, _known: &Values) -> Result<Option<Presence>> {
        Ok(None)
    }

    /// Takes it towards absent. The engine looks again afterwards and waits until it is. `known`
    /// are the values at the beginning of the cleanup.
    ///
    /// # Errors
    /// When AWS returns an error.
    async fn remove(&self, known: &Values, step: &Step) -> Result<()>;
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Creates a resource for tests of the engine.
    pub(in crate::engine) fn about(
        id: &'static str,
        produces: &[Placeholder],
        needs: &[Placeholder],
    ) -> About {
        About {
            id: Id(id),
            title: id.to_owned(),
            why: "It is for tests.",
            produces: produces.to_vec(),
            needs: needs.to_vec(),
            deadline: Duration::from_mins(1),
            ..About::default()
        }
    }
}
