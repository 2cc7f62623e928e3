//! Whether the caller may make a network, by dry runs: EC2 checks the permission and does nothing.

use futures::future::join_all;

use super::Finding;
use crate::{
    aws::{Failure, Input, Operation, operations::ec2},
    destination::Destination,
};

const CHECK: &str = "make networks";

/// Makes the dry runs.
pub(super) async fn finding(destination: &Destination, ec2: &ec2::Client) -> Finding {
    if !destination.has_dry_runs() {
        return Finding::unknown(CHECK, "this endpoint might do what is only to be tried");
    }
    let calls = [
        (&ec2::CREATE_VPC, Input::dry_run().with("CidrBlock", "10.0.0.0/16")),
        (&ec2::CREATE_INTERNET_GATEWAY, Input::dry_run()),
        (&ec2::ALLOCATE_ADDRESS, Input::dry_run().with("Domain", "vpc")),
    ];
    let calls = calls.map(|(operation, input)| async move {
        (operation, answer(ec2.0.send(operation, input).await.err()))
    });
    judged(&join_all(calls).await)
}

/// What AWS answered to a dry run.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Allowed,
    Denied,
    Unknown(Failure),
    /// It says that it did it.
    Done,
}

fn answer(failure: Option<Failure>) -> Answer {
    match failure {
        None => Answer::Done,
        Some(failure) if failure.is("DryRunOperation") => Answer::Allowed,
        // The permission was there; the quotas have findings of their own.
        Some(failure) if failure.code.as_ref().is_some_and(|it| it.ends_with("LimitExceeded")) => {
            Answer::Allowed
        }
        Some(failure) if failure.is("UnauthorizedOperation") => Answer::Denied,
        Some(failure) => Answer::Unknown(failure),
    }
}

fn judged(answers: &[(&'static Operation, Answer)]) -> Finding {
    let of = |wanted: &Answer| {
        let found = answers.iter().filter(|(_, answer)| answer == wanted);
        found.map(|(operation, _)| format!("`{}`", operation.iam_action())).collect::<Vec<_>>()
    };
    let (denied, done) = (of(&Answer::Denied), of(&Answer::Done));
    if !done.is_empty() {
        return Finding::fail(CHECK, format!("a dry run was carried out: {}", done.join(", ")))
            .hint("`mysfits status` shows what there is; please report this");
    }
    if !denied.is_empty() {
        return Finding::fail(CHECK, format!("denied: {}", denied.join(", ")))
            .expected("all of them allowed")
            .hint("ask whoever manages the account for these permissions");
    }
    let unknown = answers.iter().find_map(|(_, answer)| match answer {
        Answer::Unknown(failure) => Some(failure.clone()),
        _ => None,
    });
    match unknown {
        Some(failure) => Finding::unseen(CHECK, failure),
        None => Finding::ok(CHECK, "allowed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operate::doctor::Verdict;

    fn judge(codes: &[&str]) -> Finding {
        let answers = codes.iter().map(|code| {
            let failure = Failure::of_item(&ec2::CREATE_VPC, code, "words");
            (&ec2::CREATE_VPC, answer(Some(failure)))
        });
        judged(&answers.collect::<Vec<_>>())
    }

    #[test]
    fn a_dry_run_tells_whether_the_call_is_allowed() {
        assert_eq!(judge(&["DryRunOperation", "VpcLimitExceeded"]).verdict, Verdict::Ok);
        let denied = judge(&["DryRunOperation", "UnauthorizedOperation"]);
        assert_eq!((denied.verdict, denied.actual.as_str()), {
            (Verdict::Fail, "denied: `ec2:CreateVpc`")
        });
        assert_eq!(judge(&["DryRunOperation", "InternalError"]).verdict, Verdict::Unknown);
        let done = judged(&[(&ec2::CREATE_VPC, answer(None))]);
        assert_eq!(done.verdict, Verdict::Fail);
    }
}
