//! `mysfits cost`: what the labs of the account cost.

use super::{help::Example, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    operate::{Budget, Costs},
    report::{BudgetLine, CostTable},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits cost", "What costs anything, and since when"),
    Example::run("mysfits cost --budget 20", "Whether that was more than $20 so far"),
];

/// What may be spent.
#[derive(Debug, clap::Args)]
pub(super) struct OfBudget {
    /// Warn when the labs have cost more than this so far; the exit code is then 3
    #[arg(long, value_name = "DOLLARS")]
    pub(super) budget: Option<Budget>,
}

pub(super) async fn run(settings: &Settings, OfBudget { budget }: &OfBudget) -> Result<Exit> {
    let session = Session::open(settings, false).await?;
    let costs = session.reading(Costs::look(&session.workspace)).await?;
    session.screen.result(&CostTable(&costs));
    let Some(budget) = budget else { return Ok(costs.looked()) };
    let spending = budget.of_account(&costs);
    session.screen.result(&BudgetLine(spending));
    Ok(spending.exit(costs.looked()))
}
