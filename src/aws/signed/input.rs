//! What a call says, and how its service's protocol writes it.

use std::fmt::{self, Write as _};

use aws_smithy_runtime_api::{box_error::BoxError, client::orchestrator::HttpRequest};
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value};

use super::Protocol;

/// The field of EC2's operations for a dry run.
const DRY_RUN: &str = "DryRun";
const ACCOUNT: &str = "x-amz-account-id";

/// The input of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Input {
    fields: Map<String, Value>,
    path: Option<&'static str>,
    account: Option<String>,
    token: Option<Token>,
}

/// The token of a login. Whoever has it is who has logged in, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    /// Creates it from its text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Input {
    /// Returns the input with a field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Creates the input of a dry run: AWS checks permissions, and does nothing.
    pub(crate) fn dry_run() -> Self {
        Self::default().with(DRY_RUN, true)
    }

    /// Creates the input of a call that is a path, about an account.
    pub(crate) fn at(path: &'static str, account: &str) -> Self {
        Self { path: Some(path), account: Some(account.to_owned()), ..Self::default() }
    }

    /// Creates the input of a call that is a path, by who has this token.
    pub(crate) fn bearing(path: &'static str, token: &Token) -> Self {
        Self { path: Some(path), token: Some(token.clone()), ..Self::default() }
    }

    /// Returns whether it says that the call is a dry run.
    pub(in crate::aws) fn is_dry_run(&self) -> bool {
        self.fields.get(DRY_RUN) == Some(&Value::Bool(true))
    }

    /// Returns the account that the call is about, if it says so.
    pub(super) fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Returns the request for an operation, without its host.
    pub(super) fn request(
        self,
        protocol: Protocol,
        operation: &str,
    ) -> Result<HttpRequest, BoxError> {
        let query = match protocol {
            Protocol::Bearer { .. } => self.query(),
            _ => String::new(),
        };
        let (method, body) = match protocol {
            Protocol::Ec2Query { version } => ("POST", self.form(operation, version)),
            Protocol::Json { .. } => ("POST", Value::Object(self.fields).to_string()),
            Protocol::RestXml | Protocol::Bearer { .. } => ("GET", String::new()),
        };
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(method)?;
        request.set_uri(format!("{}{query}", self.path.unwrap_or("/")))?;
        let headers = request.headers_mut();
        match protocol {
            Protocol::Ec2Query { .. } => {
                headers.try_insert("content-type", "application/x-www-form-urlencoded")?;
            }
            Protocol::Json { version, target } => {
                headers.try_insert("content-type", format!("application/x-amz-json-{version}"))?;
                headers.try_insert("x-amz-target", format!("{target}.{operation}"))?;
            }
            Protocol::RestXml => {}
            Protocol::Bearer { header } => {
                if let Some(Token(token)) = self.token {
                    headers.try_insert(header, token)?;
                }
            }
        }
        if let Some(account) = self.account {
            headers.try_insert(ACCOUNT, account)?;
        }
        Ok(request)
    }

    /// Returns the fields as a query.
    fn query(&self) -> String {
        let mut fields = String::new();
        for (name, value) in &self.fields {
            flatten(&mut fields, name, value);
        }
        fields.strip_prefix('&').map_or_else(String::new, |fields| format!("?{fields}"))
    }

    fn form(&self, operation: &str, version: &str) -> String {
        let mut form = format!("Action={operation}&Version={version}");
        for (name, value) in &self.fields {
            flatten(&mut form, name, value);
        }
        form
    }
}

/// Adds a field to a form. EC2 numbers the entries of lists from 1: `Filter.1.Value.1`.
fn flatten(form: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => add(form, name, &flag.to_string()),
        Value::Number(number) => add(form, name, &number.to_string()),
        Value::String(text) => add(form, name, text),
        Value::Array(list) => {
            for (place, value) in list.iter().enumerate() {
                flatten(form, &format!("{name}.{}", place + 1), value);
            }
        }
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(form, &format!("{name}.{field}"), value);
            }
        }
    }
}

fn add(form: &mut String, name: &str, value: &str) {
    form.push('&');
    escape(form, name);
    form.push('=');
    escape(form, value);
}

/// Writes a text so that it can be part of a form.
fn escape(form: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(form, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(request: &HttpRequest) -> &str {
        std::str::from_utf8(request.body().bytes().unwrap()).unwrap()
    }

    #[test]
    fn ec2_gets_a_form_whose_lists_are_numbered() {
        let filter = json!([{ "Name": "tag:a b", "Value": ["x&y", "ü"] }]);
        let input = Input::default().with("Filter", filter).with("MaxResults", 5);
        let request = input.request(Protocol::Ec2Query { version: "2016-11-15" }, "DescribeVpcs");
        assert_eq!(
            body(&request.unwrap()),
            "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=tag%3Aa%20b\
             &Filter.1.Value.1=x%26y&Filter.1.Value.2=%C3%BC&MaxResults=5"
        );
    }

    #[test]
    fn json_names_the_operation_in_a_header() {
        let protocol = Protocol::Json { version: "1.1", target: "Quotas" };
        let request = Input::default().with("Code", "L-1").request(protocol, "Get").unwrap();
        assert_eq!(body(&request), r#"{"Code":"L-1"}"#);
        assert_eq!(request.headers().get("x-amz-target"), Some("Quotas.Get"));
        assert_eq!(request.headers().get("content-type"), Some("application/x-amz-json-1.1"));
    }

    #[test]
    fn rest_only_reads() {
        let input = Input::at("/v1/thing", "123456789012");
        let request = input.request(Protocol::RestXml, "GetThing").unwrap();
        assert_eq!((request.method(), request.uri()), ("GET", "/v1/thing"));
        assert_eq!(request.headers().get(ACCOUNT), Some("123456789012"));
        assert!(body(&request).is_empty());
    }

    #[test]
    fn a_token_is_in_its_header_and_nowhere_else() {
        let token = Token::new("secret");
        let input =
            Input::bearing("/roles", &token).with("account_id", "1").with("next_token", "a&b");
        assert!(!format!("{input:?}").contains("secret"));
        let request = input.request(Protocol::Bearer { header: "x-token" }, "ListRoles").unwrap();
        let uri = request.uri();
        assert_eq!((request.method(), uri), ("GET", "/roles?account_id=1&next_token=a%26b"));
        assert_eq!(request.headers().get("x-token"), Some("secret"));
        let plain = Input::bearing("/all", &token);
        let plain = plain.request(Protocol::Bearer { header: "x-token" }, "ListAll").unwrap();
        assert_eq!(plain.uri(), "/all");
    }

    #[test]
    fn a_dry_run_says_true() {
        assert!(Input::dry_run().is_dry_run());
        assert!(!Input::default().is_dry_run());
        assert!(!Input::default().with(DRY_RUN, false).is_dry_run());
        assert!(!Input::default().with(DRY_RUN, "true").is_dry_run());
    }
}
