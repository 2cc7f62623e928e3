//! The tags of clusters, services, tasks and task definitions.

use serde_json::{Value, json};

use super::{
    Ecs, arns,
    errors::{client, error, invalid, no_cluster, no_service},
    state::{Region, Tags, service_key},
};
use crate::{
    place::Place,
    protocol::input::Input,
    service::{AwsError, Tagged},
    tags::GivenTags,
};

/// Returns the list of tags in the input.
pub(super) fn of(input: Input<'_>) -> Result<Tags, AwsError> {
    given(input).map(GivenTags::into_map)
}

fn given(input: Input<'_>) -> Result<GivenTags, AwsError> {
    GivenTags::new(input.tags("tags", "key", "value")).map_err(|why| invalid(&why.to_string()))
}

/// Returns tags as ECS shows them.
pub(super) fn shown(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

pub(super) fn tag(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let tags = given(input)?;
    ecs.change(place, |region| {
        let kept = region.tags_of(input.needed("resourceArn")?)?;
        tags.add_to(kept).map_err(|why| invalid(&why.to_string()))?;
        Ok(json!({}))
    })
}

pub(super) fn untag(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let keys = input.texts("tagKeys");
    ecs.change(place, |region| {
        let tags = region.tags_of(input.needed("resourceArn")?)?;
        tags.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(json!({}))
    })
}

pub(super) fn list(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let arn = Input(input).needed("resourceArn")?;
    let mut region = ecs.look(place, Clone::clone)?;
    Ok(json!({ "tags": shown(region.tags_of(arn)?) }))
}

impl Region {
    /// Returns the tags of the resource of this ARN.
    fn tags_of(&mut self, arn: &str) -> Result<&mut Tags, AwsError> {
        let (kind, name) =
            arns::parts(arn).ok_or_else(|| invalid(&format!("The ARN '{arn}' is not valid.")))?;
        match kind {
            "cluster" => {
                self.clusters.get_mut(name).map(|known| &mut known.tags).ok_or_else(no_cluster)
            }
            "service" => {
                let (cluster, name) = name.split_once('/').unwrap_or(("default", name));
                let service = self.services.get_mut(&service_key(cluster, name));
                service.map(|service| &mut service.tags).ok_or_else(no_service)
            }
            "task" => {
                let task = self.tasks.get_mut(arns::name(name)).map(|task| &mut task.tags);
                task.ok_or_else(|| {
                    error("ResourceNotFoundException", "The specified task is not found.")
                })
            }
            "task-definition" => {
                let (family, revision) = arns::family(name);
                self.families
                    .get_mut(family)
                    .and_then(|family| family.revisions.get_mut(&revision?))
                    .map(|definition| &mut definition.tags)
                    .ok_or_else(|| client("The specified task definition does not exist."))
            }
            other => Err(invalid(&format!("'{other}' has no tags here."))),
        }
    }

    /// Returns everything with tags.
    pub(super) fn tagged(&self, place: &Place) -> Vec<Tagged> {
        let clusters =
            self.clusters.iter().map(|(name, cluster)| (arns::cluster(place, name), &cluster.tags));
        let services = self
            .services
            .values()
            .map(|service| (arns::service(place, &service.cluster, &service.name), &service.tags));
        let tasks = self
            .tasks
            .values()
            .map(|task| (arns::task(place, &task.cluster, &task.id), &task.tags));
        let definitions = self.families.iter().flat_map(|(name, family)| {
            family.revisions.iter().map(move |(revision, definition)| {
                (arns::definition(place, name, *revision), &definition.tags)
            })
        });
        let all = clusters.chain(services).chain(tasks).chain(definitions);
        all.filter(|(_, tags)| !tags.is_empty())
            .map(|(arn, tags)| Tagged { arn, tags: tags.clone() })
            .collect()
    }
}
