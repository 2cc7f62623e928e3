//! All buckets by name. Names are global over accounts, as on AWS.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use super::{
    account_block::AccountBlocks,
    bucket::Bucket,
    errors::{INTERNAL_ERROR, Outcome, S3Error},
    names,
    state::BucketState,
};
use crate::store::StoreError;

/// All buckets by name.
pub(super) type ByName = BTreeMap<String, Bucket>;

/// All buckets of all accounts. Work inside buckets shares the lock; creating and deleting one
/// needs it exclusively.
#[derive(Debug)]
pub(super) struct Buckets {
    folder: PathBuf,
    /// The settings of the accounts.
    pub(super) accounts: AccountBlocks,
    by_name: RwLock<ByName>,
}

impl Buckets {
    /// Opens every bucket in the folder.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let io_error = |source| StoreError::Io { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(io_error)?;
        let accounts = AccountBlocks::open(folder)?;
        let mut by_name = ByName::new();
        for name in folder_names(folder).map_err(io_error)? {
            let bucket = folder.join(&name);
            if Bucket::is_in(&bucket) {
                let bucket = Bucket::open(&bucket)?;
                let account = bucket.read(|state| state.account.clone());
                bucket.belongs_to(&account, accounts.of(&account));
                by_name.insert(name, bucket);
            } else {
                fs::remove_dir_all(&bucket).map_err(io_error)?;
            }
        }
        Ok(Self { folder: folder.to_owned(), accounts, by_name: RwLock::new(by_name) })
    }

    /// Locks all buckets, to work inside them.
    pub(super) fn shared(&self) -> RwLockReadGuard<'_, ByName> {
        self.by_name.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks all buckets, to create or delete one.
    pub(super) fn alone(&self) -> RwLockWriteGuard<'_, ByName> {
        self.by_name.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Creates a bucket on disk.
    pub(super) fn make(&self, by_name: &mut ByName, mut state: BucketState) -> Outcome<()> {
        let name = state.name.clone();
        state.account_block = self.accounts.of(&state.account);
        let bucket = Bucket::open(&self.bucket_folder(&name)?)?;
        bucket.change(|fresh, _| {
            *fresh = state;
            Ok(())
        })?;
        by_name.insert(name, bucket);
        Ok(())
    }

    /// Deletes a bucket on disk.
    pub(super) fn unmake(&self, by_name: &mut ByName, name: &str) -> Outcome<()> {
        Bucket::delete(&self.bucket_folder(name)?)?;
        by_name.remove(name);
        Ok(())
    }

    /// Returns the folder of a bucket. Only a valid bucket name ever becomes part of a path.
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
