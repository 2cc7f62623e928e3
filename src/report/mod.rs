//! All output: events while a command runs, and its results. Results are written to standard
//! output, everything else to standard error. Each kind of result has a file of its own, with its
//! text and its JSON. Nothing here calls AWS.

mod addresses;
mod block;
mod breaks;
mod budget;
mod by_hand;
mod check;
mod checked;
pub(crate) mod class;
mod code;
mod cost;
mod deployed;
mod doctor;
mod end;
mod error;
mod explain;
mod frame;
mod hand_in;
mod handed_in;
mod html;
mod json;
mod labs;
mod leftovers;
mod line;
mod live;
mod local_status;
mod logs;
mod mails;
mod moving;
mod opened;
mod out;
mod place;
mod plain;
mod plan;
mod policy;
#[cfg(test)]
mod price_tests;
mod removal;
mod render;
mod roster;
mod rows;
mod script;
mod sheet;
mod signs;
mod status;
mod troubles;
mod visible;
mod watch;
mod words;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use clap::ValueEnum;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    engine::{Event, Report},
    error::Error,
    lab::LabId,
    operate::{Address, End, class::Listener},
};

pub(crate) use addresses::Addresses;
pub(crate) use breaks::{BreakList, Lesson};
pub(crate) use budget::BudgetLine;
pub(crate) use check::CheckList;
pub(crate) use checked::{CheckReport, ReportFormat, Submission};
pub(crate) use code::CodeHelp;
pub(crate) use cost::CostTable;
pub(crate) use deployed::Next;
pub(crate) use doctor::Doctor;
pub(crate) use error::error;
pub(crate) use explain::HowTo;
pub(crate) use hand_in::HandIn;
pub(crate) use handed_in::{ReportSheet, Reports};
pub(crate) use labs::{Commands, LabList, regions_not_looked_at};
pub(crate) use leftovers::LastLook;
pub(crate) use local_status::LocalStatus;
pub(crate) use logs::LogLines;
pub(crate) use mails::Mails;
pub(crate) use opened::OpenedAddress;
pub(crate) use out::{help_columns, result as print};
pub(crate) use place::Place;
pub(crate) use plan::Plan;
pub(crate) use policy::{PolicyDocuments, WrittenPolicies};
pub(crate) use removal::Removal;
pub(crate) use render::WrittenFiles;
pub(crate) use roster::{RosterNotes, RosterRows};
pub(crate) use script::{Script, Target};
pub(crate) use status::Status;
pub(crate) use troubles::TroubleList;
pub(crate) use watch::{CheckWatch, ClassWatch, Key, QUIT, StatusWatch, Watched, Window};

/// How results and progress are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Output {
    /// Live lines on a terminal, plain lines elsewhere
    #[default]
    Human,
    /// One line for each change, nothing that moves
    Plain,
    /// JSON lines on standard output
    Json,
}

/// The settings for output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScreenSettings {
    /// The format.
    pub(crate) output: Output,
    /// Whether to show results and errors only.
    pub(crate) quiet: bool,
    /// Whether to show more details.
    pub(crate) verbose: bool,
    /// Whether the user is asked questions; otherwise all of them are answered with yes.
    pub(crate) asks: bool,
}

/// A result, in every output format.
pub(crate) trait Shown {
    /// Returns text for people; empty when there is nothing to show. `verbose`: with all details.
    fn text(&self, verbose: bool) -> String;

    /// Returns JSON lines for programs.
    fn json(&self) -> Vec<Value>;
}

/// An output for events as they occur.
trait Progress: Report {
    /// Shows that the user asked to stop, and that calls in flight are being finished.
    fn interrupted(&self);

    /// Cleans up because the process ends now. No moving line may remain on the screen.
    fn abandoned(&self) {}
}

/// The output of a command, in the requested format.
pub(crate) struct Screen {
    settings: ScreenSettings,
    /// Whether no work is in progress that would have to be finished.
    resting: AtomicBool,
    /// Whether a page is on the terminal, in which nothing else may be written.
    drawn: AtomicBool,
    progress: Arc<dyn Progress>,
}

impl Screen {
    /// Creates the requested screen: live lines require a terminal and no CI.
    pub(crate) fn new(settings: ScreenSettings) -> Self {
        let progress: Arc<dyn Progress> = match settings.output {
            Output::Json => Arc::new(json::Events),
            _ if settings.quiet => Arc::new(Silent),
            Output::Human if out::may_move() => Arc::new(live::Live::new(settings.verbose)),
            _ => Arc::new(plain::Plain::new(settings.verbose)),
        };
        Self { settings, resting: AtomicBool::new(false), drawn: AtomicBool::new(false), progress }
    }

    /// Creates the screen of a class, and its listener.
    pub(crate) fn of_class(settings: ScreenSettings) -> (Self, Arc<dyn Listener>) {
        fn both<T: Progress + Listener + 'static>(
            settings: ScreenSettings,
            shown: T,
        ) -> (Screen, Arc<dyn Listener>) {
            let shown = Arc::new(shown);
            let (resting, drawn) = (AtomicBool::new(false), AtomicBool::new(false));
            (Screen { settings, resting, drawn, progress: shown.clone() }, shown)
        }
        match settings.output {
            Output::Json => both(settings, json::Events),
            _ if settings.quiet => both(settings, Silent),
            Output::Human if out::may_move() => both(settings, class::Live::new()),
            _ => both(settings, class::Plain::new(settings.verbose)),
        }
    }

    /// Returns the listener for the engine's events.
    pub(crate) fn report(&self) -> Arc<dyn Report> {
        self.progress.clone()
    }

    /// Marks that no work is in progress, until the returned guard is dropped: a question is
    /// pending, or the command only reads.
    pub(crate) fn at_rest(&self) -> AtRest<'_> {
        self.resting.store(true, Ordering::Relaxed);
        AtRest(&self.resting)
    }

    /// Returns whether a page may be drawn: results are for people, and on a terminal.
    pub(crate) fn draws(&self) -> bool {
        self.settings.output == Output::Human && !self.settings.quiet && out::may_move()
    }

    /// Returns a window to draw a page on, and marks that nothing else may be written until the guard is
    /// dropped.
    pub(crate) fn window(&self) -> (Window, AtRest<'_>) {
        self.drawn.store(true, Ordering::Relaxed);
        (Window::new(), AtRest(&self.drawn))
    }

    /// Shows that the user asked to stop. At a question there is no work to wait for.
    pub(crate) fn interrupted(&self) {
        if self.drawn.load(Ordering::Relaxed) {
            return;
        }
        if self.resting.load(Ordering::Relaxed) {
            // What follows must not be appended to the line of the question.
            return out::message("");
        }
        self.progress.interrupted();
    }

    /// Cleans up the screen when the process ends in the middle of its work.
    pub(crate) fn abandoned(&self) {
        self.progress.abandoned();
    }

    /// Shows the result of the command.
    pub(crate) fn result(&self, result: &dyn Shown) {
        self.show(result, out::result);
    }

    /// Shows what a question is about, before it is asked. Without a question, it is progress.
    pub(crate) fn before(&self, result: &dyn Shown) {
        let is_for_nobody = self.settings.quiet && !self.settings.asks;
        if self.settings.output == Output::Json || !is_for_nobody {
            self.show(result, out::message);
        }
    }

    /// Shows a message that is not part of a result.
    pub(crate) fn say(&self, text: &str) {
        if self.settings.output == Output::Json {
            json::message(text);
        } else if !self.settings.quiet {
            out::message(text);
        }
    }

    /// Shows where the command works, and as whom.
    pub(crate) fn say_place(&self, place: &Place<'_>) {
        if self.settings.output == Output::Json || !self.settings.quiet {
            self.show(place, out::message);
        }
    }

    /// Shows that the credentials may end before the work does.
    pub(crate) fn say_credentials_end(&self, left: Duration, typical: Duration) {
        self.say(&format!(
            "The credentials end in {}, and this takes about {}. Unless their source renews them, \
             get new ones first, or run the same command again with new ones: it continues.",
            words::about(left),
            words::about(typical)
        ));
    }

    /// Shows how long something typically takes, unless that is hardly any time.
    pub(crate) fn say_duration(&self, typical: Duration) {
        if !typical.is_zero() {
            self.say(&format!("It takes about {} on AWS.", words::about(typical)));
        }
    }

    /// Shows an error.
    pub(crate) fn error(&self, error: &Error) {
        self::error(self.settings.output, error);
    }

    /// Shows the end of a run: what was done, what failed and why, what was not started, and the
    /// command to continue.
    pub(crate) fn end(&self, end: &End, command: &str) {
        self.text(&end::text(end, command));
        for error in end::errors(end, command) {
            self.error(&error);
        }
    }

    /// Shows the end of a deployment: the outcome, the addresses, the cost, and what to do next.
    pub(crate) fn deployed(&self, end: &End, addresses: &[Address], next: &Next<'_>) {
        let mut messages = Vec::new();
        if end.failed().is_some() {
            self.end(end, next.again);
            messages.extend(deployed::remains(end, next));
        } else {
            self.text(&(end::text(end, next.again) + &deployed::cost(end, next)));
            self.result(&Addresses(addresses));
            messages.extend(deployed::after(end, addresses, next));
        }
        for message in messages {
            self.text(&message);
        }
    }

    /// Writes text for people that is not a result.
    fn text(&self, text: &str) {
        if self.settings.output != Output::Json && !self.settings.quiet {
            out::message(text);
        }
    }

    fn show(&self, result: &dyn Shown, write: fn(&str)) {
        if self.settings.output == Output::Json {
            result.json().iter().for_each(json::line);
            return;
        }
        let text = result.text(self.settings.verbose);
        if !text.is_empty() {
            write(&text);
        }
    }
}

/// A guard: while it exists, a question is pending, or a page is drawn.
pub(crate) struct AtRest<'a>(&'a AtomicBool);

impl Drop for AtRest<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Ignores all events.
struct Silent;

impl Report for Silent {
    fn event(&self, _: &LabId, _: &Event<'_>) {}
}

impl Progress for Silent {
    fn interrupted(&self) {}
}
