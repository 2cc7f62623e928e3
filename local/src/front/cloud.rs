//! What all requests of one local cloud share.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use http::StatusCode;
use tokio::sync::{RwLock, RwLockReadGuard, watch};

use super::{request_log::RequestLog, services::Services};
use crate::{
    faults::Faults,
    open::{OpenError, Setup},
    pace::Pace,
    service::AwsError,
};

/// What all requests of one local cloud share.
#[derive(Debug)]
pub(crate) struct Cloud {
    setup: Setup,
    pub(super) folder: PathBuf,
    pub(super) build: String,
    pub(super) log: RequestLog,
    pub(super) faults: Faults,
    /// Requests read-lock it while a service works; a reset write-locks it and so waits for them.
    /// None after a reset that failed.
    services: RwLock<Option<Services>>,
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
            services: RwLock::new(Some(services)),
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

    /// Ends what runs in the services. Waits until no request uses them.
    pub(super) async fn shut_down(&self) {
        if let Some(services) = &*self.services.write().await {
            services.shut_down().await;
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
    pub(super) async fn reset(&self) -> Result<(), OpenError> {
        let mut services = self.services.write().await;
        // The files are open until their services are dropped.
        if let Some(old) = services.take() {
            old.shut_down().await;
        }
        let state = state_folder(&self.folder);
        let emptied = match fs::remove_dir_all(&state) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(OpenError::Folder { path: state.clone(), source })
            }
            _ => Ok(()),
        };
        *services = Some(Services::open(&state, &self.setup)?);
        emptied?;
        self.log.clear();
        self.faults.clear();
        Ok(())
    }
}

/// Returns the services' files, apart from the lock file, so that a reset can remove them whole.
pub(crate) fn state_folder(folder: &Path) -> PathBuf {
    folder.join("state")
}

fn no_services() -> AwsError {
    AwsError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ServiceUnavailable",
        "The local cloud has no services: its last reset failed.",
    )
}
