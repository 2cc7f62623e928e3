//! `mysfits class`: the labs of a roster.

pub(super) mod check;
mod files;
pub(super) mod merge;
mod page;
pub(super) mod reports;
pub(super) mod roster;
mod run;
mod seats;
mod session;
mod status;

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use self::page::OnProjector;
use super::{cost::OfBudget, expires::ExpiresFlag, help::Example, settings::Settings};
use crate::{
    error::{Exit, Result},
    lab::{Shard, parts::Part},
    operate::class::{self, AT_ONCE, Past},
};

/// Of `class status`.
pub(super) const STATUS: &[Example] =
    &[of_roster("mysfits class status --roster class.csv", "What stands in each lab")];
/// Of `class deploy`.
pub(super) const DEPLOY: &[Example] = &[of_roster(
    "mysfits class deploy --roster class.csv --part part-2",
    "Parts 1 and 2 for everybody",
)];
/// Of `class cleanup`.
pub(super) const CLEANUP: &[Example] = &[of_roster(
    "mysfits class cleanup --roster class.csv --except anna",
    "All labs go but that of Anna",
)];
/// Of `class cost`.
pub(super) const COST: &[Example] =
    &[of_roster("mysfits class cost --budget 200", "What each lab costs, and all of a budget")];
/// Of `class retry`.
pub(super) const RETRY: &[Example] = &[of_roster(
    "mysfits class retry --only quarantined",
    "Once more what could not be shown to be clean",
)];

/// An example that the tests only parse.
const fn of_roster(line: &'static str, what: &'static str) -> Example {
    Example::parsed(line, what, "it takes a roster; the tests of classes have some")
}

/// The labs of a class: many students, many accounts
// Without `class help`, so that the short help fits on a screen: `--help` says the same.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub(super) enum Command {
    Roster(roster::Args),
    /// Show what is deployed in each lab
    Status {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        part: OfPart,
        #[command(flatten)]
        watch: Watch,
    },
    /// Deploy all labs, after one confirmation
    Deploy {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        part: OfPart,
        #[command(flatten)]
        how: How,
        #[command(flatten)]
        expires: ExpiresFlag,
    },
    /// Tear all labs down, and look until they have certainly gone
    Cleanup {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        part: OfPart,
        #[command(flatten)]
        how: How,
        /// Only the labs whose time is over, as `deploy --expires` has tagged them
        #[arg(long)]
        expired: bool,
    },
    Check(check::Args),
    /// Show what each lab costs: per hour, and so far
    Cost {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        budget: OfBudget,
    },
    /// Continue the last run with the labs that did not end well
    Retry {
        #[command(flatten)]
        of: Unfinished,
    },
    Reports(reports::Args),
    Merge(merge::Args),
}

/// What every command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Files {
    /// The roster: CSV or TOML
    ///
    /// It has `name`, `account`, `profile` or `role_arn` and `external_id`, `region`, `lab`, `email`, `id`. TOML
    /// ends in `.toml`.
    #[arg(long, value_name = "FILE", default_value = "class.csv")]
    pub(super) roster: PathBuf,
    /// The journal of the class [default: beside the roster, ending in `.journal.jsonl`, or for a
    /// shard in `.journal.2-of-4.jsonl`]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    journal: Option<PathBuf>,
    /// Also write the result into this file: `.csv` for a spreadsheet, `.json` for programs, `.html` to read; can be repeated
    ///
    /// Of `class check` also `canvas:FILE` and `moodle:FILE`, as these gradebooks import grades.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(super) report: Vec<PathBuf>,
    /// How many accounts are worked on at the same time
    #[arg(long, hide_short_help = true, value_name = "NUMBER", default_value_t = AT_ONCE, value_parser = at_least_one)]
    pub(super) at_once: usize,
    /// Only the labs of this share of the accounts, such as `2/4`: a class for several machines
    ///
    /// The labs of an account are in one shard. Which one follows from the account's number.
    #[arg(long, hide_short_help = true, value_name = "K/N")]
    pub(super) shard: Option<Shard>,
}

/// Which labs.
#[derive(Debug, clap::Args)]
pub(super) struct Of {
    #[command(flatten)]
    pub(super) files: Files,
    /// Only the labs of these students: names, e-mail addresses or accounts
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Not the labs of these students
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    except: Vec<String>,
    /// Only the labs that failed or were quarantined in the last run, as the journal says
    #[arg(long)]
    failed: bool,
}

/// Which part of each lab.
#[derive(Debug, clap::Args)]
pub(super) struct OfPart {
    /// The part of each lab
    #[arg(long, value_enum, default_value = "all")]
    part: Part,
}

/// How labs are worked on.
#[derive(Debug, clap::Args)]
pub(super) struct How {
    /// Start no more labs after this many have failed
    #[arg(long, hide_short_help = true, value_name = "NUMBER", value_parser = at_least_one)]
    max_failures: Option<usize>,
    #[command(flatten)]
    page: OnProjector,
}

/// How labs are looked at.
#[derive(Debug, clap::Args)]
pub(super) struct Watch {
    /// Look again and again, and show what changes; `c` shows only that, and `q` quits
    #[arg(long, short)]
    watch: bool,
    #[command(flatten)]
    page: OnProjector,
}

/// Which labs of the last run.
#[derive(Debug, clap::Args)]
pub(super) struct Unfinished {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    expires: ExpiresFlag,
    /// Only the labs that ended so
    #[arg(long, value_enum, value_name = "STATE")]
    only: Option<Ended>,
    /// Only the labs that failed or were quarantined
    #[arg(long, conflicts_with = "only")]
    failed: bool,
}

/// How a lab ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Ended {
    /// It could not be shown to be clean
    Quarantined,
    /// It failed or was quarantined
    Failed,
}

impl Files {
    /// Returns the path of the journal.
    fn journal(&self) -> PathBuf {
        let ending = match self.shard {
            Some(shard) => format!("journal.{}.jsonl", shard.in_file_name()),
            None => "journal.jsonl".to_owned(),
        };
        self.journal.clone().unwrap_or_else(|| self.roster.with_extension(ending))
    }
}

/// Runs the command, and returns the exit code.
pub(super) async fn run(command: Command, settings: &Settings) -> Result<Exit> {
    use crate::engine::Doing;
    let job = |doing, OfPart { part }| class::Job { doing, part };
    match command {
        Command::Roster(args) => roster::run(settings, &args).await,
        Command::Reports(args) => reports::run(settings, &args),
        Command::Merge(args) => merge::run(settings, &args),
        Command::Status { of, part, watch } => status::run(settings, &of, part.part, &watch).await,
        Command::Check(args) => check::run(settings, &args).await,
        Command::Cost { of, budget } => run::cost(settings, &of, budget.budget).await,
        Command::Deploy { of, part, how, expires } => {
            let settings = expires.add_to(settings);
            run::work(&settings, &of, job(Doing::Deploy, part), &how, false).await
        }
        Command::Cleanup { of, part, how, expired } => {
            run::work(settings, &of, job(Doing::Cleanup, part), &how, expired).await
        }
        Command::Retry { of } => run::retry(&of.expires.add_to(settings), &of).await,
    }
}

impl Unfinished {
    /// Returns which labs are meant.
    fn past(&self) -> Past {
        match self.only {
            Some(Ended::Quarantined) => Past::Quarantined,
            Some(Ended::Failed) => Past::Failed,
            None if self.failed => Past::Failed,
            None => Past::Unfinished,
        }
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..) => Ok(number),
        _ => Err("it is a number, and at least 1".to_owned()),
    }
}
