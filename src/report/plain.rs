//! Plain lines: one for each change, and one after every 30 seconds of silence. For files, for CI,
//! for screen readers.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Progress, out, words};
use crate::{
    engine::{Event, Id, Outcome, Report},
    lab::LabId,
};

/// After this long without a word, say that work goes on.
const SILENCE: Duration = Duration::from_secs(30);

/// Plain lines on standard error.
#[derive(Default)]
pub(super) struct Plain(Mutex<State>);

/// What has been said.
#[derive(Default)]
struct State {
    /// What is at work, what it does, and since when.
    running: Vec<(Id, String, Instant)>,
    last_word: Option<Instant>,
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
    /// The line for an event; `None` when it says nothing new.
    fn line(&mut self, event: &Event<'_>, now: Instant) -> Option<String> {
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
                // The same state seen again is no news.
                (said != text).then(|| {
                    said.clone_from(text);
                    format!("{id}: {text}")
                })
            }
            Event::Note { id, text } => Some(format!("{id}: note: {text}")),
            Event::Finished { id, outcome, elapsed } => {
                self.running.retain(|(other, ..)| other != id);
                Some(finished(*id, outcome, *elapsed))
            }
            Event::Tick => self.still(now),
            Event::RunStarted { .. } => {
                self.last_word = Some(now);
                None
            }
            Event::RunFinished => None,
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
        Some(format!("still at work: {}", running.collect::<Vec<_>>().join("; ")))
    }
}

fn finished(id: Id, outcome: &Outcome, elapsed: Duration) -> String {
    let why = match outcome {
        Outcome::Kept { why } => format!(": {why}"),
        _ => String::new(),
    };
    let time =
        if elapsed.is_zero() { String::new() } else { format!(" ({})", words::duration(elapsed)) };
    format!("{id}: {}{why}{time}", words::outcome(outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Id = Id("table");

    #[test]
    fn a_state_is_said_once_and_silence_is_broken() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let status = Event::Status { id: TABLE, text: "waiting: CREATING".to_owned() };
        let mut state = State::default();
        state.line(
            &Event::RunStarted { doing: crate::engine::Doing::Deploy, resources: &[] },
            start,
        );
        assert_eq!(state.line(&Event::Started { id: TABLE }, start), None);
        assert_eq!(state.line(&status, at(1)).as_deref(), Some("table: waiting: CREATING"));
        assert_eq!(state.line(&status, at(2)), None);
        assert_eq!(state.line(&Event::Tick, at(30)), None);
        assert_eq!(
            state.line(&Event::Tick, at(31)).as_deref(),
            Some("still at work: table: waiting: CREATING (31 s)")
        );
        assert_eq!(state.line(&Event::Tick, at(32)), None);
        let elapsed = Duration::from_secs(33);
        let finished = Event::Finished { id: TABLE, outcome: &Outcome::Created, elapsed };
        assert_eq!(state.line(&finished, at(33)).as_deref(), Some("table: created (33 s)"));
        assert_eq!(state.line(&Event::Tick, at(90)), None);
    }
}
