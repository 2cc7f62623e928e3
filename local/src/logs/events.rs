//! The files of events: one per stream, a line of JSON per event, in the order in which they came.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::{
    service::AwsError,
    store::StoreError,
    times::{self, Millis},
};

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Event {
    #[serde(rename = "t")]
    pub(super) timestamp: Millis,
    #[serde(rename = "i")]
    pub(super) ingested: Millis,
    #[serde(rename = "m")]
    pub(super) message: String,
}

/// The folder of the files.
#[derive(Debug)]
pub(super) struct Events {
    folder: PathBuf,
    /// Lines of two writers must not mix.
    writing: Mutex<()>,
}

impl Events {
    pub(super) fn open(folder: PathBuf) -> Result<Self, StoreError> {
        fs::create_dir_all(&folder)
            .map_err(|source| StoreError::Io { path: folder.clone(), source })?;
        Ok(Self { folder, writing: Mutex::default() })
    }

    /// Adds events to a file.
    pub(super) fn append(&self, file: &str, events: &[(Millis, String)]) -> Result<(), AwsError> {
        let ingested = times::now();
        let mut lines = String::new();
        for (timestamp, message) in events {
            let event = Event { timestamp: *timestamp, ingested, message: message.clone() };
            let line = serde_json::to_string(&event)
                .map_err(|error| AwsError::from(self.unusable(file, error.into())))?;
            lines.push_str(&line);
            lines.push('\n');
        }
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = File::options().create(true).append(true).open(self.folder.join(file));
        opened
            .and_then(|mut file| file.write_all(lines.as_bytes()))
            .map_err(|source| AwsError::from(self.unusable(file, source)))
    }

    /// Returns the events of a file ordered by time; those of one time in the order in which they
    /// came. A line that a killed writer left unfinished is skipped.
    pub(super) fn read(&self, file: &str) -> Result<Vec<Event>, AwsError> {
        let text = match fs::read(self.folder.join(file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text.map_err(|source| AwsError::from(self.unusable(file, source)))?,
        };
        let lines = text.split(|byte| *byte == b'\n');
        let mut events: Vec<Event> =
            lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        events.sort_by_key(|event| event.timestamp);
        Ok(events)
    }

    /// Returns how many bytes a file has.
    pub(super) fn size(&self, file: &str) -> u64 {
        fs::metadata(self.folder.join(file)).map_or(0, |file| file.len())
    }

    /// Removes a file; what cannot be removed is an orphan that nothing refers to any more.
    pub(super) fn remove(&self, file: &str) {
        let _ = fs::remove_file(self.folder.join(file));
    }

    fn unusable(&self, file: &str, source: io::Error) -> StoreError {
        StoreError::Io { path: self.folder.join(file), source }
    }
}
