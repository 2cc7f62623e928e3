//! A lab of a class while it is worked on, as every view of the class sees it.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use super::{
    labs,
    left::{Course, left},
    phase,
};
use crate::{
    engine::{Event, Forecast, Outcome},
    operate::class::{Happening, State},
    report::words,
};

/// A lab as displayed.
#[derive(Clone)]
pub(super) struct Lab {
    pub(super) label: String,
    pub(super) account: String,
    /// What is done now, or what became of it.
    pub(super) text: String,
    /// The part of the resource that is worked on.
    pub(super) part: Option<u8>,
    /// What is done to it.
    pub(super) detail: String,
    /// The resources that have ended, and all.
    pub(super) ended: usize,
    pub(super) count: usize,
    /// The resource that has failed.
    pub(super) failed: Option<&'static str>,
    /// How long its run takes, once one has begun.
    pub(super) forecast: Option<Forecast>,
    pub(super) since: Option<Instant>,
    pub(super) end: Option<(State, Duration)>,
}

impl Lab {
    pub(super) fn waiting(label: String, account: String) -> Self {
        Self {
            label,
            account,
            text: "waiting".to_owned(),
            part: None,
            detail: String::new(),
            ended: 0,
            count: 0,
            failed: None,
            forecast: None,
            since: None,
            end: None,
        }
    }

    /// Returns its place among those that are shown: at work, badly ended, waiting, well ended.
    pub(super) fn rank(&self) -> u8 {
        match (&self.end, self.since) {
            (None, Some(_)) => 0,
            (Some((state, _)), _) if !state.is_good() => 1,
            (None, None) => 2,
            (Some(_), _) => 3,
        }
    }

    /// Returns how far it is, for the estimate.
    pub(super) fn course(&self, now: Instant) -> Course {
        match (self.end, self.since) {
            (Some((state, elapsed)), _) => Course::Over(state.is_good().then_some(elapsed)),
            (None, Some(since)) => {
                let left = self.forecast.as_ref().and_then(|forecast| forecast.left(now));
                Course::AtWork { spent: now - since, left }
            }
            (None, None) => Course::Waiting,
        }
    }

    pub(super) fn take(&mut self, what: &Happening<'_>, now: Instant) {
        match what {
            Happening::Phase(it) => {
                phase(*it).clone_into(&mut self.text);
                self.part = None;
                self.detail.clear();
                self.since.get_or_insert(now);
            }
            Happening::Event { part, event, .. } => self.note(*part, event, now),
            Happening::Ended(record) => {
                self.text = format!("{}, {}", record.state.name(), record.words);
                self.end = Some((record.state, record.elapsed));
            }
        }
    }

    pub(super) fn note(&mut self, part: Option<u8>, event: &Event<'_>, now: Instant) {
        if let Some(forecast) = &mut self.forecast {
            forecast.note(event, now);
        }
        match event {
            Event::RunStarted { resources, forecast, .. } => {
                self.forecast = Some((*forecast).clone());
                (self.ended, self.count) = (0, resources.len());
            }
            Event::Started { id } => (self.part, self.detail) = (part, id.0.to_owned()),
            Event::Status { id, text } => {
                (self.part, self.detail) = (part, format!("{id}: {text}"));
            }
            Event::Finished { id, outcome, .. } => {
                self.ended += 1;
                if matches!(outcome, Outcome::Failed(_)) {
                    self.failed.get_or_insert(id.0);
                }
            }
            Event::Note { .. } | Event::Tick | Event::RunFinished { .. } => {}
        }
    }

    /// Returns what is done now and to which part of the lab, or what became of it.
    pub(super) fn doing(&self) -> String {
        match self.part.filter(|_| self.end.is_none()) {
            Some(part) => format!("{} part {part}", self.text),
            None => self.text.clone(),
        }
    }

    /// Returns how long it has been worked on, once that has begun.
    pub(super) fn elapsed(&self, now: Instant) -> Option<Duration> {
        let at_work = || self.since.map(|since| now - since);
        self.end.map(|(_, elapsed)| elapsed).or_else(at_work)
    }
}

/// Returns how far all labs are, in one line.
pub(super) fn summary(all: &[Lab], began: Instant, dot: &str, now: Instant) -> String {
    let ended = all.iter().filter(|lab| lab.end.is_some()).count();
    let bad = all.iter().filter(|lab| lab.end.is_some_and(|(state, _)| !state.is_good())).count();
    let mut text = format!("{ended} of {}", labs(all.len()));
    if bad > 0 {
        let _ = write!(text, " {dot} {bad} not well");
    }
    let _ = write!(text, " {dot} {}", words::duration(now - began));
    let courses = all.iter().map(|lab| (lab.account.as_str(), lab.course(now)));
    if let Some(left) = left(courses) {
        let _ = write!(text, " {dot} about {} left", words::about(left));
    }
    text
}
