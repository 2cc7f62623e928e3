//! A Cognito for one test.

mod pools;

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::*;

pub(super) struct Opened {
    pub(super) cognito: Cognito,
    pub(super) place: Place,
    folder: PathBuf,
}

impl Drop for Opened {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Opened {
    pub(super) fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("mysfits-cognito-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let place = (AccountId::of_access_key("111111111111"), "eu-west-1".to_owned());
        Self { cognito: Cognito::open(&folder).unwrap(), place, folder }
    }

    /// Runs an operation of the owner's.
    pub(super) fn run(&self, name: &str, input: Value) -> Outcome<Value> {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        (operation.run)(&self.cognito, &self.place, &input)
    }

    pub(super) fn code(&self, name: &str, input: Value) -> String {
        self.run(name, input).unwrap_err().code
    }

    /// Makes a pool with these settings, and answers its id.
    pub(super) fn pool(&self, mut settings: Value) -> String {
        settings["PoolName"] = "MysfitsUserPool".into();
        let made = self.run("CreateUserPool", settings).unwrap();
        made["UserPool"]["Id"].as_str().unwrap().to_owned()
    }
}

/// What the lab makes.
pub(super) fn lab() -> Value {
    json!({ "AutoVerifiedAttributes": ["email"], "UserPoolTags": { "mysfits:lab": "lab" } })
}
