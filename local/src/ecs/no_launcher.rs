//! There is no launcher but on Linux: the local cloud starts tasks' programs itself, and nothing
//! confines them.

use std::{io, process::ExitCode};

use super::{confinement::Confinement, process::Run};

/// The program that starts tasks' programs; on this system there is none.
#[derive(Clone, Debug)]
pub enum Launcher {}

impl Launcher {
    /// Returns `None`, as there is none on this system.
    #[must_use]
    pub fn this_program() -> Option<Self> {
        None
    }

    #[expect(clippy::unused_async, reason = "the launcher of Linux waits")]
    pub(super) async fn start(&self, _run: &Run) -> io::Result<(tokio::process::Child, Channel)> {
        match *self {}
    }
}

/// The channel to a launcher.
#[derive(Debug)]
pub(super) enum Channel {}

impl Channel {
    pub(super) fn terminate(&self) {
        match *self {}
    }
}

/// Returns `None`, as no process is started as a launcher on this system.
#[must_use]
pub fn run_if_launched() -> Option<ExitCode> {
    None
}

pub(super) fn confinement() -> Confinement {
    Confinement::Nothing
}
