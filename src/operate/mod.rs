//! The operations on a lab, without a terminal: look at it, deploy it, remove it. Nothing here
//! prints, prompts or touches process-wide state, so that one process can work on many labs at the
//! same time. Results are returned as data or emitted as events.

mod addresses;
mod bill;
mod check;
pub(crate) mod class;
mod cleanup;
mod cost;
mod deploy;
mod doctor;
mod estimate;
mod expiry;
pub(crate) mod explain;
pub(crate) mod handed_in;
pub(crate) mod import;
mod keep;
mod labs;
mod learner_lab;
mod leftovers;
mod logs;
mod offline;
mod organization;
pub(crate) mod policy;
pub(crate) mod render;
mod run;
mod survey;
mod troubles;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::{
    aws::Access,
    destination::{self, Destination},
    engine::{Context, Direction, Interrupt, Report},
    error::{Code, Error, Result},
    lab::{Durations, LabId, Lifetime, Names, Scope, Section, prices::Prices},
    resources::{Choices, Lab, WhenNew},
};

pub(crate) use addresses::{Address, address_named, addresses};
pub(crate) use bill::Bill;
pub(crate) use check::{
    Checked, CheckedLab, Node, Verdict as CheckVerdict, check_lab, check_site,
    check_site_of_a_list, is_site,
};
pub(crate) use cleanup::{Cleaned, Cleanup};
pub(crate) use cost::{Both, Budget, Costs, ItemCost, LabCost, Spending};
pub(crate) use deploy::{check_input, deploy};
pub(crate) use doctor::{Diagnosis, Finding, Room, Verdict, preflight, quota_left};
pub(crate) use labs::{FoundLab, Labs};
pub(crate) use leftovers::{Beside, Index, KeptBack, Leftover, Leftovers};
pub(crate) use logs::{TaskLogs, lines_of_request};
pub(crate) use offline::Offline;
pub(crate) use run::End;
pub(crate) use survey::{Row, Survey};
pub(crate) use troubles::{Kind, Trouble, Troubles};

/// Which lab to work on, and what is permitted there.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where it is.
    pub(crate) destination: destination::Settings,
    /// Its name, if it has one.
    pub(crate) lab: Option<String>,
    /// The name of its bucket, if one was chosen.
    pub(crate) bucket: Option<String>,
    /// The options for its resources.
    pub(crate) choices: Choices,
    /// How long it is needed, if that was chosen.
    pub(crate) lifetime: Option<Lifetime>,
    /// The id of its API, if one was chosen.
    pub(crate) api: Option<String>,
    /// Whether existing resources without the lab's tag are taken over.
    pub(crate) adopts: bool,
    /// The highest level of access.
    pub(crate) access: Access,
}

/// A lab to work on.
pub(crate) struct Workspace {
    /// Where it is.
    pub(crate) destination: Destination,
    /// The names of its resources.
    pub(crate) names: Names,
    /// Its resources.
    pub(crate) lab: Lab,
    choices: Choices,
    prices: Prices,
    durations: Durations,
    /// Whether nothing more is started after the first failure.
    pub(crate) fails_fast: bool,
    adopts: bool,
    interrupt: Interrupt,
    report: Arc<dyn Report>,
}

impl Workspace {
    /// Determines the account and creates the lab's resources for it.
    ///
    /// # Errors
    /// When the account cannot be reached, or AWS would reject a name derived from its number.
    pub(crate) async fn open(
        settings: Settings,
        interrupt: Interrupt,
        report: Arc<dyn Report>,
    ) -> Result<Self> {
        let destination = Destination::connect(&settings.destination, settings.access).await?;
        Self::at(destination, settings, interrupt, report)
    }

    /// Creates the lab's resources for an account that is known.
    ///
    /// # Errors
    /// When AWS would reject a name derived from the account's number.
    fn at(
        destination: Destination,
        settings: Settings,
        interrupt: Interrupt,
        report: Arc<dyn Report>,
    ) -> Result<Self> {
        let Settings { lab, bucket, api, lifetime, mut choices, adopts, .. } = settings;
        choices.expires = lifetime.map(|it| destination.expiry(it)).transpose()?;
        if let Some(lab) = destination.learner_lab() {
            choices.when_new = WhenNew { topology: lab.topology(), role: Some(lab.role()) };
        }
        let (account, region) = (&destination.account, &destination.region);
        let mut names = Names::new(account, region, lab.as_deref(), bucket.as_deref());
        names.api_id = api;
        names.check()?;
        let durations = Durations::of(choices.topology_when_new())?;
        let lab = Lab::new(&destination, &names, &choices)?;
        let prices = Prices::of(region.as_str())?;
        let fails_fast = false;
        Ok(Self {
            destination,
            names,
            lab,
            choices,
            prices,
            durations,
            fails_fast,
            adopts,
            interrupt,
            report,
        })
    }

    /// Returns the identity of the lab.
    pub(crate) fn id(&self) -> &LabId {
        &self.names.lab
    }

    /// Returns the context for its resources.
    fn context(&self) -> Context<'_> {
        Context {
            lab: self.id(),
            report: self.report.as_ref(),
            interrupt: &self.interrupt,
            adopts: self.adopts,
        }
    }

    /// Returns the places that deploying or surveying a scope covers: its own and what they need.
    fn to_bring_up(&self, scope: Scope) -> BTreeSet<usize> {
        let own = self.places(|section| scope.brings_up(section));
        self.lab.graph.with_all_before(own, Direction::Forward)
    }

    /// Returns the places that removing a scope covers: its own and their dependents.
    fn to_take_down(&self, scope: Scope) -> BTreeSet<usize> {
        let own = self.places(|section| scope.takes_down(section));
        self.lab.graph.with_all_before(own, Direction::Backward)
    }

    fn places(&self, wanted: impl Fn(Section) -> bool) -> Vec<usize> {
        let members = self.lab.members.iter().enumerate();
        members.filter(|(_, member)| wanted(member.section)).map(|(place, _)| place).collect()
    }

    /// Waits this long at AWS's pace, and shorter where everything is faster.
    ///
    /// # Errors
    /// When the user asked to stop.
    async fn rest(&self, on_aws: Duration) -> Result<()> {
        let pace = self.destination.pace().unwrap_or(1.0);
        tokio::select! {
            () = tokio::time::sleep(on_aws.mul_f64(pace)) => Ok(()),
            () = self.interrupt.wait() => Err(Error::new(Code::Interrupted, "interrupted")),
        }
    }

    /// Prefixes the error with the name of the resource.
    fn named(&self, place: usize, mut error: Error) -> Error {
        error.message = format!("{}: {}", self.lab.about(place).id, error.message);
        error
    }
}

/// Returns a number of resources as text.
pub(crate) fn resources(count: usize) -> String {
    if count == 1 { "1 resource".to_owned() } else { format!("{count} resources") }
}

#[cfg(test)]
mod tests;
