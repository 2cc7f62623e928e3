//! The input of an operation in AWS's JSON protocols, looked at field by field.

use http::StatusCode;
use serde_json::Value;

use super::constraint;
use crate::service::AwsError;

/// An object of the input; a field that is absent and one that is `null` are the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a>(pub(crate) &'a Value);

impl<'a> Input<'a> {
    /// A field as it is; `null` where there is none.
    pub(crate) fn value(self, name: &str) -> &'a Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// A text.
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.value(name).as_str()
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// `InvalidParameterException` when it is not.
    pub(crate) fn needed(self, name: &str) -> Result<&'a str, AwsError> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| invalid(&constraint::missing(name)))
    }

    /// A whole number.
    pub(crate) fn number(self, name: &str) -> Option<u64> {
        self.value(name).as_u64()
    }

    /// A boolean; `false` where there is none.
    pub(crate) fn flag(self, name: &str) -> bool {
        self.value(name).as_bool().unwrap_or(false)
    }

    /// A list of texts.
    pub(crate) fn texts(self, name: &str) -> Vec<&'a str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// A list.
    pub(crate) fn list(self, name: &str) -> &'a [Value] {
        self.value(name).as_array().map_or(&[], Vec::as_slice)
    }

    /// The objects of a list.
    pub(crate) fn parts(self, name: &str) -> impl Iterator<Item = Input<'a>> {
        self.list(name).iter().map(Input)
    }

    /// The keys and values of a list of tags, which are in these fields.
    pub(crate) fn tags(self, name: &str, key: &str, value: &str) -> Vec<(String, String)> {
        let text = |tag: Input<'_>, field| tag.text(field).unwrap_or_default().to_owned();
        self.parts(name).map(|tag| (text(tag, key), text(tag, value))).collect()
    }

    /// An object in the object.
    pub(crate) fn part(self, name: &str) -> Input<'a> {
        Input(self.value(name))
    }
}

/// The error of logs, ECR and ECS for input that is not as it must be.
pub(crate) fn invalid(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidParameterException", message)
}
