//! Which resource a path means: a literal part beats a variable one, which beats one that takes the
//! rest.

use percent_encoding::percent_decode_str;

use crate::apigateway::model::{Definition, Method, Resource};

/// The values of a resource's path variables, as sent.
pub(super) type Parameters = Vec<(String, String)>;

/// Returns the resource that a path means for a method. As on AWS, those that do not have the method
/// do not hide others that the path fits.
pub(super) fn resource<'a>(
    definition: &'a Definition,
    path: &str,
    name: &str,
) -> Option<(&'a Resource, Parameters)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    // As on AWS, a trailing slash means nothing.
    let path = path.strip_suffix('/').unwrap_or(path);
    let parts: Vec<&str> = if path.is_empty() { Vec::new() } else { path.split('/').collect() };
    let root = definition.resources.values().find(|resource| resource.parent_id.is_none())?;
    below(definition, root, &parts, name)
}

fn below<'a>(
    definition: &'a Definition,
    resource: &'a Resource,
    parts: &[&str],
    name: &str,
) -> Option<(&'a Resource, Parameters)> {
    let Some((first, rest)) = parts.split_first() else {
        return method(resource, name).map(|_| (resource, Parameters::new()));
    };
    if first.is_empty() {
        return None;
    }
    let children = || {
        let is_child = |known: &&Resource| known.parent_id.as_deref() == Some(&resource.id);
        definition.resources.values().filter(is_child)
    };
    let decoded = percent_decode_str(first).decode_utf8_lossy();
    let named = children().find(|child| child.path_part.as_deref() == Some(&decoded));
    if let Some(found) = named.and_then(|child| below(definition, child, rest, name)) {
        return Some(found);
    }
    let variable = |child: &'a Resource| Some((child, variable(child.path_part.as_deref()?)?));
    let mut variables: Vec<_> = children().filter_map(variable).collect();
    variables.sort_by_key(|(_, (_, is_greedy))| *is_greedy);
    variables.into_iter().find_map(|(child, (variable, is_greedy))| {
        let (value, rest) =
            if is_greedy { (parts.join("/"), &[][..]) } else { ((*first).to_owned(), rest) };
        let (found, mut parameters) = below(definition, child, rest, name)?;
        parameters.push((variable.to_owned(), value));
        Some((found, parameters))
    })
}

/// Returns the name of a variable part, and whether it takes the rest.
fn variable(part: &str) -> Option<(&str, bool)> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').map_or((name, false), |name| (name, true)))
}

/// Returns the method of a resource that serves a request's method.
pub(super) fn method<'a>(resource: &'a Resource, name: &str) -> Option<&'a Method> {
    let methods = &resource.resource_methods;
    methods.get(name).or_else(|| methods.get("ANY"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apigateway::resources;

    /// Creates an API whose paths all have the method `ANY`.
    fn api(paths: &[&str]) -> Definition {
        let mut definition = Definition::new("root".to_owned());
        for path in paths {
            let mut id = "root".to_owned();
            for part in path.split('/').filter(|part| !part.is_empty()) {
                let path =
                    format!("{}/{part}", definition.resources[&id].path.trim_end_matches('/'));
                id = match definition.at_path(&path) {
                    Some(known) => known.id.clone(),
                    None => resources::add(&mut definition, &id, part).unwrap(),
                };
            }
            let methods = &mut definition.resources.get_mut(&id).unwrap().resource_methods;
            methods.insert("ANY".to_owned(), Method::default());
        }
        definition
    }

    /// Returns the resource's path and the parameters, as `name=value`.
    fn found(definition: &Definition, path: &str) -> Option<String> {
        let (resource, parameters) = resource(definition, path, "GET")?;
        let parameters = parameters.iter().rev().map(|(name, value)| format!(" {name}={value}"));
        Some(format!("{}{}", resource.path, parameters.collect::<String>()))
    }

    #[test]
    fn named_parts_come_before_those_that_vary() {
        let api = api(&["/", "/mysfits/{id}", "/mysfits/all", "/mysfits/{id}/like", "/{proxy+}"]);
        for (path, wanted) in [
            ("/", "/"),
            ("", "/"),
            ("/mysfits/7", "/mysfits/{id} id=7"),
            ("/mysfits/7/", "/mysfits/{id} id=7"),
            ("/mysfits/all", "/mysfits/all"),
            ("/mysfits/all/like", "/mysfits/{id}/like id=all"),
            ("/mysfits/a%2Fb/like", "/mysfits/{id}/like id=a%2Fb"),
            ("/mysfits", "/{proxy+} proxy=mysfits"),
            ("/mysfits/7/adopt", "/{proxy+} proxy=mysfits/7/adopt"),
            ("/other/x", "/{proxy+} proxy=other/x"),
        ] {
            assert_eq!(found(&api, path).as_deref(), Some(wanted), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let api = api(&["/mysfits/{id}"]);
        for path in ["/", "/mysfits", "/mysfits/1/2", "/mysfits//", "/other", "//mysfits/1"] {
            assert_eq!(found(&api, path), None, "{path}");
        }
        assert_eq!(found(&api, "/mys%66its/1").as_deref(), Some("/mysfits/{id} id=1"));
    }

    #[test]
    fn a_resource_without_the_method_hides_no_other() {
        let mut api = api(&["/test", "/{proxy+}"]);
        for resource in api.resources.values_mut().filter(|resource| resource.path == "/test") {
            resource.resource_methods = [("POST".to_owned(), Method::default())].into();
        }
        let found = |name| resource(&api, "/test", name).map(|(found, _)| found.path.clone());
        assert_eq!(found("POST").as_deref(), Some("/test"));
        assert_eq!(found("OPTIONS").as_deref(), Some("/{proxy+}"));
        api.resources.retain(|_, resource| resource.path != "/{proxy+}");
        assert!(resource(&api, "/test", "OPTIONS").is_none());
    }

    #[test]
    fn a_method_comes_before_any() {
        let mut resource = Resource::default();
        assert!(method(&resource, "GET").is_none());
        for name in ["GET", "ANY"] {
            let method = Method { http_method: name.to_owned(), ..Method::default() };
            resource.resource_methods.insert(name.to_owned(), method);
        }
        assert_eq!(method(&resource, "GET").unwrap().http_method, "GET");
        assert_eq!(method(&resource, "PUT").unwrap().http_method, "ANY");
    }
}
