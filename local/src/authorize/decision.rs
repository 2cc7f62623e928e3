//! The decision about one action on one resource.

use super::{conditions::Context, elements::Effect, policy::Policy};

/// A policy, and its ARN if it is one of its own.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    pub(crate) arn: Option<String>,
    pub(crate) policy: Policy,
}

/// The policies of a principal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies {
    /// Those that give permissions.
    pub(crate) identity: Vec<Attached>,
    /// What its permissions end at, if they have a boundary.
    pub(crate) boundary: Option<Attached>,
    /// What the permissions of its session end at, if that was begun with policies.
    pub(crate) session: Option<Vec<Attached>>,
}

/// The kind of a policy, as AWS's messages name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Identity,
    Boundary,
    Session,
}

/// Why something is denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    pub(super) kind: Kind,
    /// Whether a policy says so; else none allows it.
    pub(crate) explicit: bool,
    /// The policy that says so, if it has an ARN.
    pub(crate) policy: Option<String>,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allowed,
    Denied(Why),
}

/// Decides whether a principal may carry out an action on a resource. A policy that denies it wins;
/// else all kinds of policies that there are must allow it.
pub(crate) fn decide(
    policies: &Policies,
    action: &str,
    resource: &str,
    context: &Context,
) -> Decision {
    let boundary: Option<&[Attached]> = policies.boundary.as_ref().map(std::slice::from_ref);
    let kinds = [
        (Kind::Boundary, boundary),
        (Kind::Session, policies.session.as_deref()),
        (Kind::Identity, Some(policies.identity.as_slice())),
    ];
    let says =
        |attached: &&Attached, effect| attached.policy.says(effect, action, resource, context);
    for (kind, all) in kinds {
        // AWS names one of those that deny, and does not say which. The last attached is the most
        // recent reason.
        let denies = |attached: &&Attached| says(attached, Effect::Deny);
        if let Some(denying) = all.unwrap_or_default().iter().rev().find(denies) {
            let policy = denying.arn.clone();
            return Decision::Denied(Why { kind, explicit: true, policy });
        }
    }
    for (kind, all) in kinds {
        let Some(all) = all else { continue };
        if !all.iter().any(|attached| says(&attached, Effect::Allow)) {
            return Decision::Denied(Why { kind, explicit: false, policy: None });
        }
    }
    Decision::Allowed
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn attached(statements: Value) -> Attached {
        let document: Value = [("Statement", statements)].into_iter().collect();
        let policy = serde_json::from_value(document).unwrap();
        Attached { arn: None, policy }
    }

    fn allow(action: &str, resource: &str) -> Attached {
        attached(json!({ "Effect": "Allow", "Action": action, "Resource": resource }))
    }

    fn asked(policies: &Policies, action: &str, resource: &str) -> Result<(), (Kind, bool)> {
        match decide(policies, action, resource, &Context::default()) {
            Decision::Allowed => Ok(()),
            Decision::Denied(why) => Err((why.kind, why.explicit)),
        }
    }

    fn of(identity: Vec<Attached>) -> Policies {
        Policies { identity, ..Policies::default() }
    }

    #[test]
    fn what_nothing_allows_is_denied() {
        let policies = of(vec![allow("s3:Get*", "arn:aws:s3:::a/*")]);
        assert_eq!(asked(&policies, "s3:GetObject", "arn:aws:s3:::a/b"), Ok(()));
        assert_eq!(asked(&policies, "S3:getobject", "arn:aws:s3:::a/b"), Ok(()));
        let denied = Err((Kind::Identity, false));
        assert_eq!(asked(&policies, "s3:GetObject", "arn:aws:s3:::A/b"), denied);
        assert_eq!(asked(&policies, "s3:PutObject", "arn:aws:s3:::a/b"), denied);
        assert_eq!(asked(&of(Vec::new()), "s3:GetObject", "*"), denied);
    }

    #[test]
    fn what_is_denied_is_not_allowed_by_others() {
        let deny = attached(json!([
            { "Effect": "Deny", "NotAction": ["iam:*", "sts:?*"], "NotResource": "arn:x" },
        ]));
        let policies = of(vec![allow("*", "*"), deny]);
        assert_eq!(asked(&policies, "ec2:CreateVpc", "arn:y"), Err((Kind::Identity, true)));
        assert_eq!(asked(&policies, "ec2:CreateVpc", "arn:x"), Ok(()));
        assert_eq!(asked(&policies, "iam:GetRole", "arn:y"), Ok(()));
        assert_eq!(asked(&policies, "sts:AssumeRole", "arn:y"), Ok(()));
    }

    #[test]
    fn sessions_and_boundaries_only_take_away() {
        let policies = Policies {
            identity: vec![allow("s3:*", "*")],
            boundary: Some(allow("s3:Get*", "*")),
            session: Some(vec![allow("s3:*Object", "*"), allow("ec2:*", "*")]),
        };
        assert_eq!(asked(&policies, "s3:GetObject", "arn:x"), Ok(()));
        assert_eq!(asked(&policies, "s3:PutObject", "arn:x"), Err((Kind::Boundary, false)));
        assert_eq!(asked(&policies, "s3:GetBucketAcl", "arn:x"), Err((Kind::Session, false)));
        let empty = Policies { session: Some(Vec::new()), ..of(vec![allow("*", "*")]) };
        assert_eq!(asked(&empty, "s3:GetObject", "*"), Err((Kind::Session, false)));
    }

    #[test]
    fn an_unknown_condition_never_allows_and_always_denies() {
        let condition = json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } });
        let with = |effect| {
            attached(json!({ "Effect": effect, "Action": "*", "Resource": "*",
                             "Condition": condition }))
        };
        assert_eq!(asked(&of(vec![with("Allow")]), "s3:A", "*"), Err((Kind::Identity, false)));
        let both = of(vec![allow("*", "*"), with("Deny")]);
        assert_eq!(asked(&both, "s3:A", "*"), Err((Kind::Identity, true)));
    }
}
