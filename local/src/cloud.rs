//! One local cloud: opened from its folder, served on its port, and what its requests share.
//! What a request means is `dispatch`'s and `control`'s; how it arrives is `server`'s.

use std::{
    error::Error,
    fs::{self, File, TryLockError},
    future::Future,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::{RwLock, watch};

use crate::{
    clock::Clock,
    faults::Faults,
    format,
    listeners::{self, Listeners},
    pace::Pace,
    request_log::RequestLog,
    server,
    services::{Services, Setup},
    store::StoreError,
};

/// What a local cloud is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The loopback port; 0 takes any free one.
    pub port: u16,
    /// The folder that holds all state. It is made when it does not exist.
    pub folder: PathBuf,
    /// How fast resources settle.
    pub pace: Pace,
    /// The program that runs in place of images that are not for this machine: the backend, built
    /// for it. Without one such tasks stop, as on AWS.
    pub stand_in: Option<PathBuf>,
    /// The version and build of the program, to be shown: such as `0.1.0 (8844e83 2026-11-27)`.
    pub build: String,
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
    #[error("the state file {} is damaged: {source}", path.display())]
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

/// A local cloud that is bound to its port and has opened its state, but does not serve yet.
#[derive(Debug)]
pub struct LocalCloud {
    listeners: Listeners,
    cloud: Arc<Cloud>,
}

impl LocalCloud {
    /// Binds the port and opens the state in the folder.
    ///
    /// # Errors
    /// When the port is taken, or the folder cannot be used, is damaged, was written by a newer
    /// program or is used by another local cloud.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let listeners = listeners::bind(settings.port).await?;
        let cloud = Cloud::open(listeners.port(), settings)?;
        Ok(Self { listeners, cloud: Arc::new(cloud) })
    }

    /// Deletes the state in a folder that no local cloud uses, also one that is damaged. Whatever
    /// else is in the folder stays. Returns whether there was a state.
    ///
    /// # Errors
    /// When the folder cannot be used, was written by a newer program or is used by a local cloud.
    pub fn forget(folder: &Path) -> Result<bool, OpenError> {
        let state = state_folder(folder);
        if !state.exists() {
            return Ok(false);
        }
        format::check(folder)?;
        let _lock = lock(folder)?;
        match fs::remove_dir_all(&state) {
            Ok(()) => Ok(true),
            Err(source) => Err(OpenError::Folder { path: state, source }),
        }
    }

    /// The port it is bound to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.listeners.port()
    }

    /// Serves until `stop` is done or `POST /_local/stop` comes; lets running requests finish.
    ///
    /// # Errors
    /// When the listening socket fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send) -> Result<(), io::Error> {
        server::serve(self.listeners, self.cloud, stop).await
    }
}

/// What all requests of one local cloud share.
#[derive(Debug)]
pub(crate) struct Cloud {
    setup: Setup,
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
    pub(crate) build: String,
    pub(crate) log: RequestLog,
    pub(crate) faults: Faults,
    /// Requests read-lock it while a service works; a reset write-locks it and so waits for them.
    pub(crate) services: RwLock<Services>,
    stopping: watch::Sender<bool>,
    /// Holds the lock on the folder as long as the cloud lives.
    lock: File,
}

impl Cloud {
    fn open(port: u16, settings: Settings) -> Result<Self, OpenError> {
        let Settings { folder, pace, stand_in, build, .. } = settings;
        // Before the lock, because making its file would change the folder.
        format::check(&folder)?;
        let lock = lock(&folder)?;
        format::claim(&folder, &build)?;
        let faults = Faults::default();
        let clock = Clock::new(pace, faults.holds());
        let setup = Setup { port, clock, stand_in };
        let services = Services::open(&state_folder(&folder), &setup)?;
        Ok(Self {
            setup,
            port,
            folder,
            build,
            log: RequestLog::default(),
            faults,
            services: RwLock::new(services),
            stopping: watch::Sender::new(false),
            lock,
        })
    }

    /// How fast resources settle.
    pub(crate) fn pace(&self) -> Pace {
        self.setup.clock.pace
    }

    /// Gives the folder free for another local cloud. Nothing may be written afterwards.
    pub(crate) fn release_folder(&self) {
        // A lock that cannot be given back ends with the process.
        let _ = self.lock.unlock();
    }

    /// Asks the server to stop.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Done when the server was asked to stop.
    pub(crate) async fn stopped(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// Forgets everything: the state of all accounts, the request log and the fault rules.
    pub(crate) async fn reset(&self) -> Result<(), OpenError> {
        let mut services = self.services.write().await;
        services.shut_down().await;
        // The files are open until their services are dropped.
        *services = Services::default();
        let state = state_folder(&self.folder);
        let emptied = match fs::remove_dir_all(&state) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(OpenError::Folder { path: state.clone(), source })
            }
            _ => Ok(()),
        };
        *services = Services::open(&state, &self.setup)?;
        emptied?;
        self.log.clear();
        self.faults.clear();
        Ok(())
    }
}

/// The services' files, apart from the lock file, so that a reset can remove them whole.
fn state_folder(folder: &Path) -> PathBuf {
    folder.join("state")
}

/// Makes the folder and locks it for this process.
fn lock(folder: &Path) -> Result<File, OpenError> {
    let unusable = |path: &Path, source| OpenError::Folder { path: path.to_owned(), source };
    fs::create_dir_all(folder).map_err(|source| unusable(folder, source))?;
    let path = folder.join("lock");
    let file = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(&path)
        .map_err(|source| unusable(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked { path: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(unusable(&path, source)),
    }
}
