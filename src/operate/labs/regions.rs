//! Queries the tag index of every region, all at once.

use std::{collections::BTreeMap, time::Duration};

use futures::future::join_all;

use super::index::{self, Indexed};
use crate::{
    aws::Failure,
    destination::Destination,
    engine::Reason,
    error::Error,
    lab::{Region, regions},
};

/// How long a region may take to answer. After that it is skipped.
const LONGEST: Duration = Duration::from_secs(5);

/// What the regions returned.
#[derive(Debug, Default)]
pub(super) struct Regions {
    /// What each lists, in the order of the region names.
    pub(super) listed: Vec<(Region, Vec<Indexed>)>,
    /// How many could not be looked at, by a one-word reason.
    pub(super) not_looked_at: BTreeMap<&'static str, usize>,
}

/// Queries all regions but this one.
pub(super) async fn all_but(destination: &Destination, here: Option<&Region>) -> Regions {
    let wanted = regions::all().filter(|region| here != Some(region));
    let asked = wanted.map(|region| async { (ask(destination, &region).await, region) });
    let mut regions = Regions::default();
    for (answer, region) in join_all(asked).await {
        match answer {
            Answer::Listed(listed) => regions.listed.push((region, listed)),
            Answer::NotEnabled => {}
            Answer::NotLookedAt(reason) => *regions.not_looked_at.entry(reason).or_default() += 1,
        }
    }
    regions
}

enum Answer {
    Listed(Vec<Indexed>),
    /// The account does not use the region, so nothing can be there.
    NotEnabled,
    NotLookedAt(&'static str),
}

async fn ask(destination: &Destination, region: &Region) -> Answer {
    let tagging = destination.tagging_in(region, LONGEST);
    match tokio::time::timeout(LONGEST, index::read(&tagging)).await {
        Ok(Ok(listed)) => Answer::Listed(listed),
        Ok(Err(failure)) if is_not_enabled(&failure) => Answer::NotEnabled,
        Ok(Err(failure)) => Answer::NotLookedAt(in_a_word(Reason::of(&Error::from(failure)))),
        Err(_) => Answer::NotLookedAt(in_a_word(Reason::Unreachable)),
    }
}

/// Returns whether AWS rejects the credentials there as unknown. They were valid in the lab's own
/// region a moment ago, so the account has not opted in to this region.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
fn is_not_enabled(failure: &Failure) -> bool {
    failure.is_any(&["UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"])
}

fn in_a_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Denied => "denied",
        Reason::Throttled => "throttled",
        Reason::Unreachable => "no answer",
        Reason::Dependency | Reason::Refused => "refused",
    }
}
