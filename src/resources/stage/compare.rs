//! Compares a stage that is there with the one that the lab wants.

use aws_sdk_apigateway::{
    operation::get_stage::GetStageOutput as Description,
    types::{Deployment, MethodSetting},
};

use super::{BURST, LINK_VARIABLE, RATE};
use crate::{
    engine::{NOT_SET, Setting},
    error::Result,
    lab::{Integration, LAB_TAG, Names, Owner, Values, files::API, placeholders::VPC_LINK_ID},
    resources::{reference::reference, rest_api::definition::Definition},
};

/// Returns the settings of an existing stage.
pub(super) fn settings(
    stage: &Description,
    deployments: &[Deployment],
    known: &Values,
    (names, integration): (&Names, Integration),
) -> Result<Vec<Setting>> {
    let tag = stage.tags().and_then(|tags| tags.get(LAB_TAG));
    let tag = Owner::of(tag.map(String::as_str), &names.lab.name);
    let copy = if let Some(missing) = API.missing(known)? {
        Setting::uncompared(API.path, missing)
    } else {
        let fingerprint = Definition::of(known, names, integration)?.fingerprint();
        Setting::maybe("deployment.description", fingerprint, deployed(stage, deployments))
    };
    let mut settings = vec![Setting::tag(&names.lab.name, &tag), copy];
    let variable = format!("variables.{LINK_VARIABLE}");
    settings.extend(match integration {
        Integration::VpcLink => reference(&variable, known, VPC_LINK_ID, link_of(stage)),
        Integration::Internet => Some(Setting::maybe(variable, NOT_SET, link_of(stage))),
    });
    settings.extend(throttling(stage));
    Ok(settings)
}

/// Returns the VPC link that the stage uses.
pub(super) fn link_of(stage: &Description) -> Option<&str> {
    Some(stage.variables()?.get(LINK_VARIABLE)?.as_str())
}

/// Returns the settings that throttle the stage.
pub(super) fn throttling(stage: &Description) -> [Setting; 2] {
    let methods = stage.method_settings().and_then(|settings| settings.get("*/*"));
    let name = |field: &str| format!("methodSettings.*/*.{field}");
    let rate = methods.map(MethodSetting::throttling_rate_limit);
    let burst = methods.map(MethodSetting::throttling_burst_limit);
    [
        Setting::maybe(name("throttlingRateLimit"), RATE, rate),
        Setting::maybe(name("throttlingBurstLimit"), BURST, burst),
    ]
}

/// Returns the fingerprint of the definition from which the stage was deployed.
pub(super) fn deployed<'a>(stage: &Description, deployments: &'a [Deployment]) -> Option<&'a str> {
    let used = stage.deployment_id()?;
    deployments.iter().find(|it| it.id() == Some(used))?.description()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{
        AccountId, Region,
        placeholders::{ACCOUNT_ID, NLB_DNS, REGION, USER_POOL_ID},
    };

    fn known() -> Values {
        Values::of([
            (ACCOUNT_ID, "123456789012"),
            (REGION, "eu-west-1"),
            (USER_POOL_ID, "pool"),
            (NLB_DNS, "nlb.example"),
            (VPC_LINK_ID, "link"),
        ])
    }

    fn names() -> Names {
        let region = Region::new("eu-west-1").unwrap();
        Names::new(&AccountId::new("123456789012"), &region, None, None)
    }

    fn deployment(id: &str, description: &str) -> Deployment {
        Deployment::builder().id(id).description(description).build()
    }

    fn stage(link: &str, rate: f64) -> Description {
        let limits = MethodSetting::builder()
            .throttling_rate_limit(rate)
            .throttling_burst_limit(BURST)
            .build();
        Description::builder()
            .deployment_id("new")
            .tags(LAB_TAG, names().lab.name)
            .variables(LINK_VARIABLE, link)
            .method_settings("*/*", limits)
            .build()
    }

    fn differs(stage: &Description, deployments: &[Deployment], known: &Values) -> Vec<String> {
        let linked = (&names(), Integration::VpcLink);
        let settings = settings(stage, deployments, known, linked).unwrap();
        settings.iter().filter(|it| it.differs()).map(Setting::in_words).collect()
    }

    #[test]
    fn the_labs_own_does_not_differ() {
        let fingerprint =
            Definition::of(&known(), &names(), Integration::VpcLink).unwrap().fingerprint();
        let deployments = [deployment("new", &fingerprint)];
        assert_eq!(differs(&stage("link", RATE), &deployments, &known()), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let fingerprint =
            Definition::of(&known(), &names(), Integration::VpcLink).unwrap().fingerprint();
        let deployments = [deployment("old", &fingerprint), deployment("new", "definition 0")];
        assert_eq!(
            differs(&stage("other", 5000.0), &deployments, &known()),
            [
                format!("deployment.description is definition 0, expected {fingerprint}"),
                "variables.vpcLinkId is other, expected link".to_owned(),
                "methodSettings.*/*.throttlingRateLimit is 5000, expected 50".to_owned(),
            ]
        );
        let bare = Description::builder().deployment_id("new").build();
        let tag = "tag mysfits:lab is not set, expected mythical-mysfits";
        assert_eq!(differs(&bare, &deployments, &known())[0], tag);
    }

    #[test]
    fn what_the_api_is_made_of_may_be_unknown() {
        let deployments = [deployment("new", "definition 0")];
        let differs = differs(&stage("link", RATE), &deployments, &Values::default());
        assert!(differs.len() == 1 && differs[0].contains(API.path), "{differs:?}");
    }
}
