//! Whether the caller's policies allow what the lab changes, by IAM's own simulation of them. It sees
//! neither the organization's policies nor the resources' own.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::{Client, types::PolicyEvaluationDecisionType};
use futures::future::try_join_all;

use super::Finding;
use crate::{
    aws::{Access, Failure, call, operations::iam::SIMULATE_PRINCIPAL_POLICY},
    destination::Destination,
    lab::Names,
    operate::policy,
    resources::Lab,
};

const CHECK: &str = "policies";
/// How many denied actions are named.
const NAMED: usize = 3;
/// In place of what AWS chooses in an ARN.
const ANY_ID: &str = "0000000000";

/// The actions that are to be allowed, by the ARN of what they are called on.
type Wanted = BTreeMap<String, BTreeSet<String>>;

/// What the simulation says about one action.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Denied {
    action: String,
    /// Whether a policy denies it, and not merely none allows it.
    explicitly: bool,
}

/// Simulates every change of the lab.
pub(super) async fn finding(destination: &Destination, lab: &Lab, names: &Names) -> Finding {
    let arn = destination.identity.arn();
    let principal = match principal(arn) {
        Principal::Simulated(principal) => principal,
        Principal::Everything => return Finding::ok(CHECK, "nothing limits the root user"),
        Principal::Unknown => {
            return Finding::unknown(CHECK, "IAM does not simulate this kind of identity");
        }
    };
    let wanted = wanted(lab, names);
    let client = destination.client::<Client>();
    let simulations =
        wanted.iter().map(|(arn, actions)| simulate(&client, &principal, arn, actions));
    match try_join_all(simulations).await {
        Ok(denied) => judged(&by_action(&wanted), &denied.concat()),
        Err(failure) => Finding::unseen(CHECK, failure).hint(""),
    }
}

/// Whose policies are simulated.
#[derive(Debug, PartialEq, Eq)]
enum Principal {
    /// Those of this user or role.
    Simulated(String),
    /// Nothing limits it.
    Everything,
    /// IAM simulates only users, groups and roles.
    Unknown,
}

/// Returns the principal of an identity. The ARN of a session does not say the path of its role, if
/// that has one: then IAM does not find it.
fn principal(arn: &str) -> Principal {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let [_, partition, service, _, account, resource] = parts[..] else {
        return Principal::Unknown;
    };
    match (service, resource.split_once('/')) {
        ("iam", None) if resource == "root" => Principal::Everything,
        ("iam", Some(("user" | "role", _))) => Principal::Simulated(arn.to_owned()),
        ("sts", Some(("assumed-role", session))) => {
            let role = session.split('/').next().unwrap_or_default();
            Principal::Simulated(format!("arn:{partition}:iam::{account}:role/{role}"))
        }
        _ => Principal::Unknown,
    }
}

/// Returns what has to be allowed besides looking, as the policies of `mysfits iam-policy` have it.
fn wanted(lab: &Lab, names: &Names) -> Wanted {
    let looks: BTreeSet<_> =
        policy::needs_of(lab, names, Access::Read).into_iter().map(|need| need.action).collect();
    let mut wanted = Wanted::new();
    for need in policy::needs_of(lab, names, Access::Write) {
        if looks.contains(&need.action) {
            continue;
        }
        for arn in need.resources {
            let arn = if arn == "*" { arn } else { arn.replace('*', ANY_ID) };
            wanted.entry(arn).or_default().insert(need.action.clone());
        }
    }
    wanted
}

async fn simulate(
    client: &Client,
    principal: &str,
    arn: &str,
    actions: &BTreeSet<String>,
) -> Result<Vec<Denied>, Failure> {
    let (mut denied, mut marker) = (Vec::new(), None);
    loop {
        let request = client
            .simulate_principal_policy()
            .policy_source_arn(principal)
            .set_action_names(Some(actions.iter().cloned().collect()))
            .resource_arns(arn)
            .set_marker(marker);
        let page = call(&SIMULATE_PRINCIPAL_POLICY, request.send()).await?;
        for result in page.evaluation_results() {
            let explicitly = match result.eval_decision() {
                PolicyEvaluationDecisionType::ExplicitDeny => true,
                PolicyEvaluationDecisionType::ImplicitDeny => false,
                _ => continue,
            };
            // A condition on a value that only the real call has.
            if explicitly || result.missing_context_values().is_empty() {
                denied.push(Denied { action: result.eval_action_name().to_owned(), explicitly });
            }
        }
        marker = page.marker;
        if !page.is_truncated || marker.is_none() {
            return Ok(denied);
        }
    }
}

/// Returns the actions, and on how much each of them is asked about.
fn by_action(wanted: &Wanted) -> BTreeMap<&str, usize> {
    let mut all = BTreeMap::new();
    for action in wanted.values().flatten() {
        *all.entry(action.as_str()).or_default() += 1;
    }
    all
}

/// Judges what was denied of these actions. One that is allowed on something is not missing: policies
/// may name the types of resources more exactly than the lab does, such as a VPC for `ec2:CreateVpc`.
fn judged(asked: &BTreeMap<&str, usize>, all: &[Denied]) -> Finding {
    let is_denied = |action: &str| {
        let of_it: Vec<_> = all.iter().filter(|it| it.action == action).collect();
        let explicitly = of_it.iter().any(|it| it.explicitly);
        let is_denied = explicitly || asked.get(action).is_some_and(|on| of_it.len() >= *on);
        is_denied.then(|| Denied { action: action.to_owned(), explicitly })
    };
    let mut denied: Vec<_> = asked.keys().filter_map(|action| is_denied(action)).collect();
    denied.sort_by_key(|it| !it.explicitly);
    let count = asked.len();
    let Some(first) = denied.first() else {
        return Finding::ok(CHECK, format!("they allow all {count} changes of the lab"));
    };
    let names: Vec<_> = denied.iter().take(NAMED).map(|it| format!("`{}`", it.action)).collect();
    let more = denied.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names = names.join(", ");
    let finding = if first.explicitly {
        Finding::fail(CHECK, format!("they deny {names}{more}"))
    } else {
        // What is allowed by a resource's own policy is not simulated.
        Finding::warn(CHECK, format!("they do not allow {names}{more}"))
    };
    let finding = finding.expected(format!("all {count} changes of the lab allowed"));
    finding.hint("ask whoever manages the account for these permissions")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{aws::fake::Network, lab::AccountId, operate::doctor::Verdict, resources::Choices};

    #[test]
    fn the_policies_of_users_and_roles_are_simulated() {
        let user = "arn:aws:iam::123456789012:user/class/ana";
        assert_eq!(principal(user), Principal::Simulated(user.to_owned()));
        let role = Principal::Simulated("arn:aws:iam::123456789012:role/Lab".to_owned());
        assert_eq!(principal("arn:aws:sts::123456789012:assumed-role/Lab/ana"), role);
        assert_eq!(principal("arn:aws:iam::123456789012:root"), Principal::Everything);
        let federated = "arn:aws:sts::123456789012:federated-user/ana";
        assert_eq!(principal(federated), Principal::Unknown);
        assert_eq!(principal("ana"), Principal::Unknown);
    }

    #[test]
    fn every_change_is_asked_about_on_what_it_changes() {
        let destination = Destination::never_asked("123456789012", "eu-west-1");
        let names = Names::new(&AccountId::new("123456789012"), &destination.region, None, None);
        let lab = Lab::new(&destination, &names, &Choices::default()).unwrap();
        let wanted = wanted(&lab, &names);
        let of = |arn: &str, action: &str| wanted.get(arn).is_some_and(|it| it.contains(action));
        let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/MysfitsTable";
        assert!(of(table, "dynamodb:CreateTable"), "{wanted:#?}");
        assert!(of("*", "ecs:DeregisterTaskDefinition"));
        let role = "arn:aws:iam::123456789012:role/MythicalMysfitsCoreStack-0000000000";
        assert!(of(role, "iam:PassRole"), "{wanted:#?}");
        assert!(wanted.keys().all(|arn| arn == "*" || !arn.contains('*')), "{wanted:#?}");
        let looks = wanted.values().flatten().find(|action| *action == "dynamodb:DescribeTable");
        assert_eq!(looks, None);
    }

    #[test]
    fn a_denial_fails_and_a_missing_permission_warns() {
        let denied = |action: &str, explicitly| Denied { action: action.to_owned(), explicitly };
        let asked = BTreeMap::from([("a:A", 2), ("a:B", 1), ("a:C", 1), ("a:D", 2)]);
        let judged = |all: &[Denied]| judged(&asked, all);
        assert_eq!(judged(&[]).actual, "they allow all 4 changes of the lab");
        // It is allowed on something else.
        assert_eq!(judged(&[denied("a:A", false)]).verdict, Verdict::Ok);
        assert_eq!(judged(&[denied("a:B", false)]).verdict, Verdict::Warn);
        let all = [("a:A", false), ("a:A", false), ("a:B", false), ("a:C", false), ("a:D", true)];
        let failed = judged(&all.map(|(action, explicitly)| denied(action, explicitly)));
        assert_eq!(failed.verdict, Verdict::Fail);
        assert_eq!(failed.actual, "they deny `a:D`, `a:A`, `a:B` and 1 more");
    }

    const SIMULATED: &str = "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult>\
        <IsTruncated>false</IsTruncated><EvaluationResults>\
        <member><EvalActionName>a:Allowed</EvalActionName>\
        <EvalDecision>allowed</EvalDecision></member>\
        <member><EvalActionName>a:Denied</EvalActionName>\
        <EvalDecision>explicitDeny</EvalDecision></member>\
        <member><EvalActionName>a:Missing</EvalActionName>\
        <EvalDecision>implicitDeny</EvalDecision></member>\
        <member><EvalActionName>a:Conditional</EvalActionName>\
        <EvalDecision>implicitDeny</EvalDecision>\
        <MissingContextValues><member>iam:PassedToService</member></MissingContextValues></member>\
        </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>";

    #[tokio::test]
    async fn the_simulation_is_asked_and_read() {
        let network = Network::new(&[(200, SIMULATED)]);
        let actions = ["a:Allowed", "a:Denied"].map(str::to_owned).into();
        let denied = simulate(&network.client(), "arn:the-user", "arn:the-table", &actions).await;
        let named = |action: &str, explicitly| Denied { action: action.to_owned(), explicitly };
        assert_eq!(denied.unwrap(), [named("a:Denied", true), named("a:Missing", false)]);
        let request = &network.requests()[0];
        for part in [
            "PolicySourceArn=arn%3Athe-user",
            "ResourceArns.member.1=arn%3Athe-table",
            "ActionNames.member.2=a%3ADenied",
        ] {
            assert!(request.contains(part), "{part}: {request}");
        }
    }

    #[tokio::test]
    async fn a_simulation_that_is_not_allowed_is_no_denial() {
        let error = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
        let network = Network::new(&[(403, error)]);
        let actions = ["a:A".to_owned()].into();
        let denied = simulate(&network.client(), "arn:the-user", "*", &actions).await;
        assert!(denied.unwrap_err().is("AccessDenied"));
    }
}
