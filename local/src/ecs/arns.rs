//! ARNs of ECS, and the names in them.

use crate::place::Place;

/// Returns the ARN of something in ECS.
pub(super) fn arn(place: &Place, kind: &str, name: &str) -> String {
    format!("arn:aws:ecs:{}:{}:{kind}/{name}", place.region, place.account)
}

pub(super) fn cluster(place: &Place, name: &str) -> String {
    arn(place, "cluster", name)
}

pub(super) fn service(place: &Place, cluster: &str, name: &str) -> String {
    arn(place, "service", &format!("{cluster}/{name}"))
}

pub(super) fn task(place: &Place, cluster: &str, id: &str) -> String {
    arn(place, "task", &format!("{cluster}/{id}"))
}

pub(super) fn definition(place: &Place, family: &str, revision: u64) -> String {
    arn(place, "task-definition", &format!("{family}:{revision}"))
}

/// Returns the last name of an ARN, or a name as it is.
pub(super) fn name(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// Returns the family and, if given, the revision of a task definition: `family`, `family:3`, an
/// ARN.
pub(super) fn family(reference: &str) -> (&str, Option<u64>) {
    let name = name(reference);
    match name.rsplit_once(':').map(|(family, revision)| (family, revision.parse())) {
        Some((family, Ok(revision))) => (family, Some(revision)),
        _ => (name, None),
    }
}

/// Returns what an ARN of ECS names: its kind and the rest.
pub(super) fn parts(arn: &str) -> Option<(&str, &str)> {
    let rest = arn.strip_prefix("arn:aws:ecs:")?;
    rest.splitn(3, ':').nth(2)?.split_once('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_taken_apart() {
        let arn = "arn:aws:ecs:eu-west-1:111111111111:task-definition/service:3";
        assert_eq!(family(arn), ("service", Some(3)));
        assert_eq!(family("service"), ("service", None));
        assert_eq!(parts(arn), Some(("task-definition", "service:3")));
        assert_eq!(name("arn:aws:ecs:eu-west-1:111111111111:cluster/lab"), "lab");
    }
}
