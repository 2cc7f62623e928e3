//! The page about a class that can be left open on a projector: a file that is written anew each second.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

use crate::{
    cli::private_file,
    error::{Code, Error, Result},
    operate::class::{Both, Listener},
    report::class::Board,
};

/// From one page to the next.
const BETWEEN: Duration = Duration::from_secs(1);

/// What is on it, and where it is.
#[derive(Debug, clap::Args)]
pub(super) struct OnProjector {
    /// Keep a page about the class in this file, to be left open on a projector: it reloads itself, and names labs
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    page: Option<PathBuf>,
    /// Let the page name students
    #[arg(long, hide_short_help = true, requires = "page")]
    names: bool,
}

/// The page, while the command runs.
pub(super) struct Shown {
    board: Arc<Board>,
    path: PathBuf,
    /// Dropped when the command is over.
    over: oneshot::Sender<()>,
    writing: JoinHandle<()>,
}

impl OnProjector {
    /// Checks the name of the file, before anything is done.
    ///
    /// # Errors
    /// When it does not end in `.html`.
    pub(super) fn check(&self) -> Result<()> {
        match &self.page {
            Some(path) if path.extension().is_none_or(|ending| ending != "html") => {
                let message = format!("`--page {}` names no page", path.display());
                Err(Error::new(Code::Setting, message).hint("let the file end in `.html`"))
            }
            _ => Ok(()),
        }
    }

    /// Writes the first page, and begins to write others.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn open(&self) -> Result<Option<Shown>> {
        let Some(path) = self.page.clone() else { return Ok(None) };
        let board = Arc::new(Board::new(self.names));
        write(&path, &board, false)?;
        let (over, is_over) = oneshot::channel();
        let writing = tokio::spawn(keep(board.clone(), path.clone(), is_over));
        Ok(Some(Shown { board, path, over, writing }))
    }
}

impl Shown {
    /// Returns who tells the page and another listener.
    pub(super) fn beside(&self, other: Arc<dyn Listener>) -> Arc<dyn Listener> {
        Arc::new(Both(other, self.board.clone()))
    }

    /// Returns what is on the page.
    pub(super) fn board(&self) -> &Board {
        &self.board
    }

    /// Writes the last page, which stays as it is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) async fn close(self) -> Result<()> {
        drop(self.over);
        // It only ends so, or by its own panic.
        if let Err(error) = self.writing.await {
            std::panic::resume_unwind(error.into_panic());
        }
        write(&self.path, &self.board, true)
    }
}

/// Writes the page until the command is over. One that cannot be written now may be the next time, and
/// the last one says so if not.
async fn keep(board: Arc<Board>, path: PathBuf, mut is_over: oneshot::Receiver<()>) {
    loop {
        tokio::select! {
            _ = &mut is_over => return,
            () = sleep(BETWEEN) => {}
        }
        let (board, path) = (board.clone(), path.clone());
        let written = tokio::task::spawn_blocking(move || write(&path, &board, false));
        let _ = written.await;
    }
}

fn write(path: &Path, board: &Board, is_over: bool) -> Result<()> {
    private_file::write(path, board.page(SystemTime::now(), is_over), true)
}
