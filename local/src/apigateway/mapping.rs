//! Mapping expressions: where a parameter of an integration, or a header of an answer, comes from.
//! An expression that would not be carried out is refused when it is put, not ignored later.

use super::{
    errors::{Outcome, mapping},
    model::{Integration, Method, Texts},
};

/// The variables of `context.` that the execution provides.
const CONTEXT: [&str; 15] = [
    "accountId",
    "apiId",
    "domainName",
    "domainPrefix",
    "extendedRequestId",
    "httpMethod",
    "identity.sourceIp",
    "identity.userAgent",
    "path",
    "protocol",
    "requestId",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "stage",
];
/// Those available only in the answer to an error.
const ERROR_CONTEXT: [&str; 3] = ["error.message", "error.messageString", "error.responseType"];
/// The claims of a token are available where there was one.
const CLAIMS: &str = "authorizer.claims.";

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source<'a> {
    /// The text itself: it is in quotes.
    Static(&'a str),
    /// A parameter of the client's request.
    Request(Part, &'a str),
    /// A header of the backend's answer.
    Answer(&'a str),
    /// The whole body of the client's request.
    Body,
    Context(&'a str),
    StageVariable(&'a str),
}

/// A part of a request that has parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Query,
    Header,
}

impl Part {
    fn named(name: &str) -> Option<Self> {
        match name {
            "path" => Some(Self::Path),
            "querystring" => Some(Self::Query),
            "header" => Some(Self::Header),
            _ => None,
        }
    }
}

/// Parses an expression; `None` if it has no meaning.
pub(super) fn source(expression: &str) -> Option<Source<'_>> {
    let quoted = expression.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    if let Some(text) = quoted {
        return Some(Source::Static(text));
    }
    if expression == "method.request.body" {
        return Some(Source::Body);
    }
    if let Some(rest) = expression.strip_prefix("method.request.") {
        return parameter(rest).map(|(part, name)| Source::Request(part, name));
    }
    if let Some(name) = expression.strip_prefix("integration.response.header.") {
        return (!name.is_empty()).then_some(Source::Answer(name));
    }
    if let Some(name) = expression.strip_prefix("context.") {
        return is_context(name).then_some(Source::Context(name));
    }
    let name = expression.strip_prefix("stageVariables.")?;
    (!name.is_empty()).then_some(Source::StageVariable(name))
}

/// Parses `PART.NAME`.
fn parameter(text: &str) -> Option<(Part, &str)> {
    let (part, name) = text.split_once('.')?;
    Some((Part::named(part)?, name)).filter(|_| !name.is_empty())
}

/// Returns whether the execution provides a variable of the context.
pub(super) fn is_context(name: &str) -> bool {
    CONTEXT.contains(&name) || ERROR_CONTEXT.contains(&name) || name.starts_with(CLAIMS)
}

/// Returns where a request parameter of an integration goes, by its key.
pub(super) fn destination(key: &str) -> Option<(Part, &str)> {
    parameter(key.strip_prefix("integration.request.")?)
}

/// Returns the header that a parameter of an integration response sets, by its key.
pub(super) fn response_header(key: &str) -> Option<&str> {
    key.strip_prefix("method.response.header.").filter(|name| !name.is_empty())
}

/// Returns the header that a parameter of a gateway response sets, by its key.
pub(super) fn gateway_header(key: &str) -> Option<&str> {
    key.strip_prefix("gatewayresponse.header.").filter(|name| !name.is_empty())
}

/// Refuses request parameters that lead nowhere or come from nowhere.
pub(super) fn check_request(integration: &Integration, method: &Method) -> Outcome<()> {
    for (key, expression) in &integration.request_parameters {
        destination(key).ok_or_else(|| mapping("parameter specified", key))?;
        let known = match source(expression) {
            Some(Source::Request(..)) => method.request_parameters.contains_key(expression),
            Some(Source::Answer(_) | Source::Body) | None => false,
            Some(_) => true,
        };
        if !known {
            return Err(mapping("parameter specified", expression));
        }
    }
    Ok(())
}

/// Refuses headers of an integration response that the method does not declare, or whose value
/// comes from nowhere.
pub(super) fn check_response(parameters: &Texts, declared: &[&str]) -> Outcome<()> {
    for (key, expression) in parameters {
        if response_header(key).is_none() || !declared.contains(&key.as_str()) {
            return Err(mapping("parameter specified", key));
        }
        match source(expression) {
            Some(Source::Request(..) | Source::Body) | None => {
                return Err(mapping("parameter specified", expression));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Refuses headers of a gateway response that cannot be set or whose value comes from nowhere.
pub(super) fn check_gateway_response(parameters: &Texts) -> Outcome<()> {
    for (key, expression) in parameters {
        gateway_header(key).ok_or_else(|| mapping("parameter specified", key))?;
        match source(expression) {
            Some(Source::Answer(_) | Source::Body) | None => {
                return Err(mapping("parameter specified", expression));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Replaces each `${stageVariables.NAME}` with the stage's variable. A missing one is empty, as on
/// AWS.
pub(super) fn with_stage_variables(text: &str, variables: &Texts) -> String {
    const START: &str = "${stageVariables.";
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(START)
        && let Some((name, after)) = after.split_once('}')
    {
        filled.push_str(before);
        filled.push_str(variables.get(name).map_or("", String::as_str));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_says_where_a_value_comes_from() {
        assert_eq!(source("'a, b'"), Some(Source::Static("a, b")));
        assert_eq!(source("method.request.path.id"), Some(Source::Request(Part::Path, "id")));
        assert_eq!(source("integration.response.header.ETag"), Some(Source::Answer("ETag")));
        let claim = "authorizer.claims.sub";
        assert_eq!(source(&format!("context.{claim}")), Some(Source::Context(claim)));
        assert_eq!(source("stageVariables.a"), Some(Source::StageVariable("a")));
        for nothing in ["a", "'a", "method.request.cookie.a", "context.moon", "stageVariables."] {
            assert_eq!(source(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_parameter_must_be_declared_to_be_mapped() {
        let texts = |key: &str, value: &str| Texts::from([(key.to_owned(), value.to_owned())]);
        let mut method = Method::default();
        let mut integration = Integration::default();
        let expression = "method.request.path.id";
        integration.request_parameters = texts("integration.request.path.id", expression);
        let error = check_request(&integration, &method).unwrap_err();
        assert!(error.message.contains(&format!("specified: {expression}]")), "{error}");
        method.request_parameters.insert(expression.to_owned(), true);
        check_request(&integration, &method).unwrap();
        integration.request_parameters = texts("integration.request.cookie.id", expression);
        check_request(&integration, &method).unwrap_err();

        let header = "method.response.header.ETag";
        check_response(&texts(header, "'1'"), &[]).unwrap_err();
        check_response(&texts(header, "'1'"), &[header]).unwrap();
        check_response(&texts(header, "one"), &[header]).unwrap_err();
        check_gateway_response(&texts("gatewayresponse.header.ETag", "'1'")).unwrap();
        check_gateway_response(&texts("gatewayresponse.path.a", "'1'")).unwrap_err();
    }

    #[test]
    fn stage_variables_are_filled_in() {
        let variables = Texts::from([("link".to_owned(), "abc".to_owned())]);
        let fill = |text| with_stage_variables(text, &variables);
        assert_eq!(fill("${stageVariables.link}"), "abc");
        assert_eq!(fill("http://${stageVariables.link}/{id}"), "http://abc/{id}");
        assert_eq!(fill("a${stageVariables.none}b"), "ab");
        assert_eq!(fill("${stageVariables.link"), "${stageVariables.link");
    }
}
