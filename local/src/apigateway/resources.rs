//! Resources: the paths of an API, a tree.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiGateway, apis,
    errors::{Outcome, bad, conflict, no},
    ids,
    model::{Definition, Resource},
    request::Request,
};
use crate::{place::Place, service::AwsError};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NewResource {
    path_part: String,
}

pub(super) fn create(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let part = request.read::<NewResource>()?.path_part;
    gateway.change(place, |region| {
        let api = apis::of_mut(region, place, request)?;
        let parent = api.definition.resources.get(request.named("resource")).ok_or_else(none)?;
        let parent = parent.id.clone();
        let made = add(&mut api.definition, &parent, &part)?;
        Ok(shown(&api.definition.resources[&made], false))
    })
}

/// Adds a path part below a resource; returns the new resource's id.
pub(super) fn add(definition: &mut Definition, parent: &str, part: &str) -> Outcome<String> {
    if !is_part(part) {
        return Err(bad(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and \
             curly braces at the beginning and the end.",
        ));
    }
    let above = definition.resources.get(parent).ok_or_else(none)?;
    if above.path.ends_with("+}") {
        return Err(bad(format!(
            "Cannot create a child of a resource with a greedy path variable: {}",
            above.path
        )));
    }
    let siblings = || {
        let of = |resource: &&Resource| resource.parent_id.as_deref() == Some(parent);
        definition.resources.values().filter(of).filter_map(|known| known.path_part.as_deref())
    };
    if siblings().any(|known| known == part) {
        return Err(conflict(format!(
            "Another resource with the same parent already has this name: {part}"
        )));
    }
    let is_variable = |part: &str| part.starts_with('{');
    if let Some(known) = siblings().find(|known| is_variable(known) && is_variable(part)) {
        return Err(bad(format!(
            "A sibling ({known}) of this resource already has a variable path part -- only one is \
             allowed"
        )));
    }
    let resource = Resource {
        id: ids::of_part(),
        parent_id: Some(parent.to_owned()),
        path_part: Some(part.to_owned()),
        path: format!("{}/{part}", above.path.trim_end_matches('/')),
        ..Resource::default()
    };
    let id = resource.id.clone();
    definition.resources.insert(id.clone(), resource);
    Ok(id)
}

/// Returns whether a part is `name`, `{name}` or `{name+}`.
fn is_part(part: &str) -> bool {
    let inner = part.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
    let name = inner.map_or(part, |inner| inner.strip_suffix('+').unwrap_or(inner));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-:".contains(c);
    !name.is_empty() && name.chars().all(is_plain)
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let definition = &apis::of(region, place, request)?.definition;
        Ok(shown(of(definition, request)?, embeds(request)))
    })
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let resources = &apis::of(region, place, request)?.definition.resources;
        let shown = |(id, known): (&String, &Resource)| (id.clone(), shown(known, embeds(request)));
        request.page(resources.iter().map(shown).collect())
    })
}

/// Deletes a resource and everything below it.
pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        let resource = of(definition, request)?;
        if resource.parent_id.is_none() {
            return Err(bad("Root resource cannot be deleted"));
        }
        let (path, below) = (resource.path.clone(), format!("{}/", resource.path));
        definition
            .resources
            .retain(|_, known| known.path != path && !known.path.starts_with(&below));
        Ok(Value::Null)
    })
}

/// Returns the resource that a call names.
pub(super) fn of<'a>(definition: &'a Definition, request: &Request) -> Outcome<&'a Resource> {
    definition.resources.get(request.named("resource")).ok_or_else(none)
}

/// Returns whether to show the methods in full.
fn embeds(request: &Request) -> bool {
    request.queries("embed").any(|embed| embed == "methods")
}

fn shown(resource: &Resource, with_methods: bool) -> Value {
    let mut shown = json!(resource);
    if !with_methods && let Some(methods) = shown["resourceMethods"].as_object_mut() {
        methods.values_mut().for_each(|method| *method = json!({}));
    }
    // Indexing has created the field.
    if shown["resourceMethods"].is_null()
        && let Some(fields) = shown.as_object_mut()
    {
        fields.remove("resourceMethods");
    }
    shown
}

fn none() -> AwsError {
    no("Resource")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(definition: &mut Definition, parent: &str, part: &str) -> Outcome<String> {
        let parent = definition.at_path(parent).unwrap().id.clone();
        add(definition, &parent, part).map(|id| definition.resources[&id].path.clone())
    }

    #[test]
    fn resources_are_a_tree() {
        let mut definition = Definition::new("root".to_owned());
        let tree = &mut definition;
        assert_eq!(added(tree, "/", "mysfits").unwrap(), "/mysfits");
        assert_eq!(added(tree, "/mysfits", "{id}").unwrap(), "/mysfits/{id}");
        assert_eq!(added(tree, "/", "mysfits").unwrap_err().code, "ConflictException");
        let second = added(tree, "/mysfits", "{other}").unwrap_err();
        assert!(second.message.starts_with("A sibling ({id}) of this resource"), "{second}");
        let greedy = added(tree, "/mysfits", "{rest+}").unwrap_err();
        assert!(greedy.message.starts_with("A sibling ({id}) of this resource"), "{greedy}");
        assert_eq!(added(tree, "/", "{rest+}").unwrap(), "/{rest+}");
        assert_eq!(added(tree, "/{rest+}", "a").unwrap_err().code, "BadRequestException");
    }

    #[test]
    fn path_parts_are_names_or_variables() {
        for part in ["a", "a.b-c_d:e", "{a}", "{a+}", "v1"] {
            assert!(is_part(part), "{part}");
        }
        for part in ["", "{}", "{a", "a}", "a{b}", "a/b", "a b", "ä", "{a b}", "{+}"] {
            assert!(!is_part(part), "{part}");
        }
    }
}
