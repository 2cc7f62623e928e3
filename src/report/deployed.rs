//! The output around the end of a deployment: what it costs, and what to do next.

use crate::{
    lab::LearnerLab,
    operate::{Address, End},
};

/// What the output needs in addition to the outcome.
#[derive(Debug)]
pub(crate) struct Next<'a> {
    /// The command that repeats the deployment.
    pub(crate) again: &'a str,
    /// The command that removes everything.
    pub(crate) cleanup: &'a str,
    /// Whether this is the local cloud, which has a mailbox and sends no bill.
    pub(crate) is_local: bool,
    /// The Learner Lab that the account is one of, if it is.
    pub(crate) learner_lab: Option<LearnerLab>,
}

/// Returns what the lab costs after a successful deployment; empty when it is free.
pub(super) fn cost(end: &End, next: &Next<'_>) -> String {
    match (end.dollars_per_day, next.is_local) {
        (dollars, _) if dollars <= 0.0 => String::new(),
        (dollars, true) => format!(" On AWS, it would cost ${dollars:.2} a day."),
        (dollars, false) => format!(" It costs ${dollars:.2} a day while it exists."),
    }
}

/// Returns what to do after a successful deployment.
pub(super) fn after(end: &End, addresses: &[Address], next: &Next<'_>) -> Vec<String> {
    let has = |wanted: &str| addresses.iter().any(|(name, _)| *name == wanted);
    let mut lines = Vec::new();
    if has("site") && !next.is_local {
        lines.push(
            "Browsers such as Chrome warn before they open an http page: S3 websites have no https. \
             Continue to the site."
                .to_owned(),
        );
    }
    // On AWS the code is sent to a real mailbox.
    if has("api") && next.is_local {
        lines.push("Register on the site; `mysfits local mail` shows the code.".to_owned());
    }
    lines.push(format!("To remove everything: `{}`", next.cleanup));
    // The end of a session stops machines, and nothing else.
    if let Some(lab) = next.learner_lab.filter(|_| end.dollars_per_day > 0.0) {
        lines.push(format!(
            "Remove it first, then press End Lab: what is left costs on without a session, {}.",
            lab.days(end.dollars_per_day)
        ));
    }
    lines
}

/// After a failed deployment, returns that what exists may cost money, and what ends that.
pub(super) fn remains(end: &End, next: &Next<'_>) -> Option<String> {
    let (dollars, cleanup) = (end.dollars_per_day, next.cleanup);
    let costs = if next.is_local { "would cost" } else { "costs" };
    (dollars > 0.0).then(|| {
        format!(
            "What this run created or found {costs} up to ${dollars:.2} a day on AWS; \
             `{cleanup}` removes it."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Outcome,
        report::end::tests::{end, failed},
    };

    const AWS: Next<'static> = Next {
        again: "mysfits deploy",
        cleanup: "mysfits cleanup all",
        is_local: false,
        learner_lab: None,
    };
    const LOCAL: Next<'static> = Next { is_local: true, ..AWS };

    fn addresses() -> Vec<Address> {
        vec![("site", "http://site".to_owned()), ("api", "https://api".to_owned())]
    }

    fn at(dollars: f64) -> End {
        end(&[("table", Outcome::Created)], dollars)
    }

    #[test]
    fn in_a_learner_lab_cleanup_comes_before_its_end() {
        let next = Next { learner_lab: Some(LearnerLab::USUAL), ..AWS };
        let last = |dollars| after(&at(dollars), &addresses(), &next).pop().unwrap();
        assert_eq!(
            last(1.58),
            "Remove it first, then press End Lab: what is left costs on without a session, 31 days of $50."
        );
        assert!(last(0.0).starts_with("To remove everything"));
    }

    #[test]
    fn on_aws_the_browsers_warning_is_explained() {
        assert_eq!(
            after(&at(0.0), &addresses(), &AWS),
            [
                "Browsers such as Chrome warn before they open an http page: S3 websites have no \
                 https. Continue to the site.",
                "To remove everything: `mysfits cleanup all`",
            ]
        );
    }

    #[test]
    fn on_the_local_cloud_the_mailbox_is_named_where_one_can_sign_up() {
        assert_eq!(
            after(&at(0.0), &addresses(), &LOCAL),
            [
                "Register on the site; `mysfits local mail` shows the code.",
                "To remove everything: `mysfits cleanup all`",
            ]
        );
        assert_eq!(after(&at(0.0), &addresses()[..1], &LOCAL).len(), 1);
    }

    #[test]
    fn what_it_costs_is_said_where_it_costs() {
        let end = |dollars| end(&[("table", failed()), ("bucket", Outcome::Created)], dollars);
        assert_eq!(cost(&end(0.0), &AWS), "");
        assert_eq!(cost(&end(4.0), &AWS), " It costs $4.00 a day while it exists.");
        assert_eq!(cost(&end(4.0), &LOCAL), " On AWS, it would cost $4.00 a day.");
        assert_eq!(remains(&end(0.0), &AWS), None);
        assert_eq!(
            remains(&end(0.32), &AWS).unwrap(),
            "What this run created or found costs up to $0.32 a day on AWS; `mysfits cleanup all` removes it."
        );
    }
}
