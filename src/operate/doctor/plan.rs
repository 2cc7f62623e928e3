//! The plan of the account, and what is left of its credits.

use super::Finding;
use crate::{
    aws::{Input, Node, operations::freetier},
    destination::Destination,
};

const CHECK: &str = "account plan";

/// Looks at the plan. Accounts that are older than these plans, and members of an organization, may
/// have none.
pub(super) async fn finding(destination: &Destination) -> Finding {
    let client = destination.client::<freetier::Client>();
    match client.0.send(&freetier::GET_ACCOUNT_PLAN_STATE, Input::default()).await {
        Ok(plan) => judged(&plan),
        Err(failure) => Finding::unseen(CHECK, failure).hint(""),
    }
}

fn judged(plan: &Node) -> Finding {
    let credits = plan.get("accountPlanRemainingCredits").and_then(|it| it.number("amount"));
    let left = credits.map(|dollars| format!(", ${dollars:.2} of credits left"));
    let left = left.unwrap_or_default();
    // The day of a date and time.
    let end = plan.text("accountPlanExpirationDate").and_then(|date| date.get(..10));
    let until = end.map(|day| format!(", until {day}")).unwrap_or_default();
    let status = plan.text("accountPlanStatus");
    match plan.text("accountPlanType") {
        Some("FREE") if status == Some("EXPIRED") => {
            Finding::fail(CHECK, "free plan, and it has ended")
                .expected("a plan that has not ended")
                .hint("upgrade to the paid plan in the Billing console, or use `--local`")
        }
        Some("FREE") if credits.is_some_and(|dollars| dollars < 1.0) => {
            Finding::warn(CHECK, format!("free plan{left}{until}"))
                .hint("AWS closes the account when they are spent: `mysfits cleanup all`")
        }
        Some("FREE") => Finding::ok(CHECK, format!("free plan{left}{until}")),
        Some("PAID") => Finding::ok(CHECK, format!("paid plan{left}")),
        _ => Finding::unknown(CHECK, "AWS did not name it"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::operate::doctor::Verdict;

    #[test]
    fn a_plan_has_credits_and_an_end() {
        let judge = |kind, status, dollars| {
            judged(&Node::of(&json!({
                "accountPlanType": kind, "accountPlanStatus": status,
                "accountPlanRemainingCredits": { "amount": dollars, "unit": "USD" },
                "accountPlanExpirationDate": "2027-03-01T00:00:00Z",
            })))
        };
        let free = judge("FREE", "ACTIVE", 120.5);
        assert_eq!(free.actual, "free plan, $120.50 of credits left, until 2027-03-01");
        assert_eq!(free.verdict, Verdict::Ok);
        assert_eq!(judge("FREE", "ACTIVE", 0.2).verdict, Verdict::Warn);
        assert_eq!(judge("FREE", "EXPIRED", 0.0).verdict, Verdict::Fail);
        assert_eq!(judge("PAID", "ACTIVE", 7.0).actual, "paid plan, $7.00 of credits left");
        assert_eq!(judged(&Node::of(&json!({}))).verdict, Verdict::Unknown);
    }
}
