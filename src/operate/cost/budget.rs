//! What labs may cost, and how much of that they have cost so far.

use std::str::FromStr;

use super::{Costs, LabCost};
use crate::{
    error::Exit,
    operate::class::{Record, State},
};

/// What labs may cost together, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Budget(f64);

/// A budget, and what of it has been spent. All prices are US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spending {
    /// The budget.
    pub(crate) budget: f64,
    /// What the labs have cost so far: at least this, unless it is complete.
    pub(crate) so_far: f64,
    /// What they cost now, an hour.
    pub(crate) per_hour: f64,
    /// Whether everything is known, and since when it is there.
    pub(crate) is_complete: bool,
}

impl FromStr for Budget {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim_start_matches('$').parse() {
            Ok(dollars) if f64::is_finite(dollars) && dollars > 0.0 => Ok(Self(dollars)),
            _ => Err("it is a number of US dollars, such as `20` or `2.50`"),
        }
    }
}

impl Budget {
    /// Returns how much of it the labs of an account have spent.
    pub(crate) fn of_account(self, costs: &Costs) -> Spending {
        let is_known =
            |lab: &LabCost| lab.not_looked_at.is_empty() && lab.undated().next().is_none();
        Spending {
            budget: self.0,
            so_far: costs.so_far(),
            per_hour: costs.per_hour(),
            is_complete: costs.not_looked_at.is_empty() && costs.labs.iter().all(is_known),
        }
    }

    /// Returns how much of it the labs of a class have spent.
    pub(crate) fn of_class(self, records: &[Record]) -> Spending {
        let is_known =
            |it: &Record| matches!(it.state, State::There | State::Absent) && !it.undated;
        // Not `sum`: an empty sum is minus zero, and would be printed so.
        let sum = |of: &dyn Fn(&Record) -> f64| records.iter().fold(0.0, |sum, it| sum + of(it));
        Spending {
            budget: self.0,
            so_far: sum(&|it| it.so_far.unwrap_or_default()),
            per_hour: sum(&|it| it.dollars_per_hour),
            is_complete: records.iter().all(is_known),
        }
    }
}

impl Spending {
    /// Returns whether more was spent than was planned.
    pub(crate) fn is_over(&self) -> bool {
        self.so_far > self.budget
    }

    /// Returns for how many hours the rest lasts; `None` if nothing costs anything, or nothing is left.
    pub(crate) fn hours_left(&self) -> Option<f64> {
        (!self.is_over() && self.per_hour > 0.0)
            .then(|| (self.budget - self.so_far) / self.per_hour)
    }

    /// Returns the exit code of a command that would otherwise end with this one.
    pub(crate) fn exit(&self, otherwise: Exit) -> Exit {
        if self.is_over() && otherwise == Exit::Done { Exit::Partly } else { otherwise }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_dollars() {
        for (text, dollars) in [("20", 20.0), ("$2.50", 2.5), ("0.01", 0.01)] {
            assert_eq!(text.parse(), Ok(Budget(dollars)), "{text}");
        }
        for bad in ["", "0", "-1", "NaN", "inf", "20 EUR", "1e999"] {
            assert!(bad.parse::<Budget>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_left_lasts_at_the_rate_of_now() {
        let spending =
            |so_far, per_hour| Spending { budget: 10.0, so_far, per_hour, is_complete: true };
        assert_eq!(spending(4.0, 2.0).hours_left(), Some(3.0));
        assert_eq!(spending(4.0, 0.0).hours_left(), None);
        assert_eq!((spending(10.5, 2.0).hours_left(), spending(10.5, 2.0).is_over()), (None, true));
        assert_eq!(spending(10.5, 2.0).exit(Exit::Done), Exit::Partly);
        assert_eq!(spending(10.5, 2.0).exit(Exit::Failed), Exit::Failed);
        assert_eq!(spending(4.0, 2.0).exit(Exit::Done), Exit::Done);
    }

    #[test]
    fn what_is_not_known_makes_it_at_least() {
        let record = |state, undated| Record {
            so_far: Some(1.0),
            dollars_per_hour: 0.5,
            undated,
            ..Record::unknown(state)
        };
        let of = |records: &[Record]| Budget(5.0).of_class(records);
        let known = of(&[record(State::There, false), record(State::Absent, false)]);
        assert_eq!((known.so_far, known.per_hour, known.is_complete), (2.0, 1.0, true));
        for unknown in [
            record(State::There, true),
            record(State::Unknown, false),
            record(State::Failed, false),
        ] {
            assert!(!of(&[record(State::There, false), unknown]).is_complete);
        }
    }
}
