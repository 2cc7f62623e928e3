//! The tokens with which callers continue a list. A service names the place where a page ended; the
//! frame seals that into an opaque token, and opens the token when it comes back. So a token that
//! was made up, or that another list gave, is an error: an empty page would say that all is gone.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as TEXT};
use bytes::Bytes;
use http::Uri;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Protocol;
use crate::service::{Call, Caller};

/// The fields that hold tokens, in calls and in answers. The last three are in answers only, and
/// `next_token` is in queries only.
pub(crate) const FIELDS: &[&str] = &[
    "Marker",
    "NextToken",
    "PaginationToken",
    "nextToken",
    "next_token",
    "position",
    "NextMarker",
    "nextBackwardToken",
    "nextForwardToken",
];

/// How much of the digest a token carries: enough against mistakes, and tokens stay short.
const TAG: usize = 12;

/// A list that is read in pages, by the texts that tell it from others: the service, the operation,
/// and where it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List<'a>(pub(crate) &'a [&'a str]);

impl List<'_> {
    /// Returns the token of the place where a page ended. It is the same after a restart.
    pub(crate) fn seal(&self, end: &str) -> String {
        TEXT.encode([&self.tag(end), end.as_bytes()].concat())
    }

    /// Returns the place that a token names; `None` unless this list gave the token.
    pub(crate) fn open(&self, token: &str) -> Option<String> {
        let sealed = TEXT.decode(token).ok()?;
        let (tag, end) = sealed.split_at_checked(TAG)?;
        let end = std::str::from_utf8(end).ok()?;
        (tag == self.tag(end)).then(|| end.to_owned())
    }

    fn tag(&self, end: &str) -> [u8; TAG] {
        let mut digest = Sha256::new();
        for part in self.0.iter().chain([&end]) {
            // With their lengths, no two lists of texts read the same.
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        let mut tag = [0; TAG];
        tag.copy_from_slice(&digest.finalize()[..TAG]);
        tag
    }
}

/// A token that the list did not give, and the field that it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) field: &'static str,
    pub(crate) token: String,
}

/// A reading operation, as the list that it is for its caller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listing {
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
}

impl Listing {
    /// Returns a call with the places that its tokens name instead of the tokens.
    ///
    /// # Errors
    /// The first token that this list did not give.
    pub(super) fn opened(self, protocol: &Protocol, call: Call) -> Result<Call, Foreign> {
        self.of(&call.caller.clone(), |list| {
            let open = |field: &'static str, token: &str| {
                list.open(token).ok_or_else(|| Foreign { field, token: token.to_owned() })
            };
            match protocol {
                Protocol::AwsJson(_) => in_body(call, open),
                Protocol::AwsQuery(_) | Protocol::Ec2Query => in_form(call, open),
                Protocol::RestJson => in_query(call, open),
            }
        })
    }

    /// Returns an output with tokens instead of the places where its page ends.
    pub(super) fn sealed(self, caller: &Caller, mut output: Value) -> Value {
        self.of(caller, |list| {
            for &field in FIELDS {
                if let Some(Value::String(end)) = output.get_mut(field)
                    && !end.is_empty()
                {
                    *end = list.seal(end);
                }
            }
        });
        output
    }

    fn of<R>(self, caller: &Caller, run: impl FnOnce(List<'_>) -> R) -> R {
        let place = match caller {
            Caller::Signed { place, .. } => [place.account.as_str(), &place.region],
            Caller::Anonymous => [""; 2],
        };
        run(List(&[self.service, self.operation, place[0], place[1]]))
    }
}

/// Edits the tokens in the JSON of a call. What is no JSON is left to the operation.
fn in_body(
    mut call: Call,
    edit: impl Fn(&'static str, &str) -> Result<String, Foreign>,
) -> Result<Call, Foreign> {
    let Ok(mut input) = serde_json::from_slice::<Value>(&call.body) else { return Ok(call) };
    let mut edited = false;
    for &field in FIELDS {
        if let Some(Value::String(text)) = input.get_mut(field)
            && !text.is_empty()
        {
            *text = edit(field, text)?;
            edited = true;
        }
    }
    if edited {
        call.body = Bytes::from(input.to_string());
    }
    Ok(call)
}

/// Edits the tokens in the parameters of a call.
fn in_form(
    mut call: Call,
    edit: impl Fn(&'static str, &str) -> Result<String, Foreign>,
) -> Result<Call, Foreign> {
    for &field in FIELDS {
        if let Some(token) = call.form().text(field) {
            let form = call.form().clone().with(field, &edit(field, token)?);
            call = call.with_form(form);
        }
    }
    Ok(call)
}

/// Edits the tokens in the query of a call.
fn in_query(
    mut call: Call,
    edit: impl Fn(&'static str, &str) -> Result<String, Foreign>,
) -> Result<Call, Foreign> {
    let Some(given) = call.uri.query() else { return Ok(call) };
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(given.as_bytes()) {
        match FIELDS.iter().find(|field| **field == name) {
            Some(field) if !value.is_empty() => query.append_pair(field, &edit(field, &value)?),
            _ => query.append_pair(&name, &value),
        };
    }
    let target = format!("{}?{}", call.uri.path(), query.finish());
    // It was a target before, and what was added is encoded.
    call.uri = target.parse::<Uri>().unwrap_or(call.uri);
    Ok(call)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};
    use serde_json::json;

    use super::*;
    use crate::{place::Place, protocol::json::Dialect};

    const JSON: Protocol =
        Protocol::AwsJson(Dialect { target: "T", content_type: "t", error_prefix: "" });
    const TASKS: Listing = Listing { service: "ecs", operation: "ListTasks" };

    fn caller(account: &str) -> Caller {
        Caller::Signed { place: Place::named(account, "eu-west-1"), service: "ecs".to_owned() }
    }

    fn call(target: &str, body: &str) -> Call {
        let (uri, body) = (target.parse().unwrap(), Bytes::from(body.to_owned()));
        Call::new(Method::POST, uri, HeaderMap::new(), body, caller("1"))
    }

    fn token(listing: Listing, account: &str, end: &str) -> String {
        let sealed = listing.sealed(&caller(account), json!({ "nextToken": end }));
        sealed["nextToken"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_list_takes_the_tokens_that_it_gave_and_no_others() {
        let list = List(&["ecs", "ListTasks"]);
        let token = list.seal("arn:ä");
        assert_eq!(list.open(&token).as_deref(), Some("arn:ä"));
        assert_eq!(List(&["ecs", "ListServices"]).open(&token), None);
        assert_eq!(List(&["ecsL", "istTasks"]).open(&token), None);
        for other in ["", "arn:ä", "MQ", "~", &token[1..], &format!("{token}A")] {
            assert_eq!(list.open(other), None, "{other}");
        }
    }

    #[test]
    fn every_protocol_opens_what_was_sealed() {
        let token = token(TASKS, "1", "a/b&c");
        let opened = |protocol, call| TASKS.opened(&protocol, call).unwrap();
        let body = json!({ "nextToken": token, "cluster": "c" }).to_string();
        let body = opened(JSON, call("/", &body)).body;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body, json!({ "nextToken": "a/b&c", "cluster": "c" }));
        let form = opened(Protocol::Ec2Query, call(&format!("/?NextToken={token}&A=b"), ""));
        assert_eq!(
            (form.form().text("NextToken"), form.form().text("A")),
            (Some("a/b&c"), Some("b"))
        );
        let rest =
            opened(Protocol::RestJson, call(&format!("/a%2Fb?limit=2&position={token}"), ""));
        assert_eq!(rest.uri, "/a%2Fb?limit=2&position=a%2Fb%26c");
    }

    #[test]
    fn another_operation_or_account_did_not_give_the_token() {
        let other = Listing { operation: "ListServices", ..TASKS };
        for token in [token(other, "1", "a"), token(TASKS, "222222222222", "a"), "a".to_owned()] {
            let body = json!({ "nextToken": token }).to_string();
            let foreign = Foreign { field: "nextToken", token };
            assert_eq!(TASKS.opened(&JSON, call("/", &body)).unwrap_err(), foreign);
        }
    }

    #[test]
    fn without_a_token_nothing_is_changed() {
        for body in ["{\"nextToken\":\"\"}", "{\"a\" : 1}", "no JSON"] {
            assert_eq!(TASKS.opened(&JSON, call("/", body)).unwrap().body, body);
        }
        let last = json!({ "PaginationToken": "", "nextToken": null });
        assert_eq!(TASKS.sealed(&caller("1"), last.clone()), last);
    }
}
