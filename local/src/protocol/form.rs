//! The input of a signed Query call: who calls, and the parameters with the errors that AWS answers
//! where they are missing or wrong. Output is `query`'s and `xml`'s.

use std::collections::BTreeMap;

use http::StatusCode;

use crate::{
    params::Params,
    place::Place,
    protocol::query,
    service::{AwsError, Call, Caller},
};

/// A signed call, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) place: Place,
    parameters: Params,
}

impl Form {
    /// The form of a call.
    ///
    /// # Errors
    /// When the call is not signed.
    pub(crate) fn of(call: &Call) -> Result<Self, AwsError> {
        let Caller::Signed { place, .. } = &call.caller else {
            return Err(query::unsigned());
        };
        let parameters = call.form().clone();
        Ok(Self { place: place.clone(), parameters })
    }

    /// A parameter, if it was given and is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.text(name)
    }

    /// A parameter that must be given.
    pub(crate) fn required(&self, name: &str) -> Result<&str, AwsError> {
        self.text(name).ok_or_else(|| {
            let mut name = name.to_owned();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            invalid(format!(
                "1 validation error detected: Value null at '{name}' failed to satisfy constraint: \
                 Member must not be null"
            ))
        })
    }

    /// A parameter that is `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.parameters.flag(name)
    }

    /// A number, if it was given.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u32>, AwsError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse();
        number.map(Some).map_err(|_| invalid(format!("{name} must be a number, not '{text}'.")))
    }

    /// A list of texts: `Capabilities.member.1`, `.2`, ….
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.parameters.list(name)
    }

    /// A list of structures: `Parameters.member.1.ParameterKey`, ….
    pub(crate) fn structures(&self, name: &str) -> Vec<Params> {
        self.parameters.groups(name)
    }

    /// The parameter `Tags`, in the order of their keys.
    pub(crate) fn tags(&self) -> BTreeMap<String, String> {
        self.parameters.tags("Tags")
    }
}

/// The error for input of the wrong form, as the Query services word it.
pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "ValidationError", message)
}

/// A page of a list, and the token of the next page. A token is the number of entries before it.
pub(crate) fn page<T>(
    list: Vec<T>,
    token: Option<&str>,
    size: usize,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let start = match token {
        None => 0,
        Some(token) => token.parse().map_err(|_| invalid("The token is not valid."))?,
    };
    let next = start + size;
    let token = (next < list.len()).then(|| next.to_string());
    Ok((list.into_iter().skip(start).take(size).collect(), token))
}

#[cfg(test)]
impl Form {
    /// A form of these parameters, from the default account in `eu-west-1`.
    pub(crate) fn with(parameters: &[(&str, &str)]) -> Self {
        let add = |params: Params, (name, value): &(&str, &str)| params.with(name, value);
        Self {
            place: Place::named("", "eu-west-1"),
            parameters: parameters.iter().fold(Params::default(), add),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_as_aws_does() {
        let error = Form::with(&[]).required("StackName").unwrap_err();
        assert_eq!(error.code, "ValidationError");
        assert!(error.message.contains("Value null at 'stackName'"), "{error}");
    }

    #[test]
    fn pages_follow_one_another() {
        let (first, token) = page(vec![1, 2, 3], None, 2).unwrap();
        assert_eq!((first, token.as_deref()), (vec![1, 2], Some("2")));
        assert_eq!(page(vec![1, 2, 3], token.as_deref(), 2).unwrap(), (vec![3], None));
        assert!(page(vec![1], Some("x"), 2).is_err());
    }
}
