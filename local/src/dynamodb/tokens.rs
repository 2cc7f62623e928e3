//! The tokens of expressions. What an expression says is the engine's to understand; these tell
//! what it speaks of.

use serde_json::{Map, Value};

/// The words that begin the clauses of an update. They are reserved, so no attribute is called so
/// without a placeholder.
const CLAUSES: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// Where a request has what placeholders stand for.
const PLACEHOLDERS: [&str; 2] = ["ExpressionAttributeNames", "ExpressionAttributeValues"];

/// Returns the tokens of an expression, each with the text that follows it.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (token, after) = rest.split_at(token_length(rest, first));
        rest = after.trim_start();
        Some((token, rest))
    })
}

/// Returns how many bytes the token has that the text begins with.
fn token_length(text: &str, first: char) -> usize {
    let length = |in_token: fn(char) -> bool| {
        let after = &text[first.len_utf8()..];
        first.len_utf8() + after.find(|c| !in_token(c)).unwrap_or(after.len())
    };
    match first {
        // Names and values of the caller may be called as he likes, `#and` too.
        '#' | ':' => length(is_word),
        '<' | '>' => length(|c| matches!(c, '=' | '>')),
        first if is_word(first) => length(is_word),
        first => first.len_utf8(),
    }
}

/// Returns whether words consist of this character.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns whether a token begins a clause of an update.
pub(super) fn is_clause(token: &str) -> bool {
    CLAUSES.iter().any(|clause| token.eq_ignore_ascii_case(clause))
}

/// Returns the attributes of an item that a projection or an update of this request begins its
/// paths with.
pub(super) fn attributes<'a>(text: &'a str, request: &'a Value) -> Vec<&'a str> {
    let mut begins = true;
    let mut found = Vec::new();
    for (token, _) in tokens(text) {
        if is_clause(token) || token == "," {
            begins = true;
        } else if std::mem::take(&mut begins) {
            found.push(request["ExpressionAttributeNames"][token].as_str().unwrap_or(token));
        }
    }
    found
}

/// Leaves a request only the placeholders that these expressions of its own use: others are an
/// error.
pub(super) fn keep_placeholders(request: &mut Map<String, Value>, expressions: &[&str]) {
    let texts: Vec<String> = expressions
        .iter()
        .filter_map(|kind| request.get(*kind)?.as_str().map(str::to_owned))
        .collect();
    let is_used =
        |name: &str| texts.iter().any(|text| tokens(text).any(|(token, _)| token == name));
    for kind in PLACEHOLDERS {
        let Some(all) = request.get_mut(kind).and_then(Value::as_object_mut) else { continue };
        all.retain(|name, _| is_used(name));
        if all.is_empty() {
            request.remove(kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_placeholders_and_signs_are_tokens() {
        let found: Vec<&str> = tokens(" a.#b[10]<=:c AND(é)").map(|(token, _)| token).collect();
        assert_eq!(found, ["a", ".", "#b", "[", "10", "]", "<=", ":c", "AND", "(", "é", ")"]);
    }

    #[test]
    fn attributes_are_what_paths_begin_with() {
        let request = json!({ "ExpressionAttributeNames": { "#n": "name", "#o": "other" } });
        assert_eq!(attributes("a.b, #n.#o[0],c", &request), ["a", "name", "c"]);
        assert_eq!(attributes("remove a, #n DELETE c :v", &request), ["a", "name", "c"]);
    }

    #[test]
    fn only_used_placeholders_are_kept() {
        let mut request = json!({
            "ConditionExpression": "#a = :a", "UpdateExpression": "REMOVE #ab",
            "ExpressionAttributeNames": { "#a": "a", "#ab": "b" },
            "ExpressionAttributeValues": { ":a": { "S": "a" } },
        });
        let request = request.as_object_mut().unwrap();
        keep_placeholders(request, &["ConditionExpression"]);
        assert_eq!(request["ExpressionAttributeNames"], json!({ "#a": "a" }));
        assert!(request.contains_key("ExpressionAttributeValues"));
        keep_placeholders(request, &["UpdateExpression"]);
        assert!(!request.contains_key("ExpressionAttributeNames"));
    }
}
