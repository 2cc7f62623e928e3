//! The message of AWS's request validation, in one wording for all services. Each has its own code
//! for it.

/// Returns the message for a value that breaks a rule of its field, such as `be one of the allowed
/// values`.
pub(crate) fn unmet(value: &str, field: &str, rule: &str) -> String {
    detected(&format!("'{value}'"), field, rule)
}

/// Returns the message for a value that does not fit the pattern of its field.
pub(crate) fn unlike(value: &str, field: &str, pattern: &str) -> String {
    unmet(value, field, &format!("satisfy regular expression pattern: {pattern}"))
}

/// Returns the message for a field that must be given. AWS writes fields with a lower-case first
/// letter.
pub(crate) fn missing(field: &str) -> String {
    let mut field = field.to_owned();
    if let Some(first) = field.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    detected("null", &field, "not be null")
}

fn detected(value: &str, field: &str, rule: &str) -> String {
    format!(
        "1 validation error detected: Value {value} at '{field}' failed to satisfy constraint: \
         Member must {rule}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_and_its_field_are_named() {
        assert_eq!(
            unlike("a b", "roleName", r"[\w]+"),
            "1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\w]+"
        );
        assert_eq!(
            missing("StackName"),
            "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: \
             Member must not be null"
        );
    }
}
