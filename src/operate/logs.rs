//! The backend's logs: the lines of one task, as they arrive, or those of one request.

use std::time::Duration;

use super::Workspace;
use crate::{
    destination::Lazy,
    engine::Wait,
    error::{Code, Error, Result},
    resources::{
        log_group::streams::{From, Line, Logs},
        service::tasks::current_task,
    },
};

/// How long to wait for the next line: until interrupted, in effect.
const FOR_EVER: Duration = Duration::from_hours(365 * 24);

/// The log lines of a task.
pub(crate) struct TaskLogs<'a> {
    client: Lazy<aws_sdk_cloudwatchlogs::Client>,
    /// The log stream that contains them.
    pub(crate) stream: String,
    /// Only lines after this time, in milliseconds since 1970.
    since: Option<i64>,
    from: From,
    workspace: &'a Workspace,
}

impl<'a> TaskLogs<'a> {
    /// Finds the lines of the current or the previous task: all of them, or only this many of the
    /// last ones and those that follow.
    ///
    /// # Errors
    /// When there is no such task, or an AWS call fails.
    pub(crate) async fn find(
        workspace: &'a Workspace,
        previous: bool,
        since: Option<i64>,
        tail: Option<usize>,
    ) -> Result<Self> {
        let client = workspace.destination.client();
        let logs = Logs { client: &client, group: &workspace.names.log_group };
        let stream = choose(workspace, &logs, previous).await?;
        let from = tail.map_or(From::Start, From::Last);
        Ok(Self { client, stream, since, from, workspace })
    }

    /// Returns the next lines, and whether they are the last ones so far.
    ///
    /// # Errors
    /// When an AWS call fails.
    pub(crate) async fn next(&mut self) -> Result<(Vec<Line>, bool)> {
        let logs = Logs { client: &self.client, group: &self.workspace.names.log_group };
        let page = logs.page(&self.stream, self.from.clone(), self.since).await?;
        let at_end = match (&self.from, &page.next) {
            // The token stays the same at the end of a stream.
            (From::Token(token), Some(next)) => token == next,
            (From::Last(_), _) | (_, None) => true,
            (From::Start, Some(_)) => false,
        };
        if let Some(next) = page.next {
            self.from = From::Token(next);
        }
        Ok((page.lines, at_end))
    }

    /// Returns a wait for new lines, which ends when the user asks to stop.
    pub(crate) fn wait(&self) -> Wait<'a> {
        Wait::new(&self.workspace.interrupt, FOR_EVER)
    }
}

/// Returns the lines of a request, whichever task has served it, since a time (milliseconds since
/// 1970): each with its stream, oldest first.
///
/// # Errors
/// When an AWS call fails.
pub(crate) async fn lines_of_request(
    workspace: &Workspace,
    request: &str,
    since: Option<i64>,
) -> Result<Vec<(String, Line)>> {
    let client = workspace.destination.client();
    let logs = Logs { client: &client, group: &workspace.names.log_group };
    logs.containing(request, since).await
}

/// Returns the stream of the current or the previous task.
async fn choose(workspace: &Workspace, logs: &Logs<'_>, previous: bool) -> Result<String> {
    let mut streams = logs.streams().await?;
    let current = current_task(&workspace.destination, &workspace.names).await?;
    let is_current =
        |stream: &String| current.as_ref().is_some_and(|current| stream.ends_with(current));
    if previous {
        streams.retain(|stream| !is_current(stream));
    } else if let Some(place) = streams.iter().position(is_current) {
        return Ok(streams.swap_remove(place));
    }
    let which = if previous { "no earlier task has run" } else { "no task has written yet" };
    streams.into_iter().next().ok_or_else(|| Error::new(Code::NoTask, which))
}
