//! A policy document, read for evaluation.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::conditions::{self, Context};
use crate::glob;

/// What a statement does with what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// A document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    statement: OneOrMany<Statement>,
}

/// One value, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    Many(Vec<T>),
    One(Box<T>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Statement {
    effect: Effect,
    principal: Option<Value>,
    not_principal: Option<Value>,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, OneOrMany<Value>>>,
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<T> OneOrMany<T> {
    pub(super) fn all(&self) -> &[T] {
        match self {
            Self::Many(all) => all,
            Self::One(one) => std::slice::from_ref(one),
        }
    }
}

impl Policy {
    /// Reads a document; `None` if it is none.
    pub(crate) fn read(document: &str) -> Option<Self> {
        serde_json::from_str(document).ok()
    }

    /// Returns whether a statement with this effect is about a request.
    pub(super) fn says(
        &self,
        effect: Effect,
        action: &str,
        resource: &str,
        context: &Context,
    ) -> bool {
        self.statement.all().iter().any(|statement| {
            statement.effect == effect
                && statement.is_about(action)
                && statement.is_on(resource)
                && statement.holds(context)
        })
    }

    /// Returns whether a trust policy says this of a principal: by `names`, all that it is called.
    pub(super) fn says_of(
        &self,
        effect: Effect,
        names: &[String],
        action: &str,
        context: &Context,
    ) -> bool {
        self.statement.all().iter().any(|statement| {
            statement.effect == effect
                && statement.is_about(action)
                && statement.names(names)
                && statement.holds(context)
        })
    }
}

impl Statement {
    fn is_about(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        covers(self.action.as_ref(), self.not_action.as_ref(), |pattern| {
            glob::matches(&pattern.to_ascii_lowercase(), &action)
        })
    }

    fn is_on(&self, resource: &str) -> bool {
        covers(self.resource.as_ref(), self.not_resource.as_ref(), |pattern| {
            glob::matches(pattern, resource)
        })
    }

    /// An operator that is not known here lets no statement allow, and every one deny.
    fn holds(&self, context: &Context) -> bool {
        conditions::hold(&self.condition, context).unwrap_or(self.effect == Effect::Deny)
    }

    fn names(&self, names: &[String]) -> bool {
        match (&self.principal, &self.not_principal) {
            (Some(principal), _) => is_one(principal, names),
            (None, Some(principal)) => !is_one(principal, names),
            (None, None) => false,
        }
    }
}

fn is_one(principal: &Value, names: &[String]) -> bool {
    let is_named = |name: &Value| {
        name.as_str().is_some_and(|name| name == "*" || names.iter().any(|it| it == name))
    };
    match principal {
        Value::Object(kinds) => match kinds.get("AWS") {
            Some(Value::Array(all)) => all.iter().any(is_named),
            Some(one) => is_named(one),
            None => false,
        },
        everyone => is_named(everyone),
    }
}

fn covers(
    plain: Option<&OneOrMany<String>>,
    not: Option<&OneOrMany<String>>,
    fits: impl Fn(&str) -> bool,
) -> bool {
    let any = |values: &OneOrMany<String>| values.all().iter().any(|value| fits(value));
    match (plain, not) {
        (Some(values), _) => any(values),
        (None, Some(values)) => !any(values),
        (None, None) => false,
    }
}
