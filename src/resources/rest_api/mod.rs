//! The REST API: its paths, who may call them, and their integrations. The stage publishes it.

mod by_hand;
mod checks;
mod compare;
pub(super) mod definition;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_apigateway::{
    Client,
    primitives::{Blob, DateTime},
    types::{ApiStatus, EndpointConfiguration, EndpointType, PutMode, RestApi as Description},
};

use self::{compare::Api, definition::Definition};
use super::{
    duplicates::Candidates,
    integration::Chosen,
    log_group::by_a_service,
    stage::STAGE,
    words::{found, name_in, unless_any},
};
use crate::{
    aws::{
        Failure, call,
        operations::{apigateway as op, logs},
    },
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, LeftBehind, Purpose, Resource, Seen, Setting, Step},
    error::Result,
    lab::{ArnPattern, LAB_TAG, Names, Owner, Values, files::API, placeholders::API_ID},
};

/// API Gateway's maximum page size.
pub(super) const PAGE: i32 = 500;
/// AWS's code for a missing API.
pub(super) const GONE: &str = "NotFoundException";

/// The REST API.
pub(super) struct RestApi {
    about: About,
    apigateway: Lazy<Client>,
    logs: Lazy<aws_sdk_cloudwatchlogs::Client>,
    names: Names,
    integration: Arc<Chosen>,
}

impl RestApi {
    /// Creates the REST API resource of a lab.
    pub(super) fn new(destination: &Destination, names: &Names, integration: &Arc<Chosen>) -> Self {
        Self {
            about: About {
                id: Id("rest-api"),
                title: format!("REST API `{}`", names.api),
                why: "The API lets everybody look, and only signed-in visitors like and adopt.",
                today: Some(
                    "one would often take an HTTP API with a JWT authorizer: cheaper and simpler, if nothing of a REST API's own is needed.",
                ),
                produces: vec![API_ID],
                templates: &[&API],
                may_be_duplicated: true,
                owner_is_certain: true,
                arn: Some(ArnPattern::api_gateway(&names.lab, "/restapis/*")),
                operations: &[
                    &op::GET_REST_APIS,
                    &op::GET_REST_API,
                    &op::GET_RESOURCES,
                    &op::GET_AUTHORIZERS,
                    &op::GET_GATEWAY_RESPONSES,
                    &op::TAG_RESOURCE,
                    &op::CREATE_REST_API,
                    &op::PUT_REST_API,
                    &op::DELETE_REST_API,
                    &logs::DESCRIBE_LOG_GROUPS,
                ],
                // Calls cost 3.50 a million; the API itself nothing.
                // AWS deletes one API every 30 seconds in an account: a class has to queue.
                deadline: Duration::from_mins(30),
                checks: &checks::CHECKS,
                ..About::default()
            },
            apigateway: destination.client(),
            logs: destination.client(),
            names: names.clone(),
            integration: integration.clone(),
        }
    }

    /// Returns the content of an API.
    async fn look_into(&self, id: &str) -> Result<Api, Failure> {
        let list = self.apigateway.get_resources().rest_api_id(id).limit(PAGE).embed("methods");
        let resources = call(&op::GET_RESOURCES, list.send()).await?;
        let list = self.apigateway.get_authorizers().rest_api_id(id).limit(PAGE);
        let authorizers = call(&op::GET_AUTHORIZERS, list.send()).await?;
        let list = self.apigateway.get_gateway_responses().rest_api_id(id).limit(PAGE);
        let responses = call(&op::GET_GATEWAY_RESPONSES, list.send()).await?;
        Ok(Api {
            resources: resources.items.unwrap_or_default(),
            authorizers: authorizers.items.unwrap_or_default(),
            gateway_responses: responses.items.unwrap_or_default(),
        })
    }

    /// Creates an empty API. The definition is imported in a second step: `ImportRestApi` does both
    /// at once, but accepts no tags, and creates a second API when it is repeated.
    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the API");
        let regional = EndpointConfiguration::builder().types(EndpointType::Regional).build();
        let create = self
            .apigateway
            .create_rest_api()
            .name(&self.names.api)
            .endpoint_configuration(regional)
            .tags(LAB_TAG, &self.names.lab.name);
        step.settled(&op::CREATE_REST_API, || create.clone().send()).await?;
        Ok(())
    }

    async fn tag(&self, id: &str) -> Result<()> {
        let arn = ArnPattern::api_gateway(&self.names.lab, &format!("/restapis/{id}")).own();
        let tag = self.apigateway.tag_resource().resource_arn(arn);
        unless_any(
            call(&op::TAG_RESOURCE, tag.tags(LAB_TAG, &self.names.lab.name).send()).await,
            &[GONE],
        )
    }

    async fn import(&self, id: &str, definition: &Definition, step: &Step<'_>) -> Result<()> {
        step.status(format!("importing {}", API.path));
        let put = self
            .apigateway
            .put_rest_api()
            .rest_api_id(id)
            .mode(PutMode::Overwrite)
            .fail_on_warnings(true)
            .body(Blob::new(definition.text().as_bytes()));
        // Another run may have deleted it as a duplicate. The next look finds the one that stays.
        unless_any(step.settled(&op::PUT_REST_API, || put.clone().send()).await, &[GONE])
    }

    async fn delete(&self, api: &Description, step: &Step<'_>) -> Result<()> {
        let id = api.id().unwrap_or_default();
        let deleted = step
            .settled(&op::DELETE_REST_API, || {
                self.apigateway.delete_rest_api().rest_api_id(id).send()
            })
            .await;
        unless_any(deleted, &[GONE])
    }
}

#[async_trait]
impl Resource for RestApi {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
        let apis = candidates(&self.apigateway, &self.names).await?;
        let Some((api, owner)) = apis.first() else { return Ok(Seen::absent()) };
        let id = api.id().unwrap_or_default();
        let values = Values::of([(API_ID, id)]);
        if let Some(status) = settling(api) {
            return Ok(Seen { values, ..Seen::settling(owner, status) });
        }
        let mut settings = vec![Setting::tag(&self.names.lab.name, &owner)];
        if let Some(missing) = API.missing(known)? {
            settings.push(Setting::uncompared(API.path, missing));
        } else {
            // It may be deleted while it is being read.
            let Some(actual) = found(self.look_into(id).await, &[GONE])? else {
                return Ok(Seen::absent());
            };
            let integration = self.integration.get(purpose).await?;
            let expected = Definition::of(known, &self.names, integration)?;
            settings.extend(compare::settings(&expected, &actual));
        }
        Ok(Seen::there(owner, values, settings).with_duplicates(apis.duplicates()))
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let Some(id) = name_in(&self.about, arn) else { return Ok(false) };
        let get = self.apigateway.get_rest_api().rest_api_id(id);
        Ok(found(call(&op::GET_REST_API, get.send()).await, &[GONE])?.is_some())
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let apis = candidates(&self.apigateway, &self.names).await?;
        let apis = apis.changeable(step);
        let Some((api, duplicates)) = apis.split_first() else { return self.create(step).await };
        for duplicate in duplicates {
            step.status("deleting a second API of the same name");
            self.delete(duplicate, step).await?;
        }
        let id = api.id().unwrap_or_default();
        if seen.owner != Owner::Ours {
            self.tag(id).await?;
        }
        let integration = self.integration.get(Purpose::Deploy).await?;
        self.import(id, &Definition::of(known, &self.names, integration)?, step).await
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the API; AWS deletes one every 30 seconds");
        for api in candidates(&self.apigateway, &self.names).await?.changeable(step) {
            self.delete(api, step).await?;
        }
        Ok(())
    }

    /// Where somebody has turned on the logs of the stage, API Gateway has created a group for them.
    /// The id of the API is the only thing that says whose it was.
    async fn left_behind(&self, known: &Values) -> Result<Vec<LeftBehind>> {
        let Some(id) = known.get(API_ID) else { return Ok(Vec::new()) };
        let name = format!("API-Gateway-Execution-Logs_{id}/{STAGE}");
        let why = format!("API Gateway created it for the lab's API `{id}`");
        Ok(by_a_service(&self.logs, &name, &why).await?.into_iter().collect())
    }
}

/// Returns the APIs with the lab's name, oldest first.
///
/// # Errors
/// When they cannot be listed.
pub(super) async fn candidates(
    apigateway: &Client,
    names: &Names,
) -> Result<Candidates<Description>> {
    let mut apis = Vec::new();
    let mut list = apigateway.get_rest_apis().limit(PAGE);
    loop {
        let page = call(&op::GET_REST_APIS, list.clone().send()).await?;
        let is_it = |api: &Description| match &names.api_id {
            Some(id) => api.id() == Some(id),
            None => api.name() == Some(&names.api),
        };
        apis.extend(page.items.unwrap_or_default().into_iter().filter(is_it));
        let Some(next) = page.position else { break };
        list = list.position(next);
    }
    apis.sort_by_key(|api| (api.created_date().map(DateTime::as_nanos), api.id.clone()));
    Ok(Candidates::of(apis, Description::tags, &names.lab.name))
}

/// Returns AWS's status of an API that accepts no change now. Older responses have none.
fn settling(api: &Description) -> Option<String> {
    api.api_status().filter(|it| **it == ApiStatus::Updating).map(|it| it.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_that_is_being_changed_is_waited_for() {
        let said = |status| settling(&Description::builder().api_status(status).build());
        assert_eq!(said(ApiStatus::Updating).as_deref(), Some("UPDATING"));
        assert_eq!(said(ApiStatus::Available), None);
        assert_eq!(settling(&Description::builder().build()), None);
    }
}
