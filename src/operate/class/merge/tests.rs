//! Shards as one: in the order of times, each lab once, nothing dropped in silence.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;

use super::*;
use crate::operate::class::State;

fn line(second: u64, lab: &str, state: &str) -> Line {
    let value = json!({"type": "lab", "time": format!("2026-11-28T06:00:{second:02}Z"),
        "student": lab, "account": "111111111111", "region": null, "lab": lab, "state": state});
    Line::read(&value.to_string(), &value).unwrap().unwrap()
}

fn record(second: u64, lab: &str, state: State) -> Record {
    // 2026-11-28T06:00:00Z.
    let time = UNIX_EPOCH + Duration::from_secs(1_795_845_600 + second);
    let (account, student) = ("111111111111".to_owned(), lab.to_owned());
    let (lab, words) = (lab.to_owned(), "of a report".to_owned());
    Record { student, account, lab, words, time: Some(time), ..Record::unknown(state) }
}

fn journal(file: &str, journal: Vec<Line>) -> Share {
    Share { file: file.to_owned(), journal, ..Share::default() }
}

fn report(file: &str, records: Vec<Record>) -> Share {
    Share { file: file.to_owned(), records, ..Share::default() }
}

fn states(merged: &Merged) -> Vec<(&str, State, &str)> {
    merged.records.iter().map(|it| (it.lab.as_str(), it.state, it.words.as_str())).collect()
}

/// The seconds of the lines.
fn order(merged: &Merged) -> Vec<&str> {
    merged
        .journal
        .iter()
        .map(|line| line.split_once("06:00:").unwrap().1.get(..2).unwrap())
        .collect()
}

#[test]
fn journals_are_merged_by_time_and_each_line_once() {
    let one = || journal("1", vec![line(1, "a", "planned"), line(5, "a", "ready")]);
    let two = || journal("2", vec![line(2, "b", "planned"), line(4, "b", "failed")]);
    let merged = Merged::of(&[one(), two()]);
    assert_eq!(order(&merged), ["01", "02", "04", "05"]);
    let again = Merged::of(&[one(), two(), two(), one()]);
    assert_eq!(again.journal, merged.journal);
    // One machine continued a copy of what another had begun.
    let mut longer = one();
    longer.journal.push(line(9, "a", "failed"));
    assert_eq!(order(&Merged::of(&[one(), longer])), ["01", "05", "09"]);
}

#[test]
fn lines_of_a_file_keep_their_order_and_their_number() {
    // The clock was set back, and two lines are the same.
    let lines = vec![line(7, "a", "planned"), line(3, "a", "ready"), line(3, "a", "ready")];
    let merged = Merged::of(&[journal("1", lines), journal("2", vec![line(5, "b", "ready")])]);
    assert_eq!(order(&merged), ["05", "07", "03", "03"]);
    assert_eq!(merged.records[1].state, State::Ready);
}

#[test]
fn a_report_says_more_than_a_journal_unless_that_is_newer_and_differs() {
    let reported = || record(10, "a", State::Failed);
    for (second, state, expected) in [
        (11, "failed", (State::Failed, "of a report")),
        (11, "ready", (State::Ready, "as the journal says")),
        (9, "ready", (State::Failed, "of a report")),
        (11, "started", (State::Unknown, "the journal has no end of the work on it")),
    ] {
        let shares =
            vec![report("r", vec![reported()]), journal("j", vec![line(second, "a", state)])];
        let merged = Merged::of(&shares);
        assert_eq!(states(&merged), [("a", expected.0, expected.1)], "{second} {state}");
        assert!(merged.errors().is_empty());
    }
}

#[test]
fn a_lab_that_was_killed_is_not_forgotten() {
    let shares = vec![
        report("r", vec![record(10, "a", State::Ready)]),
        journal("j", vec![line(11, "b", "planned"), line(12, "b", "started")]),
    ];
    let merged = Merged::of(&shares);
    let no_end = "the journal has no end of the work on it";
    assert_eq!(states(&merged)[1], ("b", State::Unknown, no_end));
}

#[test]
fn a_lab_in_two_reports_is_named_and_the_newest_counts() {
    let old = || report("1.json", vec![record(10, "a", State::Failed)]);
    let new = || report("2.json", vec![record(20, "a", State::Ready)]);
    for shares in [vec![old(), new()], vec![new(), old()]] {
        let merged = Merged::of(&shares);
        assert_eq!(states(&merged), [("a", State::Ready, "of a report")]);
        let [error] = &merged.errors()[..] else { panic!("{:?}", merged.errors()) };
        assert_eq!(error.message, "1 lab in more than one report; the newest one counts");
        assert!(error.evidence[0].text.contains("`a` of a in 111111111111: `"), "{error:?}");
    }
    let twice = Merged::of(&[old(), old()]);
    assert_eq!((states(&twice).len(), twice.errors()), (1, Vec::new()));
    // A table of the same run has no times.
    let table = Record { time: None, ..record(10, "a", State::Failed) };
    for shares in [
        vec![old(), report("1.csv", vec![table.clone()])],
        vec![report("1.csv", vec![table]), old()],
    ] {
        let merged = Merged::of(&shares);
        assert!(merged.errors().is_empty() && merged.records[0].time.is_some());
    }
}

#[test]
fn what_is_damaged_is_counted_and_named() {
    let fault = |line| Fault { line, why: "torn".to_owned() };
    let faults: Vec<_> = (1..=150).map(|line| fault(Some(line))).collect();
    let share = || Share { file: "x".to_owned(), faults: faults.clone(), ..Share::default() };
    let none = Share { file: "y".to_owned(), faults: vec![fault(None)], ..Share::default() };
    let errors = Merged::of(&[share(), share(), none]).errors();
    assert_eq!(errors[0].message, "151 places could not be read");
    assert_eq!(errors[0].evidence[0].text, "`x`, line 1: torn");
    assert_eq!(errors[0].evidence.last().unwrap().text, "51 more");
}
