//! Replaces a file's `REPLACE_ME_…`, strictly: an unknown name, a name without a value, and
//! anything left over is an error with its file and line.

use super::{Placeholder, Value, Values, placeholders};
use crate::error::{Code, Error};

/// The prefix of every placeholder. A bare `REPLACE_ME` is a leftover too.
pub(super) const MARK: &str = "REPLACE_ME";

/// The format of a file, which decides how values are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Values are inside JSON strings.
    Json,
    /// Values are inside JavaScript string literals.
    JavaScript,
}

/// A file with placeholders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template<'a> {
    /// Its path in the repository, for errors.
    pub(crate) path: &'a str,
    /// Its format.
    pub(crate) kind: Kind,
    /// Its text.
    pub(crate) text: &'a str,
    /// The optional placeholders: those that are absent become an empty text.
    pub(crate) optional: &'a [Placeholder],
}

/// Why a file cannot be filled in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}, line {line}: {problem}")]
pub(crate) struct TemplateError {
    path: String,
    line: usize,
    problem: Problem,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("`{0}` is not a placeholder of the lab")]
    Unknown(String),
    #[error("`{0}` has no value")]
    NoValue(Placeholder),
}

impl From<TemplateError> for Error {
    fn from(error: TemplateError) -> Self {
        Self::new(Code::Lab, error.to_string())
    }
}

impl Template<'_> {
    /// Returns the placeholders in the file, each once.
    ///
    /// # Errors
    /// When one is unknown.
    pub(crate) fn placeholders(&self) -> Result<Vec<Placeholder>, TemplateError> {
        let mut found = Vec::new();
        self.fill(|placeholder| {
            if !found.contains(&placeholder) {
                found.push(placeholder);
            }
            Some("")
        })?;
        Ok(found)
    }

    /// Returns the required placeholders, each once.
    ///
    /// # Errors
    /// When one is unknown.
    pub(crate) fn required(&self) -> Result<Vec<Placeholder>, TemplateError> {
        let mut required = self.placeholders()?;
        required.retain(|placeholder| !self.optional.contains(placeholder));
        Ok(required)
    }

    /// Returns the first required placeholder without a value; the file cannot be filled in yet.
    ///
    /// # Errors
    /// When a placeholder is unknown.
    pub(crate) fn missing(&self, values: &Values) -> Result<Option<Placeholder>, TemplateError> {
        Ok(self.required()?.into_iter().find(|placeholder| values.get(*placeholder).is_none()))
    }

    /// Returns the file with all values filled in; an absent optional one becomes an empty text.
    ///
    /// # Errors
    /// When a placeholder is not the lab's, has no value, or is optional and its value unknown: the
    /// caller decides what to do then.
    pub(crate) fn render(&self, values: &Values) -> Result<String, TemplateError> {
        self.fill(|placeholder| match values.value(placeholder) {
            Value::Known(value) => Some(value),
            Value::Absent if self.optional.contains(&placeholder) => Some(""),
            _ => None,
        })
    }

    /// Returns the file with the values that are there filled in, an absent optional one as an empty
    /// text; and the placeholders that stay in it, each once.
    ///
    /// # Errors
    /// When one is not the lab's.
    pub(crate) fn fill_in(
        &self,
        values: &Values,
    ) -> Result<(String, Vec<Placeholder>), TemplateError> {
        let mut kept = self.placeholders()?;
        kept.retain(|placeholder| match values.value(*placeholder) {
            Value::Known(_) => false,
            Value::Absent => !self.optional.contains(placeholder),
            _ => true,
        });
        let text = self.fill(|placeholder| match values.value(placeholder) {
            Value::Known(value) => Some(value),
            Value::Absent if self.optional.contains(&placeholder) => Some(""),
            _ => Some(placeholder.name()),
        })?;
        Ok((text, kept))
    }

    /// Returns the value of a placeholder in a text that was made from this file, perhaps by an
    /// earlier version: read from the line that starts as in the file. `None` when no line does.
    pub(crate) fn value_in(&self, text: &str, placeholder: Placeholder) -> Option<String> {
        let line = self.text.lines().find(|line| line.contains(placeholder.name()))?;
        let (before, after) = line.split_once(placeholder.name())?;
        let value = text.lines().find_map(|it| it.strip_prefix(before)?.strip_suffix(after))?;
        self.kind.unescape(value)
    }

    fn fill<'v>(
        &self,
        mut value_of: impl FnMut(Placeholder) -> Option<&'v str>,
    ) -> Result<String, TemplateError> {
        let mut filled = String::with_capacity(self.text.len());
        let mut rest = self.text;
        while let Some(start) = rest.find(MARK) {
            filled.push_str(&rest[..start]);
            let name = name_at(&rest[start..]);
            let wrong = |problem| {
                let before = &self.text[..self.text.len() - rest.len() + start];
                let line = 1 + before.matches('\n').count();
                TemplateError { path: self.path.to_owned(), line, problem }
            };
            let placeholder = placeholders::named(name)
                .ok_or_else(|| wrong(Problem::Unknown(name.to_owned())))?;
            let value =
                value_of(placeholder).ok_or_else(|| wrong(Problem::NoValue(placeholder)))?;
            filled.push_str(&self.kind.escape(value));
            rest = &rest[start + name.len()..];
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// Returns the name at the start of `text`: capitals and underscores, and any letters or digits
/// directly after them, so that a misspelt name is shown in full.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

impl Kind {
    /// Escapes a value for use between the quotes of this format.
    fn escape(self, value: &str) -> String {
        let json = serde_json::Value::from(value).to_string();
        let inner = json[1..json.len() - 1].to_owned();
        match self {
            Self::Json => inner,
            // A JSON string is a JavaScript one; `<` could end a script element, `'` a literal.
            Self::JavaScript => inner.replace('<', "\\u003c").replace('\'', "\\u0027"),
        }
    }

    /// Reverses the escaping; `None` for invalid input. Both formats use JSON strings.
    fn unescape(self, escaped: &str) -> Option<String> {
        match self {
            Self::Json | Self::JavaScript => serde_json::from_str(&format!("\"{escaped}\"")).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::placeholders::{BUCKET_NAME, REGION, VPC_ID};

    fn template(text: &str) -> Template<'_> {
        Template { path: "templates/some.json", kind: Kind::Json, text, optional: &[BUCKET_NAME] }
    }

    fn values() -> Values {
        Values::of([(BUCKET_NAME, "my-\"bucket\"\n"), (REGION, "</script>'")])
    }

    #[test]
    fn values_are_filled_in_and_escaped() {
        let filled = template(r#"{"a": "x/REPLACE_ME_BUCKET_NAME/*"}"#).render(&values()).unwrap();
        assert_eq!(filled, r#"{"a": "x/my-\"bucket\"\n/*"}"#);
        let script = Template { kind: Kind::JavaScript, ..template("r = 'REPLACE_ME_REGION';") };
        assert_eq!(script.render(&values()).unwrap(), r"r = '\u003c/script>\u0027';");
    }

    #[test]
    fn a_value_is_not_looked_at_again() {
        let values = Values::of([(BUCKET_NAME, "REPLACE_ME_REGION")]);
        let filled = template("REPLACE_ME_BUCKET_NAME").render(&values).unwrap();
        assert_eq!(filled, "REPLACE_ME_REGION");
    }

    #[test]
    fn errors_name_file_line_and_placeholder() {
        let say = |text: &str| template(text).render(&Values::default()).unwrap_err().to_string();
        assert_eq!(
            say("\n\n \"REPLACE_ME_BUCKET_NMAE\""),
            "templates/some.json, line 3: `REPLACE_ME_BUCKET_NMAE` is not a placeholder of the lab"
        );
        assert_eq!(
            say("\n\"REPLACE_ME_REGION\""),
            "templates/some.json, line 2: `REPLACE_ME_REGION` has no value"
        );
        assert_eq!(
            say("REPLACE_ME"),
            "templates/some.json, line 1: `REPLACE_ME` is not a placeholder of the lab"
        );
        assert!(say("REPLACE_ME_region").contains("`REPLACE_ME_region`"));
    }

    #[test]
    fn an_optional_value_may_be_absent_but_not_unknown() {
        let file = template("[REPLACE_ME_BUCKET_NAME]");
        let absent = Values::all(&[BUCKET_NAME], &Value::Absent);
        assert_eq!(file.render(&absent).unwrap(), "[]");
        assert!(file.render(&Values::default()).is_err());
        assert_eq!(file.required().unwrap(), []);
        assert_eq!(template("REPLACE_ME_REGION").missing(&absent).unwrap(), Some(REGION));
    }

    #[test]
    fn what_has_no_value_stays_as_it_is() {
        let file = template("[REPLACE_ME_BUCKET_NAME, REPLACE_ME_REGION, REPLACE_ME_VPC_ID]");
        let known = Values::of([(REGION, "eu-west-1")]);
        let (text, kept) = file.fill_in(&known).unwrap();
        assert_eq!(text, "[REPLACE_ME_BUCKET_NAME, eu-west-1, REPLACE_ME_VPC_ID]");
        assert_eq!(kept, [BUCKET_NAME, VPC_ID]);
        let absent = Values::all(&[BUCKET_NAME, VPC_ID], &Value::Absent);
        let (text, kept) = file.fill_in(&known.with(&absent)).unwrap();
        assert_eq!((text.as_str(), kept), ("[, eu-west-1, REPLACE_ME_VPC_ID]", vec![VPC_ID]));
    }

    #[test]
    fn a_value_is_read_back() {
        let file =
            Template { kind: Kind::JavaScript, ..template("{\n  b: \"REPLACE_ME_REGION\",\n}") };
        let standing = file.render(&values()).unwrap();
        assert_eq!(file.value_in(&standing, REGION).as_deref(), Some("</script>'"));
        assert_eq!(file.value_in("// older\n  b: \"\",", REGION).as_deref(), Some(""));
        assert_eq!(file.value_in("  other: \"x\",", REGION), None);
    }

    #[test]
    fn placeholders_are_read_from_the_file() {
        let text = "REPLACE_ME_REGION REPLACE_ME_BUCKET_NAME REPLACE_ME_REGION";
        assert_eq!(template(text).placeholders().unwrap(), [REGION, BUCKET_NAME]);
    }
}
