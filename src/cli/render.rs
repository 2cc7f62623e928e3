//! `mysfits render`: the lab's files, filled in.

use std::path::PathBuf;

use clap::ValueHint;

use super::{help::Example, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    image,
    lab::{Scope, parts::Part},
    operate::{
        Offline, Survey,
        explain::Subject,
        render::{Rendered, State, write},
    },
    report::{Screen, WrittenFiles},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits render all --out files --local", "The files of the lab in this folder"),
    Example::run("mysfits render part-2 --unfilled --out plain", "With every `REPLACE_ME_…` left"),
];

/// Write the lab's files with their values filled in
///
/// Values that are not known stay `REPLACE_ME_…`, and are listed with where they come from. A file that
/// you have changed, or that was there before, is never overwritten.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A part, such as `part-2`, with those before it; or a resource, such as `table`
    #[arg(value_name = "WHAT", default_value = "all")]
    what: String,
    /// The folder to write them into
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// Leave every `REPLACE_ME_…` as it is; nothing is looked up
    #[arg(long)]
    unfilled: bool,
    /// Also write the backend's program, `mysfits-service`, which the image is made of
    #[arg(long)]
    backend: bool,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    let screen = Screen::new(settings.screen);
    let mut rendered = if args.unfilled {
        let offline = Offline::of(&settings.operate(true)).await?;
        Rendered::unfilled(&offline.lab, Subject::named(&offline.lab, &args.what)?)
    } else {
        filled(settings, &args.what, &screen).await?
    };
    if args.backend {
        let status = |text: String| screen.say(&text);
        let given = settings.operate(true).choices.service_binary;
        rendered = rendered.with_backend(image::program(given.as_deref(), &status).await?);
    }
    let states = write(&args.out, &rendered.files)?;
    let folder = args.out.to_string_lossy();
    screen.result(&WrittenFiles { rendered: &rendered, states: &states, folder: &folder });
    let is_kept = states.iter().any(|state| matches!(state, State::Kept(_)));
    Ok(if is_kept { Exit::Partly } else { Exit::Done })
}

async fn filled(settings: &Settings, what: &str, screen: &Screen) -> Result<Rendered> {
    match Session::open_unsaid(settings, true).await {
        Ok(session) => {
            let workspace = &session.workspace;
            let subject = Subject::named(&workspace.lab, what)?;
            let survey = session.reading(Survey::of(workspace, Scope::Part(Part::All))).await?;
            Rendered::of(&workspace.lab, subject, &survey.known)
        }
        Err(error) if error.leaves_declarations() => {
            let offline = Offline::of(&settings.operate(true)).await?;
            let subject = Subject::named(&offline.lab, what)?;
            screen.say(&format!("nothing was looked up: {}", error.in_short()));
            Rendered::of(&offline.lab, subject, &offline.known)
        }
        Err(error) => Err(error),
    }
}
