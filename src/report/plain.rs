//! Plain lines: one for each change, and one after every 30 seconds of silence. For files, for CI,
//! for screen readers.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{Progress, error, out, words};
use crate::{
    engine::{Event, Forecast, Id, Outcome, Report},
    lab::LabId,
};

/// After this long without a line, show what is still in progress.
const SILENCE: Duration = Duration::from_secs(30);

/// Plain lines on standard error.
pub(super) struct Plain(Mutex<State>);

impl Plain {
    /// Creates plain lines; with `verbose`, each resource is explained.
    pub(super) fn new(verbose: bool) -> Self {
        Self(Mutex::new(State::new(verbose)))
    }
}

/// What has been printed.
#[derive(Default)]
pub(super) struct State {
    /// The resources in progress, with the last status and the start time.
    running: Vec<(Id, String, Instant)>,
    last_word: Option<Instant>,
    verbose: bool,
    /// The explanation of each resource.
    why: HashMap<Id, &'static str>,
    forecast: Option<Forecast>,
}

impl Report for Plain {
    fn event(&self, _: &LabId, event: &Event<'_>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = state.line(event, Instant::now()) {
            out::message(&line);
        }
    }
}

impl Progress for Plain {
    fn interrupted(&self) {
        out::message("stopping: calls in flight are finished");
    }
}

impl State {
    /// Creates the state of a lab of which nothing was printed; with `verbose`, each resource is
    /// explained.
    pub(super) fn new(verbose: bool) -> Self {
        Self { verbose, ..Self::default() }
    }

    /// Returns the line for an event; `None` when it contains nothing new.
    pub(super) fn line(&mut self, event: &Event<'_>, now: Instant) -> Option<String> {
        if let Some(forecast) = &mut self.forecast {
            forecast.note(event, now);
        }
        let line = self.words(event, now)?;
        self.last_word = Some(now);
        Some(line)
    }

    fn words(&mut self, event: &Event<'_>, now: Instant) -> Option<String> {
        match event {
            Event::Started { id } => {
                self.running.push((*id, "looking".to_owned(), now));
                None
            }
            Event::Status { id, text } => {
                let (_, said, _) = self.running.iter_mut().find(|(other, ..)| other == id)?;
                // The same state is printed only once.
                (said != text).then(|| {
                    said.clone_from(text);
                    format!("{id}: {text}")
                })
            }
            Event::Note { id, text } => Some(format!("{id}: note: {text}")),
            Event::Finished { id, outcome, elapsed } => {
                self.running.retain(|(other, ..)| other != id);
                let why = self.why.get(id).filter(|_| self.verbose && words::is_done(outcome));
                let why = why.map(|why| format!("\n  {why}")).unwrap_or_default();
                Some(finished(*id, outcome, *elapsed) + &why)
            }
            Event::Tick => self.still(now),
            Event::RunStarted { resources, forecast, .. } => {
                self.last_word = Some(now);
                self.why = resources.iter().map(|about| (about.id, about.why)).collect();
                self.forecast = Some((*forecast).clone());
                None
            }
            Event::RunFinished { .. } => None,
        }
    }

    fn still(&self, now: Instant) -> Option<String> {
        let silent = self.last_word.is_some_and(|last| now.duration_since(last) >= SILENCE);
        if !silent || self.running.is_empty() {
            return None;
        }
        let running = self.running.iter().map(|(id, text, since)| {
            format!("{id}: {text} ({})", words::duration(now.duration_since(*since)))
        });
        let left = self.forecast.as_ref().and_then(|forecast| forecast.left(now));
        let left = left.map(|left| format!("; about {} left", words::about(left)));
        let running = running.collect::<Vec<_>>().join("; ");
        Some(format!("still at work: {running}{}", left.unwrap_or_default()))
    }
}

fn finished(id: Id, outcome: &Outcome, elapsed: Duration) -> String {
    let why = match outcome {
        Outcome::Kept { why } => format!(": {why}"),
        _ => String::new(),
    };
    let time =
        if elapsed.is_zero() { String::new() } else { format!(" ({})", words::duration(elapsed)) };
    let line = format!("{id}: {}{why}{time}", words::outcome(outcome));
    match outcome {
        // Other resources may be in progress for minutes before the end repeats it.
        Outcome::Failed(error) => format!("{line}\n{}", error::text(error)),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{About, Direction, Doing, Graph};

    const TABLE: Id = Id("table");

    #[test]
    fn a_state_is_said_once_and_silence_is_broken() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let status = Event::Status { id: TABLE, text: "waiting: CREATING".to_owned() };
        let mut state = State { verbose: true, ..State::default() };
        let table = About { id: TABLE, why: "It holds the mysfits.", ..About::default() };
        let graph = Graph::new(&[&table], &[]).unwrap();
        let takes = |_| (TABLE, Duration::from_secs(70));
        let forecast = Forecast::new(&graph, &[0].into(), Direction::Forward, takes);
        let (doing, resources) = (Doing::Deploy, &[&table][..]);
        state.line(&Event::RunStarted { doing, resources, forecast: &forecast }, start);
        assert_eq!(state.line(&Event::Started { id: TABLE }, start), None);
        assert_eq!(state.line(&status, at(1)).as_deref(), Some("table: waiting: CREATING"));
        assert_eq!(state.line(&status, at(2)), None);
        assert_eq!(state.line(&Event::Tick, at(30)), None);
        assert_eq!(
            state.line(&Event::Tick, at(31)).as_deref(),
            Some("still at work: table: waiting: CREATING (31 s); about 40 s left")
        );
        assert_eq!(state.line(&Event::Tick, at(32)), None);
        let elapsed = Duration::from_secs(33);
        let finished = Event::Finished { id: TABLE, outcome: &Outcome::Created, elapsed };
        assert_eq!(
            state.line(&finished, at(33)).as_deref(),
            Some("table: created (33 s)\n  It holds the mysfits.")
        );
        assert_eq!(state.line(&Event::Tick, at(90)), None);
    }
}
