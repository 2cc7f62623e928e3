//! The command line: one file per command, and a few for shared parts. No command calls AWS itself;
//! it uses `operate`.

mod access;
mod browser;
mod check;
mod check_report;
mod class;
mod cleanup;
mod command_line;
mod confirm;
mod cost;
mod deploy;
mod diagnose;
mod doctor;
mod endpoint;
mod environment;
mod expires;
mod explain;
mod help;
mod iam_policy;
mod interrupt;
mod keyboard;
mod labs;
mod local;
mod local_break;
mod logs;
mod nonce;
mod open;
mod plan;
mod private_file;
#[cfg(test)]
mod quoted_tests;
mod render;
mod report;
mod settings;
mod shell;
mod shell_place;
mod status;
mod watch;
mod workspace;

use clap::{Parser, Subcommand};

use self::{
    environment::Environment,
    settings::{Flags, Settings},
};
use crate::{
    BUILD,
    error::{Exit, Result},
    lab::{Scope, Section, parts::Part},
    report::Output,
};
pub use access::lines_that_read;
pub(crate) use command_line::refused;
pub use help::{Example, Listed, commands};

/// Deploy the Mythical Mysfits lab to AWS or to a local cloud
///
/// Deploys the lab's web application to AWS, or to a local cloud on this machine, shows every step
/// and its price, and tears everything down again.
#[derive(Debug, Parser)]
#[command(
    name = "mysfits",
    version = BUILD,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    OfPart(Verb<OfPart>),
    /// Part 1: the bucket and the site in it
    #[command(arg_required_else_help = true)]
    Bucket(OfSection),
    /// Part 2: the table and the mysfits in it
    #[command(arg_required_else_help = true)]
    Table(OfSection),
    /// Part 3: the network and the roles
    #[command(arg_required_else_help = true)]
    CoreStack(OfSection),
    /// Part 3: the image, the load balancer and the backend behind it
    #[command(arg_required_else_help = true)]
    Fargate(OfSection),
    /// Part 4: sign-up with Cognito, and the guarded API
    #[command(arg_required_else_help = true)]
    Auth(OfSection),
    /// List the labs of the account in all regions, and the commands that remove them
    Labs,
    /// Show what the labs of the account cost, in all regions: per hour, and so far
    Cost(cost::OfBudget),
    /// Look whether the lab can be deployed here: who, where, permissions, quotas, costs
    Doctor(doctor::Args),
    Explain(explain::Args),
    Render(render::Args),
    /// Show the backend's logs
    Logs(logs::Args),
    /// Open the site, the API, AWS's console or the documents
    Open(open::Args),
    Report(report::Args),
    IamPolicy(iam_policy::Args),
    /// The labs of a class: many students, many accounts, one roster
    #[command(arg_required_else_help = true)]
    Class {
        #[command(subcommand)]
        command: class::Command,
    },
    /// The local cloud on this machine
    #[command(arg_required_else_help = true)]
    Local {
        #[command(subcommand)]
        command: local::Command,
    },
    /// Print a script that completes commands in a shell
    Completions(shell::Completions),
    /// Print the manual page, or write those of all commands
    Man(shell::Man),
}

/// What can be done with a part of the lab. `P` selects the part, unless the command does.
#[derive(Debug, Subcommand)]
enum Verb<P: clap::Args> {
    /// Deploy it and what it depends on
    #[command(alias = "up")]
    Deploy {
        #[command(flatten)]
        part: P,
        #[command(flatten)]
        args: deploy::Args,
    },
    /// Show what `deploy` would do, and what it costs
    Plan {
        #[command(flatten)]
        part: P,
        #[command(flatten)]
        args: plan::Args,
    },
    /// Tear it down, with everything that depends on it
    // It asks before it deletes, by whatever name it was called.
    #[command(aliases = ["down", "destroy"])]
    Cleanup {
        #[command(flatten)]
        part: P,
        #[command(flatten)]
        args: cleanup::Args,
    },
    /// Show what is deployed
    #[command(alias = "ls")]
    Status {
        #[command(flatten)]
        part: P,
        #[command(flatten)]
        args: status::Args,
    },
    Check {
        #[command(flatten)]
        part: P,
        #[command(flatten)]
        args: check::Args,
    },
    /// Explain what is broken, waiting or unfinished, without deploying
    Diagnose {
        #[command(flatten)]
        part: P,
    },
}

/// Which part of the lab.
#[derive(Debug, clap::Args)]
struct OfPart {
    /// The part of the lab
    #[arg(value_enum, default_value = "all", hide_possible_values = false)]
    part: Part,
}

/// A verb for one section, which its command has selected.
#[derive(Debug, clap::Args)]
// The short help fits on a screen without it, and `mysfits help table` is there.
#[command(disable_help_subcommand = true)]
struct OfSection {
    #[command(subcommand)]
    verb: SectionVerb,
}

/// What can be done with a section of the lab.
#[derive(Debug, Subcommand)]
enum SectionVerb {
    #[command(flatten)]
    AsOfPart(Verb<Nothing>),
    Explain(explain::OfSection),
}

/// No further arguments.
#[derive(Debug, clap::Args)]
struct Nothing {}

impl Cli {
    /// Returns how to show an error that occurs before the settings are known.
    pub(crate) fn output(&self) -> Output {
        self.flags.output().unwrap_or_default()
    }
}

/// Runs the command, and returns the exit code.
///
/// # Errors
/// When it fails; the error has the exit code.
pub(crate) async fn run(cli: Cli) -> Result<Exit> {
    let access = cli.command.access();
    // Some commands work without settings, and with wrong ones too.
    let settings = Environment::read().and_then(|read| Settings::resolve(cli.flags, read, access));
    match cli.command {
        Command::OfPart(verb) => verb.run(&settings?, |of| Scope::Part(of.part)).await,
        Command::Bucket(of) => of.run(&settings?, Section::Bucket).await,
        Command::Table(of) => of.run(&settings?, Section::Table).await,
        Command::CoreStack(of) => of.run(&settings?, Section::CoreStack).await,
        Command::Fargate(of) => of.run(&settings?, Section::Fargate).await,
        Command::Auth(of) => of.run(&settings?, Section::Auth).await,
        Command::Labs => labs::run(&settings?).await,
        Command::Cost(budget) => cost::run(&settings?, &budget).await,
        Command::Doctor(args) => doctor::run(&settings?, &args).await,
        Command::Explain(args) => explain::run(&settings?, &args).await,
        Command::Render(args) => render::run(&settings?, &args).await,
        Command::Logs(args) => logs::run(&settings?, &args).await,
        Command::Open(args) => open::run(&settings?, &args).await,
        Command::Report(args) => report::run(&settings?, &args).await,
        Command::IamPolicy(args) => iam_policy::run(&settings?, &args),
        Command::Class { command } => Box::pin(class::run(command, &settings?)).await,
        Command::Local { command } => local::run(command, &settings?).await,
        Command::Completions(args) => Ok(shell::completions(&args)),
        Command::Man(args) => shell::manual(&args),
    }
}

impl OfSection {
    async fn run(self, settings: &Settings, section: Section) -> Result<Exit> {
        match self.verb {
            SectionVerb::AsOfPart(verb) => verb.run(settings, |_| Scope::Section(section)).await,
            SectionVerb::Explain(args) => explain::run_section(settings, section, &args).await,
        }
    }
}

impl<P: clap::Args> Verb<P> {
    async fn run(self, settings: &Settings, scope: impl FnOnce(P) -> Scope) -> Result<Exit> {
        match self {
            Self::Deploy { part, args } => deploy::run(settings, scope(part), &args).await,
            Self::Plan { part, args } => plan::run(settings, scope(part), &args).await,
            Self::Cleanup { part, args } => cleanup::run(settings, scope(part), &args).await,
            Self::Status { part, args } => status::run(settings, scope(part), &args).await,
            Self::Check { part, args } => check::run(settings, scope(part), &args).await,
            Self::Diagnose { part } => diagnose::run(settings, scope(part)).await,
        }
    }
}
