//! The stage of the API: a deployed copy of it that is publicly accessible. A change of the API
//! takes effect only when it is deployed again.

mod by_hand;
mod checks;
mod compare;
mod probe;
mod retired;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_apigateway::{
    Client,
    operation::get_stage::GetStageOutput as Description,
    types::{CanarySettings, Deployment, Op, PatchOperation, Stage as SomeStage},
};

use self::compare::{deployed, link_of, settings};
use super::{
    integration::{Chosen, LOOKS},
    rest_api::definition::Definition,
    words::{found, unless_any},
};
use crate::{
    aws::{call, operations::apigateway as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, Presence, Purpose, Resource, Seen, Setting, Step},
    error::Result,
    lab::{
        ArnPattern, Integration, LAB_TAG, Names, Values,
        files::API,
        placeholders::{API_ID, API_URL, VPC_LINK_ID},
    },
};

/// The name of the stage, which is part of its address.
pub(super) const STAGE: &str = "prod";
/// The stage variable for the VPC link in the definition, so that the link can be replaced without
/// a new import.
const LINK_VARIABLE: &str = "vpcLinkId";
/// The stage's limits: calls a second, sustained and in a burst. A class does not need more, and a
/// bug in a loop cannot become a bill.
const RATE: f64 = 50.0;
const BURST: i32 = 100;
/// API Gateway's maximum page size.
const PAGE: i32 = 500;
/// AWS's code for a missing stage or deployment.
const GONE: &str = "NotFoundException";

/// The stage.
pub(super) struct Stage {
    about: About,
    apigateway: Lazy<Client>,
    names: Names,
    destination: Destination,
    integration: Arc<Chosen>,
}

impl Stage {
    /// Creates the stage resource of a lab's API.
    pub(super) fn new(destination: &Destination, names: &Names, integration: &Arc<Chosen>) -> Self {
        Self {
            about: About {
                id: Id("stage"),
                title: format!("stage `{STAGE}` of the API"),
                why: "The stage is the API as the world can call it, at an address of its own.",
                produces: vec![API_URL],
                templates: &[&API],
                needs: vec![API_ID, VPC_LINK_ID],
                // It is ready when the backend responds through it.
                after: vec![Id("service")],
                parent: Some(Id("rest-api")),
                // While it exists, the VPC link cannot be deleted, and the API may have to queue
                // for half a minute.
                goes_with_parent: false,
                arn: Some(ArnPattern::api_gateway(&names.lab, "/restapis/*/stages/*")),
                operations: &[
                    &op::GET_STAGE,
                    LOOKS[0],
                    LOOKS[1],
                    &op::GET_VPC_LINKS,
                    &op::DELETE_VPC_LINK,
                    &op::GET_STAGES,
                    &op::GET_DEPLOYMENTS,
                    &op::TAG_RESOURCE,
                    &op::CREATE_DEPLOYMENT,
                    &op::DELETE_DEPLOYMENT,
                    &op::UPDATE_STAGE,
                    &op::DELETE_STAGE,
                ],
                deadline: Duration::from_mins(10),
                checks: &checks::CHECKS,
                ..About::default()
            },
            apigateway: destination.client(),
            names: names.clone(),
            destination: destination.clone(),
            integration: integration.clone(),
        }
    }

    async fn describe(&self, api: &str) -> Result<Option<Description>> {
        let get = self.apigateway.get_stage().rest_api_id(api).stage_name(STAGE);
        Ok(found(call(&op::GET_STAGE, get.send()).await, &[GONE])?)
    }

    async fn deployments(&self, api: &str) -> Result<Vec<Deployment>> {
        let list = self.apigateway.get_deployments().rest_api_id(api).limit(PAGE);
        let answer = call(&op::GET_DEPLOYMENTS, list.send()).await?;
        Ok(answer.items.unwrap_or_default())
    }

    /// Returns the ids of the deployments that no stage uses. The API may have other stages than
    /// the lab's: those that students created by hand.
    async fn unused(&self, api: &str, deployments: &[Deployment]) -> Result<Vec<String>> {
        // A single deployment is used by the lab's stage.
        if deployments.len() < 2 {
            return Ok(Vec::new());
        }
        let list = self.apigateway.get_stages().rest_api_id(api);
        let stages = call(&op::GET_STAGES, list.send()).await?.item.unwrap_or_default();
        let used: Vec<&str> = stages.iter().flat_map(uses).collect();
        let ids = deployments.iter().filter_map(Deployment::id);
        Ok(ids.filter(|id| !used.contains(id)).map(str::to_owned).collect())
    }

    /// Creates the stage, or points it to a new deployment of the API.
    async fn deploy(
        &self,
        api: &str,
        fingerprint: &str,
        link: Option<&str>,
        step: &Step<'_>,
    ) -> Result<()> {
        step.status("deploying the API");
        let create = self
            .apigateway
            .create_deployment()
            .rest_api_id(api)
            .stage_name(STAGE)
            .description(fingerprint);
        let create = match link {
            Some(link) => create.variables(LINK_VARIABLE, link),
            None => create,
        };
        step.settled(&op::CREATE_DEPLOYMENT, || create.clone().send()).await?;
        Ok(())
    }

    /// Writes the settings that are not part of a deployment.
    async fn update(&self, api: &str, link: Option<&str>, step: &Step<'_>) -> Result<()> {
        step.status("updating the stage");
        let variable = format!("/variables/{LINK_VARIABLE}");
        let variable = if let Some(link) = link {
            Some(replace(&variable, link))
        } else {
            // A deployment keeps the variables of its stage.
            let stage = self.describe(api).await?;
            let is_set = stage.is_some_and(|stage| link_of(&stage).is_some());
            is_set.then(|| PatchOperation::builder().op(Op::Remove).path(variable).build())
        };
        let update = self
            .apigateway
            .update_stage()
            .rest_api_id(api)
            .stage_name(STAGE)
            .set_patch_operations(variable.map(|it| vec![it]))
            .patch_operations(replace("/*/*/throttling/rateLimit", &RATE.to_string()))
            .patch_operations(replace("/*/*/throttling/burstLimit", &BURST.to_string()));
        step.settled(&op::UPDATE_STAGE, || update.clone().send()).await?;
        let lab = &self.names.lab;
        let arn = ArnPattern::api_gateway(lab, &format!("/restapis/{api}/stages/{STAGE}")).own();
        let tag = self.apigateway.tag_resource().resource_arn(arn).tags(LAB_TAG, &lab.name);
        call(&op::TAG_RESOURCE, tag.send()).await?;
        Ok(())
    }

    /// Deletes the deployments that no stage uses.
    async fn delete_old_deployments(&self, api: &str, step: &Step<'_>) -> Result<()> {
        let deployments = self.deployments(api).await?;
        for old in self.unused(api, &deployments).await? {
            let delete = self.apigateway.delete_deployment().rest_api_id(api).deployment_id(old);
            let deleted = step.settled(&op::DELETE_DEPLOYMENT, || delete.clone().send()).await;
            unless_any(deleted, &[GONE])?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for Stage {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
        let (api, owner) = match Seen::through(known, API_ID) {
            Ok(found) => found,
            Err(seen) => return Ok(*seen),
        };
        let Some(stage) = self.describe(api).await? else { return Ok(Seen::absent()) };
        let deployments = self.deployments(api).await?;
        let integration = self.integration.get(purpose).await?;
        let mut settings = settings(&stage, &deployments, known, (&self.names, integration))?;
        if integration == Integration::Internet {
            settings.push(retired::setting(&self.apigateway, &self.names).await?);
        }
        // They are left over from earlier states of the API.
        let unused = self.unused(api, &deployments).await?;
        settings.push(Setting::new("deployments without a stage", 0, unused.len()));
        let url = self.destination.api_url(api, STAGE);
        let seen = Seen::there(owner, Values::of([(API_URL, &url)]), settings);
        // Differences are updated first, and a stage that is being deleted need not respond.
        if seen.drifted() || purpose == Purpose::Cleanup {
            return Ok(seen);
        }
        Ok(Seen { presence: probe::presence(self.destination.network(), &url).await, ..seen })
    }

    /// Its settings do not say whether it answers.
    async fn behind(&self, known: &Values) -> Result<Option<Presence>> {
        let Some(api) = known.get(API_ID) else { return Ok(None) };
        let url = self.destination.api_url(api, STAGE);
        Ok(Some(probe::presence(self.destination.network(), &url).await))
    }

    /// Stages are deleted with their API.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let (api, integration) =
            (known.need(API_ID)?, self.integration.get(Purpose::Deploy).await?);
        let link = match integration {
            Integration::VpcLink => Some(known.need(VPC_LINK_ID)?),
            Integration::Internet => None,
        };
        let fingerprint = Definition::of(known, &self.names, integration)?.fingerprint();
        let stage = self.describe(api).await?;
        let deployments = self.deployments(api).await?;
        let deployed = stage.as_ref().and_then(|stage| deployed(stage, &deployments));
        if deployed != Some(&fingerprint) {
            self.deploy(api, &fingerprint, link, step).await?;
        }
        self.update(api, link, step).await?;
        self.delete_old_deployments(api, step).await?;
        match integration {
            Integration::VpcLink => Ok(()),
            Integration::Internet => retired::delete(&self.apigateway, &self.names, step).await,
        }
    }

    async fn remove(&self, known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the stage");
        let api = known.need(API_ID)?;
        let delete = self.apigateway.delete_stage().rest_api_id(api).stage_name(STAGE);
        let deleted = step.settled(&op::DELETE_STAGE, || delete.clone().send()).await;
        unless_any(deleted, &[GONE])
    }
}

fn replace(path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

/// Returns the ids of the deployments that a stage uses: its own, and that of a canary.
fn uses(stage: &SomeStage) -> impl Iterator<Item = &str> {
    let canary = stage.canary_settings().and_then(CanarySettings::deployment_id);
    stage.deployment_id().into_iter().chain(canary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_that_is_being_tried_is_in_use() {
        let canary = CanarySettings::builder().deployment_id("two").build();
        let stage = SomeStage::builder().deployment_id("one").canary_settings(canary).build();
        assert_eq!(uses(&stage).collect::<Vec<_>>(), ["one", "two"]);
    }
}
