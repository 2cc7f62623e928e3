//! How the embedded engine is called: JSON in, JSON out, and its errors in DynamoDB's words.

use dynoxide::DynoxideError;
use http::StatusCode;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The engine's answer: a JSON text, or an error.
pub(super) type EngineResult = Result<String, DynoxideError>;

/// Reads an operation's input from JSON, does it, and writes its output as JSON.
pub(super) fn reply<I: DeserializeOwned, O: Serialize>(
    body: &str,
    operation: impl FnOnce(I) -> Result<O, DynoxideError>,
) -> EngineResult {
    let input = serde_json::from_str(body).map_err(|error| unreadable(&error.to_string()))?;
    let output = operation(input)?;
    serde_json::to_string(&output)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The engine's input types mark an error of theirs with what DynamoDB makes of it; an unmarked one
/// is serde's own.
fn unreadable(error: &str) -> DynoxideError {
    let bare = without_position(error);
    if let Some(message) = bare.strip_prefix("VALIDATION_REQUEST:") {
        return DynoxideError::EnvelopedValidation(message.to_owned());
    }
    for marker in ["VALIDATION_AS_READ:", "VALIDATION:"] {
        if let Some(message) = bare.strip_prefix(marker) {
            return DynoxideError::ValidationException(message.to_owned());
        }
    }
    for marker in ["SERIALIZATION_AS_READ:", "SERIALIZATION:"] {
        if let Some(message) = bare.strip_prefix(marker) {
            return DynoxideError::SerializationException(message.to_owned());
        }
    }
    let is_about_values = ["missing field", "unknown variant", "invalid type: null"]
        .iter()
        .any(|words| bare.contains(words));
    if is_about_values || bare.contains("AttributeValue") {
        DynoxideError::ValidationException(bare.to_owned())
    } else {
        DynoxideError::SerializationException(bare.to_owned())
    }
}

/// `serde_json` appends where in the text an error is; DynamoDB does not.
fn without_position(error: &str) -> &str {
    match error.rsplit_once(" at line ") {
        Some((message, position)) if position.contains(" column ") => message,
        _ => error,
    }
}

/// Returns the status and body of a result. `operation` decides how DynamoDB words some of the
/// errors.
pub(super) fn answer(operation: &str, result: EngineResult) -> (StatusCode, String) {
    match result {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => {
            let error = worded(operation, error);
            let status = StatusCode::from_u16(error.status_code());
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), coded(operation, error.to_json()))
        }
    }
}

/// The operations on backups have a code of their own for a missing table, unknown to the engine.
fn coded(operation: &str, error: String) -> String {
    match operation {
        "DescribeContinuousBackups" => {
            error.replace("#ResourceNotFoundException", "#TableNotFoundException")
        }
        _ => error,
    }
}

/// Three operations count the errors that they found in a request.
fn worded(operation: &str, error: DynoxideError) -> DynoxideError {
    match error {
        DynoxideError::EnvelopedValidation(message)
            if matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem") =>
        {
            let counted = format!("1 validation error detected: {message}");
            DynoxideError::ValidationException(counted)
        }
        other => other,
    }
}

/// Returns a JSON text of the engine, or one that it has read, as a value.
///
/// # Errors
/// When it is none.
pub(super) fn parsed(text: &str) -> Result<Value, DynoxideError> {
    serde_json::from_str(text)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// Returns the names of the attributes in a key schema.
pub(super) fn key_names(schema: &Value) -> Vec<String> {
    let keys = schema.as_array().into_iter().flatten();
    keys.filter_map(|key| key["AttributeName"].as_str()).map(str::to_owned).collect()
}

/// Refuses a token for an operation that the engine answers in one page: it gave none.
pub(super) fn without_token(body: &str) -> Result<(), DynoxideError> {
    let input: Value = serde_json::from_str(body).unwrap_or_default();
    if input["NextToken"].is_null() {
        return Ok(());
    }
    Err(DynoxideError::ValidationException("Invalid NextToken".to_owned()))
}

/// The engine denies access to the tags of a table that is not there; DynamoDB does not find it.
pub(super) fn no_such_resource(error: DynoxideError) -> DynoxideError {
    match error {
        DynoxideError::AccessDeniedException(message) => {
            let arn = message.rsplit_once(" on resource: ").map_or("", |(_, arn)| arn);
            let message = format!("Requested resource not found: ResourcArn: {arn} not found");
            DynoxideError::ResourceNotFoundException(message)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_of_no_table_are_not_found() {
        let denied = "User: student is not authorized to perform: a on resource: arn:aws:b";
        let error = no_such_resource(DynoxideError::AccessDeniedException(denied.to_owned()));
        assert!(matches!(&error, DynoxideError::ResourceNotFoundException(_)));
        assert!(error.to_string().ends_with("ResourcArn: arn:aws:b not found"), "{error}");
    }

    #[test]
    fn a_list_of_one_page_takes_no_token() {
        assert!(without_token("{\"ResourceArn\":\"a\"}").is_ok());
        let error = without_token("{\"NextToken\":\"a\"}").unwrap_err();
        assert_eq!(error.to_string(), "Invalid NextToken");
    }

    #[test]
    fn markers_become_errors_and_never_show() {
        let error = unreadable("VALIDATION:TableName is short at line 1 column 9");
        assert!(matches!(&error, DynoxideError::ValidationException(_)));
        assert_eq!(error.to_string(), "TableName is short");
        let error = unreadable("SERIALIZATION:NUMBER_VALUE cannot be converted");
        assert!(matches!(error, DynoxideError::SerializationException(_)));
        let error = unreadable("invalid type: integer `1`, expected a string at line 1 column 2");
        assert!(matches!(error, DynoxideError::SerializationException(_)));
        let error = unreadable("missing field `Key` at line 1 column 2");
        assert!(matches!(error, DynoxideError::ValidationException(_)));
    }
}
