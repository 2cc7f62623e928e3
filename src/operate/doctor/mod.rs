//! Whether the lab can be deployed in this account and region, and what is known of both. Nothing
//! here changes anything.

mod finding;
mod names;
mod networks;
mod place;
mod plan;
mod policies;
mod preflight;
mod public;
mod reads;
mod room;
mod running;
mod usage;
mod who;

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};

use super::{Survey, Workspace};
use crate::{
    aws::operations::ec2,
    error::{Exit, Result},
    lab::{LabId, Scope, parts::Part},
};
pub(crate) use finding::{Finding, Verdict};
pub(crate) use preflight::preflight;
pub(crate) use room::{Room, quota_left};

/// What takes longer is unknown.
const LONGEST: Duration = Duration::from_secs(15);

/// What was found.
#[derive(Debug)]
pub(crate) struct Diagnosis {
    /// The lab that is to be deployed.
    pub(crate) lab: LabId,
    /// Where it is, as text.
    pub(crate) destination: String,
    /// Who works there, as text.
    pub(crate) identity: String,
    /// What was looked at.
    pub(crate) findings: Vec<Finding>,
    /// How many more labs fit.
    pub(crate) room: Room,
}

impl Diagnosis {
    /// Looks at everything at the same time.
    ///
    /// # Errors
    /// When the user interrupted. What cannot be looked at is unknown.
    pub(crate) async fn of(workspace: &Workspace) -> Result<Self> {
        let (destination, lab) = (&workspace.destination, &workspace.lab);
        let ec2 = destination.client::<ec2::Client>();
        let (region, survey, uses, networks, policies, public, plan, others) = tokio::join!(
            within(place::region(&ec2, &destination.region).boxed()),
            within(Survey::of(workspace, Scope::Part(Part::All)).boxed()),
            room::look(destination, &ec2),
            within(networks::finding(destination, &ec2).boxed()),
            within(policies::finding(destination, lab, &workspace.names).boxed()),
            within(public::finding(destination).boxed()),
            within(plan::finding(destination).boxed()),
            within(running::other_labs(workspace).boxed()),
        );
        let survey = survey.transpose()?;
        let mut findings = who::findings(destination);
        findings.extend([
            region.unwrap_or_else(|| late("region")),
            place::clock(destination.clock_ahead()),
            plan.unwrap_or_else(|| late("account plan")),
        ]);
        findings.extend(survey.as_ref().map_or_else(|| vec![late("reads")], reads::findings));
        findings.extend([
            policies.unwrap_or_else(|| late("policies")),
            networks.unwrap_or_else(|| late("make networks")),
            public.unwrap_or_else(|| late("public websites")),
        ]);
        findings.extend(survey.as_ref().map_or_else(|| vec![late("names")], names::findings));
        let stands = survey.as_ref().is_some_and(stands);
        let topology = workspace.choices.topology_when_new();
        findings.extend(uses.iter().map(|one| one.finding(topology, stands)));
        findings.extend(survey.as_ref().map(running::this_lab));
        findings.push(others.unwrap_or_else(|| late("other labs")));
        Ok(Self {
            lab: workspace.id().clone(),
            destination: destination.to_string(),
            identity: destination.identity.to_string(),
            findings,
            room: Room::of(&uses),
        })
    }

    /// Returns how many findings mean this.
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// Returns the exit code: `Partly` if something failed.
    pub(crate) fn exit(&self) -> Exit {
        if self.count(Verdict::Fail) > 0 { Exit::Partly } else { Exit::Done }
    }
}

/// Returns whether the network of the lab stands, so that it needs no more of the quotas.
fn stands(survey: &Survey) -> bool {
    survey.rows.iter().any(|row| row.about.id.0 == "core-stack" && row.seen.is_ours())
}

/// Waits as long as a look may take; `None` if it takes longer.
async fn within<T>(look: BoxFuture<'_, T>) -> Option<T> {
    tokio::time::timeout(LONGEST, look).await.ok()
}

/// A look that took too long.
fn late(check: &str) -> Finding {
    Finding::unknown(check, format!("no answer within {} s", LONGEST.as_secs()))
}
