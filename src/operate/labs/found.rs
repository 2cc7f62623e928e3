//! What the tag index contains about a lab: its parts, the number of resources, and their cost.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Indexed;
use crate::{
    engine::About,
    error::Result,
    lab::{
        Expiry, Names, Region, lab_flag,
        prices::{Price, Prices},
    },
    operate::Workspace,
};

/// A lab that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FoundLab {
    /// The value of its tag or, for a lab created by hand, the name of the lab whose names it has.
    pub(crate) name: String,
    /// Its region.
    pub(crate) region: Region,
    /// Whether it has the lab's names but not the lab's tag.
    pub(crate) typed_by_hand: bool,
    /// The numbers of its parts.
    pub(crate) parts: BTreeSet<u8>,
    /// How many resources are listed.
    pub(crate) resources: usize,
    /// What they cost, US dollars for 24 hours.
    pub(crate) dollars_per_day: f64,
    /// Whether that follows from the index alone: it lists a service, and neither whether it runs a
    /// task nor whether that has a public address.
    pub(crate) is_estimate: bool,
    /// The creation date of its bucket, such as `2026-11-28`, if it has one.
    pub(crate) since: Option<String>,
    /// When it may go, by the latest of its tags; `None` if none says it.
    pub(crate) expires: Option<Expiry>,
    /// The names of its buckets.
    pub(super) buckets: Vec<String>,
    /// The default name of its bucket.
    pub(super) own_bucket: String,
}

impl FoundLab {
    /// Returns the name of its bucket, unless that is the default for a lab of this name.
    pub(crate) fn bucket(&self) -> Option<&str> {
        let own = |bucket: &&String| **bucket != self.own_bucket;
        self.buckets.iter().find(own).map(String::as_str)
    }
}

/// Returns the labs of a region that its index lists, by name.
///
/// # Errors
/// When the prices cannot be read, which a test excludes.
pub(super) fn of_region(
    workspace: &Workspace,
    region: &Region,
    listed: &[Indexed],
) -> Result<Vec<FoundLab>> {
    let mut by_name: BTreeMap<&str, Vec<&Indexed>> = BTreeMap::new();
    for indexed in listed {
        by_name.entry(&indexed.lab).or_default().push(indexed);
    }
    let prices = Prices::of(region.as_str())?;
    let labs = by_name.into_iter();
    Ok(labs.map(|(name, listed)| of_lab(workspace, region, &prices, name, &listed)).collect())
}

fn of_lab(
    workspace: &Workspace,
    region: &Region,
    prices: &Prices,
    name: &str,
    listed: &[&Indexed],
) -> FoundLab {
    let mut parts = BTreeSet::new();
    let mut billed: Vec<Price> = Vec::new();
    let mut buckets = Vec::new();
    for indexed in listed {
        // The patterns contain the lab's own region.
        let arn = in_region(&indexed.arn, workspace.destination.region.as_str());
        let of_type = workspace.lab.of_type(&arn);
        parts.extend(of_type.map(|place| workspace.lab.members[place].section.part()));
        for place in 0..workspace.lab.members.len() {
            let about = workspace.lab.about(place);
            if is_of(about, &arn) && of_type != Some(place) {
                continue;
            }
            if is_there(indexed, listed) {
                billed.extend(about.billed(&arn));
            }
        }
        buckets.extend(indexed.arn.strip_prefix("arn:aws:s3:::").map(str::to_owned));
    }
    FoundLab {
        name: name.to_owned(),
        region: region.clone(),
        typed_by_hand: false,
        parts,
        resources: listed.len(),
        dollars_per_day: prices.per_hour(&billed) * 24.0,
        is_estimate: true,
        since: None,
        expires: listed.iter().filter_map(|indexed| indexed.expires).max(),
        buckets,
        own_bucket: Names::new(&workspace.destination.account, region, lab_flag(name), None).bucket,
    }
}

/// Returns whether something that a stack created may still exist: EC2, and with it the index,
/// lists NAT gateways for an hour after their deletion. Their stack is no longer listed then.
fn is_there(indexed: &Indexed, listed: &[&Indexed]) -> bool {
    let Some(made_by) = &indexed.made_by else { return true };
    listed.iter().any(|other| other.arn == made_by.stack)
}

/// Returns whether an ARN has the type of a resource.
fn is_of(about: &About, arn: &str) -> bool {
    about.arn.as_ref().is_some_and(|own| own.name_in(arn).is_some())
}

/// Moves an ARN to another region. Those of buckets have no region.
fn in_region(arn: &str, region: &str) -> String {
    let mut parts: Vec<&str> = arn.splitn(6, ':').collect();
    if let Some(own) = parts.get_mut(3).filter(|own| !own.is_empty()) {
        *own = region;
    }
    parts.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_in_another_region() {
        let table = |region| format!("arn:aws:dynamodb:{region}:1:table/T");
        assert_eq!(in_region(&table("eu-west-2"), "eu-west-1"), table("eu-west-1"));
        assert_eq!(in_region("arn:aws:s3:::b", "eu-west-1"), "arn:aws:s3:::b");
        assert_eq!(in_region("nonsense", "eu-west-1"), "nonsense");
    }
}
