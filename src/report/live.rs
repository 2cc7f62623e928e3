//! Live lines on a terminal. Finished resources are printed once and scroll away; the block at the
//! bottom shows the resources in progress and the overall progress.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anstyle::Style;

use super::{
    Progress,
    block::{Block, Size},
    frame::{Look, View, Working, frame},
    line::{Line, wrapped},
    moving::{Moving, keep_moving},
    out,
    signs::Signs,
    words,
};
use crate::{
    engine::{About, Event, Forecast, Id, Outcome, Report},
    lab::LabId,
};

/// The size if the terminal does not report one.
pub(super) const USUAL: Size = Size { columns: 80, rows: 24 };

/// The live lines.
pub(super) struct Live(Arc<Mutex<Screen>>);

/// The content of the terminal.
struct Screen {
    block: Block,
    signs: Signs,
    colours: bool,
    verbose: bool,
    /// Counts the redraws without an event.
    frame: usize,
    /// Whether a thread redraws it without events.
    is_moving: bool,
    runs: Vec<Run>,
}

/// A run of a lab.
struct Run {
    lab: LabId,
    began: Instant,
    resources: Vec<(Id, String, &'static str)>,
    working: Vec<Working>,
    forecast: Forecast,
}

impl Live {
    /// Creates the live lines; with `verbose`, each resource is explained.
    pub(super) fn new(verbose: bool) -> Self {
        let signs = Signs::of_locale(|name| std::env::var(name).ok());
        let screen = Screen {
            block: Block::default(),
            signs,
            colours: out::has_colours(),
            verbose,
            frame: 0,
            is_moving: false,
            runs: Vec::new(),
        };
        Self(Arc::new(Mutex::new(screen)))
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Report for Live {
    fn event(&self, lab: &LabId, event: &Event<'_>) {
        let mut screen = self.screen();
        let above = screen.take(lab, event, Instant::now());
        screen.draw(&above);
        keep_moving(&self.0, &mut screen);
    }
}

impl Progress for Live {
    fn interrupted(&self) {
        let mut screen = self.screen();
        if screen.runs.is_empty() {
            // The cursor may be behind a question, or behind the echo of the key.
            out::message("");
        }
        screen.print("stopping: calls in flight are finished; Ctrl-C again stops now");
    }

    fn abandoned(&self) {
        let mut screen = self.screen();
        screen.runs.clear();
        screen.draw(&[]);
    }
}

impl Moving for Screen {
    fn is_at_rest(&self) -> bool {
        self.runs.is_empty()
    }

    fn is_moving(&mut self) -> &mut bool {
        &mut self.is_moving
    }

    fn next_frame(&mut self) {
        self.frame += 1;
        self.draw(&[]);
    }
}

impl Screen {
    fn look(&self) -> Look {
        let size = out::size().unwrap_or(USUAL);
        Look { signs: self.signs, size, verbose: self.verbose, frame: self.frame }
    }

    /// Updates the state from an event, and returns the lines to print above the block.
    fn take(&mut self, lab: &LabId, event: &Event<'_>, now: Instant) -> Vec<Line> {
        if let Event::RunStarted { resources, forecast, .. } = event {
            self.runs.push(Run::new(lab, resources, forecast, now));
        }
        let look = self.look();
        if let Event::Note { id, text } = event {
            return sentence(&format!("{id}: {text}"), &look);
        }
        let Some(place) = self.runs.iter().position(|run| run.lab == *lab) else {
            return Vec::new();
        };
        let run = &mut self.runs[place];
        run.forecast.note(event, now);
        match event {
            Event::Started { id } => run.start(*id, now),
            Event::Status { id, text } => run.says(*id, text),
            Event::Finished { id, outcome, elapsed } => {
                run.working.retain(|working| working.id != *id);
                if matches!(outcome, Outcome::NotStarted { because_of: None, .. }) {
                    // The end lists what was not started because the user stopped.
                    return Vec::new();
                }
                return run.finished(*id, outcome, *elapsed, &look);
            }
            Event::RunFinished { .. } => drop(self.runs.remove(place)),
            Event::RunStarted { .. } | Event::Note { .. } | Event::Tick => {}
        }
        Vec::new()
    }

    fn print(&mut self, text: &str) {
        let lines = sentence(text, &self.look());
        self.draw(&lines);
    }

    fn draw(&mut self, above: &[Line]) {
        let look = self.look();
        let now = Instant::now();
        let block: Vec<Line> =
            self.runs.iter().flat_map(|run| frame(&run.view(), &look, now)).collect();
        let text = self.block.draw(above, &block, look.size, &self.signs, self.colours);
        out::draw(&text);
    }
}

impl Run {
    fn new(lab: &LabId, resources: &[&About], forecast: &Forecast, now: Instant) -> Self {
        let resource = |about: &&About| (about.id, about.title.clone(), about.why);
        Self {
            lab: lab.clone(),
            began: now,
            resources: resources.iter().map(resource).collect(),
            working: Vec::new(),
            forecast: forecast.clone(),
        }
    }

    fn view(&self) -> View<'_> {
        View {
            working: &self.working,
            forecast: &self.forecast,
            name_width: self.name_width(),
            began: self.began,
        }
    }

    fn name_width(&self) -> usize {
        self.resources.iter().map(|(id, ..)| id.0.len()).max().unwrap_or_default()
    }

    fn start(&mut self, id: Id, now: Instant) {
        let known = self.resources.iter().find(|(other, ..)| *other == id);
        let why = known.map_or("", |(_, _, why)| *why);
        self.working.push(Working { id, why, text: "looking".to_owned(), since: now });
    }

    fn says(&mut self, id: Id, text: &str) {
        if let Some(working) = self.working.iter_mut().find(|working| working.id == id) {
            text.clone_into(&mut working.text);
        }
    }

    /// Returns the line of a finished resource and, if there is room, its explanation below.
    fn finished(&self, id: Id, outcome: &Outcome, elapsed: Duration, look: &Look) -> Vec<Line> {
        let known = self.resources.iter().find(|(other, ..)| *other == id);
        let (title, why) = known.map_or(("", ""), |(_, title, why)| (title.as_str(), *why));
        let front = Line::default()
            .with(words::style(outcome), words::sign(outcome, &look.signs))
            .with(Style::new(), format!(" {}", look.name(id, self.name_width())));
        let time = if elapsed.is_zero() { String::new() } else { words::duration(elapsed) };
        let text = format!("{}: {title}", words::outcome(outcome));
        let mut lines = vec![look.row(front, &text, &time)];
        if let Outcome::Failed(error) = outcome {
            // Other resources may be in progress for minutes before the end repeats it.
            let text = anstream::adapter::strip_str(&super::error::text(error)).to_string();
            lines.extend(text.lines().flat_map(|line| sentence(line, look)));
        }
        // For unchanged and removed resources, the explanation is only for users who requested it.
        let is_new = matches!(outcome, Outcome::Created | Outcome::Updated);
        if look.explains() && is_new || look.verbose && words::is_done(outcome) {
            lines.push(look.below(why));
        }
        lines
    }
}

/// Wraps a sentence into as many lines as it takes.
fn sentence(text: &str, look: &Look) -> Vec<Line> {
    let line = |text: String| Line::default().with(Style::new(), text);
    wrapped(&look.signs.plain(text), look.width().max(1)).into_iter().map(line).collect()
}
