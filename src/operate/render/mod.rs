//! The lab's files with the values that are known, and where the others come from.

mod write;

use std::collections::BTreeSet;

pub(crate) use self::write::{State, write};
use super::explain::{Source, Subject, files, with_names};
use crate::{
    error::Result,
    lab::{LabFile, Placeholder, Values},
    resources::Lab,
};

/// A file, filled in as far as its values are known.
#[derive(Debug)]
pub(crate) struct RenderedFile {
    /// Its path below the folder.
    pub(crate) path: String,
    /// Its bytes.
    pub(crate) content: Vec<u8>,
    /// The placeholders that stay in it.
    pub(crate) missing: Vec<Placeholder>,
    /// Whether it is a program.
    pub(crate) is_program: bool,
}

/// The files of a part.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// The files.
    pub(crate) files: Vec<RenderedFile>,
    /// Where the values come from that are missing, in the order of the lab.
    pub(crate) sources: Vec<Source>,
    /// The values that are known.
    pub(crate) known: Values,
}

impl Rendered {
    /// Fills in the files of a subject, and of what it takes.
    ///
    /// # Errors
    /// When a file has a placeholder that is not the lab's: a bug in this program.
    pub(crate) fn of(lab: &Lab, subject: Subject, known: &Values) -> Result<Self> {
        let known = with_names(lab, known);
        let fill = |file: LabFile| -> Result<RenderedFile> {
            let (content, missing) = file.fill_in(&known)?;
            let (path, content) = (file.path.to_string(), content.to_vec());
            Ok(RenderedFile { path, content, missing, is_program: false })
        };
        let files = files(lab, subject).into_iter().map(fill).collect::<Result<Vec<_>>>()?;
        let missing: BTreeSet<_> = files.iter().flat_map(|it| &it.missing).copied().collect();
        let sources = missing.into_iter().map(|value| Source::of(lab, value)).collect();
        Ok(Self { files, sources, known })
    }

    /// Returns the files of a subject, and of what it takes, with all their placeholders.
    pub(crate) fn unfilled(lab: &Lab, subject: Subject) -> Self {
        let file = |file: LabFile| RenderedFile {
            path: file.path.to_string(),
            content: file.content.to_vec(),
            missing: Vec::new(),
            is_program: false,
        };
        let files = files(lab, subject).into_iter().map(file).collect();
        Self { files, sources: Vec::new(), known: Values::default() }
    }

    /// Adds the backend's program.
    pub(crate) fn with_backend(mut self, program: Vec<u8>) -> Self {
        let path = crate::image::PROGRAM.to_owned();
        self.files.push(RenderedFile {
            path,
            content: program,
            missing: Vec::new(),
            is_program: true,
        });
        self
    }
}
