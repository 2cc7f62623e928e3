//! `mysfits logs`: the backend's logs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{help::Example, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    operate::{TaskLogs, lines_of_request},
    report::LogLines,
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits logs --since 10m --tail 20", "The last lines of the last ten minutes"),
    Example::parsed(
        "mysfits logs --follow --local",
        "New lines as they come",
        "it ends with Ctrl-C only",
    ),
];

/// Show the backend's logs, one request a line; `--verbose` shows the lines as they were written
///
/// Times are UTC.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Keep printing new lines until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Show the previous task's logs
    #[arg(long, conflicts_with = "follow")]
    previous: bool,
    /// Show only the last lines, this many; with `--follow`, new ones too
    #[arg(long, short = 'n', value_name = "LINES", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    tail: Option<u16>,
    /// Only show lines newer than this, such as `90s`, `10m`, `2h`
    #[arg(long, value_name = "TIME", value_parser = span)]
    since: Option<Duration>,
    /// Only lines of the request with this id, which the site shows under the hood, from all tasks
    #[arg(long, value_name = "ID", conflicts_with_all = ["follow", "previous", "tail"], value_parser = request_id)]
    request: Option<String>,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    let session = Session::open(settings, false).await?;
    let since = args.since.and_then(|span| {
        let start = SystemTime::now().checked_sub(span)?.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(start.as_millis()).ok()
    });
    if let Some(request) = &args.request {
        return of_request(&session, request, since).await;
    }
    let tail = args.tail.map(usize::from);
    let mut logs = TaskLogs::find(&session.workspace, args.previous, since, tail).await?;
    let (mut wait, mut any) = (logs.wait(), false);
    loop {
        let (lines, at_end) = logs.next().await?;
        session.screen.result(&LogLines { stream: &logs.stream, lines: &lines });
        any |= !lines.is_empty();
        if at_end && !any && !args.follow {
            session.screen.say(&format!("there are no such lines in `{}`", logs.stream));
        }
        if (args.follow || !at_end) && !lines.is_empty() {
            wait = logs.wait();
        } else if at_end && (!args.follow || wait.pause("new lines").await.is_err()) {
            return Ok(Exit::Done);
        }
    }
}

/// Shows the lines of one request.
async fn of_request(session: &Session, request: &str, since: Option<i64>) -> Result<Exit> {
    let found = lines_of_request(&session.workspace, request, since);
    let found = session.reading(found).await?;
    for same in found.chunk_by(|(one, _), (next, _)| one == next) {
        let lines: Vec<_> = same.iter().map(|(_, line)| line.clone()).collect();
        session.screen.result(&LogLines { stream: &same[0].0, lines: &lines });
    }
    if found.is_empty() {
        session.screen.say(&format!(
            "there are no lines of the request `{request}`; on AWS they may be some seconds late, \
             and what API Gateway or Cognito answers by itself has none"
        ));
    }
    Ok(Exit::Done)
}

/// Parses the id of a request: what the backend takes for one, so that nothing else gets into a
/// filter.
fn request_id(text: &str) -> Result<String, &'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.=:;/+".contains(&byte);
    if (1..=128).contains(&text.len()) && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("an id of a request has letters, digits and `-_.=:;/+`, 128 at most")
    }
}

/// Parses a duration such as `90s`, `10m`, `2h`, `1d`.
fn span(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{text}` is not a duration; use a form like `90s`, `10m`, `2h` or `1d`");
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
    fn ids_of_requests() {
        for good in ["0123abcd", "Root=1-67891233-abc", "f3a3b6a0-8a1b-4c2f-9a11-1234567890ab"] {
            assert_eq!(request_id(good).as_deref(), Ok(good));
        }
        for bad in ["", "two words", "a\"b", "é", &"a".repeat(129)] {
            assert!(request_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times() {
        assert_eq!(span("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(span("2h"), Ok(Duration::from_hours(2)));
        for bad in ["", "10", "m", "1w", "-5m"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }
}
