//! `mysfits report`: what a student hands in.

use std::path::PathBuf;

use super::{help::Example, private_file, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    lab::{Scope, parts::Part},
    operate::{Survey, handed_in::NOTE},
    report::HandIn,
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[Example::run(
    "mysfits report --local --name Anna --out anna.json",
    "What Anna hands in, in a file",
)];

/// Write what a student hands in: which lab it is, and what stands
///
/// It is looked at now, whoever made it, and nothing is changed. Account, region, lab, user pool, API and
/// addresses are in it, and no keys. It is a text file: no proof against an edited one.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The student's name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Write it into this file, which only you can read, and not to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long, requires = "out")]
    force: bool,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    // What a student made by hand has no tag.
    let session = Session::open(settings, true).await?;
    let scope = Scope::Part(Part::All);
    let survey = session.reading(Survey::of(&session.workspace, scope)).await?;
    let report = HandIn::new(&survey, &session.workspace.destination, args.name.as_deref());
    match &args.out {
        Some(path) => private_file::write(path, report.file(), args.force)?,
        None => session.screen.result(&report),
    }
    session.screen.say(NOTE);
    Ok(survey.looked())
}
