//! All labs of an account, as far as AWS's tag index lists them, and one that was typed by hand in the
//! region that is looked at.

mod ages;
mod found;
pub(super) mod index;
mod regions;

use std::collections::BTreeMap;

use self::index::Indexed;
use super::{Bill, Survey, Workspace};
use crate::{
    aws::Failure,
    error::Result,
    lab::{Names, Owner, Region, Scope, lab_flag, parts::Part},
};
pub(crate) use found::FoundLab;

/// The labs of an account.
#[derive(Debug)]
pub(crate) struct Labs {
    /// Where it was looked, in words.
    pub(crate) destination: String,
    /// Which labs there are: those of the region that is looked at first.
    pub(crate) found: Vec<FoundLab>,
    /// How many regions could not be looked at, by the reason in a word.
    pub(crate) not_looked_at: BTreeMap<&'static str, usize>,
}

impl Labs {
    /// Looks at all regions.
    ///
    /// # Errors
    /// When the user interrupted. A region that cannot be looked at is counted.
    pub(crate) async fn look(workspace: &Workspace) -> Result<Self> {
        let here = &workspace.destination.region;
        let (mut all, typed, ages) = tokio::join!(
            regions::all_but(&workspace.destination, None),
            typed_by_hand(workspace),
            ages::of_buckets(workspace),
        );
        all.listed.sort_by_key(|(region, _)| (region != here, region.to_string()));
        let mut labs = typed?.into_iter().collect();
        add(workspace, &all.listed, &mut labs)?;
        for lab in &mut labs {
            lab.since = lab.buckets.iter().find_map(|bucket| ages.get(bucket)).cloned();
        }
        let destination = workspace.destination.to_string();
        Ok(Self { destination, found: labs, not_looked_at: all.not_looked_at })
    }
}

/// The labs other than the one that was worked on.
#[derive(Debug, Default)]
pub(crate) struct Others {
    /// Which there are.
    pub(crate) labs: Vec<FoundLab>,
    /// How many regions could not be looked at, by the reason in a word.
    pub(crate) not_looked_at: BTreeMap<&'static str, usize>,
}

impl Others {
    /// The other labs of this region, from what its index lists; with those of all other regions when
    /// that is asked for.
    ///
    /// # Errors
    /// When the prices cannot be read, which a test excludes.
    pub(super) async fn look(
        workspace: &Workspace,
        listed_here: Vec<Indexed>,
        everywhere: bool,
    ) -> Result<Self> {
        let here = workspace.destination.region.clone();
        let mut others = Self::default();
        let mut others_here = vec![(here.clone(), listed_here)];
        for (_, listed) in &mut others_here {
            listed.retain(|indexed| indexed.lab != workspace.id().name);
        }
        add(workspace, &others_here, &mut others.labs)?;
        if everywhere {
            let elsewhere = regions::all_but(&workspace.destination, Some(&here)).await;
            add(workspace, &elsewhere.listed, &mut others.labs)?;
            others.not_looked_at = elsewhere.not_looked_at;
        }
        Ok(others)
    }
}

fn add(
    workspace: &Workspace,
    listed: &[(Region, Vec<Indexed>)],
    labs: &mut Vec<FoundLab>,
) -> Result<()> {
    for (region, listed) in listed {
        labs.extend(found::of_region(workspace, region, listed)?);
    }
    Ok(())
}

/// Returns what the index of the lab's own region lists.
///
/// # Errors
/// When it cannot be asked.
pub(super) async fn listed_here(workspace: &Workspace) -> Result<Vec<Indexed>, Failure> {
    index::read(&workspace.destination.tagging()).await
}

/// The lab that has the lab's names in this region and lacks its tag, which no index lists.
async fn typed_by_hand(workspace: &Workspace) -> Result<Option<FoundLab>> {
    let mut survey = Survey::of(workspace, Scope::Part(Part::All)).await?;
    survey.rows.retain(|row| row.seen.is_there() && row.seen.owner == Owner::NotTagged);
    let (account, region) = (&workspace.destination.account, &workspace.destination.region);
    let parts = survey.rows.iter().map(|row| workspace.lab.members[row.place].section.part());
    Ok((!survey.rows.is_empty()).then(|| FoundLab {
        name: workspace.id().name.clone(),
        region: region.clone(),
        typed_by_hand: true,
        parts: parts.collect(),
        resources: survey.rows.len(),
        dollars_per_day: Bill::of(&survey.rows).not_ours,
        since: None,
        own_bucket: Names::new(account, region, lab_flag(&workspace.id().name), None).bucket,
        buckets: vec![workspace.names.bucket.clone()],
    }))
}
