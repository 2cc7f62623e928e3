//! What a resource of the lab is to the engine.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use super::{Seen, Step};
use crate::{
    aws::Operation,
    error::{Error, Result},
    lab::{ArnPattern, LAB_TAG, LabId, Owner, Placeholder, Template, Values, prices::Price},
};

/// The name of a resource in the lab: `bucket`, `table`. It is what events and errors call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(pub(crate) &'static str);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a resource declares: all that is known of it without looking at the account.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// Its name in the lab.
    pub(crate) id: Id,
    /// What it is, with its real name: "S3 bucket `mysfits-…`".
    pub(crate) title: String,
    /// What it is for, in one sentence a student learns from.
    pub(crate) why: &'static str,
    /// The values it gives to others.
    pub(crate) produces: Vec<Placeholder>,
    /// The files that it is made of. What they need, and what they can do without, is read from them.
    pub(crate) templates: &'static [&'static Template<'static>],
    /// The values it needs beside those of its templates.
    pub(crate) needs: Vec<Placeholder>,
    /// What must be there first although no value flows.
    pub(crate) after: Vec<Id>,
    /// The resource that it is part of, and whose it therefore is.
    pub(crate) parent: Option<Id>,
    /// Whether it goes when its parent goes; cleanup then has nothing to do for it.
    pub(crate) goes_with_parent: bool,
    /// Whether AWS lets there be more than one of its name, so that creating it again would make a
    /// duplicate.
    pub(crate) may_be_duplicated: bool,
    /// Whether it is shared with others in the account, so that cleanup leaves it.
    pub(crate) shared: bool,
    /// Its ARN, when it has one that others may list.
    pub(crate) arn: Option<ArnPattern>,
    /// The ARNs of what it makes and removes by itself, such as the tasks of a service.
    pub(crate) parts: Vec<ArnPattern>,
    /// The operations that it calls.
    pub(crate) operations: &'static [&'static Operation],
    /// What is billed while it exists.
    pub(crate) prices: Vec<Price>,
    /// What is billed of the things that it is made of, by their ARNs, where not the resource itself is
    /// billed.
    pub(crate) billed_parts: Vec<(ArnPattern, Price)>,
    /// The longest that it may take to be ready or gone.
    pub(crate) deadline: Duration,
}

/// A resource that needs no other, goes by itself, and costs nothing.
impl Default for About {
    fn default() -> Self {
        Self {
            id: Id(""),
            title: String::new(),
            why: "",
            produces: Vec::new(),
            templates: &[],
            needs: Vec::new(),
            after: Vec::new(),
            parent: None,
            goes_with_parent: false,
            may_be_duplicated: false,
            shared: false,
            arn: None,
            parts: Vec::new(),
            operations: &[],
            prices: Vec::new(),
            billed_parts: Vec::new(),
            deadline: Duration::from_mins(5),
        }
    }
}

impl About {
    /// Why cleanup removes it, when that is what it would do with what has this owner.
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

    /// What is billed of something with this ARN, as far as the ARN tells.
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

/// What a look is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To show what is there. Nothing is built or waited for.
    Look,
    /// To bring it up.
    Deploy,
    /// To take it down.
    Cleanup,
}

/// Something that AWS made beside a resource by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftBehind {
    /// What it is.
    pub(crate) what: String,
    /// Why it is there, and what it means.
    pub(crate) why: String,
    /// How to remove it.
    pub(crate) advice: String,
}

/// One resource of the lab.
#[async_trait]
pub(crate) trait Resource: Send + Sync {
    /// What is known of it without looking.
    fn about(&self) -> &About;

    /// Looks at the account, read-only, and returns what it saw. It depends on nothing but the
    /// account, what is known, and what the look is for.
    ///
    /// # Errors
    /// When it cannot be looked at. That is not the same as absent.
    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen>;

    /// Returns whether the thing of its kind with this ARN exists, by asking the service: other
    /// services list for hours what was deleted. What goes with its parent never stays by itself.
    ///
    /// # Errors
    /// When it cannot be looked at.
    async fn exists(&self, arn: &str) -> Result<bool>;

    /// Returns what AWS made beside it by itself, which stays when it goes. Most resources have none.
    ///
    /// # Errors
    /// When it cannot be looked at.
    async fn left_behind(&self) -> Result<Vec<LeftBehind>> {
        Ok(Vec::new())
    }

    /// Checks what can be checked before anything is changed: input that the user gave. Most
    /// resources have none.
    ///
    /// # Errors
    /// When the input cannot be right.
    async fn check_input(&self) -> Result<()> {
        Ok(())
    }

    /// Takes it from what was seen towards ready. The engine looks again afterwards and waits until
    /// it is, so nothing here waits. May be cut off anywhere and run again.
    ///
    /// # Errors
    /// When AWS refuses.
    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()>;

    /// Returns the error with what shows why the resource does not become ready: called when it is
    /// broken although it was just made or changed, and when its time is up. Most resources have
    /// nothing to add to their state.
    async fn diagnose(&self, _known: &Values, error: Error) -> Error {
        error
    }

    /// Takes it towards absent. The engine looks again afterwards and waits until it is. `known` is
    /// what was known when the cleanup began.
    ///
    /// # Errors
    /// When AWS refuses.
    async fn remove(&self, known: &Values, step: &Step) -> Result<()>;
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A resource for tests of the engine.
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
