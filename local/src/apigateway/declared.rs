//! What a method declares: the parameters and models that its calls may have. Those of an imported
//! definition are read from it and need no check.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    errors::{Outcome, bad, mapping},
    mapping::{Source, response_header, source},
    model::{Definition, Method, MethodResponse, Texts},
};

/// Every API has these models.
pub(super) const GIVEN_MODELS: [&str; 2] = ["Empty", "Error"];

/// Refuses a method that declares what is not there.
pub(super) fn check_method(
    method: &Method,
    validator: Option<&str>,
    definition: &Definition,
) -> Outcome<()> {
    // There is no operation that makes one.
    if validator.is_some_and(|id| !id.is_empty()) {
        return Err(bad("Invalid Request Validator identifier specified"));
    }
    check_models(&method.request_models, definition)?;
    let mut names = BTreeSet::new();
    for key in method.request_parameters.keys() {
        let Some(Source::Request(_, name)) = source(key) else {
            return Err(mapping("specified", key));
        };
        if !names.insert(name) {
            return Err(bad("Parameter names must be unique across querystring, header and path"));
        }
    }
    Ok(())
}

/// Refuses a response that declares what is not there.
pub(super) fn check_response(response: &MethodResponse, definition: &Definition) -> Outcome<()> {
    check_models(&response.response_models, definition)?;
    check_headers(&response.response_parameters)
}

fn check_headers(parameters: &BTreeMap<String, bool>) -> Outcome<()> {
    match parameters.keys().find(|key| response_header(key).is_none()) {
        Some(key) => Err(mapping("specified", key)),
        None => Ok(()),
    }
}

/// Refuses models that the API does not have: those of an imported definition are known by the
/// methods that use them.
fn check_models(models: &Texts, definition: &Definition) -> Outcome<()> {
    let used = definition.methods().flat_map(|(_, method)| {
        let responses = method.method_responses.values();
        responses.flat_map(|one| one.response_models.values()).chain(method.request_models.values())
    });
    let known: BTreeSet<&str> = used.map(String::as_str).chain(GIVEN_MODELS).collect();
    match models.values().find(|name| !known.contains(name.as_str())) {
        Some(unknown) => Err(bad(format!("Invalid model identifier specified: {unknown}"))),
        None => Ok(()),
    }
}
