//! `result.json` of an autograder of Classroom 50 (schema `classroom50/result/v1`).

use std::time::SystemTime;

use serde_json::{Value, json};

use super::verdict::{Shown, reason};
use crate::{
    error::{Code, Error, Result},
    operate::{CheckVerdict, Checked, CheckedLab},
    report::json::time,
};

const SCHEMA: &str = "classroom50/result/v1";

/// What the runner of Classroom 50 tells an autograder about the submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Submission {
    classroom: String,
    assignment: String,
    tag: String,
    commit: String,
    release: String,
    review: String,
}

impl Submission {
    /// Reads it from the variables that the runner sets.
    ///
    /// # Errors
    /// When one is missing: Classroom 50 refuses a result that does not say whose it is.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &str| {
            let missing = || Error::new(Code::NoSubmission, format!("`{name}` is not set"));
            set(name).ok_or_else(missing)
        };
        let commit = needed("COMMIT_URL")?;
        Ok(Self {
            classroom: needed("CLASSROOM")?,
            assignment: needed("ASSIGNMENT")?,
            tag: needed("SUBMISSION_TAG")?,
            release: needed("RELEASE_URL")?,
            // Without a starter there is nothing to compare with, and the runner leaves it empty.
            review: set("REVIEW_URL").unwrap_or_else(|| commit.clone()),
            commit,
        })
    }
}

/// Returns the file.
pub(super) fn text(checked: &CheckedLab, submission: &Submission, at: SystemTime) -> String {
    let Submission { classroom, assignment, tag, commit, release, review } = submission;
    let result = json!({
        "schema": SCHEMA,
        "classroom": classroom,
        "assignment": assignment,
        "submission": tag,
        "commit": commit,
        "release": release,
        "review": review,
        "datetime": whole_seconds(at),
        "score": checked.score(),
        "max-score": checked.max_score(),
        "tests": checked.checks.iter().map(test).collect::<Vec<_>>(),
    });
    format!("{result:#}\n")
}

/// Returns a test. What Classroom 50 does not know it passes on as it is.
fn test(check: &Checked) -> Value {
    let passed = check.verdict == CheckVerdict::Pass;
    let mut test = json!({
        "test-name": check.id,
        "passed": passed,
        "score": if passed { check.points } else { 0 },
        "max-score": check.points,
        "title": check.title,
        "verdict": Shown::of(check).word(),
        "expected": check.expected,
        "actual": check.actual,
    });
    if !passed {
        test["hint"] = check.hint.into();
        test["reason"] = reason(check).into();
    }
    test
}

/// Formats a time as the schema has it: RFC 3339 in UTC, to the second.
fn whole_seconds(at: SystemTime) -> String {
    let time = time(at);
    let seconds = time.split('.').next().unwrap_or_default();
    format!("{seconds}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Exit;
    use crate::report::checked::{
        CheckReport,
        examples::{HOSTILE, at, lab},
    };

    fn variables(name: &str) -> Option<String> {
        let value = match name {
            "CLASSROOM" => "cloud",
            "ASSIGNMENT" => "mysfits",
            "SUBMISSION_TAG" => "submit/2026-11-28T06-00-00Z-a1b2c3d",
            "COMMIT_URL" => "https://github.com/o/r/commit/a1b2c3d",
            "RELEASE_URL" => "https://github.com/o/r/releases/tag/x",
            "REVIEW_URL" => "",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn written(lab: &CheckedLab) -> Value {
        let submission = Submission::read(variables).unwrap();
        serde_json::from_str(&text(lab, &submission, at())).unwrap()
    }

    #[test]
    fn it_has_the_fields_of_the_schema() {
        let result = written(&lab());
        assert_eq!(result["schema"], "classroom50/result/v1");
        assert_eq!(
            (&result["classroom"], &result["assignment"]),
            (&json!("cloud"), &json!("mysfits"))
        );
        assert_eq!(result["review"], result["commit"], "without a review, the commit");
        assert_eq!(result["datetime"], "2026-11-28T06:00:00Z");
        assert_eq!((&result["score"], &result["max-score"]), (&json!(2), &json!(7)));
        let tests = result["tests"].as_array().unwrap();
        let sum = |field: &str| tests.iter().map(|test| test[field].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("score"), sum("max-score")), (2, 7));
        let names: Vec<&str> =
            tests.iter().map(|test| test["test-name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 5);
        assert_eq!(tests[0]["passed"], true);
        assert_eq!(tests[1]["passed"], false);
        assert_eq!(tests[1]["verdict"], "fail");
        for field in ["expected", "actual", "hint"] {
            assert!(tests[1][field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
        }
    }

    #[test]
    fn what_the_account_says_arrives() {
        let mut lab = lab();
        lab.checks[1].actual = HOSTILE.to_owned();
        assert_eq!(written(&lab)["tests"][1]["actual"], HOSTILE);
    }

    #[test]
    fn without_a_variable_there_is_no_result() {
        for missing in ["CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"] {
            let read = Submission::read(|name| variables(name).filter(|_| name != missing));
            let error = read.unwrap_err();
            assert_eq!(error.code, Code::NoSubmission);
            assert!(error.message.contains(missing), "{}", error.message);
        }
    }

    #[test]
    fn a_bad_grade_is_a_grade_and_none_is_none() {
        let mut lab = lab();
        assert_eq!(CheckReport { checked: &lab, at: at() }.graded(), Exit::Done);
        for check in &mut lab.checks {
            check.verdict = CheckVerdict::Unknown;
        }
        assert_eq!(CheckReport { checked: &lab, at: at() }.graded(), Exit::Failed);
    }
}
