//! The operations on log groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Logs, exists, names, no_group, state::Group};
use crate::{
    place::Place,
    protocol::{
        constraint,
        input::{Input, invalid},
        page::page,
    },
    service::AwsError,
    times,
};

/// For how many days events can be kept.
const RETENTIONS: [u64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];
const LARGEST_PAGE: u64 = 50;
const CLASSES: [&str; 3] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];

pub(super) fn create(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    logs.create_group(place, input.needed("logGroupName")?, group_of(input)?)?;
    Ok(json!({}))
}

fn group_of(input: Input<'_>) -> Result<Group, AwsError> {
    let class = input.text("logGroupClass").unwrap_or(CLASSES[0]);
    if !CLASSES.contains(&class) {
        return Err(invalid(&format!("'{class}' is no log group class.")));
    }
    Ok(Group {
        created: times::now(),
        retention: None,
        class: class.to_owned(),
        tags: super::tags::of(input.value("tags"))?,
        streams: BTreeMap::new(),
        token: None,
    })
}

impl Logs {
    /// Creates a group for a task that may create one.
    pub(crate) fn make_group(&self, place: &Place, name: &str) -> Result<(), AwsError> {
        self.create_group(place, name, group_of(Input(&Value::Null))?)
    }

    /// Creates a group.
    pub(super) fn create_group(
        &self,
        place: &Place,
        name: &str,
        group: Group,
    ) -> Result<(), AwsError> {
        names::check_group(name)?;
        self.groups.of(place)?.try_change(|groups| {
            if groups.contains_key(name) {
                return Err(exists("The specified log group already exists"));
            }
            groups.insert(name.to_owned(), group);
            Ok(())
        })?
    }

    /// Deletes a group with its streams and their events.
    pub(super) fn delete_group(&self, place: &Place, name: &str) -> Result<(), AwsError> {
        let groups = self.groups.of(place)?;
        let group = groups.try_change(|groups| groups.remove(name).ok_or_else(no_group))??;
        group.streams.values().for_each(|stream| self.events.remove(&stream.file));
        Ok(())
    }
}

pub(super) fn delete(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.delete_group(place, Input(input).needed("logGroupName")?)?;
    Ok(json!({}))
}

pub(super) fn describe(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (prefix, pattern) = (input.text("logGroupNamePrefix"), input.text("logGroupNamePattern"));
    if prefix.is_some() && pattern.is_some() {
        return Err(invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let limit = limit(input, LARGEST_PAGE)?;
    let pattern = pattern.unwrap_or_default().to_lowercase();
    let wanted = |name: &str| {
        name.starts_with(prefix.unwrap_or_default()) && name.to_lowercase().contains(&pattern)
    };
    let groups = logs.groups.of(place)?.read(Clone::clone);
    let found = groups.iter().filter(|(name, _)| wanted(name));
    let (found, next) = page(found, |(name, _)| (*name).clone(), input.text("nextToken"), limit);
    let stored = |group: &Group| -> u64 {
        group.streams.values().map(|stream| logs.events.size(&stream.file)).sum()
    };
    let described: Vec<Value> = found
        .into_iter()
        .map(|(name, group)| described(place, name, group, stored(group)))
        .collect();
    Ok(with_token(json!({ "logGroups": described }), next))
}

fn described(place: &Place, name: &str, group: &Group, stored: u64) -> Value {
    let arn = names::arn(place, name);
    let mut described = json!({
        "logGroupName": name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": format!("{arn}:*"),
        "logGroupArn": arn,
        "storedBytes": stored,
        "logGroupClass": group.class,
    });
    if let Some(days) = group.retention {
        described["retentionInDays"] = days.into();
    }
    described
}

pub(super) fn put_retention(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("logGroupName")?;
    let days = input.number("retentionInDays").unwrap_or_default();
    if !RETENTIONS.contains(&days) {
        return Err(invalid(&constraint::unmet(
            &days.to_string(),
            "retentionInDays",
            "be one of the allowed values",
        )));
    }
    logs.set_retention(place, name, Some(days))
}

pub(super) fn delete_retention(
    logs: &Logs,
    place: &Place,
    input: &Value,
) -> Result<Value, AwsError> {
    logs.set_retention(place, Input(input).needed("logGroupName")?, None)
}

impl Logs {
    fn set_retention(
        &self,
        place: &Place,
        name: &str,
        days: Option<u64>,
    ) -> Result<Value, AwsError> {
        self.change_group(place, name, |group| {
            group.retention = days;
            Ok(json!({}))
        })
    }
}

/// Returns the requested page size.
pub(super) fn limit(input: Input<'_>, largest: u64) -> Result<usize, AwsError> {
    let given = input.value("limit");
    let limit = if given.is_null() { Some(largest) } else { given.as_u64() };
    let limit = limit.filter(|limit| (1..=largest).contains(limit));
    limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)).ok_or_else(|| {
        let is_large = given.as_u64().is_some_and(|limit| limit > largest);
        let side = if is_large {
            format!("less than or equal to {largest}")
        } else {
            "greater than or equal to 1".to_owned()
        };
        let rule = format!("have value {side}");
        invalid(&constraint::unmet(&given.to_string(), "limit", &rule))
    })
}

/// Returns a page with the token of the next one.
pub(super) fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        answer["nextToken"] = token.into();
    }
    answer
}
