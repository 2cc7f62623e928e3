//! The stage of the API: a deployed copy of it that the world can call. A change of the API shows
//! only when it is deployed anew.

mod probe;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_apigateway::{
    Client,
    operation::get_stage::GetStageOutput as Description,
    types::{Deployment, Op, PatchOperation},
};

use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{
        LAB_TAG, Names, files,
        placeholders::{API_ID, API_URL, VPC_LINK_ID},
    },
    resources::{ownership, rest_api::definition::Definition},
    target::Target,
};

/// The name of the stage, which is part of its address.
const STAGE: &str = "prod";
/// The variable by which the definition names the VPC link, so that the link can be replaced without
/// a new import.
const LINK_VARIABLE: &str = "vpcLinkId";
/// How many calls a second the stage takes, for long and at once. A class does not need more, and a
/// mistake in a loop cannot become a bill.
const RATE: f64 = 50.0;
const BURST: i32 = 100;
/// How many deployments API Gateway lists at once, at most.
const PAGE: i32 = 500;

/// The stage.
pub(super) struct Stage {
    about: About,
    apigateway: Client,
    names: Names,
    target: Target,
}

impl Stage {
    pub(super) fn new(target: &Target, names: &Names) -> Result<Self> {
        let mut consumes = files::API.placeholders()?;
        consumes.extend([API_ID, VPC_LINK_ID]);
        Ok(Self {
            about: About {
                id: Id("stage"),
                title: format!("stage `{STAGE}` of the API"),
                why: "The stage is the API as the world can call it, at an address of its own.",
                produces: vec![API_URL],
                consumes,
                // It is ready when the backend answers through it.
                after: vec![Id("service")],
                ours: "it is part of the API".to_owned(),
                deadline: Duration::from_mins(10),
                ..About::default()
            },
            apigateway: target.apigateway(),
            names: names.clone(),
            target: target.clone(),
        })
    }

    async fn describe(&self, api: &str) -> Result<Option<Description>> {
        let get = self.apigateway.get_stage().rest_api_id(api).stage_name(STAGE);
        match call("apigateway GetStage", get.send()).await {
            Ok(stage) => Ok(Some(stage)),
            Err(failure) if failure.is("NotFoundException") => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn deployments(&self, api: &str) -> Result<Vec<Deployment>> {
        let list = self.apigateway.get_deployments().rest_api_id(api).limit(PAGE);
        let answer = call("apigateway GetDeployments", list.send()).await?;
        Ok(answer.items.unwrap_or_default())
    }

    /// What differs, each in a few words.
    fn differences(
        &self,
        stage: &Description,
        deployments: &[Deployment],
        known: &Values,
    ) -> Result<Vec<String>> {
        let wanted = Definition::of(known, &self.names)?.map(|definition| definition.mark());
        let deployed = deployments.iter().find(|it| it.id() == stage.deployment_id());
        let tag = stage.tags().and_then(|tags| tags.get(LAB_TAG));
        Ok([
            (
                "it shows an older state of the API",
                wanted.is_some() && deployed.and_then(|it| it.description()) == wanted.as_deref(),
            ),
            ("it uses another VPC link", links(stage) == known.get(VPC_LINK_ID)),
            ("it takes more calls a second than the lab's", is_throttled(stage)),
            (ownership::NOT_TAGGED, tag == Some(&self.names.lab)),
            ("it has deployments that nobody needs", deployments.len() == 1),
        ]
        .into_iter()
        .filter(|(_, same)| !same)
        .map(|(words, _)| words.to_owned())
        .collect())
    }

    /// Makes the stage, or leads it to the new copy.
    async fn deploy(&self, api: &str, mark: &str, link: &str, step: &Step<'_>) -> Result<()> {
        step.status("deploying the API");
        let create = self
            .apigateway
            .create_deployment()
            .rest_api_id(api)
            .stage_name(STAGE)
            .description(mark)
            .variables(LINK_VARIABLE, link);
        settled(step, "apigateway CreateDeployment", || create.clone().send()).await?;
        Ok(())
    }

    /// The settings that a deployment does not bring along.
    async fn set_up(&self, api: &str, link: &str, step: &Step<'_>) -> Result<()> {
        step.status("setting the stage up");
        let update = self
            .apigateway
            .update_stage()
            .rest_api_id(api)
            .stage_name(STAGE)
            .patch_operations(replace(&format!("/variables/{LINK_VARIABLE}"), link))
            .patch_operations(replace("/*/*/throttling/rateLimit", &RATE.to_string()))
            .patch_operations(replace("/*/*/throttling/burstLimit", &BURST.to_string()));
        settled(step, "apigateway UpdateStage", || update.clone().send()).await?;
        let region = &self.target.region;
        let arn = format!("arn:aws:apigateway:{region}::/restapis/{api}/stages/{STAGE}");
        let tag = self.apigateway.tag_resource().resource_arn(arn);
        call("apigateway TagResource", tag.tags(LAB_TAG, &self.names.lab).send()).await?;
        Ok(())
    }

    async fn delete_deployment(
        &self,
        api: &str,
        deployment: &Deployment,
        step: &Step<'_>,
    ) -> Result<()> {
        let delete = self
            .apigateway
            .delete_deployment()
            .rest_api_id(api)
            .set_deployment_id(deployment.id.clone());
        match settled(step, "apigateway DeleteDeployment", || delete.clone().send()).await {
            Err(failure) if failure.is("NotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}

#[async_trait]
impl Resource for Stage {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some(api) = known.get(API_ID) else { return Ok(Seen::Absent) };
        let Some(stage) = self.describe(api).await? else { return Ok(Seen::Absent) };
        let deployments = self.deployments(api).await?;
        let differences = self.differences(&stage, &deployments, known)?;
        let url = self.target.api_url(api, STAGE);
        let values = Values::of([(API_URL, &url)]);
        if !differences.is_empty() {
            return Ok(Seen::Drifted { values, differences });
        }
        Ok(match probe::missing(&url).await {
            Some(status) => Seen::Waiting { status },
            None => Seen::Ready(values),
        })
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let (Some(api), Some(link)) = (known.get(API_ID), known.get(VPC_LINK_ID)) else {
            return Err(Error::new(Code::Lab, "the stage was begun before its API and VPC link"));
        };
        let Some(definition) = Definition::of(known, &self.names)? else {
            let message = format!("not all values of {} are known", files::API.path);
            return Err(Error::new(Code::Lab, message));
        };
        let mark = definition.mark();
        let deployments = self.deployments(api).await?;
        let stage = self.describe(api).await?;
        let deployed = stage.as_ref().and_then(|stage| stage.deployment_id());
        let current = deployments.iter().find(|it| it.id() == deployed);
        if deployed.is_none() || current.and_then(|it| it.description()) != Some(&mark) {
            self.deploy(api, &mark, link, step).await?;
        }
        self.set_up(api, link, step).await?;
        let stage = self.describe(api).await?;
        let deployed = stage.as_ref().and_then(|stage| stage.deployment_id());
        for old in self.deployments(api).await?.iter().filter(|it| it.id() != deployed) {
            self.delete_deployment(api, old, step).await?;
        }
        Ok(())
    }

    /// It goes before the API does: as long as it is there, the VPC link cannot be deleted, and the
    /// API may have to queue for half a minute.
    async fn remove(&self, known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the stage");
        let api = known.get(API_ID).unwrap_or_default();
        let delete = self.apigateway.delete_stage().rest_api_id(api).stage_name(STAGE);
        match settled(step, "apigateway DeleteStage", || delete.clone().send()).await {
            Err(failure) if failure.is("NotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}

fn replace(path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

/// The VPC link that the stage uses.
fn links(stage: &Description) -> Option<&str> {
    stage.variables()?.get(LINK_VARIABLE).map(String::as_str)
}

fn is_throttled(stage: &Description) -> bool {
    stage.method_settings().and_then(|settings| settings.get("*/*")).is_some_and(|settings| {
        settings.throttling_rate_limit() == RATE && settings.throttling_burst_limit() == BURST
    })
}
