//! State that survives a restart: one JSON file, read once, written whole after every change. Small
//! by design; bodies (objects, layers) belong in files of their own.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::StatusCode;
use serde::{Serialize, de::DeserializeOwned};

use crate::{private, service::AwsError};

/// Why state could not be read or written. The file is named and never overwritten.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The folder or the file cannot be read or written.
    #[error("cannot use the state file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is not what this program wrote.
    #[error("the state file {} is damaged: {source}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where it is damaged.
        source: serde_json::Error,
    },
}

/// State that cannot be written is the local cloud's failure, not the caller's.
impl From<StoreError> for AwsError {
    fn from(error: StoreError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ServerException", error.to_string())
    }
}

/// A value kept in one JSON file.
#[derive(Debug)]
pub(crate) struct Store<T> {
    path: PathBuf,
    value: Mutex<T>,
}

impl<T: Serialize + DeserializeOwned + Default + Clone> Store<T> {
    /// Opens the file, or starts empty where there is none. Its folder is created.
    ///
    /// # Errors
    /// When the folder or file cannot be used, or the file is damaged.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let value = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|source| StoreError::Damaged { path: path.clone(), source })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => T::default(),
            Err(source) => return Err(StoreError::Io { path, source }),
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|source| StoreError::Io { path: folder.to_owned(), source })?;
        }
        Ok(Self { path, value: Mutex::new(value) })
    }

    /// Looks at the value.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the value and writes it. The change is kept in memory only when it is on disk, so
    /// what was answered and what survives a restart are the same.
    ///
    /// # Errors
    /// When the file cannot be written; the value is then as before.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, StoreError> {
        let mut value = self.lock();
        let mut changed = value.clone();
        let answer = change(&mut changed);
        write_whole(&self.path, &changed)?;
        *value = changed;
        Ok(answer)
    }

    /// Changes what is not written: a field that serialization skips.
    pub(crate) fn set_unkept(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.lock());
    }

    /// Changes the value if the change succeeds, and writes it. A change that returns an error
    /// leaves the value and the file as they were.
    ///
    /// # Errors
    /// When the file cannot be written; the value is then as before.
    pub(crate) fn try_change<R, E>(
        &self,
        change: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<Result<R, E>, StoreError> {
        let mut value = self.lock();
        let mut changed = value.clone();
        let answer = match change(&mut changed) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        write_whole(&self.path, &changed)?;
        *value = changed;
        Ok(Ok(answer))
    }

    /// A panic in `change` leaves the old value, so a poisoned lock still guards a whole one.
    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a new file and renames it: a kill in between leaves the old file.
fn write_whole<T: Serialize>(path: &Path, value: &T) -> Result<(), StoreError> {
    let io_error = |source| StoreError::Io { path: path.to_owned(), source };
    let bytes = serde_json::to_vec_pretty(value).map_err(|error| io_error(error.into()))?;
    let fresh = path.with_extension("json.new");
    private::write(&fresh, &bytes).map_err(io_error)?;
    fs::rename(&fresh, path).map_err(io_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    #[test]
    fn a_change_survives_a_restart() {
        let folder = Folder::new("restart");
        let path = folder.join("deep/state.json");
        let store = Store::<Vec<u32>>::open(path.clone()).unwrap();
        store.change(|list| list.push(7)).unwrap();
        assert_eq!(Store::<Vec<u32>>::open(path).unwrap().read(Vec::clone), [7]);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_stays() {
        let folder = Folder::new("damaged");
        fs::create_dir_all(&*folder).unwrap();
        let path = folder.join("state.json");
        fs::write(&path, "{ not json").unwrap();
        let error = Store::<Vec<u32>>::open(path.clone()).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }));
        assert_eq!(fs::read_to_string(path).unwrap(), "{ not json");
    }

    #[test]
    fn a_refused_change_leaves_everything() {
        let folder = Folder::new("refused");
        let path = folder.join("state.json");
        let store = Store::<Vec<u32>>::open(path.clone()).unwrap();
        let refused = store.try_change(|list| {
            list.push(7);
            Err::<(), _>("no")
        });
        assert_eq!(refused.unwrap(), Err("no"));
        assert!(store.read(Vec::is_empty) && !path.exists());
    }

    #[test]
    fn what_cannot_be_written_is_not_kept() {
        let folder = Folder::new("full");
        let path = folder.join("state.json");
        let store = Store::<Vec<u32>>::open(path).unwrap();
        fs::remove_dir_all(&*folder).unwrap();
        assert!(store.change(|list| list.push(7)).is_err());
        assert!(store.read(Vec::is_empty));
    }
}
