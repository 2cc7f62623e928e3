//! AWS's code and message for a call that it did not carry out.

use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};

use super::{Protocol, json, xml};

/// An error that a service answered with.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(ErrorMetadata);

impl Refused {
    /// Reads an answer. One that is in another format, such as a proxy's page, has no code.
    pub(super) fn read(protocol: Protocol, headers: &Headers, body: &[u8]) -> Self {
        let (code, message) = match protocol {
            Protocol::Ec2Query { .. } | Protocol::RestXml => in_xml(body),
            Protocol::Json { .. } | Protocol::Bearer { .. } => in_json(headers, body),
        };
        let mut error = ErrorMetadata::builder();
        if let Some(code) = code {
            error = error.code(code);
        }
        if let Some(message) = message {
            error = error.message(message);
        }
        Self(error.build())
    }
}

impl ProvideErrorMetadata for Refused {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

/// Reads `<Response><Errors><Error>…`, `<ErrorResponse><Error>…` or `<Error>…`.
fn in_xml(body: &[u8]) -> (Option<String>, Option<String>) {
    let root = xml::read(body).unwrap_or_default();
    let error = root.find("Error").unwrap_or(&root);
    let text = |name: &str| error.text(name).filter(|it| !it.is_empty()).map(str::to_owned);
    (text("Code"), text("Message"))
}

/// Reads the code from the header or the body: `AccessDenied`, `com.amazonaws.x#AccessDenied` or
/// `AccessDenied:http://…`.
fn in_json(headers: &Headers, body: &[u8]) -> (Option<String>, Option<String>) {
    let body = json::read(body).unwrap_or_default();
    let any = |names: [&str; 2]| names.into_iter().find_map(|it| body.text(it).map(str::to_owned));
    let code =
        headers.get("x-amzn-errortype").map(str::to_owned).or_else(|| any(["__type", "code"]));
    (code.as_deref().and_then(plain), any(["message", "Message"]))
}

fn plain(code: &str) -> Option<String> {
    let code = code.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    (!code.is_empty()).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EC2: Protocol = Protocol::Ec2Query { version: "" };
    const JSON: Protocol = Protocol::Json { version: "1.1", target: "" };

    fn read(protocol: Protocol, header: Option<&'static str>, body: &str) -> [Option<String>; 2] {
        let mut headers = Headers::new();
        if let Some(header) = header {
            headers.insert("x-amzn-errortype", header);
        }
        let refused = Refused::read(protocol, &headers, body.as_bytes());
        [refused.code(), refused.message()].map(|text| text.map(str::to_owned))
    }

    #[test]
    fn code_and_message_are_read_in_every_protocol() {
        let expected = [Some("Denied".to_owned()), Some("no & no".to_owned())];
        let error = "<Error><Code>Denied</Code><Message>no &amp; no</Message></Error>";
        for xml in [
            format!("<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"),
            format!("<ErrorResponse><RequestId>1</RequestId>{error}</ErrorResponse>"),
            error.to_owned(),
        ] {
            assert_eq!(read(EC2, None, &xml), expected, "{xml}");
            assert_eq!(read(Protocol::RestXml, None, &xml), expected, "{xml}");
        }
        for json in [
            r#"{"__type":"Denied","message":"no & no"}"#,
            r#"{"__type":"com.amazonaws.quotas#Denied","Message":"no & no"}"#,
            r#"{"code":"Denied","message":"no & no"}"#,
        ] {
            assert_eq!(read(JSON, None, json), expected, "{json}");
        }
        let body = r#"{"message":"no & no"}"#;
        assert_eq!(read(JSON, Some("Denied:http://internal.amazon.com/"), body), expected);
    }

    #[test]
    fn an_answer_in_another_format_has_no_code() {
        for protocol in [EC2, JSON, Protocol::RestXml] {
            assert_eq!(read(protocol, None, "<html>Bad gateway"), [None, None]);
            assert_eq!(read(protocol, None, ""), [None, None]);
        }
    }
}
