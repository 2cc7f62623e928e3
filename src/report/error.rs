//! An error: what happened, AWS's own words, one hint.

use std::fmt::Write as _;

use serde_json::json;

use super::{
    Output, json, out,
    words::{DETAIL, FAILED, LOOK, paint},
};
use crate::error::Error;

/// Shows an error, also where there is no screen yet.
pub(crate) fn error(output: Output, error: &Error) {
    if output == Output::Json {
        let aws = error.aws.as_ref().map(
            |aws| json!({"operation": aws.operation, "code": aws.code, "message": aws.message}),
        );
        json::line(&json!({
            "type": "error",
            "code": error.code.entry().number,
            "message": error.message,
            "aws": aws,
            "hint": error.advice(),
        }));
    } else {
        out::message(&text(error));
    }
}

/// An error in at most three lines.
fn text(error: &Error) -> String {
    let entry = error.code.entry();
    let mut text =
        format!("{}: {}", paint(FAILED, &format!("error[{}]", entry.number)), error.message);
    if let Some(aws) = &error.aws {
        let said = format!("{}: {}: {}", aws.operation, aws.code, one_line(&aws.message));
        let _ = write!(text, "\n  {} {said}", paint(DETAIL, "AWS:"));
    }
    let _ = write!(text, "\n  {} {}", paint(LOOK, "hint:"), error.advice());
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{AwsWords, Code};

    #[test]
    fn an_error_has_at_most_three_lines() {
        let error = Error::new(Code::Refused, "table: AWS refused a call").said(AwsWords {
            operation: "dynamodb CreateTable".to_owned(),
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
