//! One local cloud: opened from its folder, served on its port. `front` handles its requests.

use std::{
    fs::{self, File, TryLockError},
    future::Future,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    clock::Clock,
    ecs::Launcher,
    faults::Faults,
    format,
    front::{self, Cloud, Listeners, state_folder},
    holder::{self, LOCK},
    open::{OpenError, Setup},
    pace::Pace,
    private,
    rehearsal::{self, Choice, Rehearsal},
};

/// What a local cloud is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The loopback port; 0 takes any free one.
    pub port: u16,
    /// The folder that holds all state. It is created if it does not exist.
    pub folder: PathBuf,
    /// How fast resources settle.
    pub pace: Pace,
    /// The program that runs in place of images that are not for this machine: the backend, built
    /// for it. Without one such tasks stop, as on AWS.
    pub stand_in: Option<PathBuf>,
    /// What starts the programs of tasks, confines them, and leaves nothing of them. Without one
    /// they are neither confined nor found once they leave their process group.
    pub launcher: Option<Launcher>,
    /// The account to rehearse; without one, the one that the folder was last opened with.
    pub rehearsal: Option<Rehearsal>,
    /// After how many calls the session of that account's students ends; never without a number.
    pub session_calls: Option<u64>,
    /// The version and build of the program, for display, such as `0.1.0 (8844e83 2026-11-27)`.
    pub build: String,
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
        let listeners = front::bind(settings.port).await?;
        let cloud = open(listeners.port(), settings)?;
        Ok(Self { listeners, cloud: Arc::new(cloud) })
    }

    /// Deletes the state in a folder that no local cloud uses, even if it is damaged. Everything
    /// else in the folder stays. Returns whether there was any state.
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

    /// Kills the local cloud that serves this folder on this port and does not answer, and waits
    /// for its end. Returns whether there was one: whoever else listens on the port is left alone.
    ///
    /// # Errors
    /// When the folder's lock cannot be read, or the process cannot be killed.
    pub fn kill(folder: &Path, port: u16) -> Result<bool, io::Error> {
        let Some(lock) = holder::kill(folder, port)? else { return Ok(false) };
        // Whoever starts the next one needs the folder.
        lock.lock()?;
        Ok(true)
    }

    /// Returns the port it is bound to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.listeners.port()
    }

    /// Serves until `stop` is done or `POST /_local/stop` comes; lets running requests finish.
    ///
    /// # Errors
    /// When the listening socket fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send) -> Result<(), io::Error> {
        front::serve(self.listeners, self.cloud, stop).await
    }
}

fn open(port: u16, settings: Settings) -> Result<Cloud, OpenError> {
    let Settings { folder, pace, stand_in, launcher, rehearsal, session_calls, build, .. } =
        settings;
    // Before the lock, because making its file would change the folder.
    format::check(&folder)?;
    let lock = lock(&folder)?;
    holder::note(&lock, port).map_err(|source| unusable(&folder.join(LOCK), source))?;
    format::claim(&folder, &build)?;
    rehearsal::choose(&state_folder(&folder), Choice { rehearsal, session_calls })?;
    let faults = Faults::default();
    let (clock, outages) = (Clock::new(pace, faults.holds()), faults.outages());
    let setup = Setup { port, clock, outages, stand_in, launcher };
    Cloud::open(setup, faults, folder, build, lock)
}

/// Creates the folder and locks it for this process.
fn lock(folder: &Path) -> Result<File, OpenError> {
    private::top_folder(folder).map_err(|source| unusable(folder, source))?;
    let path = folder.join(LOCK);
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

fn unusable(path: &Path, source: io::Error) -> OpenError {
    OpenError::Folder { path: path.to_owned(), source }
}
