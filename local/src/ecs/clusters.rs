//! The operations on clusters.

use serde_json::{Value, json};

use super::{
    Ecs, arns,
    errors::{error, no_cluster},
    paging::{limit, listed},
    state::{Cluster, Phase, Region, Status},
    tags,
};
use crate::{
    place::Place,
    protocol::input::{Input, invalid},
    service::AwsError,
};

const DEFAULT: &str = "default";

/// The only setting of clusters. Its default is the account's, which is off unless turned on.
const INSIGHTS: &str = "containerInsights";
const VALUES: [&str; 3] = ["disabled", "enabled", "enhanced"];

/// Returns the cluster that a call names.
pub(super) fn named(input: Input<'_>) -> &str {
    input.text("cluster").map_or(DEFAULT, arns::name)
}

/// Returns the cluster that a call names, which must exist.
pub(super) fn active<'a>(region: &Region, input: Input<'a>) -> Result<&'a str, AwsError> {
    let name = named(input);
    let is_active = |cluster: &Cluster| cluster.status == Status::Active;
    if region.clusters.get(name).is_some_and(is_active) { Ok(name) } else { Err(no_cluster()) }
}

pub(super) fn create(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.text("clusterName").unwrap_or(DEFAULT);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 255 || !name.chars().all(is_plain) {
        return Err(invalid("Cluster name contains invalid characters."));
    }
    let settings = settings(input)?;
    let fresh = Cluster {
        status: Status::Active,
        tags: tags::of(input)?,
        settings,
        capacity_providers: input.value("capacityProviders").clone(),
    };
    ecs.neighbours.roles.ensure_service_linked_role(&place.account, super::PRINCIPAL);
    ecs.change(place, |region| {
        let known = region.clusters.get(name).is_some_and(|known| known.status == Status::Active);
        // A second call is answered with the cluster as it is; its tags are not even read.
        if !known {
            let mut fresh = fresh;
            if fresh.settings.is_null() {
                let value = region.settings.get(INSIGHTS).map_or(VALUES[0], String::as_str);
                fresh.settings = json!([{ "name": INSIGHTS, "value": value }]);
            }
            region.clusters.insert(name.to_owned(), fresh);
        }
        Ok(json!({ "cluster": described(place, region, name, &["TAGS", "SETTINGS"]) }))
    })
}

/// Returns the settings that a call names; null if it names none.
fn settings(input: Input<'_>) -> Result<Value, AwsError> {
    let settings = input.value("settings");
    for setting in settings.as_array().into_iter().flatten() {
        let setting = Input(setting);
        if setting.text("name") != Some(INSIGHTS) {
            return Err(invalid("The setting name is not valid."));
        }
        if !setting.text("value").is_some_and(|value| VALUES.contains(&value)) {
            return Err(invalid("The setting value is not valid."));
        }
    }
    Ok(settings.clone())
}

pub(super) fn update_settings(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let settings = settings(input)?;
    if settings.is_null() {
        return Err(invalid("settings can not be empty."));
    }
    ecs.change(place, |region| {
        let name = active(region, input)?;
        if let Some(cluster) = region.clusters.get_mut(name) {
            cluster.settings = settings;
        }
        Ok(json!({ "cluster": described(place, region, name, &["TAGS", "SETTINGS"]) }))
    })
}

pub(super) fn describe(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let mut names = input.texts("clusters");
    if names.is_empty() {
        names.push(DEFAULT);
    }
    let include = input.texts("include");
    ecs.look(place, |region| {
        let (mut clusters, mut failures) = (Vec::new(), Vec::new());
        for name in names.into_iter().map(arns::name) {
            if region.clusters.contains_key(name) {
                clusters.push(described(place, region, name, &include));
            } else {
                let arn = arns::cluster(place, name);
                failures.push(json!({ "arn": arn, "reason": "MISSING" }));
            }
        }
        json!({ "clusters": clusters, "failures": failures })
    })
}

pub(super) fn list(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let limit = limit(input);
    ecs.look(place, |region| {
        let active = region.clusters.iter().filter(|(_, cluster)| cluster.status == Status::Active);
        let arns: Vec<String> = active.map(|(name, _)| arns::cluster(place, name)).collect();
        listed("clusterArns", arns, input, limit)
    })
}

pub(super) fn delete(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    ecs.change(place, |region| {
        let name = active(region, Input(input))?;
        let has_services = region
            .services
            .values()
            .any(|service| service.cluster == name && service.status != Status::Inactive);
        if has_services {
            let message = "The Cluster cannot be deleted while Services are active.";
            return Err(error("ClusterContainsServicesException", message));
        }
        let is_there = |phase| phase != Phase::Stopped;
        if region.tasks.values().any(|task| task.cluster == name && is_there(task.phase)) {
            let message = "The Cluster cannot be deleted while Tasks are active.";
            return Err(error("ClusterContainsTasksException", message));
        }
        if let Some(cluster) = region.clusters.get_mut(name) {
            cluster.status = Status::Inactive;
        }
        Ok(json!({ "cluster": described(place, region, name, &[]) }))
    })
}

fn described(place: &Place, region: &Region, name: &str, include: &[&str]) -> Value {
    let Some(cluster) = region.clusters.get(name) else { return Value::Null };
    let tasks = || region.tasks.values().filter(|task| task.cluster == name);
    let services = region
        .services
        .values()
        .filter(|service| service.cluster == name && service.status == Status::Active);
    let providers = &cluster.capacity_providers;
    let mut described = json!({
        "clusterArn": arns::cluster(place, name),
        "clusterName": name,
        "status": cluster.status,
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": tasks().filter(|task| task.phase == Phase::Running).count(),
        "pendingTasksCount": tasks().filter(|task| task.phase < Phase::Running).count(),
        "activeServicesCount": services.count(),
        "statistics": [],
        "capacityProviders": if providers.is_null() { json!([]) } else { providers.clone() },
        "defaultCapacityProviderStrategy": [],
    });
    if include.contains(&"TAGS") {
        described["tags"] = tags::shown(&cluster.tags);
    }
    if include.contains(&"SETTINGS") {
        // Clusters of older builds may have none.
        let off = json!([{ "name": INSIGHTS, "value": VALUES[0] }]);
        let is_set = cluster.settings.is_array();
        described["settings"] = if is_set { cluster.settings.clone() } else { off };
    }
    described
}
