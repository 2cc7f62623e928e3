//! What runs there, and what that costs.

use super::Finding;
use crate::operate::{Labs, Survey, Workspace, labs};

const CHECK: &str = "running";

/// Returns a finding about this lab, and one about the others in its region.
pub(super) fn this_lab(survey: &Survey) -> Finding {
    let bill = survey.bill();
    let actual = format!("this lab: ${:.4} an hour on AWS", bill.ours / 24.0);
    if bill.unknown == 0.0 {
        return Finding::ok(CHECK, actual);
    }
    let more = bill.unknown / 24.0;
    let more = format!("{actual}, up to ${more:.4} more for what could not be looked at");
    Finding::unknown(CHECK, more)
}

/// Looks for other labs in this region, by the index of tags.
pub(super) async fn other_labs(workspace: &Workspace) -> Finding {
    let listed = match labs::listed_here(workspace).await {
        Ok(listed) => listed,
        Err(failure) => return Finding::unseen("other labs", failure),
    };
    match Labs::beside(workspace, listed, false).await {
        Err(error) => Finding::failed("other labs", &error),
        Ok(labs) if labs.found.is_empty() => Finding::ok("other labs", "none in this region"),
        Ok(labs) => {
            let names: Vec<_> = labs.found.iter().map(|lab| format!("`{}`", lab.name)).collect();
            let hour = labs.found.iter().map(|lab| lab.dollars_per_day).sum::<f64>() / 24.0;
            let names = names.join(", ");
            Finding::warn("other labs", format!("{names}: about ${hour:.4} an hour on AWS"))
                .hint("`mysfits labs` shows the commands that remove them")
        }
    }
}
