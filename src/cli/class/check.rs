//! `mysfits class check`: the points of a class.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use super::{
    Of, OfPart,
    files::{self, Form},
    of_roster, seats,
    session::Session,
};
use crate::{
    cli::{help::Example, interrupt, settings::Settings, workspace::unless_interrupted},
    error::{Exit, Result},
    http::Network,
    operate::class::{self, Graded},
    report::{
        Screen,
        class::{ClassChecks, Gradebook, checks_csv, checks_lines, checks_page, grades},
    },
};

/// The examples in the help.
pub(in crate::cli) const EXAMPLES: &[Example] = &[
    of_roster("mysfits class check --roster class.csv --part part-2", "The points of each lab"),
    of_roster(
        "mysfits class check --sites sites.csv --part part-1",
        "From outside, without credentials",
    ),
];

/// Check whether each lab is right, without changing anything
///
/// Somebody whose lab could not be checked has no score, and the exit code is 1.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    part: OfPart,
    /// Check sites from outside, without credentials: CSV with `name`, `site` and `nonce`, perhaps `email` and `id`
    ///
    /// Students with the same site, or the same API behind their sites, are named.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["roster", "journal", "only", "except", "failed"])]
    sites: Option<PathBuf>,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    for path in &args.of.files.report {
        target(path)?;
    }
    match &args.sites {
        Some(path) => of_sites(settings, args, path).await,
        None => of_roster_file(settings, args).await,
    }
}

async fn of_roster_file(settings: &Settings, args: &Args) -> Result<Exit> {
    let history = args.of.history()?;
    let meant = args.of.meant(history.as_ref());
    let session = Session::open(settings, &args.of.files, None, meant).await?;
    let members = session.connect().await?;
    let checks = class::check(members, args.part.part, &session.setup);
    let all = session.reading(async { Ok(checks.await) }).await?;
    show(&session.screen, args, &all)
}

/// No session is opened: who grades needs no credentials.
async fn of_sites(settings: &Settings, args: &Args, path: &Path) -> Result<Exit> {
    let rows = seats::read_sites(path)?;
    let screen = Arc::new(Screen::new(settings.screen));
    let interrupt = interrupt::watch(screen.clone());
    let network = Network::open(&settings.destination.network).await?;
    let checks = class::check_sites(rows, args.part.part, network, args.of.files.at_once);
    let checks = Box::pin(async { Ok(checks.await) });
    let all = unless_interrupted(&screen, &interrupt, checks).await?;
    show(&screen, args, &all)
}

/// Shows the points, writes the files, and returns the exit code.
fn show(screen: &Screen, args: &Args, all: &[Graded]) -> Result<Exit> {
    screen.result(&ClassChecks(all));
    for graded in all {
        if let Err(error) = &graded.result {
            let mut error = error.clone();
            error.message = format!("{}: {}", graded.student.name, error.message);
            screen.error(&error);
        }
    }
    for path in &args.of.files.report {
        let (file, form) = target(path)?;
        let text = match form {
            Target::Csv => checks_csv(all),
            Target::Json => checks_lines(all),
            Target::Html => checks_page(all, SystemTime::now()),
            Target::Grades(gradebook) => grades(all, args.part.part, gradebook),
        };
        files::put(&file, text.as_bytes())?;
    }
    Ok(class::check_exit(all))
}

/// What a report holds.
enum Target {
    Csv,
    Json,
    Html,
    Grades(Gradebook),
}

/// Returns the file of a report, and what it holds.
fn target(path: &Path) -> Result<(PathBuf, Target)> {
    if let Some((gradebook, file)) = files::gradebook(path) {
        return Ok((file, Target::Grades(gradebook)));
    }
    let target = match Form::of("--report", path)? {
        Form::Csv => Target::Csv,
        Form::Json => Target::Json,
        Form::Html => Target::Html,
    };
    Ok((path.to_owned(), target))
}
