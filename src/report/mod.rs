//! How everything is shown: events while a command runs, and its results. Standard output carries
//! results, standard error the rest. Nothing here calls AWS.

mod json;
mod live;
mod out;
mod plain;
mod tables;
mod words;

use crate::{
    engine::{About, Doing, Event, Id, Outcome, Placeholder, Report, Seen, Values},
    error::{Code, Error, Exit},
    lab::placeholders::{API_URL, SERVICE_URL, SITE_URL},
    local_cloud::{Health, Mail},
    settings::{Output, Settings},
};

/// What was seen of a resource.
pub(crate) struct Row {
    /// Its place in the lab's list.
    pub(crate) place: usize,
    /// What is known of it.
    pub(crate) about: About,
    /// What was seen.
    pub(crate) seen: Seen,
}

/// How a run ended.
pub(crate) struct End {
    /// For each resource, in the order in which they ended.
    pub(crate) outcomes: Vec<(Id, Outcome)>,
    /// All values known at the end.
    pub(crate) known: Values,
}

impl End {
    /// How the process must end because of this; `None` when all went well.
    pub(crate) fn failed(&self) -> Option<Exit> {
        let mut failed = None;
        for (_, outcome) in &self.outcomes {
            match outcome {
                Outcome::NotStarted { because_of: None } => return Some(Exit::Interrupted),
                Outcome::Failed(error) if error.code == Code::Interrupted => {
                    return Some(Exit::Interrupted);
                }
                Outcome::Failed(error) => failed = Some(error.code.entry().exit),
                _ => {}
            }
        }
        failed
    }
}

/// An address worth printing: what it is, and where.
pub(crate) type Address = (&'static str, String);

/// The addresses among the values; the site is the last, where the eye is.
pub(crate) fn addresses(known: &Values) -> Vec<Address> {
    const WANTED: [(&str, Placeholder); 3] =
        [("backend", SERVICE_URL), ("api", API_URL), ("site", SITE_URL)];
    let found = |(name, placeholder)| Some((name, known.get(placeholder)?.to_owned()));
    WANTED.into_iter().filter_map(found).collect()
}

/// Where a command shows things, in the way that was asked for.
pub(crate) struct Screen {
    output: Output,
    quiet: bool,
    verbose: bool,
    report: Box<dyn Report>,
}

impl Screen {
    /// The screen that the settings ask for: live lines need a terminal and no CI.
    pub(crate) fn new(settings: &Settings) -> Self {
        let report: Box<dyn Report> = match settings.output {
            Output::Json => Box::new(json::Json::new()),
            _ if settings.quiet => Box::new(Silent),
            Output::Human if out::may_move() => Box::new(live::Live::default()),
            _ => Box::new(plain::Plain::default()),
        };
        let Settings { output, quiet, verbose, .. } = *settings;
        Self { output, quiet, verbose, report }
    }

    /// Where the engine tells its events.
    pub(crate) fn report(&self) -> &dyn Report {
        self.report.as_ref()
    }

    fn json(&self) -> bool {
        self.output == Output::Json
    }

    /// Says something in passing.
    pub(crate) fn say(&self, text: &str) {
        if self.json() {
            json::message(text);
        } else if !self.quiet {
            out::message(text);
        }
    }

    /// Shows an error.
    pub(crate) fn error(&self, error: &Error) {
        self::error(self.output, error);
    }

    /// The plan, as the result of `plan`.
    pub(crate) fn plan(&self, rows: &[Row], target: &str) {
        if self.json() {
            json::plan(rows);
        } else {
            out::result(&tables::plan(rows, target, self.verbose));
        }
    }

    /// The plan, before `deploy` asks whether to go on.
    pub(crate) fn plan_before(&self, rows: &[Row], target: &str) {
        if self.json() {
            json::plan(rows);
        } else {
            out::message(&tables::plan(rows, target, self.verbose));
        }
    }

    /// What is there, as the result of `status`.
    pub(crate) fn status(&self, rows: &[Row], target: &str, addresses: &[Address]) {
        if self.json() {
            json::status(rows, addresses);
        } else {
            out::result(&tables::status(rows, target, addresses));
        }
    }

    /// What cleanup will remove, and why it may.
    pub(crate) fn to_remove(&self, rows: &[Row], target: &str) {
        if self.json() {
            json::to_remove(rows);
        } else {
            out::message(&tables::to_remove(rows, target));
        }
    }

    /// The end of a run: what was done, what failed and why, what was not started, how to go on.
    pub(crate) fn end(&self, doing: Doing, end: &End, again: &str) {
        if !self.json() && !self.quiet {
            out::message(&words::end(doing, end, again));
        }
        for (_, outcome) in &end.outcomes {
            if let Outcome::Failed(error) = outcome
                && error.code != Code::Interrupted
            {
                self.error(error);
            }
        }
        if end.failed() == Some(Exit::Interrupted) {
            let hint = format!("`{again}` goes on where this one stopped");
            self.error(&Error::new(Code::Interrupted, "interrupted").hint(hint));
        }
    }

    /// The addresses, as the result of `deploy`.
    pub(crate) fn addresses(&self, addresses: &[Address]) {
        if self.json() {
            json::result(addresses);
        } else {
            for (_, address) in addresses {
                out::result(address);
            }
        }
    }

    /// Lines that the backend wrote, as the result of `logs`.
    pub(crate) fn log_lines(&self, lines: &[String]) {
        for text in lines {
            if self.json() {
                json::log_line(text);
            } else {
                out::result(text);
            }
        }
    }

    /// What a running local cloud says of itself.
    pub(crate) fn local_status(&self, port: u16, health: &Health) {
        if self.json() {
            json::local_status(port, health);
        } else {
            out::result(&tables::local_status(port, health));
        }
    }

    /// Mails, as the result of `local mail`.
    pub(crate) fn mails(&self, mails: &[Mail]) {
        for mail in mails {
            if self.json() {
                json::mail(mail);
            } else {
                out::result(&tables::mail(mail));
            }
        }
    }

    /// The result of a cleanup: what is left, or that nothing is.
    pub(crate) fn left(&self, left: &[(String, String)], asked_tags: bool) {
        if self.json() {
            json::left(left, asked_tags);
        } else {
            out::result(&tables::left(left, asked_tags));
        }
    }
}

/// Shows an error, also where there is no [`Screen`] yet.
pub(crate) fn error(output: Output, error: &Error) {
    if output == Output::Json {
        json::error(error);
    } else {
        out::message(&words::error(error));
    }
}

/// Tells nothing.
struct Silent;

impl Report for Silent {
    fn event(&self, _: &Event<'_>) {}
}
