//! The registry protocol (OCI distribution, version 2) under `/v2/`: who may log in, what a path
//! requests, and the answers. ECR does the rest.

mod blobs;
mod error;
mod manifests;
mod path;
mod received;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use hyper::body::Incoming;

use super::{Ecr, token::USER};
use crate::{
    place::Place,
    protocol,
    service::{Answer, AwsError, Operation},
};
use error::refuse;
use path::Target;
pub(crate) use received::ClientGone;
use received::Received;

/// A request to the registry, its body received into a file.
#[derive(Debug)]
pub(crate) struct Request {
    method: Method,
    uri: Uri,
    content_type: Option<String>,
    content_range: Option<String>,
    /// Whose password came with it.
    pub(crate) place: Option<Place>,
    target: Option<Target>,
    body: Received,
}

impl Ecr {
    /// Receives a request. The body of an unauthorized one is not read.
    pub(crate) async fn receive(
        &self,
        parts: Parts,
        body: Incoming,
    ) -> Result<Request, ClientGone> {
        let place = self.who(&parts);
        let target = path::target(parts.uri.path());
        let body = match &target {
            Some(target) if place.is_some() => {
                Received::receive(self.blobs.arriving(), target, body).await?
            }
            _ => Received::nothing(),
        };
        let text = |name| parts.headers.get(name)?.to_str().ok().map(str::to_owned);
        let content_type = text(header::CONTENT_TYPE);
        let content_range = text(header::CONTENT_RANGE);
        let Parts { method, uri, .. } = parts;
        Ok(Request { method, uri, content_type, content_range, place, target, body })
    }

    /// Returns the account and region whose password a request carries: as Basic credentials, or in
    /// the URL of a layer that ECR's API gave.
    fn who(&self, parts: &Parts) -> Option<Place> {
        if let Some(credentials) = parts.headers.get(header::AUTHORIZATION) {
            let basic = credentials.to_str().ok()?.strip_prefix("Basic ")?;
            let text = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
            let (user, password) = text.split_once(':')?;
            return if user == USER { self.key.place(password) } else { None };
        }
        let may_read = parts.method == Method::GET || parts.method == Method::HEAD;
        let token = query(&parts.uri, "token").filter(|_| may_read)?;
        self.key.place(&token)
    }

    /// Answers a request; it may block on files.
    pub(crate) fn serve(&self, request: &Request) -> Answer {
        let Some(place) = &request.place else { return self.unauthorized() };
        let mut answer = self.found(place, request).unwrap_or_else(|error| refuse(&error));
        let version = HeaderValue::from_static("registry/2.0");
        answer.headers_mut().insert("docker-distribution-api-version", version);
        answer
    }

    fn found(&self, place: &Place, request: &Request) -> Result<Answer, AwsError> {
        if let Some(trouble) = &request.body.trouble {
            return Err(error::not_received(trouble));
        }
        match &request.target {
            Some(Target::Base) => Ok(json(StatusCode::OK, "{}")),
            Some(Target::Blob { name, digest }) => self.blob(place, request, name, digest),
            Some(Target::Uploads { name }) => self.uploads_of(place, request, name),
            Some(Target::Upload { name, id }) => self.one_upload(place, request, name, id),
            Some(Target::Manifest { name, reference }) => {
                self.manifest(place, request, name, reference)
            }
            Some(Target::Tags { name }) => self.tag_list(place, request, name),
            None => Err(error::not_here(&request.uri)),
        }
    }

    fn unauthorized(&self) -> Answer {
        let mut answer = refuse(&error::unauthorized());
        let realm = format!("Basic realm=\"http://localhost:{}/\",service=\"ecr\"", self.port);
        let headers = answer.headers_mut();
        headers.extend(HeaderValue::from_str(&realm).ok().map(|v| (header::WWW_AUTHENTICATE, v)));
        answer
    }
}

impl Request {
    /// Returns what it requests, as the request log and the fault rules see it.
    pub(crate) fn operation(&self) -> Operation {
        let mutating = ![Method::GET, Method::HEAD].contains(&self.method);
        let what = self.target.as_ref().map_or("Unknown", Target::kind);
        let mut letters = self.method.as_str().chars();
        let first: String = letters.next().into_iter().collect();
        // `PUT` a manifest is `PutManifest`.
        let name = format!("{first}{}{what}", letters.as_str().to_lowercase());
        Operation { name, mutating }
    }

    fn query(&self, name: &str) -> Option<String> {
        query(&self.uri, name)
    }
}

/// Answers with a refusal in the registry's protocol, for the fault rules.
pub(crate) fn refusal(error: &AwsError) -> Answer {
    refuse(error)
}

fn query(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

fn json(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    protocol::answer(status, "application/json", body)
}

/// Returns an answer without a body, with these headers.
fn bare(status: StatusCode, headers: &[(&'static str, &str)]) -> Answer {
    let mut answer = Answer::new(Bytes::new());
    *answer.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(*name, value);
        }
    }
    answer
}

/// Returns the error for a method that a path does not have.
fn no_method() -> AwsError {
    AwsError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "UnsupportedOperation",
        "The registry does not have this method here.",
    )
}
