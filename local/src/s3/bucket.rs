//! A bucket on disk: its settings, its objects and their bodies.

use std::{collections::BTreeSet, fs, path::Path};

use super::{
    bodies::Bodies,
    errors::Outcome,
    objects::{Keys, Objects},
    state::{BucketState, PublicAccessBlock},
    versions::Version,
};
use crate::store::{Store, StoreError};

const STATE_FILE: &str = "bucket.json";
const OBJECTS_FOLDER: &str = "objects";
const BODIES_FOLDER: &str = "bodies";

/// One bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    store: Store<BucketState>,
    objects: Objects,
    pub(super) bodies: Bodies,
}

impl Bucket {
    /// Returns whether a folder holds a bucket. Without its state file it is the leftover of a
    /// killed creation or deletion.
    pub(super) fn is_in(folder: &Path) -> bool {
        folder.join(STATE_FILE).exists()
    }

    /// Opens a bucket, removing bodies that no object and no part names.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let io_error = |source| StoreError::Io { path: folder.to_owned(), source };
        let store = Store::<BucketState>::open(folder.join(STATE_FILE))?;
        let objects = Objects::open(&folder.join(OBJECTS_FOLDER))?;
        let bodies = Bodies::open(&folder.join(BODIES_FOLDER)).map_err(io_error)?;
        let wanted = store.read(|state| objects.read(|keys| wanted_bodies(state, keys)));
        bodies.sweep(&wanted).map_err(io_error)?;
        Ok(Self { store, objects, bodies })
    }

    /// Deletes a bucket on disk. Without the state file it is gone, whatever happens then.
    pub(super) fn delete(folder: &Path) -> Outcome<()> {
        fs::remove_file(folder.join(STATE_FILE))?;
        let _ = fs::remove_dir_all(folder);
        Ok(())
    }

    /// Sets the Block Public Access of its account, if it belongs to that one.
    pub(super) fn belongs_to(&self, account: &str, block: Option<PublicAccessBlock>) {
        self.store.set_unkept(|state| {
            if state.account == account {
                state.account_block = block;
            }
        });
    }

    /// Looks at the settings.
    pub(super) fn read<R>(&self, look: impl FnOnce(&BucketState) -> R) -> R {
        self.store.read(look)
    }

    /// Looks at the objects.
    pub(super) fn read_objects<R>(&self, look: impl FnOnce(&Keys) -> R) -> R {
        self.objects.read(look)
    }

    /// Changes the settings or the uploads. `act` refuses before it changes anything, and names the
    /// bodies that are no longer wanted; they are removed once the change is on disk.
    pub(super) fn change<R>(
        &self,
        act: impl FnOnce(&mut BucketState, &mut Vec<String>) -> Outcome<R>,
    ) -> Outcome<R> {
        let mut unwanted = Vec::new();
        let outcome = self.store.change(|state| act(state, &mut unwanted))??;
        self.remove_bodies(&unwanted);
        Ok(outcome)
    }

    /// Changes the versions of one key, in the same way.
    pub(super) fn change_object<R>(
        &self,
        key: &str,
        act: impl FnOnce(&mut Vec<Version>, &mut Vec<String>) -> Outcome<R>,
    ) -> Outcome<R> {
        let mut unwanted = Vec::new();
        let outcome = self.objects.change(key, |versions| act(versions, &mut unwanted))?;
        self.remove_bodies(&unwanted);
        Ok(outcome)
    }

    /// Writes a body for the change that will name it; a refused change removes it again.
    pub(super) fn with_body<R>(
        &self,
        bytes: &[u8],
        change: impl FnOnce(String) -> Outcome<R>,
    ) -> Outcome<R> {
        let body = self.bodies.write(bytes)?;
        let outcome = change(body.clone());
        if outcome.is_err() {
            self.bodies.remove(&body);
        }
        outcome
    }

    fn remove_bodies(&self, unwanted: &[String]) {
        for body in unwanted {
            self.bodies.remove(body);
        }
    }
}

/// Returns the ids of all bodies that belong to objects or parts.
fn wanted_bodies(state: &BucketState, keys: &Keys) -> BTreeSet<String> {
    let contents = keys.values().flatten().filter_map(|version| version.content.as_ref());
    let parts = state.uploads.values().flat_map(|upload| upload.parts.values());
    contents
        .map(|content| content.body.clone())
        .chain(parts.map(|part| part.body.clone()))
        .collect()
}
