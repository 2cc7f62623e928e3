//! All labs of an account that AWS's tag index lists, and one created by hand in the current
//! region.

mod ages;
mod found;
pub(super) mod index;
mod regions;

use std::collections::BTreeMap;

use self::{index::Indexed, regions::Regions};
use super::{Bill, Row, Survey, Workspace};
use crate::{
    aws::Failure,
    error::Result,
    lab::{Names, Owner, Scope, lab_flag, parts::Part},
};
pub(crate) use found::FoundLab;

/// Labs of an account.
#[derive(Debug, Default)]
pub(crate) struct Labs {
    /// The labs that were found.
    pub(crate) found: Vec<FoundLab>,
    /// How many regions could not be looked at, by a one-word reason.
    pub(crate) not_looked_at: BTreeMap<&'static str, usize>,
}

impl Labs {
    /// Looks at all regions; the current one comes first.
    ///
    /// # Errors
    /// When the user interrupted. A region that cannot be looked at is counted.
    pub(crate) async fn look(workspace: &Workspace) -> Result<Self> {
        let here = &workspace.destination.region;
        let (mut all, survey, ages) = tokio::join!(
            regions::all_but(&workspace.destination, None),
            Survey::of(workspace, Scope::Part(Part::All)),
            ages::of_buckets(workspace),
        );
        let survey = survey?;
        all.listed.sort_by_key(|(region, _)| (region != here, region.to_string()));
        let typed = typed_by_hand(workspace, &survey);
        let mut labs = Self { found: typed.into_iter().collect(), ..Self::default() };
        labs.add(workspace, all)?;
        labs.see_own(workspace, &survey);
        for lab in &mut labs.found {
            lab.since = lab.buckets.iter().find_map(|bucket| ages.get(bucket)).cloned();
        }
        Ok(labs)
    }

    /// Returns the other labs: those in the region of this one, from what the index lists there,
    /// and those of all other regions if requested.
    ///
    /// # Errors
    /// When the prices cannot be read, which a test excludes.
    pub(super) async fn beside(
        workspace: &Workspace,
        mut listed_here: Vec<Indexed>,
        everywhere: bool,
    ) -> Result<Self> {
        let here = &workspace.destination.region;
        listed_here.retain(|indexed| indexed.lab != workspace.id().name);
        let listed = vec![(here.clone(), listed_here)];
        let mut labs = Self::default();
        labs.add(workspace, Regions { listed, ..Regions::default() })?;
        if everywhere {
            labs.add(workspace, regions::all_but(&workspace.destination, Some(here)).await)?;
        }
        Ok(labs)
    }

    /// Replaces the estimate for the workspace's own lab, whose resources were looked at: the index
    /// lists a service, and not whether it runs a task.
    fn see_own(&mut self, workspace: &Workspace, survey: &Survey) {
        let (id, bill) = (workspace.id(), survey.bill());
        let is_own = |lab: &&mut FoundLab| {
            !lab.typed_by_hand && lab.name == id.name && lab.region == id.region
        };
        if bill.unknown == 0.0
            && let Some(own) = self.found.iter_mut().find(is_own)
        {
            (own.dollars_per_day, own.is_estimate) = (bill.ours, false);
        }
    }

    fn add(&mut self, workspace: &Workspace, regions: Regions) -> Result<()> {
        for (region, listed) in &regions.listed {
            self.found.extend(found::of_region(workspace, region, listed)?);
        }
        self.not_looked_at.extend(regions.not_looked_at);
        Ok(())
    }
}

/// Returns what the index of the lab's own region lists.
///
/// # Errors
/// When the index cannot be queried.
pub(super) async fn listed_here(workspace: &Workspace) -> Result<Vec<Indexed>, Failure> {
    index::read(&workspace.destination.client()).await
}

/// Returns the lab with the lab's names in this region but without its tag: no index lists it.
fn typed_by_hand(workspace: &Workspace, survey: &Survey) -> Option<FoundLab> {
    let is_untagged = |row: &&Row| row.seen.is_there() && row.seen.owner == Owner::NotTagged;
    let rows: Vec<&Row> = survey.rows.iter().filter(is_untagged).collect();
    let (account, region) = (&workspace.destination.account, &workspace.destination.region);
    let parts = rows.iter().map(|row| workspace.lab.members[row.place].section.part());
    (!rows.is_empty()).then(|| FoundLab {
        name: workspace.id().name.clone(),
        region: region.clone(),
        typed_by_hand: true,
        parts: parts.collect(),
        resources: rows.len(),
        dollars_per_day: Bill::of(rows.iter().copied()).not_ours,
        is_estimate: false,
        since: None,
        expires: None,
        own_bucket: Names::new(account, region, lab_flag(&workspace.id().name), None).bucket,
        buckets: vec![workspace.names.bucket.clone()],
    })
}
