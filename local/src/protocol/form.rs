//! The input of a Query call, with the errors that AWS answers if it is missing or wrong. Output is
//! in `query` and `xml`.

use http::StatusCode;

use super::constraint;
use crate::{params::Params, service::AwsError};

impl Params {
    /// Returns a required parameter.
    ///
    /// # Errors
    /// `ValidationError` if it is missing.
    pub(crate) fn required(&self, name: &str) -> Result<&str, AwsError> {
        self.text(name).ok_or_else(|| invalid(constraint::missing(name)))
    }

    /// Returns a number, if it was given.
    ///
    /// # Errors
    /// `ValidationError` when it is not a number.
    pub(crate) fn checked_number(&self, name: &str) -> Result<Option<u32>, AwsError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse();
        number.map(Some).map_err(|_| invalid(format!("{name} must be a number, not '{text}'.")))
    }
}

/// Returns the error for input of the wrong form, as the Query services word it.
pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "ValidationError", message)
}

/// Returns a page of a list whose order is not that of a key, and how many entries are before the
/// next page, if there is one.
pub(crate) fn page<T>(
    list: Vec<T>,
    before: Option<&str>,
    size: usize,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let start = match before {
        None => 0,
        Some(before) => before.parse::<usize>().map_err(|_| invalid("The token is not valid."))?,
    };
    let next = start.saturating_add(size);
    let end = (next < list.len()).then(|| next.to_string());
    Ok((list.into_iter().skip(start).take(size).collect(), end))
}

#[cfg(test)]
impl Params {
    /// Creates parameters from these pairs.
    pub(crate) fn of_pairs(pairs: &[(&str, &str)]) -> Self {
        let add = |params: Self, (name, value): &(&str, &str)| params.with(name, value);
        pairs.iter().fold(Self::default(), add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_as_aws_does() {
        let error = Params::default().required("StackName").unwrap_err();
        assert_eq!(error.code, "ValidationError");
        assert!(error.message.contains("Value null at 'stackName'"), "{error}");
    }

    #[test]
    fn pages_follow_one_another() {
        let (first, end) = page(vec![1, 2, 3], None, 2).unwrap();
        assert_eq!((first, end.as_deref()), (vec![1, 2], Some("2")));
        assert_eq!(page(vec![1, 2, 3], end.as_deref(), 2).unwrap(), (vec![3], None));
        assert!(page(vec![1], Some("x"), 2).is_err());
        let beyond = usize::MAX.to_string();
        assert_eq!(page(vec![1], Some(&beyond), 2).unwrap(), (vec![], None));
    }
}
