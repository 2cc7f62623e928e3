//! `mysfits completions` and `mysfits man`: what a shell and `man` need, generated from the declaration
//! of the command line. They read no settings, and call nothing.

use std::{fs, io, path::PathBuf};

use clap::ValueHint;
use clap_complete::Shell;
use clap_mangen::Man as Page;

use super::{command_line::command, help::Example};
use crate::{
    error::{Code, Error, Exit, Result},
    report::print,
};

/// The examples of `completions` in the help.
pub(super) const COMPLETIONS: &[Example] = &[
    Example::run(
        "mysfits completions bash",
        "For `source <(mysfits completions bash)` in ~/.bashrc",
    ),
    Example::run("mysfits completions fish", "For ~/.config/fish/completions/mysfits.fish"),
];

/// The examples of `man`.
pub(super) const MAN: &[Example] = &[
    Example::run("mysfits man", "For `mysfits man | man -l -`"),
    Example::run("mysfits man --out man1", "A page for each command"),
];

/// Print a script that completes commands in a shell
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

/// Prints the script for a shell.
pub(super) fn completions(args: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "mysfits", &mut script);
    print(String::from_utf8_lossy(&script).trim_end());
    Exit::Done
}

/// Prints the manual page, or writes those of all commands.
///
/// # Errors
/// When a page cannot be written.
pub(super) fn manual(args: &Man) -> Result<Exit> {
    if let Some(folder) = &args.out {
        let written =
            fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command(), folder));
        written.map_err(|error| {
            Error::new(
                Code::Io,
                format!("cannot write manual pages to {}: {error}", folder.display()),
            )
        })?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    // There are no pages about `help`.
    let command = command().disable_help_subcommand(true);
    let rendered: io::Result<()> = Page::new(command).render(&mut page);
    rendered.map_err(|error| Error::new(Code::Io, format!("no manual page: {error}")))?;
    print(String::from_utf8_lossy(&page).trim_end());
    Ok(Exit::Done)
}
