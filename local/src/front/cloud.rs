//! What all requests of one local cloud share.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::StatusCode;
use tokio::{
    sync::{RwLock, RwLockReadGuard, watch},
    time::timeout,
};

use super::{request_log::RequestLog, room::Room, services::Services};
use crate::{
    faults::Faults,
    open::{OpenError, Setup},
    pace::Pace,
    service::AwsError,
    work::{self, Turn, Turns},
};

/// The name of the folder with the services' files.
pub(crate) const STATE: &str = "state";

/// How many megabytes of bodies are in memory at once: of five of the largest objects, and of a
/// dozen of the largest requests of APIs.
const BODIES: usize = 512;
const API_BODIES: usize = 128;

/// How long a reset and the end wait for what still runs in the services. Longer than any call
/// takes that ends at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a reset was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResetError {
    /// Nothing was changed.
    #[error(
        "nothing was reset, because calls are still running that began more than {} s ago: stop \
         the local cloud, and reset it then",
        PATIENCE.as_secs()
    )]
    Busy,
    /// The services are gone, and their files are not.
    #[error("a stack is still being worked on: stop the local cloud, and reset it then")]
    Stuck,
    /// The state cannot be deleted, or not be opened again.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// What all requests of one local cloud share.
#[derive(Debug)]
pub(crate) struct Cloud {
    setup: Setup,
    pub(super) folder: PathBuf,
    pub(super) build: String,
    pub(super) log: RequestLog,
    pub(super) faults: Faults,
    /// Room for the bodies of calls.
    pub(super) bodies: Room,
    /// Room for the bodies of requests of APIs. It is their own: they hold it while their backend
    /// makes calls.
    pub(super) api_bodies: Room,
    /// Requests read-lock it while a service works; a reset write-locks it and so waits for them.
    /// None after a reset that failed.
    services: RwLock<Option<Services>>,
    /// The turns of the calls of each service.
    turns: Mutex<BTreeMap<&'static str, Turns>>,
    stopping: watch::Sender<bool>,
    /// Holds the lock on the folder as long as the cloud lives.
    lock: File,
}

impl Cloud {
    /// Opens the services in the folder, which `lock` locks.
    ///
    /// # Errors
    /// When the state in the folder cannot be used.
    pub(crate) fn open(
        setup: Setup,
        faults: Faults,
        folder: PathBuf,
        build: String,
        lock: File,
    ) -> Result<Self, OpenError> {
        let services = Services::open(&state_folder(&folder), &setup)?;
        Ok(Self {
            setup,
            folder,
            build,
            log: RequestLog::default(),
            faults,
            bodies: Room::of_megabytes(BODIES),
            api_bodies: Room::of_megabytes(API_BODIES),
            services: RwLock::new(Some(services)),
            turns: Mutex::default(),
            stopping: watch::Sender::new(false),
            lock,
        })
    }

    /// Returns the loopback port.
    pub(super) fn port(&self) -> u16 {
        self.setup.port
    }

    /// Returns how fast resources settle.
    pub(super) fn pace(&self) -> Pace {
        self.setup.clock.pace
    }

    /// Returns the services; a reset waits until they are released.
    ///
    /// # Errors
    /// `ServiceUnavailable` when there are none.
    pub(super) async fn services(&self) -> Result<RwLockReadGuard<'_, Services>, AwsError> {
        let services = self.services.read().await;
        RwLockReadGuard::try_map(services, Option::as_ref).map_err(|_| no_services())
    }

    /// Waits for the turn of a call of a service that may block. It is taken before the services
    /// are, so that those who wait do not keep a reset waiting.
    pub(super) async fn turn(&self, service: &'static str) -> Turn {
        let turns = {
            let mut all = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(service).or_default().clone()
        };
        turns.take().await
    }

    /// Ends what runs in the services. Waits until no request uses them, but not for ever: a call
    /// that never ends is left behind and ends with the process.
    pub(super) async fn shut_down(&self) {
        if let Ok(mut services) = timeout(PATIENCE, self.services.write()).await {
            if let Some(services) = services.take() {
                end(services).await;
            }
        } else if let Ok(services) = self.services().await {
            let _ = timeout(PATIENCE, services.shut_down()).await;
        }
    }

    /// Releases the folder for another local cloud. Nothing may be written afterwards.
    pub(super) fn release_folder(&self) {
        // A lock that cannot be released ends with the process.
        let _ = self.lock.unlock();
    }

    /// Asks the server to stop.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits until the server is asked to stop.
    pub(super) async fn stopped(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// Forgets everything: the state of all accounts, the request log and the fault rules.
    pub(super) async fn reset(&self) -> Result<(), ResetError> {
        let services = timeout(PATIENCE, self.services.write()).await;
        let mut services = services.map_err(|_| ResetError::Busy)?;
        // The files are open until their services are dropped.
        if let Some(old) = services.take()
            && !end(old).await
        {
            return Err(ResetError::Stuck);
        }
        let (state, setup) = (state_folder(&self.folder), self.setup.clone());
        let opened = work::run(move || {
            let emptied = match fs::remove_dir_all(&state) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    Err(OpenError::Folder { path: state.clone(), source })
                }
                _ => Ok(()),
            };
            (emptied, Services::open(&state, &setup))
        });
        let (emptied, opened) = opened.await.map_err(|lost| OpenError::Folder {
            path: self.folder.clone(),
            source: io::Error::other(lost),
        })?;
        *services = Some(opened?);
        emptied?;
        self.log.clear();
        self.faults.clear();
        Ok(())
    }
}

/// Ends services and returns whether they have ended. Their last steps are waited for on a thread
/// of its own.
async fn end(services: Services) -> bool {
    let ended = async {
        services.shut_down().await;
        work::run(move || drop(services)).await
    };
    matches!(timeout(PATIENCE, ended).await, Ok(Ok(())))
}

/// Returns the services' files, apart from the lock file, so that a reset can remove them whole.
pub(crate) fn state_folder(folder: &Path) -> PathBuf {
    folder.join(STATE)
}

fn no_services() -> AwsError {
    AwsError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ServiceUnavailable",
        "The local cloud has no services: its last reset failed.",
    )
}
