//! What the tasks wrote: their lines in the log group.

use aws_sdk_cloudwatchlogs::{
    Client,
    types::{OrderBy, OutputLogEvent},
};

use crate::{
    aws::call,
    error::{Code, Error, Result},
    lab::Names,
    target::Target,
};

/// The lines of a log group.
pub(crate) struct Logs<'a> {
    /// The client.
    pub(crate) client: &'a Client,
    /// The log group.
    pub(crate) group: &'a str,
}

/// One line, and where to read on.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The lines, oldest first.
    pub(crate) lines: Vec<String>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

/// The last part of a task's ARN, which ends the name of its log stream too.
pub(crate) fn id_of(task_arn: &str) -> Option<String> {
    task_arn.rsplit('/').next().map(str::to_owned)
}

impl Logs<'_> {
    /// The log streams of the tasks, the newest first.
    pub(crate) async fn streams(&self) -> Result<Vec<String>> {
        let list = self
            .client
            .describe_log_streams()
            .log_group_name(self.group)
            .order_by(OrderBy::LastEventTime)
            .descending(true);
        let answer = match call("logs DescribeLogStreams", list.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => {
                let message = format!("there is no log group `{}`", self.group);
                return Err(failure
                    .into_error(Code::Refused, message)
                    .hint("`mysfits deploy part-3` makes it, with the backend that writes to it"));
            }
            other => other?,
        };
        let streams = answer.log_streams.unwrap_or_default();
        Ok(streams.into_iter().filter_map(|stream| stream.log_stream_name).collect())
    }

    /// A page of a stream: from the token on, or from a time (milliseconds since 1970), or from the
    /// beginning.
    pub(crate) async fn page(
        &self,
        stream: &str,
        token: Option<String>,
        since: Option<i64>,
    ) -> Result<Page> {
        let get = self
            .client
            .get_log_events()
            .log_group_name(self.group)
            .log_stream_name(stream)
            .start_from_head(true)
            .set_start_time(since)
            .set_next_token(token);
        let answer = match call("logs GetLogEvents", get.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => return Ok(Page::default()),
            other => other?,
        };
        let lines = answer.events.unwrap_or_default().into_iter().map(text).collect();
        Ok(Page { lines, next: answer.next_forward_token })
    }

    /// The last lines of a task, oldest first.
    pub(crate) async fn last(&self, task: &str, count: usize) -> Result<Vec<String>> {
        let streams = self.streams().await?;
        let Some(stream) = streams.iter().find(|stream| stream.ends_with(task)) else {
            return Ok(Vec::new());
        };
        let get = self
            .client
            .get_log_events()
            .log_group_name(self.group)
            .log_stream_name(stream)
            .limit(i32::try_from(count).unwrap_or(i32::MAX));
        let answer = call("logs GetLogEvents", get.send()).await?;
        Ok(answer.events.unwrap_or_default().into_iter().map(text).collect())
    }
}

fn text(event: OutputLogEvent) -> String {
    event.message.unwrap_or_default().trim_end().to_owned()
}

/// The task that runs in the service now; the newest, while one replaces another.
///
/// # Errors
/// When no task of the service is there.
pub(crate) async fn current_task(target: &Target, names: &Names) -> Result<Option<String>> {
    let list = target.ecs().list_tasks().cluster(&names.cluster).service_name(&names.service);
    let answer = match call("ecs ListTasks", list.send()).await {
        Err(failure)
            if failure.is_any(&["ClusterNotFoundException", "ServiceNotFoundException"]) =>
        {
            return Err(Error::new(
                Code::Refused,
                format!("there is no service `{}`", names.service),
            )
            .hint("`mysfits deploy part-3` makes it"));
        }
        other => other?,
    };
    Ok(answer.task_arns().first().and_then(|arn| id_of(arn)))
}
