//! `mysfits open`: the addresses that one opens in a browser.

use std::{env, fmt::Write as _, path::Path};

use clap::ValueEnum;

use super::{browser, help::Example, settings::Settings, workspace::Session};
use crate::{
    destination::Place,
    error::{Code, Error, Exit, Result},
    lab::{
        Placeholder, Scope, Value,
        parts::Part,
        placeholders::{API_URL, SERVICE_URL, SITE_URL},
    },
    operate::Survey,
    report::{OpenedAddress, Output, Screen},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits open site --print --local", "The address of the site"),
    Example::parsed("mysfits open site", "The site in the browser", "it would open a browser"),
];

/// Print an address, and open it in the browser where there is one
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to open
    #[arg(value_enum)]
    what: What,
    /// Only print the address
    #[arg(long)]
    print: bool,
}

/// What can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The site
    Site,
    /// The mysfits, as the API returns them, or the backend before part 4
    Api,
    /// AWS's console, in the region of the lab
    Console,
    /// The documents of `mysfits`
    Docs,
}

impl What {
    fn name(self) -> String {
        self.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default()
    }
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    let url = match args.what {
        What::Site => of_lab(settings, Part::One, &[SITE_URL]).await?,
        What::Api => {
            format!("{}/mysfits", of_lab(settings, Part::Four, &[API_URL, SERVICE_URL]).await?)
        }
        What::Console => console(settings).await?,
        What::Docs => docs()?,
    };
    let screen = Screen::new(settings.screen);
    let opens = !args.print && settings.screen.output != Output::Json && browser::is_there();
    screen.result(&OpenedAddress { name: &args.what.name(), url: &url });
    if opens {
        browser::open(&url).await?;
    }
    Ok(Exit::Done)
}

/// Returns the first of these addresses that the lab has.
async fn of_lab(settings: &Settings, part: Part, wanted: &[Placeholder]) -> Result<String> {
    // A lab that was typed by hand has addresses, too.
    let session = Session::open(settings, true).await?;
    let survey = Survey::of(&session.workspace, Scope::Part(part));
    let survey = session.reading(survey).await?;
    for placeholder in wanted {
        match survey.known.value(*placeholder) {
            Value::Known(url) => return Ok(url.clone()),
            Value::Absent => {}
            Value::NotOurs(..) => {
                return Err(Error::new(Code::NoAddress, "what has this address is not this lab's"));
            }
            Value::Unknown(why) => {
                let message = format!("the address could not be found out: {why}");
                return Err(Error::new(Code::UnknownAddress, message));
            }
        }
    }
    Err(Error::new(Code::NoAddress, "nothing of this lab that has this address is deployed"))
}

/// Returns the address of the console. Only AWS has one.
async fn console(settings: &Settings) -> Result<String> {
    let none = || {
        let message = "only AWS has a web console: there is none for `--local` or `--endpoint-url`";
        let hint = "use `mysfits status` with the same flags, or leave them out for AWS";
        Error::new(Code::NoAddress, message).hint(hint)
    };
    if !matches!(settings.destination.place, Place::Aws) {
        return Err(none());
    }
    let session = Session::open(settings, false).await?;
    session.workspace.destination.console_url().ok_or_else(none)
}

/// Returns the address of the folder of documents: beside this program, as in a package, or in the
/// source that it was built in.
fn docs() -> Result<String> {
    let program = env::current_exe().and_then(|program| program.canonicalize());
    let above = program.iter().flat_map(|program| program.ancestors().skip(1));
    let mut folders = above.map(|folder| folder.join("docs"));
    let found = folders.find(|docs| docs.join("reference.md").is_file());
    found.and_then(|docs| as_url(&docs)).ok_or_else(|| {
        Error::new(Code::NoAddress, "there is no folder `docs` near this program").hint(
            "`mysfits man` prints the manual; the documents are in the folder `docs` of the source",
        )
    })
}

/// Returns the address of a folder; `None` if its name cannot be one.
fn as_url(folder: &Path) -> Option<String> {
    let path = folder.to_str()?.replace('\\', "/");
    let mut escaped = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./:~".contains(&byte) {
            escaped.push(byte.into());
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    Some(format!("file://{}{escaped}/", if escaped.starts_with('/') { "" } else { "/" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_an_address() {
        let url = |path: &str| as_url(Path::new(path)).unwrap();
        assert_eq!(url("/a b/docs"), "file:///a%20b/docs/");
        assert_eq!(url("/x'\"$(id)/docs"), "file:///x%27%22%24%28id%29/docs/");
        assert_eq!(url("C:\\mysfits\\docs"), "file:///C:/mysfits/docs/");
    }
}
