//! How everything is shown: events while a command runs, and its results. Standard output carries
//! results, standard error the rest. Each result has a file of its own, in which it is written as text
//! and as JSON. Nothing here calls AWS.

mod addresses;
mod block;
mod deployed;
mod end;
mod error;
mod frame;
mod json;
mod labs;
mod leftovers;
mod line;
mod live;
mod local_status;
mod logs;
mod mails;
mod out;
mod plain;
mod plan;
#[cfg(test)]
mod price_tests;
mod removal;
mod rows;
mod signs;
mod status;
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
    operate::{Address, End},
};

pub(crate) use addresses::Addresses;
pub(crate) use deployed::Next;
pub(crate) use error::error;
pub(crate) use labs::{Commands, LabList};
pub(crate) use leftovers::LastLook;
pub(crate) use local_status::LocalStatus;
pub(crate) use logs::LogLines;
pub(crate) use mails::Mails;
pub(crate) use plan::Plan;
pub(crate) use removal::Removal;
pub(crate) use status::Status;

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

/// How to show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScreenSettings {
    /// In which form.
    pub(crate) output: Output,
    /// Whether to show results and errors only.
    pub(crate) quiet: bool,
    /// Whether to say more.
    pub(crate) verbose: bool,
    /// Whether questions are asked; otherwise all of them are answered with yes.
    pub(crate) asks: bool,
}

/// A result, in every form in which it can be shown.
pub(crate) trait Shown {
    /// As text for people; empty when there is nothing to say. `verbose`: with all details.
    fn text(&self, verbose: bool) -> String;

    /// As JSON lines for programs.
    fn json(&self) -> Vec<Value>;
}

/// Something that shows events as they come.
trait Progress: Report {
    /// The user asked to stop; calls in flight are being finished.
    fn interrupted(&self);

    /// The process ends now. Nothing may stay on the screen that would move.
    fn abandoned(&self) {}
}

/// Where a command shows things, in the way that was asked for.
pub(crate) struct Screen {
    settings: ScreenSettings,
    /// Whether nothing is at work that would have to be finished.
    resting: AtomicBool,
    progress: Arc<dyn Progress>,
}

impl Screen {
    /// The screen that the settings ask for: live lines need a terminal and no CI.
    pub(crate) fn new(settings: ScreenSettings) -> Self {
        let progress: Arc<dyn Progress> = match settings.output {
            Output::Json => Arc::new(json::Events),
            _ if settings.quiet => Arc::new(Silent),
            Output::Human if out::may_move() => Arc::new(live::Live::new(settings.verbose)),
            _ => Arc::new(plain::Plain::new(settings.verbose)),
        };
        Self { settings, resting: AtomicBool::new(false), progress }
    }

    /// Where the engine tells its events.
    pub(crate) fn report(&self) -> Arc<dyn Report> {
        self.progress.clone()
    }

    /// From now on, until what is returned is dropped, nothing is at work that would have to be
    /// finished: a question is asked, or something is only looked at.
    pub(crate) fn at_rest(&self) -> AtRest<'_> {
        self.resting.store(true, Ordering::Relaxed);
        AtRest(&self.resting)
    }

    /// Says that the user asked to stop. At a question nothing is at work that could be waited for.
    pub(crate) fn interrupted(&self) {
        if self.resting.load(Ordering::Relaxed) {
            // What follows is not written into the line of the question.
            return out::message("");
        }
        self.progress.interrupted();
    }

    /// Leaves the screen as it is to be left when the process ends in the middle of its work.
    pub(crate) fn abandoned(&self) {
        self.progress.abandoned();
    }

    /// Shows the result of the command.
    pub(crate) fn result(&self, result: &dyn Shown) {
        self.show(result, out::result);
    }

    /// Shows what a question is about, before it is asked. Where nothing is asked, it is progress.
    pub(crate) fn before(&self, result: &dyn Shown) {
        let is_for_nobody = self.settings.quiet && !self.settings.asks;
        if self.settings.output == Output::Json || !is_for_nobody {
            self.show(result, out::message);
        }
    }

    /// Says something in passing.
    pub(crate) fn say(&self, text: &str) {
        if self.settings.output == Output::Json {
            json::message(text);
        } else if !self.settings.quiet {
            out::message(text);
        }
    }

    /// Says how long something typically takes, unless it takes hardly any time.
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
    /// command that continues.
    pub(crate) fn end(&self, end: &End, command: &str) {
        self.text(&end::text(end, command));
        for error in end::errors(end, command) {
            self.error(&error);
        }
    }

    /// Shows the end of a deployment: how it went, the addresses, what it costs, and what to do next.
    pub(crate) fn deployed(&self, end: &End, addresses: &[Address], next: &Next<'_>) {
        let mut messages = Vec::new();
        if end.failed().is_some() {
            self.end(end, next.again);
            messages.extend(deployed::remains(end, next));
        } else {
            self.text(&(end::text(end, next.again) + &deployed::cost(end, next)));
            self.result(&Addresses(addresses));
            messages.extend(deployed::after(addresses, next));
        }
        for message in messages {
            self.text(&message);
        }
    }

    /// Text for people, beside results.
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

/// As long as it is there, a question is being asked.
pub(crate) struct AtRest<'a>(&'a AtomicBool);

impl Drop for AtRest<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Tells nothing.
struct Silent;

impl Report for Silent {
    fn event(&self, _: &LabId, _: &Event<'_>) {}
}

impl Progress for Silent {
    fn interrupted(&self) {}
}
