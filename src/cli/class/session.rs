//! What every command of a class starts with: the roster, a screen, Ctrl-C, the accounts.

use std::sync::Arc;

use super::{Files, How, Of, seats};
use crate::{
    aws::Access,
    cli::{interrupt, settings::Settings, workspace},
    destination::{Destination, Place},
    error::Result,
    operate::class::{self, History, Member, Past, Seat, Setup, Wanted},
    report::Screen,
};

/// A command in progress on a class.
pub(super) struct Session<'a> {
    pub(super) settings: &'a Settings,
    pub(super) screen: Arc<Screen>,
    pub(super) setup: Setup,
    /// Where the credentials of the command lead, if that was asked.
    pub(super) own: Option<Destination>,
    /// The labs that are meant; none only if a shard has none.
    pub(super) seats: Vec<Arc<Seat>>,
}

/// Which labs of the roster are meant.
pub(super) struct Meant<'a> {
    pub(super) only: &'a [String],
    pub(super) except: &'a [String],
    pub(super) past: Option<(Past, &'a History)>,
}

impl<'a> Session<'a> {
    /// Reads the roster, and finds out which labs are meant. `history` is read if `of` needs it.
    ///
    /// # Errors
    /// When a file is not valid, the local cloud does not start, or the command's own credentials are
    /// needed and there are none.
    pub(super) async fn open(
        settings: &'a Settings,
        files: &Files,
        how: Option<&How>,
        meant: Meant<'_>,
    ) -> Result<Self> {
        let rows = seats::read(&files.roster)?;
        let (screen, listener) = Screen::of_class(settings.screen);
        let screen = Arc::new(screen);
        let interrupt = interrupt::watch(screen.clone());
        if let Place::Local { .. } = settings.destination.place {
            workspace::start_local_cloud(settings, &screen).await?;
        }
        // Who works on labs asks about their accounts first.
        let asks = how.is_some();
        let is_borrowed = rows.iter().any(|row| seats::borrows(settings, row));
        let own = if asks || is_borrowed {
            let connecting = Destination::connect(&settings.destination, Access::Read);
            match workspace::unless_interrupted(&screen, &interrupt, Box::pin(connecting)).await {
                Err(error) if is_borrowed => return Err(error),
                own => own.ok(),
            }
        } else {
            None
        };
        let all = seats::seats(settings, rows, own.as_ref());
        let Meant { only, except, past } = meant;
        let wanted = Wanted { only, except, past, shard: files.shard };
        let seats = class::select(all, &wanted)?;
        let max_failures = how.and_then(|how| how.max_failures);
        let setup = Setup { at_once: files.at_once, max_failures, interrupt, listener };
        Ok(Self { settings, screen, setup, own, seats })
    }

    /// Signs in to the accounts.
    ///
    /// # Errors
    /// When the user interrupted.
    pub(super) async fn connect(&self) -> Result<Vec<Member>> {
        let (seats, at_once) = (self.seats.clone(), self.setup.at_once);
        self.reading(async move { Ok(class::connect(seats, at_once).await) }).await
    }

    /// Runs work that only reads: Ctrl-C ends it at once.
    ///
    /// # Errors
    /// Those of `work`, and when the user interrupted.
    pub(super) async fn reading<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        workspace::unless_interrupted(&self.screen, &self.setup.interrupt, Box::pin(work)).await
    }
}

impl Of {
    /// Reads the journal if the labs are chosen by it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn history(&self) -> Result<Option<History>> {
        self.failed.then(|| History::read(&self.files.journal())).transpose()
    }

    /// Returns which labs are meant.
    pub(super) fn meant<'a>(&'a self, history: Option<&'a History>) -> Meant<'a> {
        let past = history.map(|history| (Past::Failed, history));
        Meant { only: &self.only, except: &self.except, past }
    }
}
