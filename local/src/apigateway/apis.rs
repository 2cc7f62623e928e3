//! REST APIs themselves; what they consist of is in the other modules.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiGateway,
    errors::{Outcome, bad, no_api, too_many},
    ids,
    model::{Definition, Texts},
    models, patches,
    request::Request,
    state::{Api, Region, Settings},
    tags,
};
use crate::{place::Place, times};

/// AWS deletes no more than one API of an account in this time.
const BETWEEN_DELETIONS: Duration = Duration::from_secs(30);

const TYPES: [&str; 2] = ["REGIONAL", "EDGE"];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NewApi {
    name: String,
    description: Option<String>,
    version: Option<String>,
    clone_from: Option<String>,
    policy: Option<String>,
    tags: Texts,
    #[serde(flatten)]
    settings: Settings,
}

/// Names are not unique: repeating the call creates another API.
pub(super) fn create(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let new: NewApi = request.read()?;
    if new.name.is_empty() {
        return Err(bad("API name must not be empty"));
    }
    if new.clone_from.is_some() {
        return Err(bad("The local cloud does not clone APIs: export and import the definition"));
    }
    if new.policy.is_some() {
        return Err(bad("The local cloud does not carry out resource policies"));
    }
    let definition = Definition { models: models::given(), ..Definition::new(ids::of_api()) };
    let api = Api {
        description: new.description,
        version: new.version,
        tags: tags::checked(new.tags)?,
        ..begin(new.name, new.settings, definition)?
    };
    let answer = shown(&api);
    gateway.change(place, |region| {
        region.apis.insert(api.id.clone(), api);
        Ok(answer)
    })
}

/// Creates an API, not yet in any region.
pub(super) fn begin(name: String, settings: Settings, definition: Definition) -> Outcome<Api> {
    let types = &settings.endpoint_configuration.types;
    if types.len() != 1 || !types.iter().all(|kind| TYPES.contains(&kind.as_str())) {
        return Err(bad(format!(
            "The local cloud has APIs of the endpoint types {}",
            TYPES.join(" and ")
        )));
    }
    Ok(Api {
        id: ids::of_api(),
        name,
        description: None,
        version: None,
        created: times::now(),
        settings,
        tags: Texts::new(),
        definition,
        deployments: [].into(),
        stages: [].into(),
    })
}

/// Returns the API that a call names.
pub(super) fn of<'a>(region: &'a Region, place: &Place, request: &Request) -> Outcome<&'a Api> {
    let id = request.named("api");
    region.apis.get(id).ok_or_else(|| no_api(place, id))
}

/// Returns the same, mutably.
pub(super) fn of_mut<'a>(
    region: &'a mut Region,
    place: &Place,
    request: &Request,
) -> Outcome<&'a mut Api> {
    let id = request.named("api");
    region.apis.get_mut(id).ok_or_else(|| no_api(place, id))
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| Ok(shown(of(region, place, request)?)))
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        request.page(region.apis.iter().map(|(id, api)| (id.clone(), shown(api))).collect())
    })
}

pub(super) fn update(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let patches = patches::of(request)?;
    gateway.change(place, |region| {
        let api = of_mut(region, place, request)?;
        for patch in &patches {
            match (patch.names()[0].as_str(), patch.value()) {
                ("name", Some(name)) if !name.is_empty() => name.clone_into(&mut api.name),
                ("description", value) => api.description = value.map(str::to_owned),
                _ => return Err(patch.refused(&["/name", "/description"])),
            }
        }
        Ok(shown(api))
    })
}

/// Deletes an API with its stages. Deletions of several APIs must be spaced out.
pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let wait = gateway.clock.pace.scale(BETWEEN_DELETIONS);
    gateway.change(place, |region| {
        let id = of(region, place, request)?.id.clone();
        let now = times::now();
        if region.api_deleted.is_some_and(|last| now < times::after(last, wait)) {
            return Err(too_many());
        }
        region.apis.remove(&id);
        region.api_deleted = Some(now);
        Ok(Value::Null)
    })
}

/// Returns an API as answers show it.
pub(super) fn shown(api: &Api) -> Value {
    let mut shown = json!(api.settings);
    let root = api.definition.at_path("/").map(|root| root.id.as_str());
    let fields = json!({
        "id": api.id, "name": api.name, "createdDate": api.created / 1000, "tags": api.tags,
        "rootResourceId": root, "apiStatus": "AVAILABLE",
    });
    let optional = [("description", &api.description), ("version", &api.version)];
    let optional = optional.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    if let (Value::Object(shown), Value::Object(fields)) = (&mut shown, fields) {
        shown.extend(fields);
        shown.extend(optional.map(|(name, text)| (name.to_owned(), json!(text))));
    }
    shown
}
