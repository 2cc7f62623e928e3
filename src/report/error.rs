//! An error: what happened, AWS's own words, the evidence, and one hint.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Output, json, out,
    words::{DETAIL, FAILED, LOOK, paint},
};
use crate::error::{Error, Evidence};

/// Shows an error, even before there is a screen.
pub(crate) fn error(output: Output, error: &Error) {
    if output == Output::Json {
        let mut line = value(error);
        line["type"] = "error".into();
        line["evidence"] = evidence(error);
        json::line(&line);
    } else {
        out::message(&text(error));
    }
}

/// Returns an error for programs: `code`, `message`, `aws` and `hint`.
pub(super) fn value(error: &Error) -> Value {
    let aws = error.aws.as_ref().map(|aws| {
        json!({"operation": aws.operation, "action": aws.action, "code": aws.code,
               "message": aws.message})
    });
    json!({
        "code": error.code.entry().number,
        "message": error.message,
        "aws": aws,
        "hint": error.advice(),
    })
}

/// Returns the evidence of an error for programs.
pub(super) fn evidence(error: &Error) -> Value {
    error.evidence.iter().map(|it| json!({"source": it.source, "text": it.text})).collect()
}

/// Formats an error in at most three lines, and one more for each piece of evidence.
pub(super) fn text(error: &Error) -> String {
    let entry = error.code.entry();
    let mut text =
        format!("{}: {}", paint(FAILED, &format!("error[{}]", entry.number)), error.message);
    if let Some(aws) = &error.aws {
        let said = format!("{}: {}: {}", aws.operation, aws.code, one_line(&aws.message));
        let _ = write!(text, "\n  {} {said}", paint(DETAIL, "AWS:"));
    }
    for Evidence { source, text: seen } in &error.evidence {
        // Padded to the width of the other labels, so that all evidence starts in the same column.
        let source = format!("{:5}", format!("{source}:"));
        let _ = write!(text, "\n  {} {}", paint(DETAIL, &source), one_line(seen));
    }
    if !error.advice().is_empty() {
        let _ = write!(text, "\n  {} {}", paint(LOOK, "hint:"), error.advice());
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{AwsWords, Code},
        report::visible::visible,
    };

    #[test]
    fn evidence_stands_between_the_message_and_the_hint() {
        let log = |text: &str| Evidence { source: "log", text: text.to_owned() };
        let error = Error::new(Code::Failed, "service: it does not stay up")
            .shown_by(vec![log("panic: no hat"), log("\u{1b}[2Jtwo\nlines")])
            .hint("look at it");
        let text = super::text(&error);
        let text = anstream::adapter::strip_str(&visible(&text)).to_string();
        assert_eq!(
            text,
            "error[MYS048]: service: it does not stay up\n  log:  panic: no hat\n  \
             log:  \\u001b[2Jtwo lines\n  hint: look at it"
        );
    }

    #[test]
    fn an_error_without_a_hint_has_no_line_for_it() {
        let error = Error::new(Code::Interrupted, "interrupted").no_hint();
        let text = anstream::adapter::strip_str(&super::text(&error)).to_string();
        assert_eq!(text, "error[MYS130]: interrupted");
    }

    #[test]
    fn an_error_has_at_most_three_lines() {
        let error = Error::new(Code::Refused, "table: AWS refused a call").said(AwsWords {
            operation: "dynamodb CreateTable".to_owned(),
            action: "dynamodb:CreateTable".to_owned(),
            code: "LimitExceededException".to_owned(),
            message: "Too\nmany\n\ntables".to_owned(),
        });
        let text = anstream::adapter::strip_str(&super::text(&error)).to_string();
        assert_eq!(
            text,
            "error[MYS051]: table: AWS refused a call\n  \
             AWS: dynamodb CreateTable: LimitExceededException: Too many tables\n  \
             hint: `mysfits status` shows what is there; the same command again continues from here"
        );
    }
}
