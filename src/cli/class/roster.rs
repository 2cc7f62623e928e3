//! `mysfits class roster`: a roster of what is known elsewhere.

use std::{path::PathBuf, str::FromStr, sync::Arc};

use super::seats;
use crate::{
    cli::{
        command_line::quoted,
        help::Example,
        interrupt, private_file,
        settings::Settings,
        workspace::{Session, unless_interrupted},
    },
    destination::{ListedProfile, Login},
    error::{Code, Error, Exit, Result},
    operate::import::{self, Imported, NewProfile, Wanted},
    report::{RosterNotes, RosterRows, Screen, Shown as _},
};

/// The role that Organizations makes in the accounts that it creates.
const ROLE: &str = "OrganizationAccountAccessRole";

/// The examples in the help.
pub(in crate::cli) const EXAMPLES: &[Example] = &[
    Example::run("mysfits class roster --from profiles", "The profiles of this machine"),
    Example::parsed(
        "mysfits class roster --from organization --out class.csv",
        "All accounts of the organization",
        "the local cloud has no organization until one is made",
    ),
];

/// Write a roster of what is known elsewhere, as CSV
///
/// The management account of an organization and accounts that are not active are left out, and named.
/// Read the roster before you use it: it decides whose labs are removed.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// From where: `organization`, a unit of it with those below as `organization:UNIT` (its id, or
    /// names such as `Courses/Cloud`), the portal of IAM Identity Center as `sso`, the `profiles` on
    /// this machine, or a roster that is there as `csv:FILE`, which is checked and written anew
    #[arg(long, value_name = "SOURCE")]
    from: Source,
    /// The role in each account, of `organization` and `sso` [default: for an organization
    /// `OrganizationAccountAccessRole`, else any]
    #[arg(long, value_name = "NAME", value_parser = role_name, hide_short_help = true)]
    role: Option<String>,
    /// With `--from sso`, make profiles for the accounts that have none, and write them into this file
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    new_profiles: Option<PathBuf>,
    /// Write the roster into this file, which only you can read, and not to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

/// From where a roster comes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Organization { unit: Option<String> },
    Sso,
    Profiles,
    Csv { file: PathBuf },
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("organization", unit)) if !unit.is_empty() => {
                Ok(Self::Organization { unit: Some(unit.to_owned()) })
            }
            Some(("csv", file)) if !file.is_empty() => Ok(Self::Csv { file: file.into() }),
            None if text == "organization" => Ok(Self::Organization { unit: None }),
            None if text == "sso" => Ok(Self::Sso),
            None if text == "profiles" => Ok(Self::Profiles),
            _ => Err("it is `organization`, `organization:UNIT`, `sso`, `profiles` or `csv:FILE`"
                .to_owned()),
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html>
fn role_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    let is_name = !text.is_empty() && text.len() <= 576 && text.chars().all(fits);
    if is_name { Ok(text.to_owned()) } else { Err("it is the name of a role".to_owned()) }
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    args.check()?;
    match &args.from {
        Source::Organization { unit } => {
            let session = Session::open(settings, false).await?;
            let role = args.role.as_deref().unwrap_or(ROLE);
            let destination = &session.workspace.destination;
            let asked = import::of_organization(destination, unit.as_deref(), role);
            let roster = session.reading(asked).await?;
            args.show(&session.screen, &roster)
        }
        Source::Sso => {
            let (screen, roster) = args.of_portal(settings).await?;
            args.show(&screen, &roster)
        }
        Source::Profiles => {
            let profiles = ListedProfile::all(&settings.destination).await?;
            args.show(&Screen::new(settings.screen), &import::of_profiles(&profiles))
        }
        Source::Csv { file } => {
            let rows = import::of_rows(&seats::read(file)?);
            args.show(&Screen::new(settings.screen), &rows)
        }
    }
}

impl Args {
    /// Refuses flags that have no effect with the source.
    fn check(&self) -> Result<()> {
        let unused = match self.from {
            Source::Sso => None,
            _ if self.new_profiles.is_some() => Some("new-profiles"),
            Source::Profiles | Source::Csv { .. } if self.role.is_some() => Some("role"),
            _ => None,
        };
        unused.map_or(Ok(()), |flag| {
            let message = format!("`--{flag}` has no effect with this `--from`");
            Err(Error::new(Code::CommandLine, message).hint(format!("leave out `--{flag}`")))
        })
    }

    async fn of_portal(&self, settings: &Settings) -> Result<(Arc<Screen>, Imported)> {
        let screen = Arc::new(Screen::new(settings.screen));
        let interrupt = interrupt::watch(screen.clone());
        let asked = Box::pin(async {
            let login = Login::open(&settings.destination, settings.access).await?;
            let profiles = ListedProfile::all(&settings.destination).await?;
            let new_profiles = self.new_profiles.is_some();
            let wanted = Wanted { role: self.role.as_deref(), new_profiles };
            import::of_portal(&login, &profiles, wanted).await
        });
        let roster = unless_interrupted(&screen, &interrupt, asked).await?;
        Ok((screen, roster))
    }

    fn show(&self, screen: &Screen, roster: &Imported) -> Result<Exit> {
        let rows = RosterRows(roster);
        if let Some(path) = &self.new_profiles {
            let sections: Vec<String> = roster.new_profiles.iter().map(NewProfile::text).collect();
            private_file::write(path, sections.join("\n"), self.force)?;
        }
        match &self.out {
            Some(path) => private_file::write(path, &(rows.text(false) + "\n"), self.force)?,
            None => screen.result(&rows),
        }
        screen.before(&RosterNotes(roster));
        if let (Some(path), false) = (&self.new_profiles, roster.new_profiles.is_empty()) {
            let path = quoted(&path.to_string_lossy());
            screen.say(&format!(
                "The new profiles are in `{path}`: append them with `cat {path} >> ~/.aws/config`."
            ));
        }
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read() {
        let of = |unit: Option<&str>| Source::Organization { unit: unit.map(str::to_owned) };
        for (text, source) in [
            ("organization", Some(of(None))),
            ("organization:ou-ab12-12345678", Some(of(Some("ou-ab12-12345678")))),
            ("organization:Courses/Cloud", Some(of(Some("Courses/Cloud")))),
            ("organization:", None),
            ("sso", Some(Source::Sso)),
            ("sso:x", None),
            ("csv:class.csv", Some(Source::Csv { file: "class.csv".into() })),
            ("csv:", None),
            ("csv", None),
            ("profiles", Some(Source::Profiles)),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), source, "{text}");
        }
    }
}
