//! The operations on log streams, and how events come into them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Logs, exists,
    groups::{limit, with_token},
    names, no_stream,
    state::Stream,
};
use crate::{
    place::Place,
    protocol::{
        constraint,
        input::{Input, invalid},
        page::page,
    },
    service::AwsError,
    times::{self, Millis},
};

const LARGEST_PAGE: u64 = 50;
/// How many events and bytes a call may bring; each event counts for 26 bytes more than its text.
const MOST_EVENTS: usize = 10_000;
const MOST_BYTES: usize = 1_048_576;
const EVENT_OVERHEAD: usize = 26;
/// Events older or newer than this are not taken.
const OLDEST: Duration = Duration::from_hours(14 * 24);
const NEWEST: Duration = Duration::from_hours(2);

pub(super) fn create(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (group, name) = (input.needed("logGroupName")?, input.needed("logStreamName")?);
    names::check_stream(name)?;
    logs.change_group(place, group, |group| {
        if group.streams.contains_key(name) {
            return Err(exists("The specified log stream already exists"));
        }
        group.streams.insert(name.to_owned(), Stream::new());
        Ok(json!({}))
    })
}

pub(super) fn delete(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (group, name) = (input.needed("logGroupName")?, input.needed("logStreamName")?);
    let stream =
        logs.change_group(place, group, |group| group.streams.remove(name).ok_or_else(no_stream))?;
    logs.events.remove(&stream.file);
    Ok(json!({}))
}

pub(super) fn describe(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let group = names::group(input)?;
    let prefix = input.text("logStreamNamePrefix").unwrap_or_default();
    let by_time = match input.text("orderBy") {
        None | Some("LogStreamName") => false,
        Some("LastEventTime") => true,
        Some(other) => {
            let rule = "satisfy enum value set: [LogStreamName, LastEventTime]";
            return Err(invalid(&constraint::unmet(other, "orderBy", rule)));
        }
    };
    if by_time && !prefix.is_empty() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let limit = limit(input, LARGEST_PAGE)?;
    let streams = logs.group(place, group, |group| group.streams.clone())?;
    let streams = streams.into_iter().filter(|(name, _)| name.starts_with(prefix));
    let mut found = Vec::new();
    for (name, stream) in streams {
        let described = logs.described(place, group, &name, &stream)?;
        let last = if by_time { described["lastEventTimestamp"].as_u64().unwrap_or(0) } else { 0 };
        found.push((format!("{last:020}/{name}"), described));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let token = input.text("nextToken");
    let (found, next) = if input.flag("descending") {
        // Pages go by ascending keys; those of a descending order are turned round with it.
        let rest = found
            .into_iter()
            .rev()
            .skip_while(|(key, _)| token.is_some_and(|token| key.as_str() >= token));
        page(rest, |(key, _)| key.clone(), None, limit)
    } else {
        page(found, |(key, _)| key.clone(), token, limit)
    };
    let described: Vec<Value> = found.into_iter().map(|(_, described)| described).collect();
    Ok(with_token(json!({ "logStreams": described }), next))
}

impl Logs {
    fn described(
        &self,
        place: &Place,
        group: &str,
        name: &str,
        stream: &Stream,
    ) -> Result<Value, AwsError> {
        let mut described = json!({
            "logStreamName": name,
            "creationTime": stream.created,
            "arn": format!("{}:log-stream:{name}", names::arn(place, group)),
            "uploadSequenceToken": SEQUENCE_TOKEN,
            "storedBytes": 0,
        });
        let events = self.events.read(&stream.file)?;
        if let (Some(first), Some(last)) = (events.first(), events.last()) {
            let ingested = events.iter().map(|event| event.ingested).max();
            described["firstEventTimestamp"] = first.timestamp.into();
            described["lastEventTimestamp"] = last.timestamp.into();
            described["lastIngestionTime"] = ingested.into();
        }
        Ok(described)
    }
}

/// Sequence tokens are accepted and returned, but no longer mean anything.
const SEQUENCE_TOKEN: &str = "49590302938479123456789012345678901234567890123456789012";

pub(super) fn put_events(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (group, stream) = (input.needed("logGroupName")?, input.needed("logStreamName")?);
    let events = events_of(input)?;
    let file = logs.stream_file(place, group, stream)?;
    let now = times::now();
    let oldest = now.saturating_sub(times::after(0, OLDEST));
    let newest = times::after(now, NEWEST);
    let too_old = events.partition_point(|(time, _)| *time < oldest);
    let too_new = events.partition_point(|(time, _)| *time <= newest);
    logs.events.append(&file, &events[too_old..too_new.max(too_old)])?;
    let mut answer = json!({ "nextSequenceToken": SEQUENCE_TOKEN });
    if too_old > 0 {
        answer["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"] = too_old.into();
    }
    if too_new < events.len() {
        answer["rejectedLogEventsInfo"]["tooNewLogEventStartIndex"] = too_new.into();
    }
    Ok(answer)
}

fn events_of(input: Input<'_>) -> Result<Vec<(Millis, String)>, AwsError> {
    let mut events = Vec::new();
    let mut bytes = 0;
    for event in input.parts("logEvents") {
        let message = event.needed("message")?;
        let time =
            event.number("timestamp").ok_or_else(|| invalid("An event needs a timestamp."))?;
        bytes += message.len() + EVENT_OVERHEAD;
        events.push((time, message.to_owned()));
    }
    if events.is_empty() || events.len() > MOST_EVENTS {
        return Err(invalid("There must be from 1 to 10000 log events in a batch."));
    }
    if bytes > MOST_BYTES {
        return Err(invalid(&format!(
            "Upload too large: {bytes} bytes exceeds limit of {MOST_BYTES}"
        )));
    }
    if !events.is_sorted_by_key(|(time, _)| *time) {
        return Err(invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    Ok(events)
}
