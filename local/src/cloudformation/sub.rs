//! `Fn::Sub`: the names in `${…}`.

use serde_json::{Map, Value};

/// Returns the text and the variables of its own that the function is given.
pub(super) fn arguments(argument: &Value) -> (&str, Option<&Map<String, Value>>) {
    match argument {
        Value::String(text) => (text, None),
        Value::Array(list) => {
            let text = list.first().and_then(Value::as_str).unwrap_or_default();
            (text, list.get(1).and_then(Value::as_object))
        }
        _ => ("", None),
    }
}

/// Returns the names in a text.
pub(super) fn variables(text: &str) -> Vec<&str> {
    pieces(text).into_iter().filter_map(Result::err).collect()
}

/// Splits a text: what stays as it is, and as `Err` each name to replace.
pub(super) fn pieces(text: &str) -> Vec<Result<&str, &str>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        pieces.push(Ok(before));
        match name.strip_prefix('!') {
            // `${!Name}` is an escaped `${Name}`.
            Some(name) => pieces.extend([Ok("${"), Ok(name), Ok("}")]),
            None => pieces.push(Err(name.trim())),
        }
        rest = behind;
    }
    pieces.push(Ok(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        assert_eq!(pieces("a${B}c"), [Ok("a"), Err("B"), Ok("c")]);
        assert_eq!(pieces("${!B}"), [Ok(""), Ok("${"), Ok("B"), Ok("}"), Ok("")]);
        assert_eq!(pieces("$B ${open"), [Ok("$B ${open")]);
        assert_eq!(variables("${A}-${B.Arn}"), ["A", "B.Arn"]);
    }
}
