//! The operations on task definitions.

use serde_json::{Value, json};

use super::{
    Ecs, arns,
    errors::{client, invalid},
    image_ref,
    paging::{limit, listed},
    state::{Definition, Phase, Region, Status},
    tags, validation,
};
use crate::{
    place::Place,
    protocol::{input::Input, page::page},
    service::AwsError,
    times::{self, epoch_seconds},
};

/// How many one call may delete.
const MOST_DELETED: usize = 10;

pub(super) fn register(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let definition = Input(input);
    let is_ecr = |image: &str| image_ref::parse(image, ecs.setup.port, place).is_some();
    validation::check(definition, &is_ecr)?;
    let family = definition.needed("family")?;
    let tags = tags::of(definition)?;
    ecs.change(place, |region| {
        let known = region.families.entry(family.to_owned()).or_default();
        known.last += 1;
        let revision = known.last;
        let definition = Definition {
            status: Status::Active,
            value: validation::filled_in(input),
            registered: times::now(),
            deregistered: None,
            tags: tags.clone(),
        };
        let shown = shown(place, family, revision, &definition);
        known.revisions.insert(revision, definition);
        Ok(json!({ "taskDefinition": shown, "tags": tags::shown(&tags) }))
    })
}

pub(super) fn describe(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    ecs.look(place, |region| {
        let (family, revision, definition) = region.definition(input.needed("taskDefinition")?)?;
        let mut answer = json!({ "taskDefinition": shown(place, family, revision, definition) });
        if input.texts("include").contains(&"TAGS") {
            answer["tags"] = tags::shown(&definition.tags);
        }
        Ok(answer)
    })?
}

impl Region {
    /// Finds a task definition by its ARN, `family:revision` or, for the latest active one,
    /// `family`.
    pub(super) fn definition<'a, 'r>(
        &'a self,
        reference: &'r str,
    ) -> Result<(&'r str, u64, &'a Definition), AwsError> {
        let (family, revision) = arns::family(reference);
        let revisions = self.families.get(family).map(|family| &family.revisions);
        let found = revisions.and_then(|revisions| match revision {
            Some(revision) => revisions.get(&revision).map(|one| (revision, one)),
            None => revisions
                .iter()
                .rev()
                .find(|(_, one)| one.status == Status::Active)
                .map(|(revision, one)| (*revision, one)),
        });
        let (revision, definition) =
            found.ok_or_else(|| client("Unable to describe task definition."))?;
        Ok((family, revision, definition))
    }

    /// Finds an active task definition, for a task or service.
    pub(super) fn active_definition(
        &self,
        place: &Place,
        reference: &str,
    ) -> Result<(String, &Definition), AwsError> {
        let (family, revision, definition) =
            self.definition(reference).map_err(|_| client("TaskDefinition not found."))?;
        if definition.status != Status::Active {
            return Err(client("TaskDefinition is inactive"));
        }
        Ok((arns::definition(place, family, revision), definition))
    }

    /// Forgets the task definitions to be deleted that nothing uses any more. Returns whether there
    /// were any.
    pub(super) fn forget_deleted(&mut self, place: &Place) -> bool {
        let used: Vec<String> = self
            .tasks
            .values()
            .filter(|task| task.phase != Phase::Stopped)
            .map(|task| task.definition.clone())
            .chain(self.services.values().flat_map(|service| {
                let in_use = service.status != Status::Inactive;
                service.deployments.iter().filter(move |_| in_use).map(|one| one.definition.clone())
            }))
            .collect();
        let mut any = false;
        for (name, family) in &mut self.families {
            family.revisions.retain(|revision, definition| {
                let stays = definition.status != Status::Deleting
                    || used.contains(&arns::definition(place, name, *revision));
                any |= !stays;
                stays
            });
        }
        any
    }
}

fn shown(place: &Place, family: &str, revision: u64, definition: &Definition) -> Value {
    let mut shown = definition.value.clone();
    shown["taskDefinitionArn"] = arns::definition(place, family, revision).into();
    shown["revision"] = revision.into();
    shown["status"] = json!(definition.status);
    shown["registeredAt"] = json!(epoch_seconds(definition.registered));
    shown["registeredBy"] = format!("arn:aws:iam::{}:root", place.account).into();
    let for_fargate = shown["networkMode"] == "awsvpc" && shown["cpu"].is_string();
    shown["compatibilities"] = if for_fargate { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) };
    if let Some(time) = definition.deregistered {
        shown["deregisteredAt"] = json!(epoch_seconds(time));
    }
    shown
}

pub(super) fn list(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let status = input.text("status").unwrap_or("ACTIVE");
    let limit = limit(input);
    ecs.look(place, |region| {
        let families = region.families.iter();
        let families = families.filter(|(name, _)| {
            input.text("familyPrefix").is_none_or(|wanted| wanted == name.as_str())
        });
        // Revisions are sorted as numbers: 10 comes after 9.
        let mut found: Vec<(String, String)> = families
            .flat_map(|(name, family)| {
                family.revisions.iter().filter(|(_, one)| json!(one.status) == status).map(
                    move |(revision, _)| {
                        let arn = arns::definition(place, name, *revision);
                        (format!("{name}:{revision:020}"), arn)
                    },
                )
            })
            .collect();
        let token = input.text("nextToken");
        let (found, next) = if input.text("sort") == Some("DESC") {
            found.reverse();
            let rest = found.into_iter().filter(|(key, _)| token.is_none_or(|t| key.as_str() < t));
            page(rest, |(key, _)| key.clone(), None, limit)
        } else {
            page(found, |(key, _)| key.clone(), token, limit)
        };
        let arns: Vec<String> = found.into_iter().map(|(_, arn)| arn).collect();
        let mut answer = json!({ "taskDefinitionArns": arns });
        if let Some(next) = next {
            answer["nextToken"] = next.into();
        }
        answer
    })
}

pub(super) fn list_families(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let status = input.text("status").unwrap_or("ACTIVE");
    let limit = limit(input);
    ecs.look(place, |region| {
        let has_status = |name: &&String| {
            let mut revisions = region.families[*name].revisions.values();
            let active = revisions.any(|one| one.status == Status::Active);
            match status {
                "ACTIVE" => active,
                "INACTIVE" => !active,
                _ => true,
            }
        };
        let prefix = input.text("familyPrefix").unwrap_or_default();
        let names = region.families.keys().filter(|name| name.starts_with(prefix));
        listed("families", names.filter(has_status).cloned().collect(), input, limit)
    })
}

pub(super) fn deregister(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let reference = Input(input).needed("taskDefinition")?;
    ecs.change(place, |region| {
        let (family, revision) = arns::family(reference);
        let revision =
            revision.ok_or_else(|| invalid("Revision is missing in the task definition."))?;
        let definition = region.revision(family, revision)?;
        if definition.status == Status::Active {
            definition.status = Status::Inactive;
            definition.deregistered = Some(times::now());
        }
        Ok(json!({ "taskDefinition": shown(place, family, revision, definition) }))
    })
}

impl Region {
    fn revision(&mut self, family: &str, revision: u64) -> Result<&mut Definition, AwsError> {
        let family = self.families.get_mut(family);
        family
            .and_then(|family| family.revisions.get_mut(&revision))
            .ok_or_else(|| client("The specified task definition does not exist."))
    }
}

pub(super) fn delete(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let references = Input(input).texts("taskDefinitions");
    if references.is_empty() || references.len() > MOST_DELETED {
        return Err(invalid("There must be from 1 to 10 task definitions."));
    }
    ecs.change(place, |region| {
        let (mut deleted, mut failures) = (Vec::new(), Vec::new());
        for reference in references {
            match region.delete_definition(place, reference) {
                Ok(definition) => deleted.push(definition),
                Err(reason) => failures.push(json!({ "arn": reference, "reason": reason })),
            }
        }
        Ok(json!({ "taskDefinitions": deleted, "failures": failures }))
    })
}

impl Region {
    fn delete_definition(&mut self, place: &Place, reference: &str) -> Result<Value, String> {
        let (family, revision) = arns::family(reference);
        let revision = revision.ok_or("The specified task definition has no revision.")?;
        let definition = self.revision(family, revision).map_err(|error| error.message)?;
        if definition.status == Status::Active {
            return Err("The specified task definition is still in ACTIVE status. Please \
                        deregister the target and try again."
                .to_owned());
        }
        definition.status = Status::Deleting;
        Ok(shown(place, family, revision, definition))
    }
}
