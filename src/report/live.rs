//! Live lines on a terminal: one for each resource, what is being done, how long it takes. Finished
//! lines stay. The only file that knows `indicatif`.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{Progress, words};
use crate::{
    engine::{About, Event, Id, Outcome, Report},
    lab::LabId,
};

/// How often a line that is at work moves.
const FRAME: Duration = Duration::from_millis(120);

/// The live lines.
#[derive(Default)]
pub(super) struct Live {
    screen: MultiProgress,
    lines: Mutex<HashMap<Key, Line>>,
}

/// A lab, as a text, and a resource in it.
type Key = (String, Id);

struct Line {
    bar: ProgressBar,
    /// The resource's name, as wide as the widest.
    name: String,
    title: String,
}

impl Live {
    fn with(&self, lab: &LabId, id: Id, show: impl FnOnce(&Line)) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(&(lab.to_string(), id)) {
            show(line);
        }
    }

    /// Something that stays above the lines.
    fn print(&self, text: &str) {
        // A terminal that is gone is no reason to stop working.
        let _ = self.screen.println(anstream::adapter::strip_str(text).to_string());
    }

    fn begin(&self, lab: &LabId, resources: &[&About]) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let width = resources.iter().map(|about| about.id.0.len()).max().unwrap_or_default();
        for about in resources {
            let bar = self.screen.add(ProgressBar::new_spinner());
            let name = format!("{:width$}", about.id.0);
            bar.set_style(style("· {prefix} {wide_msg:.dim}"));
            bar.set_prefix(name.clone());
            bar.set_message("waits");
            let line = Line { bar, name, title: about.title.clone() };
            lines.insert((lab.to_string(), about.id), line);
        }
    }

    fn finish(line: &Line, outcome: &Outcome, elapsed: Duration) {
        let colour = match outcome {
            Outcome::Failed(_) => "red",
            Outcome::Kept { .. } | Outcome::NotStarted { .. } => "yellow",
            _ => "green",
        };
        let time = if elapsed.is_zero() { String::new() } else { words::duration(elapsed) };
        // The style first: its old template would draw a spinner beside the sign.
        line.bar.set_style(style(&format!("{{prefix:.{colour}}} {{wide_msg}} {time}")));
        line.bar.set_prefix(format!("{} {}", words::sign(outcome), line.name));
        line.bar.finish_with_message(format!("{}: {}", words::outcome(outcome), line.title));
    }
}

impl Report for Live {
    fn event(&self, lab: &LabId, event: &Event<'_>) {
        match event {
            Event::RunStarted { resources, .. } => self.begin(lab, resources),
            Event::Started { id } => self.with(lab, *id, |line| {
                line.bar.set_style(style("{spinner:.cyan} {prefix} {wide_msg} {elapsed}"));
                line.bar.reset_elapsed();
                line.bar.set_message(line.title.clone());
                line.bar.enable_steady_tick(FRAME);
            }),
            Event::Status { id, text } => {
                self.with(lab, *id, |line| line.bar.set_message(text.clone()));
            }
            Event::Note { id, text } => self.print(&format!("{id}: {text}")),
            Event::Finished { id, outcome, elapsed } => {
                self.with(lab, *id, |line| Self::finish(line, outcome, *elapsed));
            }
            Event::Tick | Event::RunFinished => {}
        }
    }
}

impl Progress for Live {
    fn interrupted(&self) {
        self.print("stopping: calls in flight are finished; Ctrl-C again stops now");
    }
}

/// The templates are constants of this file, so a wrong one would be seen at once; then the lines
/// are merely plain.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ")
}
