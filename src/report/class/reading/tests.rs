//! What is written is read, and what is damaged is named.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;

use super::*;
use crate::{
    error::{AwsWords, Code, Error},
    operate::class::State,
    report::class::{csv, lines as written},
};

/// A record with a value in every field, so that one that is not read shows.
fn full() -> Record {
    Record {
        student: "=Anna, \"M\"".to_owned(),
        email: Some("anna@example.com".to_owned()),
        account: "111111111111".to_owned(),
        region: Some("eu-west-1".to_owned()),
        lab: "anna".to_owned(),
        state: State::Quarantined,
        words: "1 left".to_owned(),
        dollars_per_hour: 0.0132,
        unknown_per_hour: 0.25,
        so_far: Some(1.5),
        undated: true,
        addresses: vec![("site", "http://site/".to_owned()), ("api", "https://api/".to_owned())],
        errors: vec![
            Error::new(Code::Quarantined, "a table is left").hint("remove it"),
            Error::new(Code::AccessDenied, "table: no").said(AwsWords {
                operation: "dynamodb DeleteTable".to_owned(),
                action: "dynamodb:DeleteTable".to_owned(),
                code: "AccessDeniedException".to_owned(),
                message: "Not authorized".to_owned(),
            }),
        ],
        elapsed: Duration::from_millis(1500),
        time: Some(UNIX_EPOCH + Duration::from_millis(1_764_309_600_070)),
    }
}

#[test]
fn a_report_of_lines_is_read_as_it_was_written() {
    let text = written(&[full()]);
    let share = read("x.json", text.as_bytes());
    assert_eq!(share.faults, []);
    assert_eq!(written(&share.records), text);
    assert_eq!(share.records[0].addresses, full().addresses);
}

#[test]
fn a_table_is_read_as_it_was_written() {
    let table = csv(&[full()]).unwrap();
    let share = read("x.csv", &table);
    assert_eq!(share.faults, []);
    assert_eq!(csv(&share.records).unwrap(), table);
    assert_eq!((share.records[0].student.as_str(), share.records[0].time), ("=Anna, \"M\"", None));
    assert_eq!(read("x.csv", &csv(&[]).unwrap()).faults, []);
}

#[test]
fn what_cannot_be_read_is_named_by_its_line() {
    let mut wrong = json!({"type": "class-lab", "student": "a", "account": "1", "lab": "a"});
    wrong["state"] = "ready".into();
    let journal = json!({"type": "lab", "state": "ready", "account": "111111111111"});
    let text = format!(
        "{}{{\"type\":\"la\n[]\n{wrong}\n{journal}\n\n{{\"type\":\"started\"}}\n",
        written(&[full()])
    );
    let share = read("x.json", &[text.as_bytes(), b"\xff\n"].concat());
    assert_eq!(share.records.len(), 1);
    let faults: Vec<_> =
        share.faults.iter().map(|it| (it.line.unwrap(), it.why.as_str())).collect();
    assert_eq!(
        faults,
        [
            (3, "it is no JSON, or only a part of it"),
            (4, "it is no line of a journal or of a report"),
            (5, "`account` is missing or wrong"),
            (6, "`time` is missing or wrong"),
            (8, "it is no line of a journal or of a report"),
            (9, "it is no text"),
        ]
    );
    assert_eq!(read("x.json", b"").faults, [Fault { line: None, why: "it is empty".to_owned() }]);
}

#[test]
fn rows_that_cannot_be_read_are_named() {
    let table = String::from_utf8(csv(&[full()]).unwrap()).unwrap() + "a,b\r\n";
    let table = table.replace(",0.0132,", ",cheap,");
    let faults = read("x.csv", table.as_bytes()).faults;
    let faults: Vec<_> = faults.iter().map(|it| (it.line, it.why.as_str())).collect();
    let columns = "it does not have the columns of the others";
    assert_eq!(faults, [(Some(2), "`dollars_per_hour` is no number"), (Some(3), columns)]);
}
