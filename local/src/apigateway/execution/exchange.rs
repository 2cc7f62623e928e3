//! A request with everything that expressions and templates can read from it.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::found::{Found, Matched};
use crate::{
    apigateway::{
        mapping::{Part, Source},
        template::Values,
    },
    random, times,
};

/// All callers are on this machine.
pub(super) const CALLER: &str = "127.0.0.1";

/// A client's request.
#[derive(Clone, Debug)]
pub(crate) struct ClientRequest {
    pub(crate) method: Method,
    /// Path and query in the API, from the stage on.
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The local cloud's port.
    pub(crate) port: u16,
}

/// A request on its way.
#[derive(Clone, Debug)]
pub(super) struct Exchange<'a> {
    pub(super) request: &'a ClientRequest,
    pub(super) found: &'a Found,
    pub(super) ids: Ids,
    context: BTreeMap<String, String>,
}

/// The ids of a request.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    pub(super) request: String,
    pub(super) extended: String,
    pub(super) trace: String,
}

impl Ids {
    pub(super) fn new(request: &ClientRequest) -> Self {
        let (id, other) = (random::id(), random::id());
        let part = |from: usize, to: usize| &id[from..to];
        let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
        let given = request.headers.get("x-amzn-trace-id").and_then(|id| id.to_str().ok());
        let root = || format!("Root=1-{:08x}-{}", times::now() / 1000, &other[..24]);
        Self {
            request: parts.join("-"),
            extended: format!("{}=", &other[..15]),
            trace: given.map_or_else(root, str::to_owned),
        }
    }
}

impl<'a> Exchange<'a> {
    pub(super) fn new(request: &'a ClientRequest, found: &'a Found) -> Self {
        let ids = Ids::new(request);
        let context = context(request, found, &ids);
        Self { request, found, ids, context }
    }

    /// Adds the claims of the caller's token.
    pub(super) fn claim(&mut self, claims: &Map<String, Value>) {
        for (name, value) in claims {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.context.insert(format!("authorizer.claims.{name}"), value);
        }
    }

    /// Adds a variable of the context.
    pub(super) fn set(&mut self, name: &str, value: String) {
        self.context.insert(name.to_owned(), value);
    }

    /// Returns a header of the request.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.request.headers.get(name)?.to_str().ok()
    }

    /// Returns a parameter of the request's path, as sent.
    pub(super) fn raw_path_parameter(&self, name: &str) -> Option<&'a str> {
        let parameters = self.found.matched.iter().flat_map(|matched| &matched.parameters);
        parameters.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns a source's value; `answer` contains the headers of a backend's answer.
    pub(super) fn value(&self, source: Source<'_>, answer: Option<&HeaderMap>) -> Option<String> {
        let text = |headers: &HeaderMap, name: &str| {
            headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        match source {
            Source::Static(text) => Some(text.to_owned()),
            Source::Request(Part::Path, name) => {
                let raw = percent_decode_str(self.raw_path_parameter(name)?);
                Some(raw.decode_utf8_lossy().into_owned())
            }
            Source::Request(Part::Query, name) => {
                let query = self.request.uri.query().unwrap_or_default();
                let mut query = form_urlencoded::parse(query.as_bytes());
                query.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
            }
            Source::Request(Part::Header, name) => text(&self.request.headers, name),
            Source::Answer(name) => text(answer?, name),
            Source::Body => Some(String::from_utf8_lossy(&self.request.body).into_owned()),
            Source::Context(name) => self.context.get(name).cloned(),
            Source::StageVariable(name) => self.found.variables.get(name).cloned(),
        }
    }
}

fn context(request: &ClientRequest, found: &Found, ids: &Ids) -> BTreeMap<String, String> {
    let header = |name| {
        let value = request.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    let host = header(header::HOST);
    let domain = host.split(':').next().unwrap_or_default();
    let mut context = vec![
        ("accountId", found.place.account.as_str()),
        ("apiId", &found.api),
        ("domainName", domain),
        ("domainPrefix", domain.split('.').next().unwrap_or_default()),
        ("extendedRequestId", &ids.extended),
        ("httpMethod", request.method.as_str()),
        ("identity.sourceIp", CALLER),
        ("identity.userAgent", header(header::USER_AGENT)),
        ("path", request.uri.path()),
        ("protocol", "HTTP/1.1"),
        ("requestId", &ids.request),
        ("stage", &found.stage),
    ];
    if let Some(Matched { resource_id, resource_path, .. }) = &found.matched {
        context.extend([("resourceId", resource_id.as_str()), ("resourcePath", resource_path)]);
    }
    let texts = context.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let time = ("requestTimeEpoch".to_owned(), times::now().to_string());
    texts.chain([time]).collect()
}

/// What a template is filled from: a request, and a body that is the request's or an answer's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filling<'a> {
    pub(super) exchange: &'a Exchange<'a>,
    pub(super) body: &'a [u8],
}

impl Values for Filling<'_> {
    fn context(&self, name: &str) -> Option<String> {
        self.exchange.value(Source::Context(name), None)
    }

    fn stage_variable(&self, name: &str) -> Option<String> {
        self.exchange.value(Source::StageVariable(name), None)
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let parts = [Part::Path, Part::Query, Part::Header];
        parts.into_iter().find_map(|part| self.exchange.value(Source::Request(part, name), None))
    }

    fn body(&self) -> &[u8] {
        self.body
    }
}
