//! `mysfits iam-policy`: the permissions that a role needs.

use std::path::{Path, PathBuf};

use super::{command_line::quoted, help::Example, settings::Settings};
use crate::{
    error::{Code, Error, Exit, Result},
    lab::AccountId,
    operate::policy::{Document, Policy, Role},
    report::{PolicyDocuments, Screen, WrittenPolicies},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits iam-policy student", "What a student needs for all parts"),
    Example::run(
        "mysfits iam-policy auditor --out policies",
        "A file for each policy, and the commands that create them",
    ),
];

/// Print the IAM policies that are needed to work on the lab
///
/// They are made from what the resources declare. AWS is not called and no credentials are needed: the
/// account is `*` unless `--account` names it, and the region is `*` unless it is set by `--region`,
/// `AWS_REGION` or `mysfits.toml`. `--lab` and `--bucket` narrow the names.
///
/// IAM permits 6144 characters in a policy, so there may be several: all of them are to be attached.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Whom it is for
    #[arg(value_enum, default_value = "operator")]
    role: Role,
    /// The account [default: any; with `--local`, the one in the local cloud]
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<AccountId>,
    /// Print only this one of several policies, as it is pasted into the console of IAM
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..))]
    part: Option<u8>,
    /// Write each policy into a file in this folder, and print the commands that create them
    #[arg(long, value_name = "FOLDER", conflicts_with = "part")]
    out: Option<PathBuf>,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    let screen = Screen::new(settings.screen);
    let policy = Policy::new(args.role, settings.extent(args.account.clone())?)?;
    if let Some(folder) = &args.out {
        let written = write(&policy, folder)?;
        screen.result(&WrittenPolicies(&written));
        return Ok(Exit::Done);
    }
    let count = policy.documents.len();
    let part = args.part.map(usize::from);
    if let Some(part) = part.filter(|part| *part > count) {
        let message = format!("there is no part {part} of {count}");
        return Err(Error::new(Code::CommandLine, message).hint("leave out `--part` to see all"));
    }
    screen.result(&PolicyDocuments { policy: &policy, part });
    if count > 1 && part.is_none() {
        screen.say(&format!(
            "These are {count} policies, to be attached together; `--part 1` prints the first, `--out \
             FOLDER` writes all of them"
        ));
    }
    Ok(Exit::Done)
}

/// Writes a file for each document. Returns the names in IAM, and the files as one types them.
fn write(policy: &Policy, folder: &Path) -> Result<Vec<(String, String)>> {
    let failed = |path: &Path, error: &std::io::Error| {
        Error::new(Code::Io, format!("`{}`: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let write = |(name, document): (String, &Document)| {
        let path = folder.join(format!("{name}.json"));
        let text = document.text() + "\n";
        std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
        Ok((name, quoted(&path.to_string_lossy())))
    };
    policy.named().map(write).collect()
}

fn account(text: &str) -> Result<AccountId, String> {
    let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| AccountId::new(text)).ok_or_else(|| "an account is twelve digits".to_owned())
}
