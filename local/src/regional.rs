//! State per account and region: one [`Store`] each, in `FOLDER/ACCOUNT/REGION.json`.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    clock::Moment,
    place::Place,
    service::{AwsError, Tagged},
    store::{Store, StoreError},
};

/// The stores of one service.
#[derive(Debug)]
pub(crate) struct Regional<T> {
    folder: PathBuf,
    stores: Mutex<BTreeMap<Place, Arc<Store<T>>>>,
}

impl<T: Serialize + DeserializeOwned + Default + Clone> Regional<T> {
    /// Opens everything in the folder, so that a damaged file is found at the start.
    pub(crate) fn open(folder: PathBuf) -> Result<Self, StoreError> {
        let regional = Self { folder, stores: Mutex::default() };
        for account in names_in(&regional.folder)? {
            for file in names_in(&regional.folder.join(&account))? {
                if let Some(region) = file.strip_suffix(".json") {
                    regional.of(&Place::named(&account, region))?;
                }
            }
        }
        Ok(regional)
    }

    /// Returns all places that have a store, and their stores.
    pub(crate) fn all(&self) -> Vec<(Place, Arc<Store<T>>)> {
        let stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        stores.iter().map(|(place, store)| (place.clone(), Arc::clone(store))).collect()
    }

    /// Returns the store of an account in a region, opened on first use.
    pub(crate) fn of(&self, place: &Place) -> Result<Arc<Store<T>>, StoreError> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = stores.get(place) {
            return Ok(Arc::clone(store));
        }
        let folder = self.folder.join(place.account.as_str());
        let store = Arc::new(Store::open(folder.join(format!("{}.json", place.region)))?);
        stores.insert(place.clone(), Arc::clone(&store));
        Ok(store)
    }
}

/// State that time changes.
pub(crate) trait Settle {
    /// Applies what time has changed by this moment.
    fn settle(&mut self, moment: &Moment);
}

impl<T: Settle + Serialize + DeserializeOwned + Default + Clone> Regional<T> {
    /// Looks at the state of a place as it is at this moment.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub(crate) fn look<R>(
        &self,
        place: &Place,
        moment: &Moment,
        look: impl FnOnce(&T) -> R,
    ) -> Result<R, StoreError> {
        let mut state = self.of(place)?.read(Clone::clone);
        state.settle(moment);
        Ok(look(&state))
    }

    /// Changes the state of a place from what it is at this moment; a failed change has no effect.
    ///
    /// # Errors
    /// When the state cannot be read or written.
    pub(crate) fn change<R, E>(
        &self,
        place: &Place,
        moment: &Moment,
        change: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<Result<R, E>, StoreError> {
        self.of(place)?.try_change(|state| {
            state.settle(moment);
            change(state)
        })
    }
}

/// State that maps names to values.
impl<T: Serialize + DeserializeOwned + Clone> Regional<BTreeMap<String, T>> {
    /// Looks at one entry.
    pub(crate) fn look_at<R>(
        &self,
        place: &Place,
        name: &str,
        absent: impl FnOnce() -> AwsError,
        look: impl FnOnce(&T) -> R,
    ) -> Result<R, AwsError> {
        let things = self.of(place)?;
        things.read(|things| things.get(name).map(look)).ok_or_else(absent)
    }

    /// Changes one entry.
    pub(crate) fn change_one<R>(
        &self,
        place: &Place,
        name: &str,
        absent: impl FnOnce() -> AwsError,
        change: impl FnOnce(&mut T) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let things = self.of(place)?;
        things.try_change(|things| change(things.get_mut(name).ok_or_else(absent)?))?
    }

    /// Returns the entries with tags. State that cannot be read has none here: the next call of the
    /// service reports it.
    pub(crate) fn tagged(&self, place: &Place, of: impl Fn(&str, &T) -> Tagged) -> Vec<Tagged> {
        let tagged = |things: &BTreeMap<String, T>| {
            let all = things.iter().map(|(name, thing)| of(name, thing));
            all.filter(|thing| !thing.tags.is_empty()).collect()
        };
        self.of(place).map(|things| things.read(tagged)).unwrap_or_default()
    }
}

/// Returns the names in a folder; none if there is no folder.
fn names_in(folder: &Path) -> Result<Vec<String>, StoreError> {
    let unusable = |source| StoreError::Io { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unusable)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(unusable)?.file_name().into_string());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    #[test]
    fn places_are_apart_and_found_again() {
        let folder = Folder::new("regional");
        let place = |region: &str| Place::named("111111111111", region);
        let regional = Regional::<u32>::open(folder.to_path_buf()).unwrap();
        regional.of(&place("eu-west-1")).unwrap().change(|value| *value = 7).unwrap();
        assert_eq!(regional.of(&place("us-east-1")).unwrap().read(|value| *value), 0);

        let again = Regional::<u32>::open(folder.to_path_buf()).unwrap();
        assert_eq!(again.of(&place("eu-west-1")).unwrap().read(|value| *value), 7);
    }
}
