//! The objects of a bucket: every key with its versions, in memory in the order of the keys, and on
//! disk each key in a file of its own, so that writing one object costs the same in a bucket of
//! thousands. A file is named by the hash of its key, never by the key itself.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{checksums, errors::Outcome, versions::Version};
use crate::store::StoreError;

/// The versions of each key, the newest last. No key is without versions.
pub(super) type Keys = BTreeMap<String, Vec<Version>>;

/// All objects of a bucket.
#[derive(Debug)]
pub(super) struct Objects {
    folder: PathBuf,
    keys: Mutex<Keys>,
}

/// What the file of a key holds.
#[derive(Serialize, Deserialize)]
struct Record {
    key: String,
    versions: Vec<Version>,
}

impl Objects {
    /// Reads all objects in the folder, creating it if it is missing.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let io_error = |source| StoreError::Io { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(io_error)?;
        let mut keys = Keys::new();
        for entry in fs::read_dir(folder).map_err(io_error)? {
            let path = entry.map_err(io_error)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let record = read_record(&path)?;
                keys.insert(record.key, record.versions);
            } else {
                // A record that was being written when the program was killed.
                fs::remove_file(&path).map_err(io_error)?;
            }
        }
        Ok(Self { folder: folder.to_owned(), keys: Mutex::new(keys) })
    }

    /// Looks at all objects.
    pub(super) fn read<R>(&self, look: impl FnOnce(&Keys) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the versions of one key. A refused change, and one that cannot be written, leaves
    /// them as they were.
    pub(super) fn change<R>(
        &self,
        key: &str,
        act: impl FnOnce(&mut Vec<Version>) -> Outcome<R>,
    ) -> Outcome<R> {
        let mut keys = self.lock();
        let mut versions = keys.get(key).cloned().unwrap_or_default();
        let outcome = act(&mut versions)?;
        if versions.is_empty() {
            self.remove_record(key)?;
            keys.remove(key);
        } else {
            let record = Record { key: key.to_owned(), versions };
            self.write_record(&record)?;
            keys.insert(record.key, record.versions);
        }
        Ok(outcome)
    }

    /// Writes a new file and renames it: a kill in between leaves the old file.
    fn write_record(&self, record: &Record) -> io::Result<()> {
        let file = self.file(&record.key);
        let fresh = file.with_extension("new");
        fs::write(&fresh, serde_json::to_vec(record)?)?;
        fs::rename(&fresh, &file)
    }

    fn remove_record(&self, key: &str) -> io::Result<()> {
        match fs::remove_file(self.file(key)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{}.json", checksums::sha256(key)))
    }

    /// A panic while a key is changed leaves its old versions, so a poisoned lock still guards
    /// whole ones.
    fn lock(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_record(path: &Path) -> Result<Record, StoreError> {
    let bytes =
        fs::read(path).map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes)
        .map_err(|source| StoreError::Damaged { path: path.to_owned(), source })
}

/// Returns the versions of a key, none if the key is absent.
pub(super) fn versions<'a>(keys: &'a Keys, key: &str) -> &'a [Version] {
    keys.get(key).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{s3::errors::ACCESS_DENIED, test_folder::Folder};

    fn push(objects: &Objects, key: &str) -> Outcome<()> {
        objects.change(key, |versions| {
            versions.push(Version { id: "1".into(), modified: 0, content: None });
            Ok(())
        })
    }

    #[test]
    fn objects_survive_a_restart_until_their_last_version_goes() {
        let folder = Folder::new("restart");
        let objects = Objects::open(&folder).unwrap();
        for key in ["../a", "b"] {
            push(&objects, key).unwrap();
        }
        fs::write(folder.join("half-written.new"), "{").unwrap();
        let objects = Objects::open(&folder).unwrap();
        assert_eq!(objects.read(|keys| keys.keys().cloned().collect::<Vec<_>>()), ["../a", "b"]);
        objects
            .change("b", |versions| {
                versions.clear();
                Ok(())
            })
            .unwrap();
        assert_eq!(objects.read(Keys::len), 1);
        assert_eq!(fs::read_dir(&*folder).unwrap().count(), 1);
    }

    #[test]
    fn what_is_refused_or_cannot_be_written_is_not_kept() {
        let folder = Folder::new("refused");
        let objects = Objects::open(&folder).unwrap();
        let refused = objects.change("a", |versions| {
            versions.push(Version { id: "1".into(), modified: 0, content: None });
            Err::<(), _>(ACCESS_DENIED.into())
        });
        assert!(refused.is_err());
        fs::remove_dir_all(&*folder).unwrap();
        assert!(push(&objects, "a").is_err());
        assert!(objects.read(Keys::is_empty));
    }

    #[test]
    fn a_damaged_record_is_an_error_and_stays() {
        let folder = Folder::new("damaged");
        fs::create_dir_all(&*folder).unwrap();
        fs::write(folder.join("x.json"), "{ no").unwrap();
        assert!(matches!(Objects::open(&folder), Err(StoreError::Damaged { .. })));
        assert!(folder.join("x.json").exists());
    }
}
