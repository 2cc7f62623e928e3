//! How a local cloud is opened: what its services are opened with, and why it can fail. Everything
//! above uses these types, so they are below everything.

use std::{error::Error, io, path::PathBuf};

use crate::{clock::Clock, ecs::Launcher, outages::Outages, store::StoreError};

/// What the services are opened with, besides their folder.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The local cloud's port.
    pub(crate) port: u16,
    pub(crate) clock: Clock,
    /// What the fault rules do to Fargate.
    pub(crate) outages: Outages,
    /// The backend built for this machine, for images that are not.
    pub(crate) stand_in: Option<PathBuf>,
    /// What starts the programs of tasks, and confines them.
    pub(crate) launcher: Option<Launcher>,
}

/// A service that finds unfinished work in its state when it is opened, because the local cloud was
/// stopped or killed meanwhile.
pub(crate) trait Recover {
    /// Finishes or continues that work. Called once, when the service is opened.
    ///
    /// # Errors
    /// When the state cannot be written.
    fn recover(&self) -> Result<(), OpenError>;
}

/// Why a local cloud cannot be opened. Nothing was changed or lost.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another program listens on the port.
    #[error("port {port} is taken by another program")]
    PortTaken {
        /// The port.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The port cannot be listened on, for another reason.
    #[error("cannot listen on port {port}: {source}")]
    Port {
        /// The port.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The state folder, or a file in it, cannot be read or written.
    #[error("cannot use the state folder: {}: {source}", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A state file is not what this program wrote. It is left as it is.
    #[error(
        "the state file {} is damaged: {source}. Nothing was changed: put a copy of it in its place, \
         or move it away and lose what was in it; `mysfits local reset` deletes all state",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A newer program has written the folder. It is left as it is.
    #[error(
        "the folder {} was written by a newer mysfits, {written_by} (format {found}, this one reads \
         up to {supported}): use that one, or choose another folder with `MYSFITS_LOCAL_DIR`",
        path.display()
    )]
    Newer {
        /// The folder.
        path: PathBuf,
        /// The build that wrote it.
        written_by: String,
        /// The number of its format.
        found: u32,
        /// The newest number that this program reads.
        supported: u32,
    },
    /// Another local cloud uses the folder.
    #[error("another local cloud uses the folder {}", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Io { path, source } => Self::Folder { path, source },
            StoreError::Damaged { path, source } => Self::Damaged { path, source: source.into() },
        }
    }
}
