//! The size of expressions. The engine's parser recurses and has no limit of its own, so what
//! DynamoDB refuses as too large must not reach it.

use dynoxide::DynoxideError;
use serde_json::Value;

use super::tokens::{is_word, tokens};

/// DynamoDB's limit.
const MOST_OPERATORS: usize = 300;

/// Each pair of parentheses that is not redundant encloses an operator or belongs to a function.
const MOST_NESTED: usize = MOST_OPERATORS + 1;

/// DynamoDB's limit. The engine refuses what is longer before it parses it.
const LONGEST: usize = 4096;

/// The members of requests that are expressions.
const KINDS: [&str; 5] = [
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    UPDATE,
];
const UPDATE: &str = "UpdateExpression";

/// Checks all expressions in a request, those of transactions and batches too. In an item, a member
/// of such a name is an attribute, and attributes are objects.
///
/// # Errors
/// `ValidationException` when one has too many operators or parentheses.
pub(super) fn check(input: &Value) -> Result<(), DynoxideError> {
    match input {
        Value::Object(members) => members.iter().try_for_each(|(name, value)| match value {
            Value::String(text) if KINDS.contains(&name.as_str()) => check_one(name, text),
            value => check(value),
        }),
        Value::Array(entries) => entries.iter().try_for_each(check),
        _ => Ok(()),
    }
}

fn check_one(kind: &str, text: &str) -> Result<(), DynoxideError> {
    if text.len() > LONGEST {
        return Ok(());
    }
    let Size { operators, nested } = Size::of(text, kind == UPDATE);
    let what = if operators > MOST_OPERATORS {
        // DynamoDB stops counting there.
        format!("contains too many operators; operator count: {}", MOST_OPERATORS + 1)
    } else if nested > MOST_NESTED {
        "has redundant parentheses;".to_owned()
    } else {
        return Ok(());
    };
    Err(DynoxideError::ValidationException(format!("Invalid {kind}: The expression {what}")))
}

/// What is limited in an expression.
#[derive(Debug, Default, PartialEq, Eq)]
struct Size {
    /// Its operators and functions.
    operators: usize,
    /// The parentheses that are open at the same time.
    nested: usize,
}

impl Size {
    /// Measures an expression. In an update `=` assigns and is no operator.
    fn of(text: &str, is_update: bool) -> Self {
        let mut size = Self::default();
        let (mut open, mut betweens) = (0_usize, 0_usize);
        for (token, rest) in tokens(text) {
            match token {
                "(" => open += 1,
                ")" => open = open.saturating_sub(1),
                "=" | "<" | ">" | "<=" | ">=" | "<>" => size.operators += usize::from(!is_update),
                "+" | "-" => size.operators += 1,
                word if word.starts_with(is_word) => {
                    let is_call = rest.starts_with('(');
                    size.operators += usize::from(counts(word, is_call, &mut betweens));
                }
                _ => {}
            }
            size.nested = size.nested.max(open);
        }
        size
    }
}

/// Returns whether a word is an operator or calls a function. The `AND` of a `BETWEEN` is no
/// operator of its own.
fn counts(word: &str, is_call: bool, betweens: &mut usize) -> bool {
    match word.to_ascii_uppercase().as_str() {
        "AND" if *betweens > 0 => {
            *betweens -= 1;
            false
        }
        "BETWEEN" => {
            *betweens += 1;
            true
        }
        "AND" | "OR" | "NOT" | "IN" => true,
        _ => is_call,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn operators(text: &str) -> usize {
        Size::of(text, false).operators
    }

    #[test]
    fn operators_and_functions_are_counted_as_dynamodb_does() {
        assert_eq!(operators("a < :v"), 1);
        assert_eq!(operators("a <> :v AND NOT b >= :w or c <= d"), 6);
        assert_eq!(operators("a BETWEEN :v AND :w AND b = :x"), 3);
        assert_eq!(operators("attribute_exists(#and) and size (b) > :or"), 4);
        assert_eq!(operators("a IN (:v, :w)"), 1);
        let update = "SET a = :v + :w - :x, b = list_append(b, :y) REMOVE c";
        assert_eq!(Size::of(update, true).operators, 3);
    }

    #[test]
    fn parentheses_that_are_open_at_once_are_nested() {
        assert_eq!(Size::of("(a) (b (c)) ))", false).nested, 2);
    }

    #[test]
    fn expressions_are_found_wherever_a_request_has_them() {
        let many = vec!["a = :v"; 151].join(" OR ");
        let update = json!({ "Update": { "ConditionExpression": many } });
        for (input, kind) in [
            (json!({ "FilterExpression": many }), "FilterExpression"),
            (json!({ "TransactItems": [{}, update] }), "ConditionExpression"),
        ] {
            let words = "The expression contains too many operators; operator count: 301";
            let error = check(&input).unwrap_err().to_string();
            assert_eq!(error, format!("Invalid {kind}: {words}"));
        }
        let item = json!({ "Item": { "FilterExpression": { "S": many } } });
        assert!(check(&item).is_ok());
    }
}
