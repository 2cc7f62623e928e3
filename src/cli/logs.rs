//! `mysfits logs`: what the backend wrote.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::session::Session;
use crate::{
    engine::Wait,
    error::{Code, Error, Exit, Result},
    resources::task_logs::{Logs, current_task},
};

/// How long `--follow` may wait for the next line: until it is stopped, in effect.
const FOR_EVER: Duration = Duration::from_hours(365 * 24);

/// Show what the backend wrote
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Go on showing new lines until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Show the task that ran before the present one
    #[arg(long, conflicts_with = "follow")]
    previous: bool,
    /// Only lines of the last while, such as `90s`, `10m`, `2h`
    #[arg(long, value_name = "TIME", value_parser = span)]
    since: Option<Duration>,
}

pub(super) async fn run(session: &Session, args: &Args) -> Result<Exit> {
    let client = session.target.logs();
    let logs = Logs { client: &client, group: &session.names.log_group };
    let stream = choose(session, &logs, args.previous).await?;
    let since = args.since.and_then(|span| {
        let start = SystemTime::now().checked_sub(span)?.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(start.as_millis()).ok()
    });
    let mut token = None;
    let mut wait = Wait::new(&session.interrupt, FOR_EVER);
    loop {
        let page = logs.page(&stream, token.clone(), since).await?;
        let new = !page.lines.is_empty();
        session.screen.log_lines(&page.lines);
        // The token stays the same at the end of a stream.
        let at_end = page.next.is_none() || page.next == token;
        token = page.next.or(token);
        if new {
            wait = Wait::new(&session.interrupt, FOR_EVER);
        } else if at_end && (!args.follow || wait.pause("new lines").await.is_err()) {
            return Ok(Exit::Done);
        }
    }
}

/// The stream of the present task, or of the one before it.
async fn choose(session: &Session, logs: &Logs<'_>, previous: bool) -> Result<String> {
    let mut streams = logs.streams().await?;
    let current = current_task(&session.target, &session.names).await?;
    let is_current =
        |stream: &String| current.as_ref().is_some_and(|current| stream.ends_with(current));
    if previous {
        streams.retain(|stream| !is_current(stream));
    } else if let Some(place) = streams.iter().position(is_current) {
        return Ok(streams.swap_remove(place));
    }
    let which =
        if previous { "no task ran before the present one" } else { "no task has written yet" };
    streams.into_iter().next().ok_or_else(|| {
        Error::new(Code::Refused, which).hint("`mysfits status part-3` shows what is there")
    })
}

/// A time such as `90s`, `10m`, `2h`, `1d`.
fn span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time; write it like `90s`, `10m`, `2h` or `1d`");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok());
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    Ok(Duration::from_secs(seconds) * number.ok_or_else(wrong)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(span("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(span("2h"), Ok(Duration::from_hours(2)));
        for bad in ["", "10", "m", "1w", "-5m"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }
}
