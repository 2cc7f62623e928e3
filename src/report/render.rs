//! The lab's files that were written, and where the values come from that are missing in them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Shown,
    by_hand::{Written, words},
};
use crate::operate::{
    explain::Source,
    render::{Rendered, State},
};

/// What was written into a folder.
pub(crate) struct WrittenFiles<'a> {
    /// The files.
    pub(crate) rendered: &'a Rendered,
    /// What became of each.
    pub(crate) states: &'a [State],
    /// The folder.
    pub(crate) folder: &'a str,
}

impl Shown for WrittenFiles<'_> {
    fn text(&self, verbose: bool) -> String {
        let count = |state: &State| self.states.iter().filter(|it| *it == state).count();
        let mut text = format!(
            "{}: {} written, {} already there",
            self.folder,
            count(&State::Written),
            count(&State::Unchanged)
        );
        for (file, state) in self.rendered.files.iter().zip(self.states) {
            match state {
                State::Kept(why) => {
                    let _ = write!(text, "\n`{}` stays as it is: {why}", file.path);
                }
                _ if verbose => {
                    let _ = write!(text, "\n`{}`", file.path);
                }
                _ => {}
            }
        }
        for source in &self.rendered.sources {
            let _ = write!(text, "\n{}: {}", source.value, self.said(source));
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let files = self.rendered.files.iter().zip(self.states).map(|(file, state)| {
            let (state, why) = match state {
                State::Written => ("written", None),
                State::Unchanged => ("unchanged", None),
                State::Kept(why) => ("kept", Some(*why)),
            };
            let missing: Vec<_> = file.missing.iter().map(|it| it.name()).collect();
            json!({"type": "file", "path": file.path, "state": state, "why": why, "missing": missing})
        });
        let values = self.rendered.sources.iter().map(|source| {
            json!({
                "type": "value",
                "name": source.value.name(),
                "files": self.files_with(source),
                "resource": source.resource,
                "command": self.command(source),
            })
        });
        files.chain(values).collect()
    }
}

impl WrittenFiles<'_> {
    fn files_with(&self, source: &Source) -> Vec<&str> {
        let with = self.rendered.files.iter().filter(|it| it.missing.contains(&source.value));
        with.map(|it| it.path.as_str()).collect()
    }

    fn command(&self, source: &Source) -> Option<String> {
        let command = source.command.as_ref()?;
        Some(words(command, Written::Value(&self.rendered.known)).join(" "))
    }

    /// Returns where a missing value comes from.
    fn said(&self, source: &Source) -> String {
        let files: Vec<_> = self.files_with(source).iter().map(|it| format!("`{it}`")).collect();
        let made = match source.resource {
            Some(resource) => format!("made by `{resource}`"),
            None => "known with credentials".to_owned(),
        };
        let shown = match (self.command(source), source.resource) {
            (Some(command), _) => format!("; `{command}` shows it"),
            (None, Some(resource)) => format!("; `mysfits explain {resource}` says how"),
            (None, None) => "; `aws sts get-caller-identity` shows it".to_owned(),
        };
        format!("needed in {}, {made}{shown}", files.join(", "))
    }
}
