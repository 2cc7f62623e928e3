//! What one lab costs.

use std::{collections::BTreeSet, time::SystemTime};

use super::hours;
use crate::{
    engine::{Direction, Id, Presence, Purpose, Reason},
    error::Result,
    lab::{
        Names, Owner, Region, Topology, check_lab_name, lab_flag,
        prices::{Price, Prices},
    },
    operate::{FoundLab, Row, Survey, Workspace},
    resources::{Choices, Lab},
};

/// What one lab costs. All prices are US dollars.
#[derive(Debug)]
pub(crate) struct LabCost {
    /// Its name.
    pub(crate) name: String,
    /// Its region.
    pub(crate) region: Region,
    /// Whether it has the lab's names but not the lab's tag.
    pub(crate) typed_by_hand: bool,
    /// Whether this follows from the index of tags alone.
    pub(crate) is_estimate: bool,
    /// What is billed, by resource.
    pub(crate) items: Vec<ItemCost>,
    /// All of it, an hour.
    pub(crate) per_hour: f64,
    /// All of it so far, as if it had always been as it is now; `None` if nothing of that is known.
    pub(crate) so_far: Option<f64>,
    /// What the same parts cost in each topology, an hour; `None` if they are not known.
    pub(crate) topologies: Option<Both>,
    /// What of it is free in every account that has no other such thing in the region, an hour.
    pub(crate) free_per_hour: f64,
    /// What could not be looked at, and why.
    pub(crate) not_looked_at: Vec<(Id, String)>,
    /// The prices.
    pub(crate) prices: Prices,
    /// What it is billed for.
    pub(super) billed: Vec<Price>,
}

/// What one resource costs.
#[derive(Debug)]
pub(crate) struct ItemCost {
    /// Its name in the lab.
    pub(crate) id: Id,
    /// What it is.
    pub(crate) title: String,
    /// An hour of it.
    pub(crate) per_hour: f64,
    /// When it was created, by AWS's clock; `None` if that is not known.
    pub(crate) since: Option<SystemTime>,
    /// What it has cost so far; `None` if that is not known.
    pub(crate) so_far: Option<f64>,
}

/// The price of the same in both topologies, an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Both {
    /// As in the lab.
    pub(crate) classic: f64,
    /// Without NAT gateways.
    pub(crate) economy: f64,
}

impl Both {
    /// Returns what a whole lab costs in the workspace's region.
    ///
    /// # Errors
    /// When the lab cannot be made, which a test excludes.
    pub(super) fn of_everything(workspace: &Workspace) -> Result<Self> {
        Self::of(workspace, &(0..workspace.lab.members.len()).collect())
    }

    /// Returns what these places of a lab cost.
    fn of(workspace: &Workspace, places: &BTreeSet<usize>) -> Result<Self> {
        let per_hour = |topology| -> Result<f64> {
            let choices = Choices { topology: Some(topology), ..Choices::default() };
            let lab = Lab::new(&workspace.destination, &workspace.names, &choices)?;
            let prices = places.iter().flat_map(|place| lab.about(*place).prices.clone());
            Ok(workspace.prices.per_hour(&prices.collect::<Vec<_>>()))
        };
        Ok(Self { classic: per_hour(Topology::Classic)?, economy: per_hour(Topology::Economy)? })
    }
}

impl LabCost {
    /// Looks at a lab that was found.
    ///
    /// # Errors
    /// When the user interrupted.
    pub(super) async fn look(
        workspace: &Workspace,
        found: FoundLab,
        now: Option<SystemTime>,
    ) -> Result<Self> {
        let prices = Prices::of(found.region.as_str())?;
        let empty = Self::of(found.region.clone(), prices);
        let empty = Self { name: found.name, typed_by_hand: found.typed_by_hand, ..empty };
        if lab_flag(&empty.name).is_some_and(|name| check_lab_name(name).is_err()) {
            // No names follow from its name, so that it cannot be looked at.
            let per_hour = found.dollars_per_day / 24.0;
            return Ok(Self { is_estimate: true, per_hour, ..empty });
        }
        let workspace = workspace.of_lab(&empty)?;
        let survey = Survey::at(&workspace, &workspace.billed_places(), Purpose::Look).await?;
        let cost = empty.with(&survey, now);
        let places = cost.rows(&survey).map(|row| row.place).collect();
        Ok(Self { topologies: Some(Both::of(&workspace, &places)?), ..cost })
    }

    /// Looks at the lab of a workspace, without what it would cost in each topology.
    ///
    /// # Errors
    /// When the user interrupted.
    pub(in crate::operate) async fn of_workspace(workspace: &Workspace) -> Result<Self> {
        let region = workspace.destination.region.clone();
        let empty = Self {
            name: workspace.id().name.clone(),
            ..Self::of(region, workspace.prices.clone())
        };
        let survey = Survey::at(workspace, &workspace.billed_places(), Purpose::Look).await?;
        Ok(empty.with(&survey, workspace.destination.now()))
    }

    /// Returns a lab without a name and without costs.
    pub(super) fn of(region: Region, prices: Prices) -> Self {
        Self {
            name: String::new(),
            region,
            typed_by_hand: false,
            is_estimate: false,
            items: Vec::new(),
            per_hour: 0.0,
            so_far: None,
            topologies: None,
            free_per_hour: 0.0,
            not_looked_at: Vec::new(),
            prices,
            billed: Vec::new(),
        }
    }

    /// Returns what was seen of it.
    fn rows<'a>(&self, survey: &'a Survey) -> impl Iterator<Item = &'a Row> {
        let owner = if self.typed_by_hand { Owner::NotTagged } else { Owner::Ours };
        survey.rows.iter().filter(move |row| row.seen.is_there() && row.seen.owner == owner)
    }

    /// Adds up what was seen.
    fn with(self, survey: &Survey, now: Option<SystemTime>) -> Self {
        let billed: Vec<Price> = self.rows(survey).flat_map(|row| row.billed().to_vec()).collect();
        let items = self.rows(survey).filter(|row| row.dollars_per_day > 0.0);
        let items: Vec<ItemCost> = items.map(|row| ItemCost::of(row, now)).collect();
        let known: Vec<f64> = items.iter().filter_map(|item| item.so_far).collect();
        let so_far = known.iter().fold(0.0, |sum, dollars| sum + dollars);
        Self {
            per_hour: self.prices.per_hour(&billed),
            so_far: (!known.is_empty() || items.is_empty()).then_some(so_far),
            free_per_hour: self.prices.free_per_hour(&billed),
            not_looked_at: survey.rows.iter().filter_map(not_looked_at).collect(),
            items,
            billed,
            ..self
        }
    }

    /// Returns the earliest time at which something of it was created.
    pub(crate) fn since(&self) -> Option<SystemTime> {
        self.items.iter().filter_map(|item| item.since).min()
    }

    /// Returns what costs something nobody knows for how long.
    pub(crate) fn undated(&self) -> impl Iterator<Item = Id> {
        self.items.iter().filter(|item| item.so_far.is_none()).map(|item| item.id)
    }
}

impl ItemCost {
    fn of(row: &Row, now: Option<SystemTime>) -> Self {
        let per_hour = row.dollars_per_day / 24.0;
        let since = row.seen.billed.as_ref().and_then(|billed| billed.since);
        let so_far = since.zip(now).map(|(since, now)| per_hour * hours(since, now));
        Self { id: row.about.id, title: row.about.title.clone(), per_hour, since, so_far }
    }
}

/// Returns why a resource that may cost something could not be looked at; `None` if it could, or if
/// another one is the reason.
fn not_looked_at(row: &Row) -> Option<(Id, String)> {
    match &row.seen.presence {
        Presence::Unknown(unknown) if unknown.reason != Reason::Dependency => {
            Some((row.about.id, unknown.words.clone()))
        }
        _ => None,
    }
}

impl Workspace {
    /// Returns the same account's workspace for another lab, to be looked at.
    ///
    /// # Errors
    /// When the lab cannot be made, which a test excludes.
    fn of_lab(&self, lab: &LabCost) -> Result<Self> {
        let destination = self.destination.in_region(&lab.region);
        let names = Names::new(&self.destination.account, &lab.region, lab_flag(&lab.name), None);
        let choices = Choices::default();
        Ok(Self {
            lab: Lab::new(&destination, &names, &choices)?,
            choices,
            prices: lab.prices.clone(),
            durations: self.durations.clone(),
            fails_fast: false,
            adopts: false,
            interrupt: self.interrupt.clone(),
            report: self.report.clone(),
            destination,
            names,
        })
    }

    /// Returns the places that may cost something by the hour, and what leads to them.
    fn billed_places(&self) -> BTreeSet<usize> {
        let is_billed = |place: &usize| {
            let about = self.lab.about(*place);
            !about.prices.is_empty() || !about.billed_parts.is_empty()
        };
        let billed = (0..self.lab.members.len()).filter(is_billed);
        self.lab.graph.with_all_before(billed, Direction::Forward)
    }
}
