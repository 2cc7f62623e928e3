//! Models: the schemas that an API has names for. They are shown; bodies are not checked.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ApiGateway, apis, errors::Outcome, ids, model::Model, request::Request};
use crate::place::Place;

const JSON: &str = "application/json";

/// What a new API has: name, description and schema.
const GIVEN: [(&str, &str, &str); 2] = [
    (
        "Empty",
        "This is a default empty schema model",
        "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \
         \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}",
    ),
    (
        "Error",
        "This is a default error schema model",
        "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \
         \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n  \
         \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}",
    ),
];

/// Returns the models of an API that is created call by call.
pub(super) fn given() -> BTreeMap<String, Model> {
    let model = |(name, description, schema): (&str, &str, &str)| Model {
        description: Some(description.to_owned()),
        ..new(name, schema.to_owned())
    };
    GIVEN.into_iter().map(|given| (given.0.to_owned(), model(given))).collect()
}

/// Returns a model of this name.
pub(super) fn new(name: &str, schema: String) -> Model {
    Model {
        id: ids::of_part(),
        name: name.to_owned(),
        schema,
        content_type: JSON.to_owned(),
        description: None,
    }
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let models = &apis::of(region, place, request)?.definition.models;
        request.page(models.iter().map(|(name, model)| (name.clone(), json!(model))).collect())
    })
}
