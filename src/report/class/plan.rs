//! What a run would do to a class: a line for each lab, and what all of them cost.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{labels, labs};
use crate::{
    engine::Doing,
    operate::class::{Job, Planned, Who},
    report::{Shown, rows::cents},
};

/// What a run would do.
pub(crate) struct ClassPlan<'a> {
    /// The run.
    pub(crate) job: Job,
    /// Each lab.
    pub(crate) all: &'a [Planned],
}

impl ClassPlan<'_> {
    fn dollars(&self) -> f64 {
        let plans = self.all.iter().filter_map(|it| it.plan.as_ref().ok());
        // Not `sum`: an empty sum is minus zero, and would be printed so.
        plans.fold(0.0, |sum, plan| sum + plan.dollars_per_day)
    }

    fn who(&self) -> Vec<Who> {
        let who = |(place, it): (usize, &Planned)| Who {
            place,
            student: it.member.seat.student.clone(),
            account: it.member.seat.account.to_string(),
            lab: it.member.seat.lab().to_owned(),
        };
        self.all.iter().enumerate().map(who).collect()
    }
}

fn what(doing: Doing, changes: usize) -> String {
    match (doing, changes) {
        (Doing::Deploy, 0) => "no changes".to_owned(),
        (Doing::Deploy, count) => format!("{count} to deploy"),
        (Doing::Cleanup, 0) => "nothing to remove".to_owned(),
        (Doing::Cleanup, count) => format!("{count} to remove"),
    }
}

impl Shown for ClassPlan<'_> {
    fn text(&self, _: bool) -> String {
        let Job { doing, part } = self.job;
        let verb = if doing == Doing::Deploy { "Deploy" } else { "Remove" };
        let mut text = format!("{verb} {} of {}\n\n", part.name(), labs(self.all.len()));
        let labels = labels(&self.who());
        let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
        for (planned, label) in self.all.iter().zip(&labels) {
            let account = &planned.member.seat.account;
            let _ = write!(text, "  {label:<width$}  {account}  ");
            let _ = match &planned.plan {
                Ok(plan) => writeln!(
                    text,
                    "{}, ${:.2} a day",
                    what(doing, plan.changes),
                    plan.dollars_per_day
                ),
                Err(error) => writeln!(text, "cannot be done: {}", error.message),
            };
        }
        let dollars = self.dollars();
        let _ = match doing {
            Doing::Deploy => write!(text, "\nTogether they cost ${dollars:.2} a day on AWS."),
            Doing::Cleanup => write!(text, "\nWhat goes costs ${dollars:.2} a day on AWS."),
        };
        text
    }

    fn json(&self) -> Vec<Value> {
        let line = |it: &Planned| {
            let seat = &it.member.seat;
            let plan = it.plan.as_ref();
            json!({
                "type": "class-plan",
                "student": seat.student,
                "account": seat.account.as_str(),
                "region": seat.region(),
                "lab": seat.lab(),
                "changes": plan.map(|plan| plan.changes).ok(),
                "dollars_per_day": plan.map(|plan| cents(plan.dollars_per_day)).ok(),
                "error": plan.err().map(|error| error.code.entry().number),
            })
        };
        self.all.iter().map(line).collect()
    }
}
