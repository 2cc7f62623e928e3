//! Stages: where a deployment is called, with variables and limits of its own.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    ApiGateway, apis,
    errors::{Outcome, bad, conflict, no},
    model::Texts,
    patches::{self, Patch},
    request::Request,
    state::{Api, Limits, Stage},
    tags, vpc_links,
};
use crate::{
    place::Place,
    service::AwsError,
    times::{self, Millis},
};

/// AWS's limits of an account, which apply where a stage has none.
pub(super) const RATE: f64 = 10_000.0;
pub(super) const BURST: u32 = 5_000;

const PATHS: [&str; 5] = [
    "/deploymentId",
    "/description",
    "/variables/{name}",
    "/{resource}/{method}/throttling/rateLimit",
    "/{resource}/{method}/throttling/burstLimit",
];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NewStage {
    stage_name: String,
    deployment_id: String,
    description: Option<String>,
    variables: Texts,
    canary_settings: Option<Value>,
    tags: Texts,
}

pub(super) fn create(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let new: NewStage = request.read()?;
    if new.canary_settings.is_some() {
        return Err(no_canary());
    }
    gateway.change(place, |region| {
        let moment = gateway.clock.moment();
        let stage = Stage {
            description: new.description,
            deployment: new.deployment_id,
            variables: checked(new.variables)?,
            tags: tags::checked(new.tags)?,
            ..begin(new.stage_name, moment.now)?
        };
        let api = apis::of(region, place, request)?;
        if api.stages.contains_key(&stage.name) {
            return Err(conflict("Stage already exists"));
        }
        let deployment = deployment(api, &stage.deployment)?;
        vpc_links::check_deployed(region, &deployment.definition, &stage.variables, &moment)?;
        let answer = shown(&stage);
        let api = apis::of_mut(region, place, request)?;
        api.stages.insert(stage.name.clone(), stage);
        Ok(answer)
    })
}

/// Creates a stage without a deployment.
pub(super) fn begin(name: String, now: Millis) -> Outcome<Stage> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > 128 || !name.chars().all(is_plain) {
        return Err(bad("Stage name only allows a-zA-Z0-9_-"));
    }
    Ok(Stage {
        name,
        description: None,
        deployment: String::new(),
        variables: Texts::new(),
        limits: [].into(),
        tags: Texts::new(),
        created: now,
        updated: now,
    })
}

/// Checks the variables that a call gives.
pub(super) fn checked(variables: Texts) -> Outcome<Texts> {
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    match variables.iter().find(|(name, value)| !plain(name, "_") || !plain(value, "-._~:/?#&=,")) {
        None => Ok(variables),
        Some((name, value)) => Err(bad(format!(
            "Invalid stage variable '{name}' with value '{value}'. Please use names with \
             alphanumeric characters and underscores, and values with alphanumeric characters and \
             the symbols -._~:/?#&=,"
        ))),
    }
}

/// Returns the error for a canary.
pub(super) fn no_canary() -> AwsError {
    bad("The local cloud has no canary releases")
}

fn deployment<'a>(api: &'a Api, id: &str) -> Outcome<&'a super::state::Deployment> {
    api.deployments.get(id).ok_or_else(|| bad("Deployment id does not exist"))
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let stages = &apis::of(region, place, request)?.stages;
        stages.get(request.named("stage")).map(shown).ok_or_else(none)
    })
}

/// The list of stages has no pages.
pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let deployment = request.query("deploymentId");
    gateway.look(place, |region| {
        let stages = apis::of(region, place, request)?.stages.values();
        let meant = |stage: &&Stage| deployment.is_none_or(|id| stage.deployment == id);
        Ok(json!({ "item": stages.filter(meant).map(shown).collect::<Vec<_>>() }))
    })
}

pub(super) fn update(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let patches = patches::of(request)?;
    gateway.change(place, |region| {
        let api = apis::of_mut(region, place, request)?;
        let mut stage = api.stages.get(request.named("stage")).cloned().ok_or_else(none)?;
        for patch in &patches {
            apply(patch, &mut stage)?;
        }
        deployment(api, &stage.deployment)?;
        stage.variables = checked(stage.variables)?;
        stage.updated = times::now();
        let answer = shown(&stage);
        api.stages.insert(stage.name.clone(), stage);
        Ok(answer)
    })
}

fn apply(patch: &Patch, stage: &mut Stage) -> Outcome<()> {
    let names = patch.names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match (&names[..], patch.value()) {
        (["deploymentId"], Some(id)) => id.clone_into(&mut stage.deployment),
        (["description"], value) => stage.description = value.map(str::to_owned),
        (["variables", name], Some(value)) => {
            stage.variables.insert((*name).to_owned(), value.to_owned());
        }
        (["variables", name], None) => {
            stage.variables.remove(*name);
        }
        ([resource, method, "throttling", limit @ ("rateLimit" | "burstLimit")], value) => {
            let key = format!("{}/{method}", resource.trim_start_matches('/'));
            let limits = stage.limits.entry(key).or_default();
            match *limit {
                "rateLimit" => limits.rate = value.map(number).transpose()?,
                _ => limits.burst = value.map(number).transpose()?,
            }
            stage.limits.retain(|_, limits| *limits != Limits::default());
        }
        _ => return Err(patch.refused(&PATHS)),
    }
    Ok(())
}

fn number<N: std::str::FromStr + PartialOrd + Default>(text: &str) -> Outcome<N> {
    let number = text.parse().ok().filter(|number| *number >= N::default());
    number.ok_or_else(|| bad(format!("Invalid throttling limit specified: '{text}'")))
}

pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.change(place, |region| {
        let stages = &mut apis::of_mut(region, place, request)?.stages;
        stages.remove(request.named("stage")).map(|_| Value::Null).ok_or_else(none)
    })
}

fn shown(stage: &Stage) -> Value {
    let settings: Map<String, Value> =
        stage.limits.iter().map(|(key, limits)| (key.clone(), setting(limits))).collect();
    let mut shown = json!({
        "stageName": stage.name, "deploymentId": stage.deployment, "tags": stage.tags,
        "cacheClusterEnabled": false, "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": settings, "tracingEnabled": false,
        "createdDate": stage.created / 1000, "lastUpdatedDate": stage.updated / 1000,
    });
    if let Some(description) = &stage.description {
        shown["description"] = json!(description);
    }
    if !stage.variables.is_empty() {
        shown["variables"] = json!(stage.variables);
    }
    shown
}

fn setting(limits: &Limits) -> Value {
    json!({
        "throttlingRateLimit": limits.rate.unwrap_or(RATE),
        "throttlingBurstLimit": limits.burst.unwrap_or(BURST),
        "metricsEnabled": false, "dataTraceEnabled": false, "cachingEnabled": false,
        "cacheTtlInSeconds": 300, "cacheDataEncrypted": false,
        "requireAuthorizationForCacheControl": true,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    })
}

fn none() -> AwsError {
    no("Stage")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(patches: Value) -> Outcome<Stage> {
        let mut stage = begin("prod".to_owned(), 0).unwrap();
        for patch in serde_json::from_value::<Vec<Patch>>(patches).unwrap() {
            apply(&patch, &mut stage)?;
        }
        Ok(stage)
    }

    #[test]
    fn limits_are_set_and_taken_away() {
        let set = |limit: &str, value: &str| {
            let path = format!("/*/*/throttling/{limit}");
            json!({ "op": "replace", "path": path, "value": value })
        };
        let stage = patched(json!([set("rateLimit", "50"), set("burstLimit", "100")])).unwrap();
        assert_eq!(stage.limits["*/*"], Limits { rate: Some(50.0), burst: Some(100) });
        let remove = json!({ "op": "remove", "path": "/*/*/throttling/rateLimit" });
        assert!(patched(json!([set("rateLimit", "50"), remove])).unwrap().limits.is_empty());
        assert!(patched(json!([set("rateLimit", "-1")])).is_err());
        let error = patched(json!([set("moonLimit", "1")])).unwrap_err();
        assert!(error.message.starts_with("Invalid patch path '/*/*/throttling/moonLimit'"));
    }

    #[test]
    fn variables_have_plain_values() {
        let of = |value: &str| checked(Texts::from([("link".to_owned(), value.to_owned())]));
        assert!(of("abc-1").is_ok());
        assert!(of("").is_err());
        assert!(of("a b").is_err());
        assert!(begin("a/b".to_owned(), 0).is_err());
    }
}
