//! Turns a draft into an API's definition: in place of the existing one, or merged into it.

use std::collections::BTreeMap;

use super::{draft::Draft, findings::Findings, unable};
use crate::apigateway::{
    errors::Outcome,
    ids, integrations, methods,
    model::{Definition, Method},
    models, resources,
};

/// What an import does with the existing definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Merge,
    Overwrite,
}

/// Returns the definition that a draft makes of the existing one. Parts with the same path or name
/// keep their ids.
pub(super) fn definition(
    before: &Definition,
    draft: &Draft,
    mode: Mode,
    findings: &mut Findings,
) -> Definition {
    let mut definition = before.clone();
    if mode == Mode::Overwrite {
        keep_what_returns(&mut definition, draft);
    }
    let authorizers = put_authorizers(&mut definition, draft);
    for response in &draft.gateway_responses {
        definition.gateway_responses.insert(response.response_type.clone(), response.clone());
    }
    for (name, schema) in &draft.models {
        let model = definition.models.entry(name.clone());
        let schema = schema.to_string();
        model.or_insert_with(|| models::new(name, String::new())).schema = schema;
    }
    for (path, methods) in &draft.paths {
        let what = || format!("Unable to create resource at path '{path}'");
        let id = findings.good(what, resource(&mut definition, path));
        let resource = id.and_then(|id| definition.resources.get(&id));
        let Some((id, path)) = resource.map(|made| (made.id.clone(), made.path.clone())) else {
            continue;
        };
        for method in methods.values() {
            put_method(&mut definition, &id, &path, with_id(method, &authorizers), findings);
        }
    }
    definition
}

/// Removes what a draft does not contain; the remaining resources lose their methods.
fn keep_what_returns(definition: &mut Definition, draft: &Draft) {
    let paths: Vec<String> = draft.paths.keys().map(|path| format!("{}/", plain(path))).collect();
    definition.resources.retain(|_, known| {
        let path = format!("{}/", plain(&known.path));
        known.parent_id.is_none() || paths.iter().any(|wanted| wanted.starts_with(&path))
    });
    definition.resources.values_mut().for_each(|resource| resource.resource_methods.clear());
    definition.gateway_responses.clear();
    definition.models.retain(|name, _| draft.models.contains_key(name));
    let named = |name: &String| draft.authorizers.iter().any(|new| new.name == *name);
    definition.authorizers.retain(|_, known| named(&known.name));
}

/// Returns a path without superfluous slashes.
fn plain(path: &str) -> String {
    parts(path).fold(String::new(), |path, part| format!("{path}/{part}"))
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Puts the authorizers of a draft; returns their ids by name.
fn put_authorizers(definition: &mut Definition, draft: &Draft) -> BTreeMap<String, String> {
    let mut by_name = BTreeMap::new();
    for authorizer in &draft.authorizers {
        let known = definition.authorizers.values().find(|known| known.name == authorizer.name);
        let id = known.map_or_else(ids::of_part, |known| known.id.clone());
        let mut authorizer = authorizer.clone();
        authorizer.id.clone_from(&id);
        by_name.insert(authorizer.name.clone(), id.clone());
        definition.authorizers.insert(id, authorizer);
    }
    by_name
}

/// Returns the resource at a path, creating it and everything above it if missing.
fn resource(definition: &mut Definition, path: &str) -> Outcome<String> {
    let root = definition.resources.values().find(|known| known.parent_id.is_none());
    let mut id = root.map(|root| root.id.clone()).unwrap_or_default();
    for part in parts(path) {
        let below = definition.resources.values().find(|known| {
            known.parent_id.as_deref() == Some(&id) && known.path_part.as_deref() == Some(part)
        });
        id = match below {
            Some(known) => known.id.clone(),
            None => resources::add(definition, &id, part)?,
        };
    }
    Ok(id)
}

fn with_id(method: &Method, authorizers: &BTreeMap<String, String>) -> Method {
    let mut method = method.clone();
    let name = method.authorizer_id.take();
    method.authorizer_id = name.and_then(|name| authorizers.get(&name).cloned());
    method
}

/// Puts a method, unless something about it is wrong.
fn put_method(
    definition: &mut Definition,
    resource_id: &str,
    path: &str,
    mut method: Method,
    findings: &mut Findings,
) {
    let name = method.http_method.clone();
    let checked = methods::check(&method, definition);
    if findings.good(|| unable("put method", &name, "on", path), checked).is_none() {
        return;
    }
    if let Some(integration) = method.method_integration.take() {
        let integration = integrations::completed(integration, resource_id);
        let checked = integrations::check(&integration, &method);
        findings.good(|| unable("put integration on", &name, "for", path), checked);
        for response in integration.integration_responses.values() {
            let checked = integrations::check_response(response, &method);
            findings.good(|| unable("put integration response on", &name, "for", path), checked);
        }
        method.method_integration = Some(integration);
    }
    if let Some(resource) = definition.resources.get_mut(resource_id) {
        resource.resource_methods.insert(name, method);
    }
}
