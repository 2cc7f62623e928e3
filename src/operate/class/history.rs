//! What a journal says about the runs before: which labs had no good end.

use std::path::Path;

use serde_json::Value;

use super::{Job, Seat, State, journal::unusable};
use crate::{engine::Doing, error::Result, lab::parts::Part};

/// How the last run ended for a lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// It took no part.
    NoPart,
    /// The work on it began, or was to begin, and has no end.
    Endless,
    /// It ended so.
    Ended(State),
}

/// What a journal says about the runs before.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// What the last run did.
    pub(crate) job: Option<Job>,
    /// The last entry of each lab.
    labs: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    account: String,
    region: Option<String>,
    lab: String,
    job: Job,
    /// `None`: it has no end.
    state: Option<State>,
}

impl History {
    /// Reads a journal. A line that a kill has torn says nothing.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).map_err(|error| unusable(path, &error))?;
        Ok(Self::of(&String::from_utf8_lossy(&text)))
    }

    fn of(text: &str) -> Self {
        let mut history = Self::default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        for line in lines {
            let Some(job) = job(&line) else { continue };
            match line["type"].as_str() {
                Some("run") => history.job = Some(job),
                Some("lab") => history.note(job, &line),
                _ => {}
            }
        }
        history
    }

    fn note(&mut self, job: Job, line: &Value) {
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let (Some(account), Some(lab)) = (text("account"), text("lab")) else { return };
        let state = line["state"].as_str().and_then(State::named);
        let entry = Entry { account, region: text("region"), lab, job, state };
        match self.labs.iter_mut().find(|known| known.is_same(&entry)) {
            Some(known) => {
                // The region is known once somebody has signed in.
                let region = entry.region.clone().or_else(|| known.region.take());
                *known = Entry { region, ..entry };
            }
            None => self.labs.push(entry),
        }
    }

    /// Returns how the last run ended for a lab, if the lab took part in what the last run does.
    pub(super) fn last(&self, seat: &Seat) -> Last {
        let fits = |entry: &&Entry| {
            entry.account == seat.account.as_str()
                && entry.lab == seat.lab()
                && agree(entry.region.as_deref(), seat.region())
                && Some(entry.job) == self.job
        };
        match self.labs.iter().find(fits).map(|entry| entry.state) {
            None => Last::NoPart,
            Some(None) => Last::Endless,
            Some(Some(state)) => Last::Ended(state),
        }
    }
}

impl Entry {
    fn is_same(&self, other: &Self) -> bool {
        self.account == other.account
            && self.lab == other.lab
            && agree(self.region.as_deref(), other.region.as_deref())
    }
}

/// Returns whether two regions can be the same: one that is not known can.
pub(super) fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

fn job(line: &Value) -> Option<Job> {
    let doing = match line["doing"].as_str()? {
        "deploy" => Doing::Deploy,
        "cleanup" => Doing::Cleanup,
        _ => return None,
    };
    Some(Job { doing, part: Part::named(line["part"].as_str()?)? })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(kind: &str, doing: &str, lab: &str, state: &str, region: Option<&str>) -> String {
        let line = json!({"type": kind, "doing": doing, "part": "part-2", "account": "1", "lab": lab,
                          "state": state, "region": region});
        format!("{line}\n")
    }

    #[test]
    fn the_last_word_about_a_lab_counts_and_a_torn_line_does_not() {
        let text = line("run", "deploy", "", "", None)
            + &line("lab", "deploy", "a", "planned", None)
            + &line("lab", "deploy", "b", "planned", None)
            + &line("lab", "deploy", "a", "started", Some("eu-west-1"))
            + &line("lab", "deploy", "a", "ready", Some("eu-west-1"))
            + "{\"type\":\"lab\",\"doing\":\"dep";
        let history = History::of(&text);
        assert_eq!(history.job, Some(Job { doing: Doing::Deploy, part: Part::Two }));
        let states: Vec<_> = history
            .labs
            .iter()
            .map(|it| (it.lab.as_str(), it.state, it.region.as_deref()))
            .collect();
        assert_eq!(states, [("a", Some(State::Ready), Some("eu-west-1")), ("b", None, None)]);
    }

    #[test]
    fn what_another_kind_of_run_left_is_not_continued() {
        let text = line("run", "deploy", "", "", None)
            + &line("lab", "deploy", "a", "failed", None)
            + &line("run", "cleanup", "", "", None)
            + &line("lab", "cleanup", "b", "quarantined", None);
        let history = History::of(&text);
        assert_eq!(history.job.unwrap().doing, Doing::Cleanup);
        let of = |lab: &str| history.labs.iter().find(|it| it.lab == lab).unwrap();
        assert_ne!(Some(of("a").job), history.job);
        assert_eq!(Some(of("b").job), history.job);
    }
}
