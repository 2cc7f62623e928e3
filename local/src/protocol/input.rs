//! The input of an operation in AWS's JSON protocols, read field by field.

use http::StatusCode;
use serde_json::Value;

use super::constraint;
use crate::service::AwsError;

/// An object of the input; a field that is absent and one that is `null` are the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a>(pub(crate) &'a Value);

impl<'a> Input<'a> {
    /// Returns a field as it is; `null` if it is absent.
    pub(crate) fn value(self, name: &str) -> &'a Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// Returns a text.
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.value(name).as_str()
    }

    /// Returns a required text.
    ///
    /// # Errors
    /// `InvalidParameterException` if it is missing.
    pub(crate) fn needed(self, name: &str) -> Result<&'a str, AwsError> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| invalid(&constraint::missing(name)))
    }

    /// Returns a whole number.
    pub(crate) fn number(self, name: &str) -> Option<u64> {
        self.value(name).as_u64()
    }

    /// Returns a boolean; `false` if it is absent.
    pub(crate) fn flag(self, name: &str) -> bool {
        self.value(name).as_bool().unwrap_or(false)
    }

    /// Returns a list of texts.
    pub(crate) fn texts(self, name: &str) -> Vec<&'a str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// Returns a list.
    pub(crate) fn list(self, name: &str) -> &'a [Value] {
        self.value(name).as_array().map_or(&[], Vec::as_slice)
    }

    /// Returns the objects of a list.
    pub(crate) fn parts(self, name: &str) -> impl Iterator<Item = Input<'a>> {
        self.list(name).iter().map(Input)
    }

    /// Returns the keys and values of a list of tags, which are in these fields.
    pub(crate) fn tags(self, name: &str, key: &str, value: &str) -> Vec<(String, String)> {
        let text = |tag: Input<'_>, field| tag.text(field).unwrap_or_default().to_owned();
        self.parts(name).map(|tag| (text(tag, key), text(tag, value))).collect()
    }

    /// Returns an object in the object.
    pub(crate) fn part(self, name: &str) -> Input<'a> {
        Input(self.value(name))
    }
}

/// Returns the error of logs, ECR and ECS for invalid input.
pub(crate) fn invalid(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidParameterException", message)
}
