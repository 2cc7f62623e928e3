//! All stacks: each in a file of its own, found by name or id.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{errors, stack::Stack};
use crate::{open::OpenError, place::Place, service::AwsError, store::Store, times::now};

/// How long AWS remembers deleted stacks, in milliseconds.
const REMEMBERED: u64 = 90 * 24 * 60 * 60 * 1000;

/// One stack's file, and what never changes about it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) name: String,
    place: Place,
    pub(super) store: Store<Stack>,
}

/// The stacks of all accounts and regions.
#[derive(Debug)]
pub(super) struct Stacks {
    folder: PathBuf,
    /// In the order in which they were created.
    list: Mutex<Vec<Arc<Entry>>>,
}

/// An exported value, and the stack it is from.
#[derive(Clone, Debug)]
pub(super) struct Export {
    pub(super) value: String,
    pub(super) stack_id: String,
    pub(super) stack_name: String,
}

impl Stacks {
    /// Opens all stacks in a folder, except those deleted long ago.
    pub(super) fn open(folder: &Path) -> Result<Self, OpenError> {
        let mut list = Vec::new();
        for path in files(folder)? {
            let store: Store<Stack> = Store::open(path.clone())?;
            let entry = Arc::new(Entry::of(store));
            let forgotten = entry.store.read(|stack| {
                stack.deleted.is_some_and(|deleted| deleted.saturating_add(REMEMBERED) < now())
            });
            if forgotten {
                fs::remove_file(&path).map_err(|source| OpenError::Folder { path, source })?;
            } else {
                list.push(entry);
            }
        }
        list.sort_by_key(|entry| entry.store.read(|stack| stack.created));
        Ok(Self { folder: folder.to_owned(), list: Mutex::new(list) })
    }

    fn list(&self) -> MutexGuard<'_, Vec<Arc<Entry>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns every stack, in all accounts.
    pub(super) fn everywhere(&self) -> Vec<Arc<Entry>> {
        self.list().clone()
    }

    /// Returns the stacks of an account in a region, including deleted ones.
    pub(super) fn all(&self, place: &Place) -> Vec<Arc<Entry>> {
        let list = self.list();
        let own = list.iter().filter(|entry| entry.is_in(place));
        own.cloned().collect()
    }

    /// Finds a stack by its name, or by its id even if it is deleted.
    pub(super) fn find(&self, place: &Place, name: &str) -> Result<Arc<Entry>, AwsError> {
        let found = self.all(place).into_iter().find(|entry| {
            entry.id == name || (entry.name == name && entry.store.read(Stack::is_live))
        });
        found.ok_or_else(|| errors::no_stack(name))
    }

    /// Adds a stack, unless there is one of its name.
    pub(super) fn add(&self, stack: Stack) -> Result<Arc<Entry>, AwsError> {
        let mut list = self.list();
        let place = stack.place();
        let taken = list.iter().any(|entry| {
            entry.is_in(&place) && entry.name == stack.name && entry.store.read(Stack::is_live)
        });
        if taken {
            return Err(errors::stack_exists(&stack.name));
        }
        let file = stack.id.rsplit('/').next().unwrap_or_default();
        let path =
            self.folder.join(&stack.account).join(&stack.region).join(format!("{file}.json"));
        let store = Store::open(path).map_err(|error| errors::internal(&error))?;
        store.change(|kept| *kept = stack).map_err(|error| errors::internal(&error))?;
        let entry = Arc::new(Entry::of(store));
        list.push(entry.clone());
        Ok(entry)
    }

    /// Returns the exports of an account in a region, by name.
    pub(super) fn exports(&self, place: &Place) -> BTreeMap<String, Export> {
        let mut exports = BTreeMap::new();
        for entry in self.all(place) {
            entry.store.read(|stack| {
                let live = stack.outputs.values().filter(|_| stack.is_live());
                for output in live {
                    let Some(name) = output.export.clone() else { continue };
                    let export = Export {
                        value: output.value.clone(),
                        stack_id: stack.id.clone(),
                        stack_name: stack.name.clone(),
                    };
                    exports.insert(name, export);
                }
            });
        }
        exports
    }

    /// Returns the names of the stacks that use an export.
    pub(super) fn importers(&self, place: &Place, export: &str) -> Vec<String> {
        let stacks = self.all(place).into_iter();
        let uses = |stack: &Stack| stack.is_live() && stack.imports.contains(export);
        let using = stacks.filter(|entry| entry.store.read(uses));
        using.map(|entry| entry.name.clone()).collect()
    }
}

impl Entry {
    fn of(store: Store<Stack>) -> Self {
        let (id, name, place) =
            store.read(|stack| (stack.id.clone(), stack.name.clone(), stack.place()));
        Self { id, name, place, store }
    }

    fn is_in(&self, place: &Place) -> bool {
        self.place == *place
    }

    /// Changes the stack; a change that fails is not kept.
    pub(super) fn change<R>(
        &self,
        change: impl FnOnce(&mut Stack) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let attempt = |stack: &mut Stack| {
            let mut changed = stack.clone();
            let result = change(&mut changed)?;
            *stack = changed;
            Ok(result)
        };
        self.store.change(attempt).map_err(|error| errors::internal(&error))?
    }
}

/// Returns the stacks' files: one folder per account, in it one per region.
fn files(folder: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let mut found = Vec::new();
    for account in inside(folder)? {
        for region in inside(&account)? {
            let is_state = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
            found.extend(inside(&region)?.into_iter().filter(is_state));
        }
    }
    Ok(found)
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let unusable = |source| OpenError::Folder { path: folder.to_owned(), source };
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => {
            let entries = entries.map_err(unusable)?;
            entries.map(|entry| entry.map(|entry| entry.path()).map_err(unusable)).collect()
        }
    }
}
