//! Asking before something is made that costs, or taken down for good.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::{
    error::{Code, Error, Result},
    settings::Settings,
    target::AccountId,
};

/// Asks whether to go on.
pub(super) fn go_on(settings: &Settings) -> Result<()> {
    if settings.yes || matches!(ask("Go on? [y/N] ")?.to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(declined())
}

/// Asks for the account's number to be typed: nobody types the wrong one by habit.
pub(super) fn type_account(settings: &Settings, account: &AccountId) -> Result<()> {
    let question = format!("Type the account id ({account}) to remove all of this: ");
    if settings.yes || ask(&question)? == account.as_str() {
        return Ok(());
    }
    Err(declined())
}

fn declined() -> Error {
    Error::new(Code::Declined, Code::Declined.entry().title)
}

/// The question goes to standard error, because standard output is for results.
fn ask(question: &str) -> Result<String> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::new(Code::NoTerminal, Code::NoTerminal.entry().title));
    }
    let wrong = |error: std::io::Error| Error::new(Code::Io, error.to_string());
    let mut terminal = std::io::stderr();
    terminal.write_all(question.as_bytes()).and_then(|()| terminal.flush()).map_err(wrong)?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(wrong)?;
    Ok(answer.trim().to_owned())
}
