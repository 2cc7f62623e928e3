//! A bucket on disk, and all of them by name. Names are global over accounts, as on AWS.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use super::{
    bodies::Bodies,
    errors::{INTERNAL_ERROR, Outcome, S3Error},
    names,
    state::BucketState,
};
use crate::store::{Store, StoreError};

const STATE_FILE: &str = "bucket.json";
const BODIES_FOLDER: &str = "bodies";

/// One bucket: its state and its bodies.
#[derive(Debug)]
pub(super) struct Bucket {
    store: Store<BucketState>,
    pub(super) bodies: Bodies,
}

impl Bucket {
    fn open(folder: &Path) -> Result<Self, StoreError> {
        let io_error = |source| StoreError::Io { path: folder.to_owned(), source };
        let store = Store::<BucketState>::open(folder.join(STATE_FILE))?;
        let bodies = Bodies::open(&folder.join(BODIES_FOLDER)).map_err(io_error)?;
        store.read(|state| bodies.sweep(&state.bodies().collect())).map_err(io_error)?;
        Ok(Self { store, bodies })
    }

    /// Looks at the state.
    pub(super) fn read<R>(&self, look: impl FnOnce(&BucketState) -> R) -> R {
        self.store.read(look)
    }

    /// Changes the state. `act` refuses before it changes anything, and names the bodies that are
    /// no longer wanted; they are removed once the change is on disk.
    pub(super) fn change<R>(
        &self,
        act: impl FnOnce(&mut BucketState, &mut Vec<String>) -> Outcome<R>,
    ) -> Outcome<R> {
        let mut unwanted = Vec::new();
        let outcome = self.store.change(|state| act(state, &mut unwanted))??;
        for body in unwanted {
            self.bodies.remove(&body);
        }
        Ok(outcome)
    }

    /// Writes a body and the change that names it; a refused change takes the body away again.
    pub(super) fn change_with_body<R>(
        &self,
        bytes: &[u8],
        act: impl FnOnce(&mut BucketState, &str, &mut Vec<String>) -> Outcome<R>,
    ) -> Outcome<R> {
        let body = self.bodies.write(bytes)?;
        let outcome = self.change(|state, unwanted| act(state, &body, unwanted));
        if outcome.is_err() {
            self.bodies.remove(&body);
        }
        outcome
    }
}

/// All buckets by name.
pub(super) type ByName = BTreeMap<String, Bucket>;

/// All buckets of all accounts. Work inside buckets shares the lock; making and deleting one has
/// it alone.
#[derive(Debug)]
pub(super) struct Buckets {
    folder: PathBuf,
    by_name: RwLock<ByName>,
}

impl Buckets {
    /// Opens every bucket in the folder.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let io_error = |source| StoreError::Io { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(io_error)?;
        let mut by_name = ByName::new();
        for name in folder_names(folder).map_err(io_error)? {
            let bucket = folder.join(&name);
            if bucket.join(STATE_FILE).exists() {
                by_name.insert(name, Bucket::open(&bucket)?);
            } else {
                // Without its state it is what a creation or deletion left when it was killed.
                fs::remove_dir_all(&bucket).map_err(io_error)?;
            }
        }
        Ok(Self { folder: folder.to_owned(), by_name: RwLock::new(by_name) })
    }

    /// All buckets, to work with.
    pub(super) fn shared(&self) -> RwLockReadGuard<'_, ByName> {
        self.by_name.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// All buckets, to make or delete one.
    pub(super) fn alone(&self) -> RwLockWriteGuard<'_, ByName> {
        self.by_name.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a bucket on disk.
    pub(super) fn make(&self, by_name: &mut ByName, state: BucketState) -> Outcome<()> {
        let name = state.name.clone();
        let bucket = Bucket::open(&self.bucket_folder(&name)?)?;
        bucket.change(|fresh, _| {
            *fresh = state;
            Ok(())
        })?;
        by_name.insert(name, bucket);
        Ok(())
    }

    /// Deletes a bucket on disk. Without the state file it is gone, whatever happens then.
    pub(super) fn unmake(&self, by_name: &mut ByName, name: &str) -> Outcome<()> {
        let folder = self.bucket_folder(name)?;
        fs::remove_file(folder.join(STATE_FILE))?;
        by_name.remove(name);
        let _ = fs::remove_dir_all(folder);
        Ok(())
    }

    /// The folder of a bucket. Only a valid bucket name ever becomes part of a path.
    fn bucket_folder(&self, name: &str) -> Outcome<PathBuf> {
        if !names::is_bucket_name(name) {
            return Err(S3Error::from(INTERNAL_ERROR));
        }
        Ok(self.folder.join(name))
    }
}

fn folder_names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if names::is_bucket_name(&name) {
            names.insert(name);
        }
    }
    Ok(names)
}
