//! What a launcher is told and answers, each as one line of JSON.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, BufRead},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What to run. Paths need not be UTF-8.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) program: OsString,
    pub(super) arguments: Vec<String>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) folder: OsString,
    /// Where its image is unpacked, which is its own to change.
    pub(super) root: OsString,
    pub(super) confines: bool,
}

/// How it went.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Begun,
    Failed {
        /// The system's number for the error, if it is one of the system's.
        number: Option<i32>,
        text: String,
    },
}

impl From<io::Error> for Answer {
    fn from(error: io::Error) -> Self {
        Self::Failed { number: error.raw_os_error(), text: error.to_string() }
    }
}

impl Answer {
    /// Returns the error, if it is one, as if it had occurred here.
    pub(super) fn into_result(self) -> io::Result<()> {
        match self {
            Self::Begun => Ok(()),
            Self::Failed { number: Some(number), .. } => Err(io::Error::from_raw_os_error(number)),
            Self::Failed { number: None, text } => Err(io::Error::other(text)),
        }
    }
}

/// Returns a message as a line.
pub(super) fn line(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

/// Reads a line, and returns its message; `None` if the other side is gone.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    if from.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}
