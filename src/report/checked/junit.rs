//! JUnit XML, with the elements and attributes of the schema that Jenkins publishes (`junit-10.xsd` of
//! its xUnit plugin). A part of the lab is a suite.

use std::{fmt::Write as _, time::SystemTime};

use super::verdict::reason;
use crate::{
    engine::Kind,
    operate::{CheckVerdict, Checked, CheckedLab},
    report::{html::escaped, json::time},
};

/// Returns the file.
pub(super) fn text(checked: &CheckedLab, at: SystemTime) -> String {
    let checks: Vec<&Checked> = checked.checks.iter().collect();
    let at = time(at);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mysfits check: {}\" {}>\n",
        escaped(&checked.place),
        Counts::of(&checks).attributes(),
    );
    for part in checked.parts() {
        let checks: Vec<&Checked> = checks.iter().copied().filter(|it| it.part == part).collect();
        suite(&mut xml, part, &checks, &at);
    }
    xml + "</testsuites>\n"
}

fn suite(xml: &mut String, part: u8, checks: &[&Checked], at: &str) {
    let counts = Counts::of(checks);
    let (attributes, skipped) = (counts.attributes(), counts.skipped);
    let score = |of: &dyn Fn(&&&Checked) -> bool| -> u32 {
        checks.iter().filter(of).map(|check| check.points).sum()
    };
    let _ = write!(
        xml,
        "  <testsuite name=\"part-{part}\" {attributes} skipped=\"{skipped}\" timestamp=\"{at}\">\n    \
         <properties>\n      \
         <property name=\"score\" value=\"{}\"/>\n      \
         <property name=\"max-score\" value=\"{}\"/>\n    </properties>\n",
        score(&|check| check.verdict == CheckVerdict::Pass),
        score(&|_| true),
    );
    for check in checks {
        case(xml, check);
    }
    xml.push_str("  </testsuite>\n");
}

fn case(xml: &mut String, check: &Checked) {
    let (resource, id, part) = (check.resource.0, check.id, check.part);
    let _ = writeln!(xml, "    <testcase name=\"{id}\" classname=\"part-{part}.{resource}\">");
    if let Some(outcome) = Outcome::of(check) {
        let (element, kind) = outcome.element();
        let _ = writeln!(
            xml,
            "      <{element} type=\"{kind}\" message=\"{}\">{}</{element}>",
            escaped(&outcome.message(check)),
            escaped(&details(check)),
        );
    }
    let _ = writeln!(xml, "      <system-out>{}</system-out>", escaped(&said(check)));
    xml.push_str("    </testcase>\n");
}

/// How a check that has not passed is told to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Failure,
    Error,
    Skipped,
    /// Good practice that the lab does not ask for. It gives no points and does not make `check` fail, so
    /// it must not make a build fail either.
    NotAsked,
}

impl Outcome {
    fn of(check: &Checked) -> Option<Self> {
        match (check.verdict, check.kind) {
            (CheckVerdict::Pass, _) => None,
            (CheckVerdict::Skipped { .. }, _) => Some(Self::Skipped),
            (_, Kind::Hardening) => Some(Self::NotAsked),
            (CheckVerdict::Fail, Kind::Lab) => Some(Self::Failure),
            (CheckVerdict::Unknown, Kind::Lab) => Some(Self::Error),
        }
    }

    /// Returns its element and the type in it.
    fn element(self) -> (&'static str, &'static str) {
        match self {
            Self::Failure => ("failure", "failed"),
            Self::Error => ("error", "unknown"),
            Self::Skipped => ("skipped", "skipped"),
            Self::NotAsked => ("skipped", "hardening"),
        }
    }

    fn message(self, check: &Checked) -> String {
        let reason = reason(check);
        if self == Self::NotAsked { format!("not asked by the lab: {reason}") } else { reason }
    }
}

/// The numbers of a suite.
#[derive(Debug, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(checks: &[&Checked]) -> Self {
        let mut counts = Self { tests: checks.len(), ..Self::default() };
        for outcome in checks.iter().filter_map(|check| Outcome::of(check)) {
            match outcome {
                Outcome::Failure => counts.failures += 1,
                Outcome::Error => counts.errors += 1,
                Outcome::Skipped | Outcome::NotAsked => counts.skipped += 1,
            }
        }
        counts
    }

    /// Returns those that a suite and all suites have.
    fn attributes(&self) -> String {
        let Self { tests, failures, errors, .. } = self;
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"")
    }
}

fn details(check: &Checked) -> String {
    let lines = [
        ("expected", check.expected.as_str()),
        ("actual", check.actual.as_str()),
        ("seen in", check.seen_in.as_str()),
        ("hint", check.hint),
    ];
    let lines = lines.iter().filter(|(_, text)| !text.is_empty());
    lines.map(|(name, text)| [name, ": ", text, "\n"].concat()).collect()
}

fn said(check: &Checked) -> String {
    format!("{}\n{}\n{} points\n", check.title, check.why, check.points)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use quick_xml::{Reader, events::Event};

    use super::*;
    use crate::report::checked::examples::{HOSTILE, at, lab};

    /// What each element may have, by the schema: attributes, and elements in it.
    const SCHEMA: [(&str, &[&str], &[&str]); 9] = [
        ("testsuites", &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
        (
            "testsuite",
            &[
                "name",
                "tests",
                "failures",
                "errors",
                "group",
                "time",
                "skipped",
                "timestamp",
                "hostname",
                "id",
                "package",
                "file",
                "log",
                "url",
            ],
            &["testsuite", "properties", "testcase", "system-out", "system-err"],
        ),
        ("properties", &[], &["property"]),
        ("property", &["name", "value"], &[]),
        (
            "testcase",
            &["name", "time", "classname", "group"],
            &["skipped", "error", "failure", "system-out", "system-err"],
        ),
        ("skipped", &["type", "message"], &[]),
        ("error", &["type", "message"], &[]),
        ("failure", &["type", "message"], &[]),
        ("system-out", &[], &[]),
    ];

    type Attributes = BTreeMap<String, String>;

    /// Returns all elements with their attributes and texts, after holding them against the schema.
    fn elements(xml: &str) -> Vec<(String, Attributes, String)> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = true;
        reader.config_mut().expand_empty_elements = true;
        let mut open: Vec<usize> = Vec::new();
        let mut all: Vec<(String, Attributes, String)> = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    let name = start.name().as_ref().to_owned();
                    let row = SCHEMA.iter().find(|(known, ..)| *known == name).unwrap();
                    let within = open.last().map(|place| all[*place].0.as_str());
                    let within =
                        within.map(|within| SCHEMA.iter().find(|it| it.0 == within).unwrap());
                    assert!(
                        within.is_none_or(|(.., inner)| inner.contains(&name.as_str())),
                        "{name}"
                    );
                    let attributes: Attributes = start
                        .attributes()
                        .map(Result::unwrap)
                        .map(|it| {
                            let key = it.key.as_ref().to_owned();
                            assert!(row.1.contains(&key.as_str()), "{name} {key}");
                            (key, plain(&it.value))
                        })
                        .collect();
                    open.push(all.len());
                    all.push((name, attributes, String::new()));
                }
                Event::End(_) => drop(open.pop()),
                Event::Text(text) if open.is_empty() => assert_eq!(text.trim(), ""),
                Event::Text(text) => all[*open.last().unwrap()].2 += &text,
                Event::GeneralRef(name) => {
                    all[*open.last().unwrap()].2 += &plain(&format!("&{};", &*name));
                }
                Event::Eof => break,
                Event::Decl(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(open.is_empty());
        all
    }

    fn plain(escaped: &str) -> String {
        quick_xml::escape::unescape(escaped).unwrap().into_owned()
    }

    #[test]
    fn it_is_what_the_schema_permits() {
        let elements = elements(&text(&lab(), at()));
        let suites: Vec<_> = elements.iter().filter(|(name, ..)| name == "testsuite").collect();
        let names: Vec<_> = suites.iter().map(|(_, attributes, _)| &attributes["name"]).collect();
        assert_eq!(names, ["part-1", "part-3"]);
        for (_, attributes, _) in suites {
            for needed in ["name", "tests", "failures", "errors", "timestamp"] {
                assert!(attributes.contains_key(needed), "{attributes:?}");
            }
        }
    }

    #[test]
    fn skipped_failed_and_unknown_are_told_apart() {
        let xml = text(&lab(), at());
        let all = elements(&xml);
        let kinds: Vec<(&str, &str)> = all
            .iter()
            .filter(|(name, ..)| ["failure", "error", "skipped"].contains(&name.as_str()))
            .map(|(name, attributes, _)| (name.as_str(), attributes["type"].as_str()))
            .collect();
        assert_eq!(
            kinds,
            [
                ("failure", "failed"),
                ("skipped", "skipped"),
                ("skipped", "hardening"),
                ("error", "unknown")
            ]
        );
        let (_, sums, _) = &all[0];
        assert_eq!(sums["tests"], "5");
        assert_eq!((sums["failures"].as_str(), sums["errors"].as_str()), ("1", "1"));
    }

    #[test]
    fn what_the_account_says_arrives_and_is_no_markup() {
        let mut lab = lab();
        lab.checks[1].actual = HOSTILE.to_owned();
        lab.place = HOSTILE.to_owned();
        let xml = text(&lab, at());
        let forbidden = |c: char| c.is_control() && c != '\n';
        assert!(!xml.contains(forbidden) && !xml.contains("]]>"), "{xml}");
        let all = elements(&xml);
        let (_, attributes, body) = all.iter().find(|(name, ..)| name == "failure").unwrap();
        let shown = HOSTILE.replace('\u{1b}', "\\u001b").replace('\0', "\\u0000");
        let shown = shown.replace('\u{202e}', "\\u202e");
        assert!(attributes["message"].ends_with(&shown), "{attributes:?}");
        assert!(body.contains(&format!("actual: {shown}\n")), "{body}");
    }
}
