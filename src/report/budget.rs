//! What of a budget has been spent.

use serde_json::{Value, json};

use super::{
    Shown,
    rows::cents,
    words::{FAILED, paint},
};
use crate::operate::Spending;

/// A budget, and what of it has been spent.
pub(crate) struct BudgetLine(pub(crate) Spending);

impl Shown for BudgetLine {
    fn text(&self, _: bool) -> String {
        let Self(spending) = self;
        let (budget, so_far) = (spending.budget, spending.so_far);
        let least = if spending.is_complete { "" } else { " at least, as not everything is known" };
        if spending.is_over() {
            let over = paint(FAILED, "over the budget");
            return format!("{over} of ${budget:.2}: ${so_far:.2} so far{least}");
        }
        let lasts = spending.hours_left().map(|hours| match hours {
            ..48.0 => format!("; at this rate it lasts {hours:.0} h more"),
            _ => format!("; at this rate it lasts {:.0} days more", hours / 24.0),
        });
        let lasts = lasts.unwrap_or_default();
        format!("within the budget of ${budget:.2}: ${so_far:.2} so far{least}{lasts}")
    }

    fn json(&self) -> Vec<Value> {
        let Self(spending) = self;
        vec![json!({
            "type": "budget",
            "budget": cents(spending.budget),
            "dollars_so_far": cents(spending.so_far),
            "is_complete": spending.is_complete,
            "is_over": spending.is_over(),
            "hours_left": spending.hours_left().map(f64::floor),
        })]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_is_left_or_that_nothing_is() {
        let spending = Spending { budget: 20.0, so_far: 5.0, per_hour: 0.5, is_complete: true };
        let text = |spending| BudgetLine(spending).text(false);
        assert_eq!(
            text(spending),
            "within the budget of $20.00: $5.00 so far; at this rate it lasts 30 h more"
        );
        let slow = Spending { per_hour: 0.01, is_complete: false, ..spending };
        assert_eq!(
            text(slow),
            "within the budget of $20.00: $5.00 so far at least, as not everything is known; at this \
             rate it lasts 62 days more"
        );
        let over = Spending { so_far: 21.0, ..spending };
        assert!(text(over).ends_with("of $20.00: $21.00 so far"));
        assert_eq!(BudgetLine(over).json()[0]["hours_left"], Value::Null);
    }
}
