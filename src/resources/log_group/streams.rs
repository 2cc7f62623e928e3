//! The tasks' lines in the log group.

use aws_sdk_cloudwatchlogs::{
    Client,
    types::{FilteredLogEvent, OrderBy, OutputLogEvent},
};

use crate::{
    aws::{Failure, call, operations::logs as op},
    error::{Code, Error, Result},
    resources::words::found,
};

/// CloudWatch's code for a missing log group or stream.
const ABSENT: &str = "ResourceNotFoundException";

/// The lines of a log group.
pub(crate) struct Logs<'a> {
    /// The client.
    pub(crate) client: &'a Client,
    /// The log group.
    pub(crate) group: &'a str,
}

/// A line that a task wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The time, in milliseconds since 1970.
    pub(crate) time: i64,
    /// The text, verbatim.
    pub(crate) text: String,
}

/// The position from which a stream is read.
#[derive(Clone, Debug)]
pub(crate) enum From {
    /// From the beginning.
    Start,
    /// This many lines before its end.
    Last(usize),
    /// The position of the next page, according to the previous one.
    Token(String),
}

/// Some lines, and the position of the next ones.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The lines, oldest first.
    pub(crate) lines: Vec<Line>,
    /// The token of the next page.
    pub(crate) next: Option<String>,
}

/// Returns the last part of a task's ARN, which is also the last part of its log stream's name.
pub(crate) fn id_of(task_arn: &str) -> Option<String> {
    task_arn.rsplit('/').next().map(str::to_owned)
}

impl Logs<'_> {
    /// Returns the log streams of the tasks, newest first.
    ///
    /// # Errors
    /// When there is no log group, or AWS returns an error.
    pub(crate) async fn streams(&self) -> Result<Vec<String>> {
        let list = self
            .client
            .describe_log_streams()
            .log_group_name(self.group)
            .order_by(OrderBy::LastEventTime)
            .descending(true);
        let answer = call(&op::DESCRIBE_LOG_STREAMS, list.send()).await;
        let answer = answer.map_err(|failure| self.explained(failure))?;
        let streams = answer.log_streams.unwrap_or_default();
        Ok(streams.into_iter().filter_map(|stream| stream.log_stream_name).collect())
    }

    /// Returns the lines of all streams that contain this text, which has no quotation marks, since
    /// a time (milliseconds since 1970): each with its stream, oldest first. CloudWatch searches.
    ///
    /// # Errors
    /// When there is no log group, or AWS returns an error.
    pub(crate) async fn containing(
        &self,
        text: &str,
        since: Option<i64>,
    ) -> Result<Vec<(String, Line)>> {
        let filter = self
            .client
            .filter_log_events()
            .log_group_name(self.group)
            // A phrase in quotation marks is taken as it is.
            .filter_pattern(format!("\"{text}\""))
            .set_start_time(since);
        let (mut found, mut next) = (Vec::new(), None);
        loop {
            let page = filter.clone().set_next_token(next);
            let answer = call(&op::FILTER_LOG_EVENTS, page.send()).await;
            let answer = answer.map_err(|failure| self.explained(failure))?;
            found.extend(answer.events.unwrap_or_default().into_iter().map(in_stream));
            // A page may be empty although more follow.
            next = answer.next_token;
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// Returns the error for a failure; a missing log group is said as such.
    fn explained(&self, failure: Failure) -> Error {
        if !failure.is(ABSENT) {
            return failure.into();
        }
        let message = format!("there is no log group `{}`", self.group);
        let hint = "`mysfits deploy part-3` creates it, with the backend that writes to it";
        failure.into_error(Code::Refused, message).hint(hint)
    }

    /// Returns a page of a stream, with only the lines since a time (milliseconds since 1970). A
    /// missing stream is empty.
    ///
    /// # Errors
    /// When AWS returns an error.
    pub(crate) async fn page(&self, stream: &str, from: From, since: Option<i64>) -> Result<Page> {
        let get = self
            .client
            .get_log_events()
            .log_group_name(self.group)
            .log_stream_name(stream)
            .set_start_time(since);
        let get = match from {
            From::Start => get.start_from_head(true),
            From::Last(count) => get.limit(limit(count)),
            From::Token(token) => get.start_from_head(true).next_token(token),
        };
        let answer = found(call(&op::GET_LOG_EVENTS, get.send()).await, &[ABSENT])?;
        let Some(answer) = answer else { return Ok(Page::default()) };
        let lines = answer.events.unwrap_or_default().into_iter().map(line).collect();
        Ok(Page { lines, next: answer.next_forward_token })
    }

    /// Returns at most this many of a task's last lines, oldest first.
    ///
    /// # Errors
    /// When there is no log group, or AWS returns an error.
    pub(crate) async fn last(&self, task: &str, count: usize) -> Result<Vec<String>> {
        let streams = self.streams().await?;
        let Some(stream) = streams.iter().find(|stream| stream.ends_with(task)) else {
            return Ok(Vec::new());
        };
        let page = self.page(stream, From::Last(count), None).await?;
        Ok(page.lines.into_iter().map(|line| line.text).collect())
    }
}

/// Returns how many lines to request: CloudWatch returns 10 000 at most.
fn limit(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).clamp(1, 10_000)
}

fn line(event: OutputLogEvent) -> Line {
    let text = event.message.unwrap_or_default().trim_end().to_owned();
    Line { time: event.timestamp.unwrap_or_default(), text }
}

fn in_stream(event: FilteredLogEvent) -> (String, Line) {
    let text = event.message.unwrap_or_default().trim_end().to_owned();
    let line = Line { time: event.timestamp.unwrap_or_default(), text };
    (event.log_stream_name.unwrap_or_default(), line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_task_ends_its_arn() {
        let arn = "arn:aws:ecs:eu-west-1:1:task/cluster/0123abcd";
        assert_eq!(id_of(arn).as_deref(), Some("0123abcd"));
    }
}
