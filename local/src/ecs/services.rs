//! The operations that look at services.

use serde_json::{Value, json};

use super::{
    Ecs, arns, clusters,
    errors::invalid,
    paging::{limit, listed},
    shown,
    state::{Status, service_key},
    tags,
};
use crate::{place::Place, protocol::input::Input, service::AwsError};

/// How many one call may describe.
const MOST: usize = 10;

pub(super) fn describe(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let wanted = input.texts("services");
    if wanted.is_empty() || wanted.len() > MOST {
        return Err(invalid("There must be from 1 to 10 services."));
    }
    let with_tags = input.texts("include").contains(&"TAGS");
    ecs.look(place, |region| {
        let cluster = clusters::active(region, input)?;
        let (mut services, mut failures) = (Vec::new(), Vec::new());
        for name in wanted.into_iter().map(arns::name) {
            let Some(service) = region.services.get(&service_key(cluster, name)) else {
                let arn = arns::service(place, cluster, name);
                failures.push(json!({ "arn": arn, "reason": "MISSING" }));
                continue;
            };
            let mut shown = shown::service(place, region, service);
            if with_tags {
                shown["tags"] = tags::shown(&service.tags);
            }
            services.push(shown);
        }
        Ok(json!({ "services": services, "failures": failures }))
    })?
}

pub(super) fn list(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let limit = limit(input);
    ecs.look(place, |region| {
        let cluster = clusters::active(region, input)?;
        let arns = region
            .services
            .values()
            .filter(|service| service.cluster == cluster && service.status == Status::Active)
            .map(|service| arns::service(place, cluster, &service.name))
            .collect();
        Ok(listed("serviceArns", arns, input, limit))
    })?
}
