//! A policy document, read for evaluation.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{
    conditions::{self, Context},
    elements::{Effect, OneOrMany, covers_action, covers_resource},
};

/// Whom a trust policy lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    Nobody,
    /// The caller's account, which decides by its own policies who of it may.
    Account,
    /// The caller itself.
    Caller,
}

/// A document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    statement: OneOrMany<Statement>,
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

    /// Returns whom this trust policy lets carry out an action, of a caller with these names and the
    /// account that it is in.
    pub(crate) fn trusts(
        &self,
        caller: &[String],
        account: &str,
        action: &str,
        context: &Context,
    ) -> Trust {
        let account = [account.to_owned(), format!("arn:aws:iam::{account}:root")];
        let says = |effect, names: &[String]| {
            self.statement.all().iter().any(|statement| {
                statement.effect == effect
                    && statement.is_about(action)
                    && statement.names(names)
                    && statement.holds(context)
            })
        };
        if says(Effect::Deny, caller) || says(Effect::Deny, &account) {
            Trust::Nobody
        } else if says(Effect::Allow, caller) {
            Trust::Caller
        } else if says(Effect::Allow, &account) {
            Trust::Account
        } else {
            Trust::Nobody
        }
    }
}

impl Statement {
    fn is_about(&self, action: &str) -> bool {
        covers_action((self.action.as_ref(), self.not_action.as_ref()), action)
    }

    fn is_on(&self, resource: &str) -> bool {
        covers_resource((self.resource.as_ref(), self.not_resource.as_ref()), resource)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CALLER: &str = "arn:aws:iam::111111111111:role/r";

    fn trusts(statement: Value) -> Trust {
        let document: Value = [("Statement", statement)].into_iter().collect();
        let policy: Policy = serde_json::from_value(document).unwrap();
        let mut context = Context::default();
        context.set("sts:ExternalId", "secret");
        policy.trusts(&[CALLER.to_owned()], "111111111111", "sts:AssumeRole", &context)
    }

    fn allow(principal: Value) -> Value {
        let mut statement = json!({ "Effect": "Allow", "Action": "sts:AssumeRole" });
        statement["Principal"] = principal;
        statement
    }

    #[test]
    fn a_caller_is_trusted_by_name_or_as_one_of_its_account() {
        assert_eq!(trusts(allow(json!({ "AWS": [CALLER] }))), Trust::Caller);
        assert_eq!(trusts(allow(json!("*"))), Trust::Caller);
        assert_eq!(trusts(allow(json!({ "AWS": "111111111111" }))), Trust::Account);
        let root = "arn:aws:iam::111111111111:root";
        assert_eq!(trusts(allow(json!({ "AWS": root }))), Trust::Account);
        assert_eq!(trusts(allow(json!({ "AWS": "222222222222" }))), Trust::Nobody);
        assert_eq!(trusts(allow(json!({ "Service": "ecs.amazonaws.com" }))), Trust::Nobody);
    }

    #[test]
    fn conditions_and_denials_count() {
        let with = |id: &str| {
            let mut statement = allow(json!({ "AWS": CALLER }));
            statement["Condition"] = json!({ "StringEquals": { "sts:ExternalId": id } });
            statement
        };
        assert_eq!(trusts(with("secret")), Trust::Caller);
        assert_eq!(trusts(with("other")), Trust::Nobody);
        let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:*" });
        assert_eq!(trusts(json!([allow(json!({ "AWS": CALLER })), deny])), Trust::Nobody);
    }
}
