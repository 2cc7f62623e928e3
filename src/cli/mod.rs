//! The command line: one file a command, and a few for what several of them do. No command calls AWS
//! itself; it asks the engine.

mod cleanup;
mod command_line;
mod confirm;
mod deploy;
mod left;
mod local;
mod logs;
mod plan;
mod session;
mod status;
mod survey;

use clap::{Parser, Subcommand};

use crate::{
    error::{Exit, Result},
    lab::{Scope, Section, parts::Part},
    settings::{Flags, Output, Settings},
};
pub(crate) use command_line::refused;
use session::Session;

/// The Mythical Mysfits lab as one program
///
/// Deploys the lab's web application to AWS, or to a local cloud on this machine, shows what it
/// does and costs, and takes all of it down again.
#[derive(Debug, Parser)]
#[command(
    name = "mysfits",
    version,
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
    /// Bring a part of the lab up, with the parts before it
    Deploy(OfPart<deploy::Args>),
    /// Show what `deploy` would do, and what it costs
    Plan(OfPart<plan::Args>),
    /// Take a part of the lab down, with what stands on it
    Cleanup(OfPart<cleanup::Args>),
    /// Show what is there
    Status(OfPart<status::Args>),
    /// Part 1: the bucket and the site in it
    Bucket {
        #[command(subcommand)]
        verb: Verb,
    },
    /// Part 2: the table and the mysfits in it
    Table {
        #[command(subcommand)]
        verb: Verb,
    },
    /// Part 3: the network and the roles
    CoreStack {
        #[command(subcommand)]
        verb: Verb,
    },
    /// Part 3: the image, the load balancer and the backend behind it
    Fargate {
        #[command(subcommand)]
        verb: Verb,
    },
    /// Part 4: sign-up with Cognito, and the guarded API
    Auth {
        #[command(subcommand)]
        verb: Verb,
    },
    /// Show what the backend wrote
    Logs(logs::Args),
    /// The local cloud on this machine
    Local {
        #[command(subcommand)]
        command: local::Command,
    },
}

/// A command on a part of the lab.
#[derive(Debug, clap::Args)]
struct OfPart<A: clap::Args> {
    /// The part of the lab
    #[arg(value_enum, default_value = "all", hide_possible_values = false)]
    part: Part,
    #[command(flatten)]
    args: A,
}

/// What can be done with one section.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Bring it up, with what it needs
    Deploy(deploy::Args),
    /// Show what `deploy` would do, and what it costs
    Plan(plan::Args),
    /// Take it down, with what stands on it
    Cleanup(cleanup::Args),
    /// Show what is there
    Status(status::Args),
}

impl Cli {
    /// How an error is to be shown, should there be one before the settings are known.
    pub(crate) fn output(&self) -> Output {
        self.flags.output().unwrap_or_default()
    }
}

/// Runs the command.
///
/// # Errors
/// When it could not be done; the error has the exit code.
pub(crate) async fn run(cli: Cli) -> Result<Exit> {
    let settings = Settings::resolve(cli.flags)?;
    let (verb, scope) = match cli.command {
        Command::Local { command } => return local::run(command, &settings).await,
        Command::Logs(args) => {
            return logs::run(&Session::open(settings, false).await?, &args).await;
        }
        Command::Deploy(of) => (Verb::Deploy(of.args), Scope::Part(of.part)),
        Command::Plan(of) => (Verb::Plan(of.args), Scope::Part(of.part)),
        Command::Cleanup(of) => (Verb::Cleanup(of.args), Scope::Part(of.part)),
        Command::Status(of) => (Verb::Status(of.args), Scope::Part(of.part)),
        Command::Bucket { verb } => (verb, Scope::Section(Section::Bucket)),
        Command::Table { verb } => (verb, Scope::Section(Section::Table)),
        Command::CoreStack { verb } => (verb, Scope::Section(Section::CoreStack)),
        Command::Fargate { verb } => (verb, Scope::Section(Section::Fargate)),
        Command::Auth { verb } => (verb, Scope::Section(Section::Auth)),
    };
    match verb {
        Verb::Deploy(args) => deploy::run(&Session::open(settings, args.adopt).await?, scope).await,
        Verb::Plan(args) => {
            plan::run(&Session::open(settings, args.adopt).await?, scope, &args).await
        }
        Verb::Cleanup(args) => {
            cleanup::run(&Session::open(settings, args.adopt).await?, scope).await
        }
        Verb::Status(status::Args {}) => {
            status::run(&Session::open(settings, false).await?, scope).await
        }
    }
}
