//! The output around the end of a deployment: what it costs, and what to do next.

use crate::operate::{Address, End};

/// What the output needs in addition to the outcome.
#[derive(Debug)]
pub(crate) struct Next<'a> {
    /// The command that repeats the deployment.
    pub(crate) again: &'a str,
    /// The command that removes everything.
    pub(crate) cleanup: &'a str,
    /// Whether this is the local cloud, which has a mailbox and sends no bill.
    pub(crate) is_local: bool,
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
pub(super) fn after(addresses: &[Address], next: &Next<'_>) -> Vec<String> {
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

    const AWS: Next<'static> =
        Next { again: "mysfits deploy", cleanup: "mysfits cleanup all", is_local: false };
    const LOCAL: Next<'static> = Next { is_local: true, ..AWS };

    fn addresses() -> Vec<Address> {
        vec![("site", "http://site".to_owned()), ("api", "https://api".to_owned())]
    }

    #[test]
    fn on_aws_the_browsers_warning_is_explained() {
        assert_eq!(
            after(&addresses(), &AWS),
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
            after(&addresses(), &LOCAL),
            [
                "Register on the site; `mysfits local mail` shows the code.",
                "To remove everything: `mysfits cleanup all`",
            ]
        );
        assert_eq!(after(&addresses()[..1], &LOCAL).len(), 1);
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
