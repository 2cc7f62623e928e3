//! The declarations of the whole lab, and how findings become verdicts.

use std::collections::BTreeSet;

use super::{
    Checked, CheckedLab, Listed, Verdict,
    account::listed,
    evaluate::{Finding, Found, evaluate},
};
use crate::{
    destination::Destination,
    engine::{Check, HARDENING, Judged, Kind, LAB, Subject},
    error::Exit,
    lab::{AccountId, Names, Region},
    resources::{Choices, Lab},
};

fn whole_lab() -> Vec<Listed> {
    let destination = Destination::never_asked("123456789012", "eu-west-1");
    let region = Region::new("eu-west-1").unwrap();
    let names = Names::new(&AccountId::new("123456789012"), &region, None, None);
    let lab = Lab::new(&destination, &names, &Choices::default()).unwrap();
    listed(&lab, |_| true)
}

fn above(all: &[Listed], id: &str, seen: &mut Vec<&'static str>) {
    let check = all.iter().find(|it| it.check.id == id).unwrap_or_else(|| panic!("no `{id}`"));
    for other in check.check.depends_on {
        assert_ne!(*other, id, "a circle");
        if !seen.contains(other) {
            seen.push(other);
            above(all, other, seen);
        }
    }
}

#[test]
fn there_are_forty_and_more_in_all_parts_and_each_has_a_name_of_its_own() {
    let all = whole_lab();
    let lab = all.iter().filter(|it| it.check.kind == Kind::Lab);
    assert!(all.len() >= 40 && lab.count() >= 25, "{}", all.len());
    for part in 1..=4 {
        assert!(all.iter().any(|it| it.part == part), "part {part}");
    }
    let ids: BTreeSet<_> = all.iter().map(|it| it.check.id).collect();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn hardening_gives_no_points_and_everything_else_does() {
    for Listed { check, .. } in whole_lab() {
        assert_eq!(check.points == 0, check.kind == Kind::Hardening, "{}", check.id);
        let texts = [check.id, check.title, check.why, check.hint];
        assert!(texts.iter().all(|text| !text.is_empty()), "{check:?}");
        assert!(check.title.ends_with('.') && check.why.ends_with('.'), "{}", check.id);
    }
}

#[test]
fn dependencies_are_known_and_form_no_circle() {
    let all = whole_lab();
    for Listed { check, .. } in &all {
        let mut seen = Vec::new();
        above(&all, check.id, &mut seen);
        assert!(!seen.contains(&check.id), "{} depends on itself", check.id);
    }
}

#[test]
fn a_check_depends_on_nothing_of_a_later_part() {
    let all = whole_lab();
    for Listed { check, part, .. } in &all {
        for other in all.iter().filter(|it| check.depends_on.contains(&it.check.id)) {
            assert!(other.part <= *part, "{} depends on {}", check.id, other.check.id);
        }
    }
}

#[test]
fn a_setting_is_checked_only_of_what_is_there() {
    let all = whole_lab();
    for it in all.iter().filter(|it| matches!(it.check.on, Subject::Setting(..))) {
        let mut seen = Vec::new();
        above(&all, it.check.id, &mut seen);
        let presence = all
            .iter()
            .find(|other| other.place == it.place && matches!(other.check.on, Subject::Presence));
        let presence = presence.unwrap_or_else(|| panic!("{} has no presence", it.resource));
        assert!(seen.contains(&presence.check.id), "{}", it.check.id);
    }
}

static A: Check = Check { id: "a", ..LAB };
static B: Check = Check { id: "b", depends_on: &["a"], ..LAB };
static C: Check = Check { id: "c", depends_on: &["b", "elsewhere"], ..LAB };
static D: Check = Check { id: "d", ..HARDENING };

fn of(check: &'static Check, place: usize) -> Listed {
    Listed { check, place, resource: crate::engine::Id("thing"), part: 1 }
}

fn checked(found: impl Fn(&str) -> Found) -> Vec<Checked> {
    let listed = [of(&A, 0), of(&B, 1), of(&C, 2), of(&D, 3)];
    evaluate(&listed, |it| Finding { result: found(it.check.id), seen_in: "here".to_owned() })
}

fn lab(checks: Vec<Checked>) -> CheckedLab {
    CheckedLab {
        lab: None,
        place: "http://a.example".to_owned(),
        addresses: Vec::new(),
        checks,
        architecture: Vec::new(),
    }
}

fn right() -> Found {
    Found::Judged(Judged::same("x"))
}

fn wrong() -> Found {
    Found::Judged(Judged::of(false, "x", "y"))
}

#[test]
fn what_depends_on_a_failed_check_is_skipped_because_of_it() {
    let checks = checked(|id| if id == "a" { wrong() } else { right() });
    let skipped = Verdict::Skipped { because_of: "a" };
    let verdicts: Vec<_> = checks.iter().map(|it| it.verdict).collect();
    assert_eq!(verdicts, [Verdict::Fail, skipped, skipped, Verdict::Pass]);
    assert_eq!((checks[0].expected.as_str(), checks[0].actual.as_str()), ("x", "y"));
    assert_eq!([&checks[1].expected, &checks[1].actual, &checks[1].seen_in], [""; 3]);
    let lab = lab(checks);
    assert_eq!((lab.score(), lab.max_score(), lab.exit()), (0, 3, Exit::Partly));
}

#[test]
fn a_missing_value_is_the_fault_of_what_gives_it() {
    let without = |places: &[usize]| {
        let (why, places) = ("no value".to_owned(), places.to_vec());
        Found::Without { why, places, checks: Vec::new() }
    };
    let checks = checked(|id| match id {
        "a" => wrong(),
        "d" => without(&[0]),
        _ => right(),
    });
    assert_eq!(checks[3].verdict, Verdict::Skipped { because_of: "a" });
    // Nobody else failed, so nobody knows why.
    let checks = checked(|id| if id == "d" { without(&[0, 1, 2, 3]) } else { right() });
    assert_eq!(checks[3].verdict, Verdict::Unknown);
    assert_eq!(checks[3].actual, "no value");
}

#[test]
fn the_exit_code_tells_wrong_from_not_looked_at_and_hardening_does_not_count() {
    let unknown = || Found::Nothing("access denied".to_owned());
    let exit = |found: &dyn Fn(&str) -> Found| lab(checked(found)).exit();
    assert_eq!(exit(&|_| right()), Exit::Done);
    assert_eq!(exit(&|id| if id == "d" { wrong() } else { right() }), Exit::Done);
    assert_eq!(exit(&|id| if id == "d" { unknown() } else { right() }), Exit::Done);
    assert_eq!(exit(&|id| if id == "c" { unknown() } else { right() }), Exit::Failed);
    assert_eq!(exit(&|id| if id == "c" { unknown() } else { wrong() }), Exit::Partly);
}
