//! Making a table. The engine does it in several steps and is not one that undoes them: a kill, a full
//! disk or an error between them would leave a table that is listed and cannot be used. So a table is
//! marked while it is made.

use dynoxide::DynoxideError;
use serde_json::json;

use super::{
    engine::{self, EngineResult},
    operations::Operation,
    region::{Region, internal},
    states::{Change, Way},
};
use crate::store::StoreError;

impl Region {
    /// Makes a table, or nothing. The caller has ensured that no other one is made meanwhile.
    pub(super) fn make(&self, operation: &Operation, name: &str, text: &str) -> EngineResult {
        if !matches!(self.db.get_table_metadata(name), Ok(None)) {
            // A mark would say that what is there may go. The engine has DynamoDB's words for it.
            return (operation.run)(&self.db, text);
        }
        let mark = Change::making();
        let marked = self.changes.change(|changes| changes.insert(name.to_owned(), mark));
        marked.map_err(|error| internal(&error))?;
        let made = (operation.run)(&self.db, text);
        if matches!(made, Err(DynoxideError::InternalServerError(_))) {
            self.unmake(name)?;
        }
        let unmarked = self.changes.change(|changes| changes.remove(name));
        unmarked.map_err(|error| internal(&error))?;
        made
    }

    /// Removes what a kill has left half made. Nobody was told that it was there.
    pub(super) fn remove_half_made(&self) -> Result<(), StoreError> {
        let is_half_made = |change: &Change| change.way == Way::Making;
        let half_made: Vec<String> = self.changes.read(|changes| {
            let half_made = changes.iter().filter(|(_, change)| is_half_made(change));
            half_made.map(|(name, _)| name.clone()).collect()
        });
        for name in half_made {
            // If it stays, it stays marked, and the next start tries again.
            if self.unmake(&name).is_ok() {
                self.changes.change(|changes| changes.remove(&name))?;
            }
        }
        Ok(())
    }

    fn unmake(&self, name: &str) -> Result<(), DynoxideError> {
        let unprotected = json!({ "TableName": name, "DeletionProtectionEnabled": false });
        // What is wrong with it is seen when it is removed.
        let _ = engine::reply(&unprotected.to_string(), |input| self.db.update_table(input));
        self.drop_table(name)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{clock::Clock, dynamodb::operations, place::Place, test_folder::Folder};

    fn opened(folder: &Path) -> Region {
        Region::open(folder, &Place::named("1", "eu-west-1"), Clock::at_pace(0.0)).unwrap()
    }

    fn create() -> &'static Operation {
        operations::find("CreateTable").unwrap()
    }

    fn input(name: &str) -> String {
        json!({ "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "DeletionProtectionEnabled": true,
            "AttributeDefinitions": [{ "AttributeName": "Id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "Id", "KeyType": "HASH" }] })
        .to_string()
    }

    #[test]
    fn a_table_that_a_kill_left_half_made_is_removed_at_the_next_start() {
        let folder = Folder::new("half-made");
        let region = opened(&folder);
        region.make(create(), "whole", &input("whole")).unwrap();
        // As far as it has come when it is killed: marked, and made in part or altogether.
        (create().run)(&region.db, &input("half")).unwrap();
        for name in ["half", "barely"] {
            region.changes.change(|it| it.insert(name.to_owned(), Change::making())).unwrap();
        }
        drop(region);
        let region = opened(&folder);
        assert_eq!(region.table_names().unwrap(), ["whole"]);
        assert!(region.changes.read(std::collections::BTreeMap::is_empty));
        region.make(create(), "half", &input("half")).unwrap();
    }

    #[test]
    fn what_an_error_left_half_made_is_removed_at_once() {
        let folder = Folder::new("error");
        let region = opened(&folder);
        // SQLite keeps this name to itself, which the engine notices after its first step.
        region.make(create(), "sqlite_a", &input("sqlite_a")).unwrap_err();
        assert_eq!(region.table_names().unwrap(), Vec::<String>::new());
        assert!(region.changes.read(std::collections::BTreeMap::is_empty));
    }

    #[test]
    fn a_table_that_is_there_is_never_marked() {
        let folder = Folder::new("there");
        let region = opened(&folder);
        region.make(create(), "whole", &input("whole")).unwrap();
        let again = region.make(create(), "whole", &input("whole")).unwrap_err();
        assert!(matches!(again, DynoxideError::ResourceInUseException(_)), "{again}");
        assert_eq!(region.table_names().unwrap(), ["whole"]);
    }
}
