//! Asks for confirmation before costs arise or something is removed for good.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use futures::FutureExt as _;

use super::workspace::Session;
use crate::{
    destination::AskCode,
    engine::Interrupt,
    error::{Code, Error, Result},
    operate::{Survey, resources},
    report::Screen,
};

/// Asks whether to deploy what the plan shows.
pub(super) async fn deployment(session: &Session, survey: &Survey) -> Result<()> {
    let changes = survey.rows.iter().filter(|row| !row.seen.is_ready()).count();
    let (destination, dollars) = (&survey.destination, survey.dollars_when_ready());
    let lab = &survey.lab.name;
    yes_or_no(
        session,
        format!(
            "Change {} of lab `{lab}` in {destination}, for about ${dollars:.2} a day? [y/N] ",
            resources(changes)
        ),
    )
    .await
}

/// Asks whether to remove what was shown. On AWS the user has to type the account's number, which
/// nobody gets wrong out of habit.
pub(super) async fn removal(session: &Session, survey: &Survey) -> Result<()> {
    let count = survey.rows.iter().filter(|row| row.would_go()).count();
    let what =
        format!("{} of lab `{}` in {}", resources(count), survey.lab.name, survey.destination);
    if !session.workspace.destination.costs_money() {
        return yes_or_no(session, format!("Remove {what}? [y/N] ")).await;
    }
    let account = session.workspace.destination.account.as_str();
    let question = format!("Type the account id ({account}) to remove {what}: ");
    if session.yes || ask(session, question).await? == account {
        return Ok(());
    }
    Err(declined())
}

/// Asks whether to work on a class that was shown. The user has to type the number of its labs, which
/// nobody gets right without having looked.
pub(super) async fn class(
    screen: &Screen,
    interrupt: &Interrupt,
    yes: bool,
    count: usize,
) -> Result<()> {
    let question = format!("Type the number of labs ({count}) to continue with all of them: ");
    if yes || answer(screen, interrupt, question).await? == count.to_string() {
        return Ok(());
    }
    Err(declined())
}

/// Returns how to ask for the code of an MFA device; `None` without a terminal.
pub(super) fn mfa_code() -> Option<AskCode> {
    let ask = |device: String| {
        let question = format!("Code of the MFA device {device}: ");
        let asked = async move {
            let code = read(question).await?;
            if code.is_empty() {
                return Err(Error::new(Code::Mfa, "no code was given"));
            }
            Ok(code)
        };
        asked.boxed()
    };
    std::io::stdin().is_terminal().then(|| AskCode::new(ask))
}

async fn yes_or_no(session: &Session, question: String) -> Result<()> {
    let yes = |answer: &str| matches!(answer.to_lowercase().as_str(), "y" | "yes");
    if session.yes || yes(&ask(session, question).await?) {
        return Ok(());
    }
    Err(declined())
}

fn declined() -> Error {
    Error::new(Code::Declined, Code::Declined.entry().title)
}

/// Waits for an answer, or for Ctrl-C.
async fn ask(session: &Session, question: String) -> Result<String> {
    answer(&session.screen, &session.interrupt, question).await
}

async fn answer(screen: &Screen, interrupt: &Interrupt, question: String) -> Result<String> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::new(Code::NoTerminal, Code::NoTerminal.entry().title));
    }
    let interrupted = || Error::new(Code::Interrupted, "interrupted; nothing was done").no_hint();
    let _at_rest = screen.at_rest();
    tokio::select! {
        answer = read(question) => answer,
        () = interrupt.wait() => Err(interrupted()),
    }
}

/// Reading from a terminal blocks, and cannot be cancelled; the process ends without it.
async fn read(question: String) -> Result<String> {
    let answer = tokio::task::spawn_blocking(move || read_answer(&question)).await;
    let answer = answer.map_err(std::io::Error::other).and_then(|answer| answer);
    answer.map_err(|error| Error::new(Code::Io, error.to_string()))
}

/// The question goes to standard error, because standard output is for results.
fn read_answer(question: &str) -> std::io::Result<String> {
    let mut terminal = std::io::stderr();
    terminal.write_all(question.as_bytes())?;
    terminal.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}
