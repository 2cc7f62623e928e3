//! Reads the fields of a line that another machine wrote.

use serde_json::Value;

use crate::{
    error::{AwsWords, Code, Error},
    operate::class::State,
};

/// A line, whose fields may be anything.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a Value);

impl Fields<'_> {
    /// Returns a text.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn text(self, name: &str) -> Result<String, String> {
        self.optional(name)?.ok_or_else(|| wrong(name))
    }

    /// Returns a text, if the field has a value.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn optional(self, name: &str) -> Result<Option<String>, String> {
        match &self.0[name] {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(wrong(name)),
        }
    }

    /// Returns a number that is not negative, if the field has a value.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn number(self, name: &str) -> Result<Option<f64>, String> {
        match &self.0[name] {
            Value::Null => Ok(None),
            value => value.as_f64().filter(|it| *it >= 0.0).map(Some).ok_or_else(|| wrong(name)),
        }
    }

    /// Returns a time, if the field has a value.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn time(self, name: &str) -> Result<Option<std::time::SystemTime>, String> {
        let text = self.optional(name)?;
        text.map(|text| super::super::time::read(&text).ok_or_else(|| wrong(name))).transpose()
    }

    /// Returns the account: twelve digits.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn account(self) -> Result<String, String> {
        let account = self.text("account")?;
        let is_one = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if is_one { Ok(account) } else { Err(wrong("account")) }
    }

    /// Returns the state of a lab.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn state(self) -> Result<State, String> {
        State::named(&self.text("state")?).ok_or_else(|| wrong("state"))
    }

    /// Returns the errors of a lab; none if the field is missing.
    ///
    /// # Errors
    /// When one has no code or no message.
    pub(crate) fn errors(self) -> Result<Vec<Error>, String> {
        let read = |value: &Value| {
            let fields = Fields(value);
            let code = Code::numbered(&fields.text("code")?).ok_or_else(|| wrong("code"))?;
            let mut error = Error::new(code, fields.text("message")?);
            error.aws = fields.aws()?.map(Box::new);
            Ok(match fields.optional("hint")? {
                Some(hint) => error.hint(hint),
                None => error,
            })
        };
        match &self.0["errors"] {
            Value::Null => Ok(Vec::new()),
            Value::Array(errors) => errors.iter().map(read).collect(),
            _ => Err(wrong("errors")),
        }
    }

    /// Returns AWS's own words, if the error came from AWS.
    fn aws(self) -> Result<Option<AwsWords>, String> {
        let fields = Fields(&self.0["aws"]);
        if fields.0.is_null() {
            return Ok(None);
        }
        Ok(Some(AwsWords {
            operation: fields.text("operation")?,
            action: fields.text("action")?,
            code: fields.text("code")?,
            message: fields.text("message")?,
        }))
    }
}

fn wrong(name: &str) -> String {
    format!("`{name}` is missing or wrong")
}
