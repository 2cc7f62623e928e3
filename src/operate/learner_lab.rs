//! What an AWS Academy Learner Lab means for a lab in it.

use super::Workspace;
use crate::lab::{LearnerLab, Roles};

impl Workspace {
    /// Returns the Learner Lab that the account is one of, if it is.
    pub(crate) fn learner_lab(&self) -> Option<LearnerLab> {
        self.destination.learner_lab()
    }

    /// Returns what to say at the start in a Learner Lab: what a new lab gets there, and how long
    /// the budget lasts.
    pub(crate) fn learner_lab_note(&self) -> Option<String> {
        let lab = self.learner_lab()?;
        let prices = self.lab.resources().map(|resource| resource.about().prices.as_slice());
        let day = prices.map(|prices| self.prices.per_hour(prices)).sum::<f64>() * 24.0;
        let region = &self.destination.region;
        let mut gets: Vec<String> = Vec::new();
        if self.choices.roles == Roles::default() {
            gets.extend(self.choices.when_new.role.iter().map(|role| format!("`--roles {role}`")));
        }
        gets.push(format!("`--topology {}`", self.choices.topology_when_new().name()));
        Some(format!(
            "AWS Academy Learner Lab: {region}; a new lab there gets {}, ${day:.2} a day: {}",
            gets.join(" and "),
            lab.days(day)
        ))
    }
}
