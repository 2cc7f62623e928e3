use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::{place::Place, service::Service as _, test_folder::Folder, times};

impl Logs {
    /// Returns the lines of a stream, for the tests of tasks.
    pub(crate) fn lines(&self, place: &Place, group: &str, stream: &str) -> Vec<String> {
        let events = self.stream_events(place, group, stream).unwrap_or_default();
        events.into_iter().map(|event| event.message).collect()
    }
}

struct Opened {
    logs: Logs,
    place: Place,
    folder: Folder,
}

impl Opened {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let place = Place::named("111111111111", "eu-west-1");
        Self { logs: Logs::open(&folder).unwrap(), place, folder }
    }

    fn run(&self, name: &str, input: &Value) -> Result<Value, AwsError> {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        (operation.handler)(&self.logs, &self.place, input)
    }

    fn code(&self, name: &str, input: &Value) -> String {
        self.run(name, input).unwrap_err().code
    }
}

#[test]
fn a_group_is_made_once_and_survives() {
    let opened = Opened::new("group");
    let group = json!({ "logGroupName": "lab-logs", "tags": { "lab": "mysfits" } });
    opened.run("CreateLogGroup", &group).unwrap();
    assert_eq!(opened.code("CreateLogGroup", &group), "ResourceAlreadyExistsException");
    let retention = |days: u64| json!({ "logGroupName": "lab-logs", "retentionInDays": days });
    assert_eq!(opened.code("PutRetentionPolicy", &retention(8)), "InvalidParameterException");
    opened.run("PutRetentionPolicy", &retention(7)).unwrap();

    let again = Logs::open(&opened.folder).unwrap();
    let found = groups::describe(&again, &opened.place, &json!({})).unwrap();
    assert_eq!(found["logGroups"][0]["retentionInDays"], 7);
    assert_eq!(
        found["logGroups"][0]["arn"],
        "arn:aws:logs:eu-west-1:111111111111:log-group:lab-logs:*"
    );
    assert_eq!(again.tagged(&opened.place).len(), 1);
    let elsewhere = Place { region: "us-east-1".to_owned(), ..opened.place.clone() };
    assert!(again.tagged(&elsewhere).is_empty());
}

#[test]
fn tags_go_by_the_arn_without_the_star() {
    let opened = Opened::new("tags");
    opened.run("CreateLogGroup", &json!({ "logGroupName": "g" })).unwrap();
    let arn = names::arn(&opened.place, "g");
    let tags = json!({ "resourceArn": arn, "tags": { "a": "1", "b": "2" } });
    opened.run("TagResource", &tags).unwrap();
    opened.run("UntagResource", &json!({ "resourceArn": arn, "tagKeys": ["a"] })).unwrap();
    let listed = opened.run("ListTagsForResource", &json!({ "resourceArn": arn })).unwrap();
    assert_eq!(listed, json!({ "tags": { "b": "2" } }));
    let starred = json!({ "resourceArn": format!("{arn}:*") });
    assert_eq!(opened.code("ListTagsForResource", &starred), "ValidationException");
}

#[test]
fn events_are_read_in_both_directions() {
    let opened = Opened::new("events");
    opened.run("CreateLogGroup", &json!({ "logGroupName": "g" })).unwrap();
    let now = times::now();
    let lines: Vec<_> = (0..5).map(|n| (now + n, format!("line {n}"))).collect();
    opened.logs.append(&opened.place, "g", "s", &lines).unwrap();
    let get = |more: Value| {
        let mut input = json!({ "logGroupName": "g", "logStreamName": "s", "limit": 2 });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let page = opened.run("GetLogEvents", &input).unwrap();
        let texts = page["events"].as_array().unwrap().iter();
        let texts: Vec<String> =
            texts.map(|event| event["message"].as_str().unwrap().to_owned()).collect();
        (texts, page["nextForwardToken"].clone(), page["nextBackwardToken"].clone())
    };
    assert_eq!(get(json!({})).0, ["line 3", "line 4"]);
    let (first, forward, _) = get(json!({ "startFromHead": true }));
    assert_eq!(first, ["line 0", "line 1"]);
    let (second, forward, backward) = get(json!({ "nextToken": forward }));
    assert_eq!(second, ["line 2", "line 3"]);
    assert_eq!(get(json!({ "nextToken": backward })).0, ["line 0", "line 1"]);
    let (third, end, _) = get(json!({ "nextToken": forward }));
    assert_eq!(third, ["line 4"]);
    assert_eq!(get(json!({ "nextToken": end })), (vec![], end.clone(), end_of(&end)));
}

/// Returns the backward token at the same place as a forward one.
fn end_of(forward: &Value) -> Value {
    forward.as_str().unwrap().replacen('f', "b", 1).into()
}

#[test]
fn streams_are_filtered_together() {
    let opened = Opened::new("filter");
    opened.run("CreateLogGroup", &json!({ "logGroupName": "g" })).unwrap();
    let now = times::now();
    let write = |stream: &str, at: u64, line: &str| {
        opened.logs.append(&opened.place, "g", stream, &[(now + at, line.to_owned())]).unwrap();
    };
    write("app/1", 0, "GET / 200");
    write("app/2", 1, "GET / 500");
    write("app/1", 2, "POST / 200");
    let filter = |input: Value| {
        let page = opened.run("FilterLogEvents", &input).unwrap();
        let count = page["events"].as_array().unwrap().len();
        (count, page["nextToken"].clone())
    };
    assert_eq!(filter(json!({ "logGroupName": "g" })).0, 3);
    assert_eq!(filter(json!({ "logGroupName": "g", "filterPattern": "200 GET" })).0, 1);
    assert_eq!(filter(json!({ "logGroupName": "g", "startTime": now + 1 })).0, 2);
    assert_eq!(filter(json!({ "logGroupName": "g", "logStreamNames": ["app/2"] })).0, 1);
    let (count, next) = filter(json!({ "logGroupName": "g", "limit": 2 }));
    assert_eq!(count, 2);
    assert_eq!(filter(json!({ "logGroupName": "g", "nextToken": next })), (1, Value::Null));
}

#[test]
fn limits_and_orders_are_checked() {
    let opened = Opened::new("limits");
    opened.run("CreateLogGroup", &json!({ "logGroupName": "g" })).unwrap();
    let message = |input: Value| opened.run("DescribeLogStreams", &input).unwrap_err().message;
    for (limit, rule) in [
        (json!(-1), "have value greater than or equal to 1"),
        (json!(0), "have value greater than or equal to 1"),
        (json!(51), "have value less than or equal to 50"),
    ] {
        let wanted =
            format!("Value '{limit}' at 'limit' failed to satisfy constraint: Member must {rule}");
        let found = message(json!({ "logGroupName": "g", "limit": limit }));
        assert!(found.ends_with(&wanted), "{found}");
    }
    let order = message(json!({ "logGroupName": "g", "orderBy": "Time" }));
    assert!(order.ends_with("enum value set: [LogStreamName, LastEventTime]"), "{order}");
}

#[test]
fn put_events_are_checked() {
    let opened = Opened::new("put");
    opened.run("CreateLogGroup", &json!({ "logGroupName": "g" })).unwrap();
    let put = |events: Value| {
        let input = json!({ "logGroupName": "g", "logStreamName": "s", "logEvents": events });
        opened.run("PutLogEvents", &input)
    };
    let now = times::now();
    let event = |time: u64| json!({ "timestamp": time, "message": "m" });
    assert_eq!(put(json!([event(now)])).unwrap_err().code, "ResourceNotFoundException");
    let stream = json!({ "logGroupName": "g", "logStreamName": "s" });
    opened.run("CreateLogStream", &stream).unwrap();
    assert_eq!(opened.code("CreateLogStream", &stream), "ResourceAlreadyExistsException");
    let unordered = put(json!([event(now), event(now - 1)])).unwrap_err();
    assert_eq!(unordered.code, "InvalidParameterException");
    let answer = put(json!([event(1), event(now), event(now + 100_000_000)])).unwrap();
    assert_eq!(answer["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"], 1);
    assert_eq!(answer["rejectedLogEventsInfo"]["tooNewLogEventStartIndex"], 2);
    let described = opened.run("DescribeLogStreams", &json!({ "logGroupName": "g" })).unwrap();
    assert_eq!(described["logStreams"][0]["lastEventTimestamp"], now);
    opened.run("DeleteLogGroup", &json!({ "logGroupName": "g" })).unwrap();
    assert_eq!(
        opened.code("DeleteLogGroup", &json!({ "logGroupName": "g" })),
        "ResourceNotFoundException"
    );
    assert_eq!(fs::read_dir(opened.folder.join("events")).unwrap().count(), 0);
}
