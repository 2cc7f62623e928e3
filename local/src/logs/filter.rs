//! `FilterLogEvents`: the events of many streams in the order of their times.

use serde_json::{Value, json};

use super::{
    Logs,
    groups::{limit, with_token},
    names,
    pattern::Pattern,
};
use crate::{
    place::Place,
    protocol::{
        input::{Input, invalid},
        page::page,
    },
    service::AwsError,
};

const LARGEST_PAGE: u64 = 10_000;

pub(super) fn filter_events(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let group = names::group(input)?;
    let limit = limit(input, LARGEST_PAGE)?;
    let pattern = Pattern::parse(input.text("filterPattern").unwrap_or_default())?;
    let start = input.number("startTime").unwrap_or(0);
    let end = input.number("endTime").unwrap_or(u64::MAX);
    let mut found = Vec::new();
    for stream in streams(logs, place, group, input)? {
        for (index, event) in logs.stream_events(place, group, &stream)?.into_iter().enumerate() {
            if (start..=end).contains(&event.timestamp) && pattern.matches(&event.message) {
                let id = format!("{:020}{index:036}", event.timestamp);
                let key = format!("{:020}/{index:012}/{stream}", event.timestamp);
                found.push((
                    key,
                    json!({
                        "eventId": id,
                        "logStreamName": stream,
                        "timestamp": event.timestamp,
                        "message": event.message,
                        "ingestionTime": event.ingested,
                    }),
                ));
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let (found, next) = page(found, |(key, _)| key.clone(), input.text("nextToken"), limit);
    let events: Vec<Value> = found.into_iter().map(|(_, event)| event).collect();
    Ok(with_token(json!({ "events": events, "searchedLogStreams": [] }), next))
}

/// Returns the streams to search.
fn streams(
    logs: &Logs,
    place: &Place,
    group: &str,
    input: Input<'_>,
) -> Result<Vec<String>, AwsError> {
    let (names, prefix) = (input.texts("logStreamNames"), input.text("logStreamNamePrefix"));
    if !names.is_empty() && prefix.is_some() {
        return Err(invalid(
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
        ));
    }
    let all: Vec<String> =
        logs.group(place, group, |group| group.streams.keys().cloned().collect())?;
    if let Some(absent) = names.iter().find(|name| !all.iter().any(|known| known == *name)) {
        return Err(super::not_found(&format!(
            "The specified log stream does not exist: {absent}"
        )));
    }
    let wanted = |name: &String| {
        (names.is_empty() || names.contains(&name.as_str()))
            && name.starts_with(prefix.unwrap_or_default())
    };
    Ok(all.into_iter().filter(wanted).collect())
}
