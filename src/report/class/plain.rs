//! Plain lines, each with the name of the student, and one after every 30 seconds of silence.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{labels, phase};
use crate::{
    engine::{Event, Report},
    lab::LabId,
    operate::class::{Happening, Listener, Who},
    report::{Progress, out, plain, words},
};

/// After this long without a line, show how far the class is.
const SILENCE: Duration = Duration::from_secs(30);

/// Plain lines on standard error.
pub(in crate::report) struct Plain(Mutex<State>);

#[derive(Default)]
struct State {
    labels: Vec<String>,
    labs: Vec<plain::State>,
    ended: usize,
    verbose: bool,
    last_word: Option<Instant>,
}

impl Plain {
    /// Creates plain lines; with `verbose`, each resource is explained.
    pub(in crate::report) fn new(verbose: bool) -> Self {
        Self(Mutex::new(State { verbose, ..State::default() }))
    }
}

impl Report for Plain {
    /// All events of a class have a student.
    fn event(&self, _: &LabId, _: &Event<'_>) {}
}

impl Progress for Plain {
    fn interrupted(&self) {
        out::message("stopping: calls in flight are finished");
    }
}

impl Listener for Plain {
    fn begins(&self, all: &[Who]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let verbose = state.verbose;
        state.labels = labels(all);
        state.labs = all.iter().map(|_| plain::State::new(verbose)).collect();
        state.last_word = Some(Instant::now());
    }

    fn happened(&self, who: &Who, what: &Happening<'_>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = state.line(who.place, what, Instant::now()) {
            out::message(&line);
        }
    }
}

impl State {
    /// Returns the line for what happened to a lab; `None` when it is nothing new.
    fn line(&mut self, place: usize, what: &Happening<'_>, now: Instant) -> Option<String> {
        let line = match what {
            Happening::Event { event: Event::Tick, .. } => return self.still(now),
            Happening::Event { event, .. } => self.labs.get_mut(place)?.line(event, now)?,
            Happening::Phase(it) => phase(*it).to_owned(),
            Happening::Ended(record) => {
                self.ended += 1;
                let time = words::duration(record.elapsed);
                format!("{}, {} ({time})", record.state.name(), record.words)
            }
        };
        self.last_word = Some(now);
        let label = self.labels.get(place)?;
        Some(line.lines().map(|line| format!("{label}: {line}")).collect::<Vec<_>>().join("\n"))
    }

    fn still(&mut self, now: Instant) -> Option<String> {
        let is_silent = self.last_word.is_some_and(|last| now.duration_since(last) >= SILENCE);
        is_silent.then(|| {
            self.last_word = Some(now);
            format!("still at work: {} of {} labs have ended", self.ended, self.labs.len())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Id,
        lab::{AccountId, Region},
        operate::class::Phase,
    };

    #[test]
    fn every_line_has_a_name_and_silence_is_broken_once_for_all() {
        let who = |place, student: &str, lab: &str| Who {
            place,
            student: student.to_owned(),
            account: "111111111111".to_owned(),
            lab: lab.to_owned(),
        };
        let all = [who(0, "anna", "a"), who(1, "bert", "b"), who(2, "bert", "c")];
        let plain = Plain::new(false);
        plain.begins(&all);
        let mut state = plain.0.lock().unwrap();
        let start = Instant::now();
        let lab = LabId {
            account: AccountId::new("111111111111"),
            region: Region::new("eu-west-1").unwrap(),
            name: "a".to_owned(),
        };
        let mut line = |place, event: &Event<'_>, after| {
            let what = Happening::Event { lab: &lab, part: None, event };
            state.line(place, &what, start + Duration::from_secs(after))
        };
        let note = Event::Note { id: Id("table"), text: "so".to_owned() };
        assert_eq!(line(0, &note, 1).as_deref(), Some("anna: table: note: so"));
        assert_eq!(line(2, &note, 1).as_deref(), Some("bert (c): table: note: so"));
        assert_eq!(line(0, &Event::Tick, 20), None);
        let still = "still at work: 0 of 3 labs have ended";
        assert_eq!(line(1, &Event::Tick, 40).as_deref(), Some(still));
        assert_eq!(line(0, &Event::Tick, 41), None);
        let pause = state.line(0, &Happening::Phase(Phase::Pause), start);
        assert_eq!(pause.as_deref(), Some("anna: waiting before it is looked at again"));
    }
}
