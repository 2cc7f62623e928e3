//! AWS's messages to who may not do something.

use super::{
    decision::{Kind, Why},
    needs::Needed,
};

/// Actions of IAM on something that does not exist yet, or that another service acts on: they name
/// the ARN, all others the kind and the name of what is there.
const WHOLE_ARNS: [&str; 3] = ["Create", "PassRole", "List"];

/// Returns the message to a principal that may not do this; `why` is `None` for a role that does not
/// trust it, of which AWS says no more.
pub(crate) fn message(who: &str, needed: &Needed, why: Option<&Why>) -> String {
    let Needed { action, resource, .. } = needed;
    let (service, name) = action.split_once(':').unwrap_or_default();
    let on = match service {
        // EC2 is silent about what is no resource.
        "ec2" if resource == "*" => String::new(),
        "s3" if resource != "*" => format!(" on resource: \"{resource}\""),
        "iam" => format!(" on resource: {}", of_iam(name, resource)),
        _ => format!(" on resource: {resource}"),
    };
    let because = why.map_or_else(String::new, |why| because(why, action));
    let start = match service {
        "ec2" => "You are not authorized to perform this operation. ",
        _ => "",
    };
    format!("{start}User: {who} is not authorized to perform: {action}{on}{because}")
}

/// IAM calls an existing role `role NAME`, and a policy `policy ARN`.
fn of_iam(action: &str, resource: &str) -> String {
    let id = resource.splitn(6, ':').nth(5).unwrap_or_default();
    let whole = WHOLE_ARNS.iter().any(|start| action.starts_with(start));
    match id.split_once('/') {
        Some((kind @ ("role" | "user"), path)) if !whole => {
            format!("{kind} {}", path.rsplit('/').next().unwrap_or(path))
        }
        Some(("policy", _)) if !whole => format!("policy {resource}"),
        _ => resource.to_owned(),
    }
}

fn because(why: &Why, action: &str) -> String {
    match (why.explicit, why.kind) {
        (true, kind) => {
            let policy = why.policy.as_ref().map(|arn| format!(": {arn}")).unwrap_or_default();
            format!(" with an explicit deny in {}{policy}", an(kind))
        }
        (false, kind) => format!(" because no {} allows the {action} action", name(kind)),
    }
}

fn an(kind: Kind) -> String {
    let article = if kind == Kind::Identity { "an" } else { "a" };
    format!("{article} {}", name(kind))
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Identity => "identity-based policy",
        Kind::Boundary => "permissions boundary",
        Kind::Session => "session policy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(action: &str, resource: &str, why: Option<&Why>) -> String {
        let needed = Needed::new(action, resource);
        message("WHO", &needed, why)
    }

    fn denied(policy: Option<&str>) -> Why {
        let policy = policy.map(str::to_owned);
        Why { kind: Kind::Identity, explicit: true, policy }
    }

    fn not_allowed(kind: Kind) -> Why {
        Why { kind, explicit: false, policy: None }
    }

    #[test]
    fn an_explicit_deny_names_its_policy() {
        assert_eq!(
            said("ecs:CreateCluster", "*", Some(&denied(Some("arn:aws:iam::1:policy/p")))),
            "User: WHO is not authorized to perform: ecs:CreateCluster on resource: * with an \
             explicit deny in an identity-based policy: arn:aws:iam::1:policy/p"
        );
    }

    #[test]
    fn an_implicit_deny_names_the_kind_of_policy() {
        assert_eq!(
            said("s3:GetObject", "arn:aws:s3:::a/b", Some(&not_allowed(Kind::Session))),
            "User: WHO is not authorized to perform: s3:GetObject on resource: \
             \"arn:aws:s3:::a/b\" because no session policy allows the s3:GetObject action"
        );
        let boundary = said("logs:CreateLogGroup", "arn:x", Some(&not_allowed(Kind::Boundary)));
        assert!(
            boundary
                .ends_with("because no permissions boundary allows the logs:CreateLogGroup action")
        );
    }

    #[test]
    fn ec2_says_it_twice() {
        let start = "You are not authorized to perform this operation. User: WHO is not authorized \
                     to perform: ";
        let end = " with an explicit deny in an identity-based policy";
        assert_eq!(
            said("ec2:DescribeVpcs", "*", Some(&denied(None))),
            format!("{start}ec2:DescribeVpcs{end}")
        );
        assert_eq!(
            said("ec2:CreateVpc", "arn:aws:ec2:r:1:vpc/*", Some(&denied(None))),
            format!("{start}ec2:CreateVpc on resource: arn:aws:ec2:r:1:vpc/*{end}")
        );
    }

    #[test]
    fn iam_names_what_is_there_by_its_kind() {
        let on = |action, resource| {
            let said = said(action, resource, None);
            said.split_once("on resource: ").unwrap().1.to_owned()
        };
        let role = "arn:aws:iam::1:role/a/LabRole";
        assert_eq!(on("iam:CreateRole", role), role);
        assert_eq!(on("iam:PassRole", role), role);
        assert_eq!(on("iam:GetRole", role), "role LabRole");
        let policy = "arn:aws:iam::1:policy/p";
        assert_eq!(on("iam:GetPolicy", policy), format!("policy {policy}"));
        assert_eq!(on("sts:AssumeRole", role), role);
    }
}
