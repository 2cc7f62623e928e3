//! `mysfits explain`: what is done and why, how it is done by hand, and what an error means.

use super::{
    command_line::{quoted, this_command},
    help::Example,
    settings::Settings,
    workspace::Session,
};
use crate::{
    error::{Code, Error, Exit, Help, Result},
    lab::{Scope, Section, parts::Part},
    operate::{
        Offline, Survey,
        explain::{Explained, Subject, Way},
    },
    report::{CodeHelp, HowTo, Screen, Script, Target},
    resources::Lab,
};

/// The word for the way down.
const CLEANUP: &str = "cleanup";
/// The word for everything.
const ALL: &str = "all";

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits explain part-2", "What part 2 makes, and how to make it by hand"),
    Example::run("mysfits explain all --script --local", "A script that makes the whole lab"),
    Example::run("mysfits explain MYS048", "What an error means, and what to do"),
];

/// Explain what is done and why, the AWS CLI's commands that do the same, or an error
///
/// Values are filled in as far as they are known; the others stay `REPLACE_ME_…`. Without credentials,
/// nothing is looked up.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A part, such as `part-2`; a resource, such as `table`; `cleanup`, perhaps with one of these; or the code of an error, such as `MYS048` [default: all]
    #[arg(value_name = "WHAT", num_args = 0..=2)]
    what: Vec<String>,
    #[command(flatten)]
    form: Form,
}

/// Explain what is done and why, with the AWS CLI's commands
#[derive(Debug, clap::Args)]
pub(super) struct OfSection {
    /// Explain the way down
    #[arg(value_name = "WAY", value_parser = [CLEANUP])]
    way: Option<String>,
    #[command(flatten)]
    form: Form,
}

/// In which form
#[derive(Debug, clap::Args)]
struct Form {
    /// Print a bash script that does it with the AWS CLI, with everything that has to be there before
    #[arg(long)]
    script: bool,
}

/// What is asked for.
#[derive(Clone, Copy)]
enum Asked<'a> {
    Word(&'a str),
    /// Of the command of a section, whose name is perhaps a resource's, too.
    Section(Section),
}

impl Asked<'_> {
    fn subject(self, lab: &Lab) -> Result<Subject> {
        match self {
            Self::Word(word) => Subject::named(lab, word),
            Self::Section(section) => Ok(Subject::Scope(Scope::Section(section))),
        }
    }

    /// Returns the word for which `render` writes all files of it: for a section, its part.
    fn rendered(self) -> String {
        match self {
            Self::Word(word) => word.to_owned(),
            Self::Section(section) => format!("part-{}", section.part()),
        }
    }
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    let (way, word) = match args.what.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => (Way::Up, ALL),
        [CLEANUP] => (Way::Down, ALL),
        [CLEANUP, word] => (Way::Down, word),
        [word] => (Way::Up, word),
        _ => {
            let message = format!("`{}` and more cannot be explained at once", args.what[0]);
            return Err(Error::new(Code::CommandLine, message)
                .hint("`mysfits explain cleanup part-3` explains the way down"));
        }
    };
    if let Some(help) = Help::of(word) {
        Screen::new(settings.screen).result(&CodeHelp(&help));
        return Ok(Exit::Done);
    }
    explain(settings, way, Asked::Word(word), &args.form).await
}

/// Explains a section of the lab.
///
/// # Errors
/// When the settings are wrong, or the user interrupted.
pub(super) async fn run_section(
    settings: &Settings,
    section: Section,
    args: &OfSection,
) -> Result<Exit> {
    let way = if args.way.is_some() { Way::Down } else { Way::Up };
    explain(settings, way, Asked::Section(section), &args.form).await
}

async fn explain(settings: &Settings, way: Way, asked: Asked<'_>, form: &Form) -> Result<Exit> {
    if form.script { script(settings, way, asked).await } else { text(settings, way, asked).await }
}

async fn script(settings: &Settings, way: Way, asked: Asked<'_>) -> Result<Exit> {
    let offline = Offline::of(&settings.operate(true)).await?;
    let subject = asked.subject(&offline.lab)?;
    let explained = Explained::to_run(&offline.lab, subject, way, &offline.known);
    let target = target(settings, &offline, &asked.rendered());
    Screen::new(settings.screen).result(&Script { explained: &explained, target: &target });
    Ok(Exit::Done)
}

fn target(settings: &Settings, offline: &Offline, word: &str) -> Target {
    let place = settings.shell_place();
    let region = quoted(&offline.region);
    let mut exports = vec![
        ("REGION", region.clone()),
        ("AWS_REGION", region.clone()),
        ("AWS_DEFAULT_REGION", region.clone()),
    ];
    exports.extend(place.exports);
    let flags = settings.same_lab();
    let render = |what: &str, more: &str| {
        let region = ["--region".to_owned(), region.clone()];
        let words = [what.to_owned(), more.to_owned()].into_iter().chain(region);
        let words: Vec<_> = words.chain(flags.iter().cloned()).collect();
        format!("mysfits render {}", words.join(" "))
    };
    let binary = settings.operate(true).choices.service_binary;
    Target {
        exports,
        unset: place.unset,
        flags: place.flags,
        render: render(&quoted(word), "--unfilled"),
        render_backend: render("image", "--unfilled --backend"),
        backend: binary.as_deref().map(|path| quoted(&path.to_string_lossy())),
        made_by: this_command(),
    }
}

async fn text(settings: &Settings, way: Way, asked: Asked<'_>) -> Result<Exit> {
    match Session::open_unsaid(settings, true).await {
        Ok(session) => {
            let workspace = &session.workspace;
            let subject = asked.subject(&workspace.lab)?;
            let survey = session.reading(Survey::of(workspace, Scope::Part(Part::All))).await?;
            let explained = Explained::to_read(&workspace.lab, subject, way, &survey.known);
            session.screen.result(&HowTo { explained: &explained, lab: workspace.id() });
        }
        Err(error) if error.leaves_declarations() => {
            let screen = Screen::new(settings.screen);
            let offline = Offline::of(&settings.operate(true)).await?;
            let subject = asked.subject(&offline.lab)?;
            screen.say(&format!("nothing was looked up: {}", error.in_short()));
            let explained = Explained::to_read(&offline.lab, subject, way, &offline.known);
            screen.result(&HowTo { explained: &explained, lab: &offline.names.lab });
        }
        Err(error) => return Err(error),
    }
    Ok(Exit::Done)
}
