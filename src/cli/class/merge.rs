//! `mysfits class merge`: journals and reports of several machines as one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cli::{class::files::Form, help::Example, private_file, settings::Settings},
    error::{Code, Error, Exit, Result},
    operate::class::{self, Fault, Merged, Share},
    report::{
        Screen,
        class::{ClassResult, read},
    },
};

/// The examples in the help.
pub(in crate::cli) const EXAMPLES: &[Example] = &[
    Example::parsed(
        "mysfits class merge 1.json 2.json --out class.csv",
        "The reports of two shards as one table",
        "it reads files; the tests of shards have some",
    ),
    Example::parsed(
        "mysfits class merge class.journal.1-of-2.jsonl class.journal.2-of-2.jsonl --out class.journal.jsonl",
        "Their journals as one, for `class retry`",
        "it reads files; the tests of shards have some",
    ),
];

/// Merge the journals and reports of several machines
///
/// AWS is not called. Each lab is shown once: as the newest report has it, or else the journals. A lab
/// that is in two reports, and lines that cannot be read, are named, and the exit code is 3.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Journals and reports, in any order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write into this file, which only you can read; can be repeated
    ///
    /// The journals go into one that ends in `.jsonl`, the labs into one that ends in `.json`, `.csv` or `.html`.
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
    /// Replace files that are there
    #[arg(long, requires = "out")]
    force: bool,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    args.check()?;
    let screen = Screen::new(settings.screen);
    let shares: Vec<_> = args.files.iter().map(|path| share(path)).collect();
    let merged = Merged::of(&shares);
    // Before anything is shown or written.
    let contents: Vec<_> =
        args.out.iter().map(|path| content(path, &merged)).collect::<Result<_>>()?;
    for (path, content) in args.out.iter().zip(contents) {
        private_file::write(path, content, args.force)?;
    }
    screen.result(&ClassResult(&merged.records));
    super::run::show_errors(&screen, &merged.records);
    let errors = merged.errors();
    for error in &errors {
        screen.error(error);
    }
    // Nobody has interrupted this command.
    Ok(match class::exit(&merged.records) {
        Exit::Done if errors.is_empty() => Exit::Done,
        _ => Exit::Partly,
    })
}

impl Args {
    /// Checks the names of what is to be written, before anything is read.
    fn check(&self) -> Result<()> {
        for path in &self.out {
            if !is_journal(path) {
                Form::of("--out", path)?;
            }
            if !self.force && path.exists() {
                let message = format!("`{}` is there already", path.display());
                return Err(Error::new(Code::FileThere, message));
            }
        }
        Ok(())
    }
}

fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "jsonl")
}

/// Returns what is to be written into a file.
fn content(path: &Path, merged: &Merged) -> Result<Vec<u8>> {
    if !is_journal(path) {
        return Form::of("--out", path)?.content(&merged.records);
    }
    if merged.journal.is_empty() {
        let message = format!("`{}` would be empty: no journal was given", path.display());
        return Err(Error::new(Code::Setting, message)
            .hint("name the journals too, or let the file end in `.json`, `.csv` or `.html`"));
    }
    let text: String = merged.journal.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    Ok(text.into_bytes())
}

fn share(path: &Path) -> Share {
    let file = path.to_string_lossy().into_owned();
    let bytes = match fs::metadata(path) {
        // A pipe or a device may never end.
        Ok(about) if !about.is_file() => Err("it is no file".to_owned()),
        _ => fs::read(path).map_err(|error| error.to_string()),
    };
    match bytes {
        Ok(bytes) => read(&file, &bytes),
        Err(why) => Share { file, faults: vec![Fault { line: None, why }], ..Share::default() },
    }
}
