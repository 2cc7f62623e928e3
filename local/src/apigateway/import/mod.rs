//! Imports of Swagger 2.0 and `OpenAPI` 3.0 with Amazon's extensions: into a new API, or into an
//! existing one. What would not be carried out is an error, or a warning where AWS warns.

mod apply;
mod base_path;
mod document;
mod draft;
mod findings;
mod gateway_responses;
mod integration;
mod methods;
mod security;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::{
    ApiGateway, apis,
    errors::{Outcome, bad},
    ids,
    model::Definition,
    request::Request,
    state::{Api, Endpoint, Settings},
};
use crate::place::Place;
use apply::Mode;
use base_path::BasePath;
use document::Document;
use draft::Draft;
use findings::Findings;

/// Creates an API from a definition. Names are not unique: repeating the call creates another.
pub(super) fn import(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let (draft, mut findings) = read(request)?;
    let definition = Definition::new(ids::of_api());
    let definition = apply::definition(&definition, &draft, Mode::Overwrite, &mut findings);
    findings.verdict(fails_on_warnings(request))?;
    let mut settings = Settings::default();
    if let Some(kind) = request.query("endpointConfigurationTypes") {
        let types = vec![kind.to_owned()];
        settings.endpoint_configuration = Endpoint { types, ..Endpoint::default() };
    }
    let mut api = apis::begin(draft.title.clone(), settings, definition)?;
    describe(&mut api, &draft);
    let answer = with_warnings(&api, &findings);
    gateway.change(place, |region| {
        region.apis.insert(api.id.clone(), api);
        Ok(answer)
    })
}

/// Puts a definition into an existing API.
pub(super) fn put(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let mode = match request.query("mode") {
        None | Some("merge") => Mode::Merge,
        Some("overwrite") => Mode::Overwrite,
        Some(other) => return Err(bad(format!("Invalid mode specified: '{other}'"))),
    };
    let (draft, mut findings) = read(request)?;
    gateway.change(place, |region| {
        let api = apis::of_mut(region, place, request)?;
        let definition = apply::definition(&api.definition, &draft, mode, &mut findings);
        findings.verdict(fails_on_warnings(request))?;
        api.definition = definition;
        if mode == Mode::Overwrite {
            // As on AWS, the title becomes the API's name.
            api.name.clone_from(&draft.title);
            describe(api, &draft);
        }
        Ok(with_warnings(api, &findings))
    })
}

/// Reads a call's body.
fn read(request: &Request) -> Outcome<(Draft, Findings)> {
    let base = BasePath::named(request.query("basepath"))?;
    let document = Document::read(&request.body)?;
    let mut findings = Findings::default();
    let draft = Draft::read(&document, base, &mut findings);
    Ok((draft, findings))
}

fn fails_on_warnings(request: &Request) -> bool {
    request.query("failonwarnings") == Some("true")
}

fn describe(api: &mut Api, draft: &Draft) {
    if draft.description.is_some() {
        api.description.clone_from(&draft.description);
    }
    if draft.version.is_some() {
        api.version.clone_from(&draft.version);
    }
    if let Some(types) = &draft.binary_media_types {
        api.settings.binary_media_types.clone_from(types);
    }
}

fn with_warnings(api: &Api, findings: &Findings) -> Value {
    let mut shown = apis::shown(api);
    if !findings.warnings.is_empty() {
        shown["warnings"] = json!(findings.warnings);
    }
    shown
}

/// Returns the beginning of an error about a method, as AWS words it.
fn unable(what: &str, method: &str, preposition: &str, path: &str) -> String {
    format!("Unable to {what} '{method}' {preposition} resource at path '{path}'")
}
