//! What the labs of an account cost: now, so far, and in the other topology.

mod budget;
mod of_lab;

use std::{collections::BTreeMap, time::SystemTime};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Labs, Workspace};
use crate::{
    error::{Exit, Result},
    lab::{Region, prices::Price, prices::Prices},
};
pub(crate) use budget::{Budget, Spending};
pub(crate) use of_lab::{Both, ItemCost, LabCost};

/// How many labs are looked at concurrently. Each takes some twenty calls.
const AT_ONCE: usize = 4;

/// What the labs of an account cost. All prices are US dollars.
#[derive(Debug)]
pub(crate) struct Costs {
    /// The place from which they were searched, as text.
    pub(crate) destination: String,
    /// Each of them.
    pub(crate) labs: Vec<LabCost>,
    /// How many regions could not be looked at, by a one-word reason.
    pub(crate) not_looked_at: BTreeMap<&'static str, usize>,
    /// Whether AWS said the time, without which nobody knows what anything has cost so far.
    pub(crate) has_clock: bool,
    /// What a whole lab costs in this region.
    pub(crate) whole: Both,
    /// The prices of this region.
    pub(crate) prices: Prices,
    /// What of all labs is free in every account, an hour: in each region once.
    pub(crate) free_per_hour: f64,
}

impl Costs {
    /// Looks at all labs of the account, in all regions.
    ///
    /// # Errors
    /// When the user interrupted. What cannot be looked at is in the result.
    pub(crate) async fn look(workspace: &Workspace) -> Result<Self> {
        let Labs { found, not_looked_at } = Labs::look(workspace).await?;
        let now = workspace.destination.now();
        let labs = found.into_iter().map(|found| LabCost::look(workspace, found, now));
        let labs: Vec<LabCost> = stream::iter(labs).buffered(AT_ONCE).try_collect().await?;
        Ok(Self {
            destination: workspace.destination.to_string(),
            not_looked_at,
            has_clock: now.is_some(),
            whole: Both::of_everything(workspace)?,
            prices: workspace.prices.clone(),
            free_per_hour: free_per_hour(&labs),
            labs,
        })
    }

    /// Returns what all labs cost, an hour.
    pub(crate) fn per_hour(&self) -> f64 {
        // Not `sum`: an empty sum is minus zero, and would be printed so.
        self.labs.iter().fold(0.0, |sum, lab| sum + lab.per_hour)
    }

    /// Returns what all labs have cost so far, as far as that is known.
    pub(crate) fn so_far(&self) -> f64 {
        self.labs.iter().fold(0.0, |sum, lab| sum + lab.so_far.unwrap_or_default())
    }

    /// Returns the exit code of a command that shows this: `Done` only if every lab could be looked
    /// at.
    pub(crate) fn looked(&self) -> Exit {
        let is_unseen = |lab: &LabCost| !lab.not_looked_at.is_empty();
        if self.labs.iter().any(is_unseen) { Exit::Partly } else { Exit::Done }
    }
}

/// Returns what is free of these labs together: what an account has free, it has once in a region.
fn free_per_hour(labs: &[LabCost]) -> f64 {
    let mut by_region: Vec<(&Region, &Prices, Vec<Price>)> = Vec::new();
    for lab in labs {
        match by_region.iter_mut().find(|(region, ..)| **region == lab.region) {
            Some((.., billed)) => billed.extend(&lab.billed),
            None => by_region.push((&lab.region, &lab.prices, lab.billed.clone())),
        }
    }
    by_region.iter().fold(0.0, |sum, (_, prices, billed)| sum + prices.free_per_hour(billed))
}

/// Returns the hours between two times; none if the second is the earlier one.
fn hours(since: SystemTime, now: SystemTime) -> f64 {
    now.duration_since(since).unwrap_or_default().as_secs_f64() / 3600.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::lab::prices::Item;

    fn lab(region: &str, units: f64) -> LabCost {
        let region = Region::new(region).unwrap();
        let prices = Prices::of(region.as_str()).unwrap();
        LabCost { billed: vec![Price::of(units, Item::ReadUnit)], ..LabCost::of(region, prices) }
    }

    #[test]
    fn what_is_free_is_free_once_in_each_region() {
        let prices = Prices::of("eu-west-1").unwrap();
        let unit = prices.per_hour(&[Price::of(1.0, Item::ReadUnit)]);
        let labs = [lab("eu-west-1", 15.0), lab("eu-west-1", 15.0)];
        assert!((free_per_hour(&labs) - 25.0 * unit).abs() < 1e-9);
        // A region without prices of its own has those of the default, and is a region all the same.
        let labs = [lab("eu-west-1", 15.0), lab("ap-south-1", 15.0)];
        assert!((free_per_hour(&labs) - 30.0 * unit).abs() < 1e-9);
    }

    #[test]
    fn a_clock_that_is_behind_has_no_hours() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(9);
        assert!((hours(SystemTime::UNIX_EPOCH, now) - 9.0).abs() < 1e-9);
        assert!(hours(now, SystemTime::UNIX_EPOCH).abs() < 1e-9);
    }
}
