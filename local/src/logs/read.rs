//! `GetLogEvents`: the events of one stream, page by page in both directions.

use serde_json::{Value, json};

use super::{Logs, events::Event, groups::limit, names};
use crate::{
    place::Place,
    protocol::input::{Input, invalid},
    service::AwsError,
};

const LARGEST_PAGE: u64 = 10_000;

/// Where a page is: from this index on, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Forward(usize),
    Backward(usize),
}

impl Token {
    fn parse(text: &str) -> Result<Self, AwsError> {
        let unfit = || invalid("The specified nextToken is invalid.");
        let (direction, index) = text.split_once('/').ok_or_else(unfit)?;
        let index = index.parse().map_err(|_| unfit())?;
        match direction {
            "f" => Ok(Self::Forward(index)),
            "b" => Ok(Self::Backward(index)),
            _ => Err(unfit()),
        }
    }

    fn text(self) -> String {
        match self {
            Self::Forward(index) => format!("f/{index:056}"),
            Self::Backward(index) => format!("b/{index:056}"),
        }
    }
}

pub(super) fn get_events(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let events = logs.stream_events(place, names::group(input)?, input.needed("logStreamName")?)?;
    let limit = limit(input, LARGEST_PAGE)?;
    let span = span(input, &events);
    let token = match input.text("nextToken") {
        Some(token) => Token::parse(token)?,
        None if input.flag("startFromHead") => Token::Forward(span.start),
        None => Token::Backward(span.end),
    };
    let page = match token {
        Token::Forward(from) => {
            let from = from.clamp(span.start, span.end);
            from..(from + limit).min(span.end)
        }
        Token::Backward(to) => {
            let to = to.clamp(span.start, span.end);
            to.saturating_sub(limit).max(span.start)..to
        }
    };
    let found: Vec<Value> = events[page.clone()].iter().map(described).collect();
    Ok(json!({
        "events": found,
        // At an end the token of that direction stays the same, which is how callers know.
        "nextForwardToken": Token::Forward(page.end).text(),
        "nextBackwardToken": Token::Backward(page.start).text(),
    }))
}

/// Returns the events between `startTime` and, exclusive, `endTime`.
fn span(input: Input<'_>, events: &[Event]) -> std::ops::Range<usize> {
    let before = |time: u64| events.partition_point(|event| event.timestamp < time);
    let start = input.number("startTime").map_or(0, before);
    let end = input.number("endTime").map_or(events.len(), before);
    start..end.max(start)
}

fn described(event: &Event) -> Value {
    json!({
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingested,
    })
}
