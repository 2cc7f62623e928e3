//! The settings of repositories: lifecycle policy, scanning, mutability of tags.

use serde_json::{Value, json};

use super::{Ecr, error};
use crate::{
    place::Place,
    protocol::input::{Input, invalid},
    service::AwsError,
};

/// Returns whether a value of `imageTagMutability` means immutable.
pub(super) fn is_immutable(mutability: Option<&str>) -> Result<bool, AwsError> {
    match mutability {
        None | Some("MUTABLE") => Ok(false),
        Some("IMMUTABLE") => Ok(true),
        Some(other) => Err(invalid(&format!(
            "Invalid parameter at 'imageTagMutability': the local cloud has MUTABLE and \
             IMMUTABLE, not '{other}'"
        ))),
    }
}

pub(super) fn put_mutability(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("repositoryName")?;
    let immutable = is_immutable(Some(input.needed("imageTagMutability")?))?;
    ecr.change_repository(place, name, |repository| {
        repository.immutable = immutable;
        Ok(json!({
            "registryId": place.account,
            "repositoryName": name,
            "imageTagMutability": input.value("imageTagMutability"),
        }))
    })
}

pub(super) fn put_scanning(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("repositoryName")?;
    let scan = input.part("imageScanningConfiguration").flag("scanOnPush");
    ecr.change_repository(place, name, |repository| {
        repository.scan_on_push = scan;
        Ok(json!({
            "registryId": place.account,
            "repositoryName": name,
            "imageScanningConfiguration": { "scanOnPush": scan },
        }))
    })
}

pub(super) fn put_lifecycle(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (name, policy) = (input.needed("repositoryName")?, input.needed("lifecyclePolicyText")?);
    if serde_json::from_str::<Value>(policy).is_err() {
        return Err(invalid("Invalid parameter at 'LifecyclePolicyText': it is no JSON"));
    }
    ecr.change_repository(place, name, |repository| {
        repository.lifecycle = Some(policy.to_owned());
        Ok(lifecycle(place, name, policy))
    })
}

pub(super) fn get_lifecycle(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let name = Input(input).needed("repositoryName")?;
    let policy = ecr.repository(place, name, |repository| repository.lifecycle.clone())?;
    policy.map(|policy| lifecycle(place, name, &policy)).ok_or_else(|| no_lifecycle(place, name))
}

pub(super) fn delete_lifecycle(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let name = Input(input).needed("repositoryName")?;
    ecr.change_repository(place, name, |repository| {
        let policy = repository.lifecycle.take().ok_or_else(|| no_lifecycle(place, name))?;
        Ok(lifecycle(place, name, &policy))
    })
}

fn lifecycle(place: &Place, name: &str, policy: &str) -> Value {
    json!({ "registryId": place.account, "repositoryName": name, "lifecyclePolicyText": policy })
}

fn no_lifecycle(place: &Place, name: &str) -> AwsError {
    let message = format!(
        "Lifecycle policy does not exist for the repository with name '{name}' in the registry \
         with id '{}'",
        place.account
    );
    error("LifecyclePolicyNotFoundException", message)
}
