//! `mysfits local`: the local cloud on this machine.

use std::{env, path::PathBuf, time::Duration};

use clap::Subcommand;
use mysfits_local::{Confinement, Launcher, OpenError, Rehearsal, pace::Pace};

use super::{help::Example, interrupt::asked_to_stop, local_break, settings::Settings};
use crate::{
    destination::{
        breaks,
        local_cloud::{self, How, LocalCloud},
    },
    error::{Code, Error, Exit, Result},
    report::{LocalStatus, Mails, Screen},
};

/// The default pace: a table takes half a second instead of ten, slow enough to see AWS's states
/// and fast enough not to wait for them.
const PACE: f64 = 0.05;

/// The error for an invalid pace.
const PACES: &str = "a pace is a number: 0 is at once, 1 as slowly as on AWS";

/// How often `mail --follow` checks for new mails.
const LOOK: Duration = Duration::from_millis(500);

/// The examples of `local start` in the help.
pub(super) const START: &[Example] = &[
    Example::run("mysfits local start", "In the background, twenty times as fast as AWS"),
    Example::run("mysfits local start --pace 1", "As slowly as AWS; `mysfits local stop` first"),
];

/// The examples of `local stop`.
pub(super) const STOP: &[Example] =
    &[Example::run("mysfits local stop", "It continues where it was when it is started again")];

/// The examples of `local status`.
pub(super) const STATUS: &[Example] =
    &[Example::run("mysfits local status", "Its port, its folder, its pace")];

/// The examples of `local reset`.
pub(super) const RESET: &[Example] =
    &[Example::run("mysfits local reset", "An empty account again; it does not ask")];

/// The examples of `local break`.
pub(super) const BREAK: &[Example] = &[
    Example::run("mysfits local break", "What can be broken, and what it shows"),
    Example::run("mysfits local break kill-task", "All tasks end at once"),
];

/// The examples of `local heal`.
pub(super) const HEAL: &[Example] =
    &[Example::run("mysfits local heal", "Nothing is broken any more")];

/// The examples of `local mail`.
pub(super) const MAIL: &[Example] = &[
    Example::run("mysfits local mail --to ana@example.com", "The codes for who registered as that"),
    Example::parsed(
        "mysfits local mail --follow",
        "Each mail as it comes",
        "it ends with Ctrl-C only",
    ),
];

/// What can be done with the local cloud.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start the local cloud in the background
    Start(Start),
    /// Stop it and keep its state
    Stop {
        /// Port that it listens on [default: 4566]
        #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true, value_parser = port)]
        port: Option<u16>,
    },
    /// Show whether it is running, and where
    Status {
        /// Port that it listens on [default: 4566]
        #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true, value_parser = port)]
        port: Option<u16>,
    },
    /// Delete its state, whether it is running or not
    Reset {
        /// Port that it listens on [default: 4566]
        #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true, value_parser = port)]
        port: Option<u16>,
    },
    /// Show the e-mails it would have sent, with sign-up and password-reset codes
    Mail(Mail),
    /// Break something in it on purpose, as a lesson; without a name, list what can be broken
    Break(local_break::Args),
    /// Take back everything that was broken
    Heal {
        /// Port that it listens on [default: 4566]
        #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true, value_parser = port)]
        port: Option<u16>,
    },
}

/// Show the e-mails
#[derive(Debug, clap::Args)]
pub(super) struct Mail {
    /// Port that it listens on [default: 4566]
    #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true, value_parser = port)]
    port: Option<u16>,
    /// Keep printing new e-mails until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Only e-mails to this address
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
}

/// Start the local cloud
#[derive(Debug, clap::Args)]
pub(super) struct Start {
    /// Port that it listens on [default: 4566]
    #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true, value_parser = port)]
    port: Option<u16>,
    /// The folder of its state [default: the system's folder for the state of programs]
    #[arg(long, env = "MYSFITS_LOCAL_DIR", hide_env_values = true)]
    dir: Option<PathBuf>,
    /// How fast resources settle: 0 at once, 1 as slowly as on AWS [default: 0.05]
    #[arg(long, env = "MYSFITS_LOCAL_PACE", hide_env_values = true, value_parser = pace)]
    pace: Option<f64>,
    /// Rehearse an account whose students are not its owners: `learner-lab`, or
    /// `learner-lab:no-vpc-link` where VPC links cannot be created either; `mysfits local reset`
    /// ends it
    #[arg(long = "as", value_name = "ACCOUNT", hide_short_help = true)]
    rehearsal: Option<Rehearsal>,
    /// End the session of its students after this many calls; the next start begins another
    #[arg(long, value_name = "NUMBER", requires = "rehearsal", hide_short_help = true)]
    session_calls: Option<u64>,
    /// A backend built for this machine, run in place of images for another kind of machine
    /// [default: where no image can run, not on Linux, `mysfits-service` next to this program]
    #[arg(
        long,
        value_name = "PATH",
        env = "MYSFITS_LOCAL_STAND_IN",
        hide_env_values = true,
        hide_short_help = true
    )]
    stand_in: Option<PathBuf>,
    /// Stay in the foreground until Ctrl-C
    #[arg(long)]
    foreground: bool,
}

pub(super) async fn run(command: Command, settings: &Settings) -> Result<Exit> {
    let screen = Screen::new(settings.screen);
    let mut local = settings.local_cloud.clone();
    let port = match &command {
        Command::Start(Start { port, .. })
        | Command::Stop { port }
        | Command::Status { port }
        | Command::Reset { port }
        | Command::Mail(Mail { port, .. })
        | Command::Break(local_break::Args { port, .. })
        | Command::Heal { port } => *port,
    };
    local.port = port.unwrap_or(local.port);
    match command {
        Command::Start(start) => return begin(start, local, &screen).await,
        Command::Stop { .. } => {
            screen.say(stop(&local).await?);
        }
        Command::Status { .. } => return status(local.port, &screen).await,
        Command::Mail(args) => mail(local.port, &args, &screen).await?,
        Command::Break(args) => local_break::run(local.port, &args, &screen).await?,
        Command::Heal { .. } => local_break::heal(local.port, &screen).await?,
        Command::Reset { .. } => screen.say(reset(&local).await?),
    }
    Ok(Exit::Done)
}

/// Parses a pace.
fn pace(text: &str) -> Result<f64, &'static str> {
    text.parse().map_err(|_| PACES)
}

/// Parses a port; 0 means any free one.
pub(super) fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "a port is a number from 1 to 65535")
}

async fn begin(start: Start, mut local: LocalCloud, screen: &Screen) -> Result<Exit> {
    local.folder = start.dir.unwrap_or(local.folder);
    let pace = start.pace.unwrap_or(PACE);
    let valid = Pace::new(pace)
        .ok_or_else(|| Error::new(Code::Setting, format!("`{pace}` is not a pace")).hint(PACES))?;
    let stand_in = stand_in(start.stand_in)?;
    let (port, rehearsal, session_calls) = (local.port, start.rehearsal, start.session_calls);
    if start.foreground {
        let rehearse = Rehearse { rehearsal, session_calls };
        return serve(local, valid, stand_in, rehearse, screen).await;
    }
    if let Some(health) = local_cloud::health(port).await? {
        screen.say(&already(port, health.pace, start.pace));
        let is_other = rehearsal.is_some_and(|it| health.rehearsal != Some(it.to_string()));
        if is_other || session_calls.is_some() {
            screen.say(NOT_REHEARSED);
        }
    } else {
        let rehearsal = rehearsal.map(|rehearsal| rehearsal.to_string());
        let how = How { pace: Some(pace), stand_in, rehearsal, session_calls };
        local_cloud::start(&local, &how).await?;
        screen.say(&format!("the local cloud is running on port {port}"));
    }
    Ok(Exit::Done)
}

/// What is said when a local cloud is running already that could have rehearsed an account.
const NOT_REHEARSED: &str = "`--as` and `--session-calls` were not applied: `mysfits local stop` \
                             first, which keeps its state";

/// The account to rehearse, if any.
struct Rehearse {
    rehearsal: Option<Rehearsal>,
    session_calls: Option<u64>,
}

/// Returns the message for a local cloud that is already running. It keeps its pace.
fn already(port: u16, pace: f64, wanted: Option<f64>) -> String {
    let running = format!("the local cloud is running on port {port} already, at pace {pace}");
    // Both were written by people, with a few digits.
    match wanted.filter(|wanted| (wanted - pace).abs() > 1e-9) {
        Some(wanted) => format!(
            "{running}; the pace {wanted} was not applied: `mysfits local stop` first, which keeps \
             its state"
        ),
        None => running,
    }
}

/// Stops the local cloud. One that hangs cannot be asked: it is killed, if it is the one that holds
/// the folder.
async fn stop(local: &LocalCloud) -> Result<&'static str> {
    let error = match local_cloud::stop(local.port).await {
        Ok(true) => return Ok("stopped the local cloud"),
        Ok(false) => return Ok("no local cloud was running"),
        Err(error) => error,
    };
    let (folder, port) = (local.folder.clone(), local.port);
    let killed =
        tokio::task::spawn_blocking(move || mysfits_local::LocalCloud::kill(&folder, port));
    match killed.await {
        Ok(Ok(true)) => Ok("killed the local cloud, which no longer answered"),
        _ => Err(error),
    }
}

/// Deletes the state, whether the local cloud runs or not.
async fn reset(local: &LocalCloud) -> Result<&'static str> {
    if local_cloud::health(local.port).await?.is_some() {
        local_cloud::reset(local.port).await?;
        return Ok("deleted all state of the local cloud");
    }
    let forgotten = mysfits_local::LocalCloud::forget(&local.folder);
    let was_there = forgotten.map_err(|error| not_opened(&error))?;
    Ok(if was_there {
        "deleted all state of the local cloud, which is not running"
    } else {
        "the local cloud has no state, and is not running"
    })
}

/// Returns the program that runs in place of images for another kind of machine, if any.
fn stand_in(given: Option<PathBuf>) -> Result<Option<PathBuf>> {
    if let Some(program) = given {
        // The local cloud runs it in folders of its own, where a relative path would be invalid.
        let found = program.canonicalize().map_err(|error| {
            Error::new(Code::Binary, format!("`{}` cannot be read: {error}", program.display()))
                .hint("name a backend built for this machine with `--stand-in PATH`")
        });
        return found.map(Some);
    }
    // On Linux an image for another processor is a mistake that should surface, as on AWS.
    if cfg!(target_os = "linux") {
        return Ok(None);
    }
    let name = format!("mysfits-service{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().ok().map(|program| program.with_file_name(name));
    Ok(beside.filter(|program| program.is_file()))
}

async fn serve(
    local: LocalCloud,
    pace: Pace,
    stand_in: Option<PathBuf>,
    Rehearse { rehearsal, session_calls }: Rehearse,
    screen: &Screen,
) -> Result<Exit> {
    let wanted = mysfits_local::Settings {
        port: local.port,
        folder: local.folder,
        pace,
        stand_in,
        launcher: Launcher::this_program(),
        rehearsal,
        session_calls,
        build: local.build.to_owned(),
    };
    let cloud =
        mysfits_local::LocalCloud::open(wanted).await.map_err(|error| not_opened(&error))?;
    screen.say(&format!("the local cloud is running on port {}; Ctrl-C ends it", cloud.port()));
    if let Some(warning) = Confinement::of_this_system().warning() {
        screen.say(warning);
    }
    let stop = async {
        // Without signals it runs until it is asked to stop over its port.
        if asked_to_stop().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    cloud.serve(stop).await.map_err(|error| Error::new(Code::LocalStart, error.to_string()))?;
    Ok(Exit::Done)
}

fn not_opened(error: &OpenError) -> Error {
    let code = match error {
        OpenError::PortTaken { .. } | OpenError::Port { .. } => Code::LocalPort,
        OpenError::Folder { .. }
        | OpenError::Damaged { .. }
        | OpenError::Newer { .. }
        | OpenError::Locked { .. } => Code::LocalFolder,
    };
    Error::new(code, error.to_string())
}

async fn mail(port: u16, args: &Mail, screen: &Screen) -> Result<()> {
    let mut stop = std::pin::pin!(asked_to_stop());
    let mut seen = 0;
    loop {
        let mut found = local_cloud::mails(port, seen).await?;
        // After a reset the numbers start over.
        if found.last < seen {
            found = local_cloud::mails(port, 0).await?;
        }
        seen = found.last;
        let wanted =
            |to: &str| args.to.as_ref().is_none_or(|wanted| to.eq_ignore_ascii_case(wanted));
        found.mails.retain(|mail| wanted(&mail.to));
        screen.result(&Mails(&found.mails));
        if !args.follow {
            if found.mails.is_empty() {
                screen.say(&match &args.to {
                    Some(to) => format!("there is no mail to {to}"),
                    None => "there is no mail".to_owned(),
                });
            }
            return Ok(());
        }
        tokio::select! {
            _ = &mut stop => return Ok(()),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn status(port: u16, screen: &Screen) -> Result<Exit> {
    let Some(health) = local_cloud::health(port).await? else {
        return Err(Error::new(
            Code::LocalStopped,
            format!("no local cloud is running on port {port}"),
        ));
    };
    let broken = breaks::broken(port).await?;
    screen.result(&LocalStatus { port, health: &health, broken: &broken });
    Ok(Exit::Done)
}
