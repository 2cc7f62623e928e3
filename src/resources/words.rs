//! Messages that many resources share, and helpers for AWS's responses.

use std::time::SystemTime;

use aws_smithy_types::DateTime;

use crate::{
    aws::Failure,
    engine::{About, Step},
    error::{Code, Error, Result},
};

/// Notes that something cannot be changed into the desired state, and what is done instead.
pub(super) fn replaced(step: &Step<'_>, why: &str) {
    step.note(format!("{why}; it is deleted and created again"));
}

/// Returns the error for something that AWS does not delete because a user protected it. `title` is
/// the resource's own, `console` the service's name in the console.
pub(super) fn protected(failure: Failure, title: &str, console: &str) -> Error {
    failure.into_error(Code::Refused, format!("{title} is protected against deletion")).hint(
        format!("somebody protected it on purpose; turn the protection off in the {console} console first"),
    )
}

/// Returns the response, or `None` if AWS returned one of these codes for something absent.
///
/// # Errors
/// Every other failure.
pub(super) fn found<T>(result: Result<T, Failure>, absent: &[&str]) -> Result<Option<T>, Failure> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(failure) if failure.is_any(absent) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Ignores a failure with one of these codes, which mean that the request is already fulfilled.
///
/// # Errors
/// Every other failure.
pub(super) fn unless_any<T>(result: Result<T, Failure>, codes: &[&str]) -> Result<()> {
    found(result, codes)?;
    Ok(())
}

/// Returns a time that AWS reports; `None` if it does not.
pub(super) fn time(reported: Option<&DateTime>) -> Option<SystemTime> {
    (*reported?).try_into().ok()
}

/// Returns the name in an ARN of the resource's type; `None` for an ARN of another type.
pub(super) fn name_in<'a>(about: &About, arn: &'a str) -> Option<&'a str> {
    about.arn.as_ref()?.name_in(arn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        aws::operations::dynamodb::DELETE_TABLE,
        lab::{AccountId, ArnPattern, LabId, Region},
    };

    fn failure() -> Failure {
        Failure::of_item(&DELETE_TABLE, "ResourceNotFoundException", "no such table")
    }

    #[test]
    fn only_the_named_codes_mean_that_it_is_not_there() {
        assert_eq!(found(Ok(1), &[]), Ok(Some(1)));
        let codes = ["Other", "ResourceNotFoundException"];
        assert_eq!(found::<()>(Err(failure()), &codes), Ok(None));
        assert_eq!(found::<()>(Err(failure()), &["Other"]), Err(failure()));
    }

    #[test]
    fn a_failure_with_another_code_stays_one() {
        assert_eq!(unless_any::<()>(Err(failure()), &["ResourceNotFoundException"]), Ok(()));
        let error = unless_any::<()>(Err(failure()), &[]).unwrap_err();
        assert_eq!(error.aws.map(|aws| aws.code).as_deref(), Some("ResourceNotFoundException"));
    }

    #[test]
    fn who_protected_it_is_told_where_to_end_that() {
        let error = protected(failure(), "DynamoDB table `x`", "DynamoDB");
        assert_eq!(error.message, "DynamoDB table `x` is protected against deletion");
        assert!(error.advice().contains("in the DynamoDB console"), "{}", error.advice());
    }

    #[test]
    fn a_resource_without_an_arn_finds_no_name() {
        let region = Region::new("eu-west-1").unwrap();
        let lab = LabId { account: AccountId::new("1"), region, name: "lab".to_owned() };
        let arn = "arn:aws:dynamodb:eu-west-1:1:table/other";
        let pattern = ArnPattern::new(&lab, "dynamodb", "table/{name}", "own");
        let about = About { arn: Some(pattern), ..About::default() };
        assert_eq!(name_in(&about, arn), Some("other"));
        assert_eq!(name_in(&About::default(), arn), None);
    }
}
