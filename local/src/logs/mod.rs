//! CloudWatch Logs: groups, streams and their events. Groups and streams are kept in the state, the
//! events of each stream in a file of its own.

mod absent;
mod access;
mod events;
mod filter;
mod groups;
mod names;
mod pattern;
mod provider;
mod read;
mod state;
mod streams;
mod tags;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use http::StatusCode;

use crate::{
    absent::Absent,
    authorize::Access,
    open::OpenError,
    place::Place,
    protocol::{
        Protocol,
        input::invalid,
        json::Dialect,
        operations::{OnJson, Operation, Tabled, change, look},
        tokens::Foreign,
    },
    regional::Regional,
    service::{AwsError, Summary, Tagged},
    times::Millis,
};
use events::{Event, Events};
use state::{Group, Groups, Stream};

const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
    target: "Logs_20140328",
    content_type: "application/x-amz-json-1.1",
    error_prefix: "",
});

const OPERATIONS: &[Operation<OnJson<Logs>>] = &[
    change("CreateLogGroup", groups::create),
    change("DeleteLogGroup", groups::delete),
    look("DescribeLogGroups", groups::describe),
    change("PutRetentionPolicy", groups::put_retention),
    change("DeleteRetentionPolicy", groups::delete_retention),
    change("TagResource", tags::tag),
    change("UntagResource", tags::untag),
    look("ListTagsForResource", tags::list),
    change("TagLogGroup", tags::tag_group),
    change("UntagLogGroup", tags::untag_group),
    look("ListTagsLogGroup", tags::list_group),
    change("CreateLogStream", streams::create),
    change("DeleteLogStream", streams::delete),
    look("DescribeLogStreams", streams::describe),
    change("PutLogEvents", streams::put_events),
    look("GetLogEvents", read::get_events),
    look("FilterLogEvents", filter::filter_events),
];

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Logs {
    groups: Arc<Regional<Groups>>,
    events: Arc<Events>,
}

impl Logs {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        let groups = Arc::new(Regional::open(folder.join("groups"))?);
        Ok(Self { groups, events: Arc::new(Events::open(folder.join("events"))?) })
    }

    /// Returns whether there is such a log group.
    pub(crate) fn has_group(&self, place: &Place, group: &str) -> bool {
        self.group(place, group, |_| ()).is_ok()
    }

    /// Writes the lines of a task into its stream, which is created if missing.
    pub(crate) fn append(
        &self,
        place: &Place,
        group: &str,
        stream: &str,
        lines: &[(Millis, String)],
    ) -> Result<(), AwsError> {
        let known = self.group(place, group, |group| group.streams.contains_key(stream))?;
        if !known {
            self.change_group(place, group, |group| {
                group.streams.entry(stream.to_owned()).or_insert_with(Stream::new);
                Ok(())
            })?;
        }
        let file = self.stream_file(place, group, stream)?;
        self.events.append(&file, lines)
    }

    /// Looks at a group.
    fn group<R>(
        &self,
        place: &Place,
        name: &str,
        look: impl FnOnce(&Group) -> R,
    ) -> Result<R, AwsError> {
        self.groups.look_at(place, name, no_group, look)
    }

    /// Changes a group.
    fn change_group<R>(
        &self,
        place: &Place,
        name: &str,
        change: impl FnOnce(&mut Group) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        self.groups.change_one(place, name, no_group, change)
    }

    /// Returns the name of the file that holds a stream's events.
    fn stream_file(&self, place: &Place, group: &str, stream: &str) -> Result<String, AwsError> {
        let file = |group: &Group| group.streams.get(stream).map(|stream| stream.file.clone());
        self.group(place, group, file)?.ok_or_else(no_stream)
    }

    /// Returns the events of a stream that are not older than the group keeps them.
    fn stream_events(
        &self,
        place: &Place,
        group: &str,
        stream: &str,
    ) -> Result<Vec<Event>, AwsError> {
        let file = self.stream_file(place, group, stream)?;
        let oldest = self.group(place, group, Group::oldest_kept)?;
        let mut events = self.events.read(&file)?;
        events.retain(|event| event.timestamp >= oldest);
        Ok(events)
    }
}

impl Tabled for Logs {
    const NAME: &'static str = "logs";
    const PROTOCOL: Protocol = PROTOCOL;
    const OPERATIONS: &'static [Operation<Self::Handler>] = OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const SUMMARY: Summary = Summary {
        title: "CloudWatch Logs",
        real: "Log groups, streams, their events and retention, and filter patterns of terms. Tasks of \
               ECS write here.",
        refused: "Filter patterns over JSON, columns or regular expressions, Logs Insights, metric \
                  filters, and subscriptions.",
    };

    type Handler = OnJson<Self>;

    fn foreign_token(_: &Foreign) -> AwsError {
        invalid("The specified nextToken is invalid.")
    }

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        self.groups.tagged(place, |name, group| Tagged {
            arn: names::arn(place, name),
            tags: group.tags.clone(),
        })
    }
}

fn no_group() -> AwsError {
    not_found("The specified log group does not exist.")
}

fn no_stream() -> AwsError {
    not_found("The specified log stream does not exist.")
}

fn not_found(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "ResourceNotFoundException", message)
}

fn exists(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "ResourceAlreadyExistsException", message)
}
