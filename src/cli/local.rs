//! `mysfits local`: the local cloud on this machine.

use std::path::PathBuf;

use clap::Subcommand;
use mysfits_local::{LocalCloud, OpenError, pace::Pace};

use crate::{
    error::{Code, Error, Exit, Result},
    local_cloud,
    report::Screen,
    settings::Settings,
};

/// How fast things settle unless another pace is chosen: a table takes half a second instead of
/// ten, slow enough to see AWS's states and fast enough not to wait for them.
const PACE: f64 = 0.05;

/// What can be done with the local cloud.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start it, in the background unless told otherwise
    Start(Start),
    /// End it; its state stays
    Stop {
        /// Its port [default: 4566]
        #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true)]
        port: Option<u16>,
    },
    /// Show whether it is running, and where
    Status {
        /// Its port [default: 4566]
        #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true)]
        port: Option<u16>,
    },
    /// Make it forget everything
    Reset {
        /// Its port [default: 4566]
        #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true)]
        port: Option<u16>,
    },
}

/// Start the local cloud
#[derive(Debug, clap::Args)]
pub(super) struct Start {
    /// Its port [default: 4566]
    #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true)]
    port: Option<u16>,
    /// The folder of its state [default: the system's folder for the state of programs]
    #[arg(long, env = "MYSFITS_LOCAL_DIR", hide_env_values = true)]
    dir: Option<PathBuf>,
    /// How fast resources settle: 0 at once, 1 as slowly as on AWS [default: 0.05]
    #[arg(long, env = "MYSFITS_LOCAL_PACE", hide_env_values = true)]
    pace: Option<f64>,
    /// Stay in the foreground until Ctrl-C
    #[arg(long)]
    foreground: bool,
}

pub(super) async fn run(command: Command, settings: &Settings) -> Result<Exit> {
    let screen = Screen::new(settings);
    let mut settings = settings.clone();
    let port = match &command {
        Command::Start(Start { port, .. })
        | Command::Stop { port }
        | Command::Status { port }
        | Command::Reset { port } => *port,
    };
    settings.local_port = port.unwrap_or(settings.local_port);
    match command {
        Command::Start(start) => return begin(start, settings, &screen).await,
        Command::Stop { .. } => {
            let ran = local_cloud::stop(settings.local_port).await?;
            screen.say(if ran {
                "the local cloud has ended"
            } else {
                "no local cloud was running"
            });
        }
        Command::Status { .. } => return status(settings.local_port, &screen).await,
        Command::Reset { .. } => {
            local_cloud::reset(settings.local_port).await?;
            screen.say("the local cloud has forgotten everything");
        }
    }
    Ok(Exit::Done)
}

async fn begin(start: Start, mut settings: Settings, screen: &Screen) -> Result<Exit> {
    settings.local_folder = start.dir.unwrap_or(settings.local_folder);
    let pace = start.pace.unwrap_or(PACE);
    let valid = Pace::new(pace).ok_or_else(|| {
        Error::new(Code::Setting, format!("`{pace}` is no pace"))
            .hint("0 is at once, 1 is as on AWS")
    })?;
    let port = settings.local_port;
    if start.foreground {
        return serve(settings, valid, screen).await;
    }
    if local_cloud::health(port).await?.is_some() {
        screen.say(&format!("the local cloud is running on port {port} already"));
    } else {
        local_cloud::start(&settings, Some(pace)).await?;
        screen.say(&format!("the local cloud is running on port {port}"));
    }
    Ok(Exit::Done)
}

async fn serve(settings: Settings, pace: Pace, screen: &Screen) -> Result<Exit> {
    let wanted = mysfits_local::Settings {
        port: settings.local_port,
        folder: settings.local_folder,
        pace,
        stand_in: None,
    };
    let cloud = LocalCloud::open(wanted).await.map_err(|error| not_opened(&error))?;
    screen.say(&format!("the local cloud is running on port {}; Ctrl-C ends it", cloud.port()));
    let stop = async {
        // Without signals it runs until it is asked to stop over its port.
        if super::session::asked_to_stop().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    cloud.serve(stop).await.map_err(|error| Error::new(Code::LocalStart, error.to_string()))?;
    Ok(Exit::Done)
}

fn not_opened(error: &OpenError) -> Error {
    let code = match error {
        OpenError::PortTaken { .. } | OpenError::Port { .. } => Code::LocalPort,
        OpenError::Folder { .. } | OpenError::Damaged { .. } | OpenError::Locked { .. } => {
            Code::LocalFolder
        }
    };
    Error::new(code, error.to_string())
}

async fn status(port: u16, screen: &Screen) -> Result<Exit> {
    let Some(health) = local_cloud::health(port).await? else {
        return Err(Error::new(
            Code::LocalStopped,
            format!("no local cloud is running on port {port}"),
        ));
    };
    screen.local_status(port, &health);
    Ok(Exit::Done)
}
