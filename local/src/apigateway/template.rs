//! Mapping templates: the part of AWS's template language that needs no program. What goes beyond
//! it is refused when a template is put, not ignored when it is filled.

use serde_json::Value;

use super::mapping::is_context;

/// The directives of the language, none of which is carried out here.
const DIRECTIVES: [&str; 13] = [
    "if", "else", "elseif", "end", "set", "foreach", "break", "stop", "macro", "define",
    "evaluate", "include", "parse",
];

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Context(String),
    StageVariable(String),
    /// `$input.body`.
    Body,
    /// A part of the body by its path; `$` is all of it.
    Json(String),
    /// A parameter of the request, wherever it is.
    Parameter(String),
}

/// Where a template gets its values from.
pub(super) trait Values {
    fn context(&self, name: &str) -> Option<String>;
    fn stage_variable(&self, name: &str) -> Option<String>;
    fn parameter(&self, name: &str) -> Option<String>;
    fn body(&self) -> &[u8];
}

/// A template that can be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// The part of it that is not supported here.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['$', '#']) {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            let (piece, length) = match from.strip_prefix('#') {
                Some(after) => directive(after)?,
                None => reference(from)?,
            };
            match piece {
                Some(piece) => {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    pieces.push(piece);
                }
                None => literal.push_str(&from[..length]),
            }
            rest = &from[length..];
        }
        literal.push_str(rest);
        pieces.push(Piece::Text(literal));
        Ok(Self(pieces))
    }

    /// Fills the template. What has no value is empty.
    pub(super) fn fill(&self, values: &dyn Values) -> String {
        let value = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Context(name) => values.context(name).unwrap_or_default(),
            Piece::StageVariable(name) => values.stage_variable(name).unwrap_or_default(),
            Piece::Parameter(name) => values.parameter(name).unwrap_or_default(),
            Piece::Body => String::from_utf8_lossy(values.body()).into_owned(),
            Piece::Json(path) => json_at(values.body(), path),
        };
        self.0.iter().map(value).collect()
    }
}

/// A `#` that begins no directive is plain text.
fn directive(after: &str) -> Result<(Option<Piece>, usize), String> {
    let word: String = after.chars().take_while(char::is_ascii_alphabetic).collect();
    if after.starts_with(['#', '*', '{', '[']) || DIRECTIVES.contains(&word.as_str()) {
        let shown: String = after.chars().take_while(|c| !c.is_whitespace()).take(20).collect();
        return Err(format!("the local cloud does not carry out '#{shown}' in templates"));
    }
    Ok((None, 1))
}

/// Returns the reference that a `$` begins, and its length. A `$` that begins none is plain text.
fn reference(from: &str) -> Result<(Option<Piece>, usize), String> {
    let (inside, opening, closing) = match from.strip_prefix("${") {
        Some(inside) => (inside, 2, 1),
        None => (&from[1..], 1, 0),
    };
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '_') {
        return Ok((None, 1));
    }
    let refused = || {
        let shown: String = from.chars().take_while(|c| !c.is_whitespace()).take(40).collect();
        format!("the local cloud does not know '{shown}' in templates")
    };
    let (piece, length) = known(inside).ok_or_else(refused)?;
    if closing == 1 && !inside[length..].starts_with('}') {
        return Err(refused());
    }
    Ok((Some(piece), opening + length + closing))
}

/// Returns the reference that a text begins with, and its length.
fn known(text: &str) -> Option<(Piece, usize)> {
    if let Some(name) = text.strip_prefix("context.").map(name) {
        return is_context(name).then(|| (Piece::Context(name.to_owned()), 8 + name.len()));
    }
    if let Some(name) = text.strip_prefix("stageVariables.").map(name) {
        let variable = Piece::StageVariable(name.to_owned());
        return (!name.is_empty()).then(|| (variable, 15 + name.len()));
    }
    let (call, length) = match text.strip_prefix("input.json(") {
        Some(argument) => (argument, "input.json(".len()),
        None => match text.strip_prefix("input.params(") {
            Some(argument) => (argument, "input.params(".len()),
            None => return (name(text) == "input.body").then_some((Piece::Body, 10)),
        },
    };
    let quote = call.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let argument = call[1..].split(quote).next()?;
    // Two quotes and the bracket.
    let end = argument.len() + 3;
    if !call[1 + argument.len()..].starts_with(&format!("{quote})")) {
        return None;
    }
    let piece = if text.starts_with("input.json") {
        steps(argument)?;
        Piece::Json(argument.to_owned())
    } else {
        Piece::Parameter(argument.to_owned())
    };
    Some((piece, length + end))
}

/// Returns the name that a text begins with; a dot at its end belongs to the text around it.
fn name(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-'))
        .unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}

/// Returns the steps of a path such as `$.pets[0].name`; `None` if it has others.
fn steps(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix('$')?.replace('[', ".").replace(']', "");
    let is_plain = |step: &str| {
        !step.is_empty() && step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut steps = path.split('.');
    let plain_start = steps.next().is_some_and(str::is_empty);
    let steps: Vec<String> = steps.map(str::to_owned).collect();
    (plain_start && steps.iter().all(|step| is_plain(step))).then_some(steps)
}

/// Returns the JSON at a path of a body; empty if there is none. An empty body counts as an empty
/// object.
fn json_at(body: &[u8], path: &str) -> String {
    let body = if body.is_empty() { b"{}" } else { body };
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return String::new() };
    let step = |value: &Value, step: &String| match value {
        Value::Array(list) => list.get(step.parse::<usize>().ok()?).cloned(),
        value => value.get(step).cloned(),
    };
    let steps = steps(path).unwrap_or_default();
    let found = steps.iter().try_fold(json, |value, name| step(&value, name));
    found.map_or_else(|| "\"\"".to_owned(), |found| found.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Values for Fixed {
        fn context(&self, name: &str) -> Option<String> {
            Some(format!("<{name}>"))
        }

        fn stage_variable(&self, name: &str) -> Option<String> {
            (name == "link").then(|| "abc".to_owned())
        }

        fn parameter(&self, name: &str) -> Option<String> {
            (name == "id").then(|| "7".to_owned())
        }

        fn body(&self) -> &[u8] {
            br#"{"pets": [{"name": "Evangeline"}]}"#
        }
    }

    fn filled(text: &str) -> String {
        Template::read(text).unwrap().fill(&Fixed)
    }

    #[test]
    fn literals_stay_as_they_are() {
        for text in ["{\"statusCode\" : 200}", "", "costs $5 or 5$", "#1 and # and a#b", "ä€"] {
            assert_eq!(filled(text), text);
        }
    }

    #[test]
    fn references_are_filled_in() {
        assert_eq!(filled("{\"id\":\"$context.requestId\"}."), "{\"id\":\"<requestId>\"}.");
        assert_eq!(filled("$context.requestId."), "<requestId>.");
        assert_eq!(filled("${context.stage}x$stageVariables.link"), "<stage>xabc");
        assert_eq!(filled("[$stageVariables.none]"), "[]");
        assert_eq!(filled("$context.authorizer.claims.sub: x"), "<authorizer.claims.sub>: x");
        assert_eq!(filled("$input.params('id')$input.params(\"no\")"), "7");
        assert_eq!(filled("$input.json('$')"), r#"{"pets":[{"name":"Evangeline"}]}"#);
        assert_eq!(filled("$input.json('$.pets[0].name')"), "\"Evangeline\"");
        assert_eq!(filled("$input.json('$.none')"), "\"\"");
        assert_eq!(filled("<$input.body>"), "<{\"pets\": [{\"name\": \"Evangeline\"}]}>");
    }

    #[test]
    fn programs_are_refused() {
        for text in [
            "#set($a = 1)",
            "#if(true)x#end",
            "## comment",
            "#* comment *#",
            "$util.escapeJavaScript('a')",
            "$input.path('$.a')",
            "$input.json('$..a')",
            "$input.json($a)",
            "$context.moon",
            "${context.stage",
            "$a",
            "$!context.stage",
        ] {
            let error = Template::read(text).unwrap_err();
            assert!(error.starts_with("the local cloud does not"), "{text}: {error}");
        }
    }
}
