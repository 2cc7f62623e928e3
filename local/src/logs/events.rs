//! The files of events: one per stream, a line of JSON per event, in the order in which they came.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
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
        File::options()
            .create(true)
            .append(true)
            .read(true)
            .open(self.folder.join(file))
            .and_then(|mut file| {
                // The first line must not continue one that a killed writer left unfinished.
                let is_unfinished = ends_within_line(&mut file)?;
                file.write_all(if is_unfinished { b"\n" } else { b"" })?;
                file.write_all(lines.as_bytes())
            })
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

/// Returns whether the last line of a file has no end.
fn ends_within_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_line_takes_no_other_with_it() {
        let folder = crate::test_folder::Folder::new("unfinished");
        let events = Events::open(folder.to_path_buf()).unwrap();
        fs::write(folder.join("stream"), r#"{"t":1,"i":1,"m":"unfin"#).unwrap();
        for text in ["one", "two"] {
            events.append("stream", &[(2, text.to_owned())]).unwrap();
        }
        let kept: Vec<_> = events.read("stream").unwrap().into_iter().map(|e| e.message).collect();
        assert_eq!(kept, ["one", "two"]);
    }
}
