//! The REST API: its paths, who may call them, and where they lead. What of it the world sees is the
//! stage's business.

mod compare;
pub(super) mod definition;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_apigateway::{
    Client,
    primitives::{Blob, DateTime},
    types::{ApiStatus, EndpointConfiguration, EndpointType, PutMode, RestApi as Description},
};

use self::{compare::Api, definition::Definition};
use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{LAB_TAG, Names, files, placeholders::API_ID},
    resources::{namesakes::Namesakes, ownership},
    target::Target,
};

/// How many things API Gateway lists at once, at most.
const PAGE: i32 = 500;

/// The REST API.
pub(super) struct RestApi {
    about: About,
    apigateway: Client,
    /// The first half of its ARN, which ends with its id.
    arn: String,
    names: Names,
    adopt: bool,
}

impl RestApi {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Result<Self> {
        Ok(Self {
            about: About {
                id: Id("rest-api"),
                title: format!("REST API `{}`", names.api),
                why: "The API lets everybody look, and only who signed in like and adopt.",
                produces: vec![API_ID],
                consumes: files::API.placeholders()?,
                ours: ownership::by_tag(&names.lab),
                // Calls cost 3.50 a million; the API itself nothing.
                // AWS deletes one API every 30 seconds in an account: a class has to queue.
                deadline: Duration::from_mins(30),
                ..About::default()
            },
            apigateway: target.apigateway(),
            arn: format!("arn:aws:apigateway:{}::/restapis/", target.region),
            names: names.clone(),
            adopt,
        })
    }

    /// The APIs of the lab's name, the oldest first.
    async fn namesakes(&self) -> Result<Namesakes<Description>> {
        let mut apis = Vec::new();
        let mut list = self.apigateway.get_rest_apis().limit(PAGE);
        loop {
            let page = call("apigateway GetRestApis", list.clone().send()).await?;
            let ours = |api: &Description| api.name() == Some(&self.names.api);
            apis.extend(page.items.unwrap_or_default().into_iter().filter(ours));
            let Some(next) = page.position else { break };
            list = list.position(next);
        }
        apis.sort_by_key(|api| (api.created_date().map(DateTime::as_nanos), api.id.clone()));
        Ok(Namesakes::of(apis, Description::tags, &self.names.lab, self.adopt))
    }

    /// What stands in an API; `None` when it was deleted meanwhile.
    async fn look_into(&self, id: &str) -> Result<Option<Api>> {
        let list = self.apigateway.get_resources().rest_api_id(id).limit(PAGE).embed("methods");
        let resources = match call("apigateway GetResources", list.send()).await {
            Err(failure) if failure.is("NotFoundException") => return Ok(None),
            other => other?.items.unwrap_or_default(),
        };
        let list = self.apigateway.get_authorizers().rest_api_id(id).limit(PAGE);
        let authorizers = call("apigateway GetAuthorizers", list.send()).await?;
        let list = self.apigateway.get_gateway_responses().rest_api_id(id).limit(PAGE);
        let responses = call("apigateway GetGatewayResponses", list.send()).await?;
        Ok(Some(Api {
            resources,
            authorizers: authorizers.items.unwrap_or_default(),
            gateway_responses: responses.items.unwrap_or_default(),
        }))
    }

    /// Its definition is imported in a step of its own: `ImportRestApi` does both at once, but takes
    /// no tags, and makes a second API when it is repeated.
    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the API");
        let regional = EndpointConfiguration::builder().types(EndpointType::Regional).build();
        let create = self
            .apigateway
            .create_rest_api()
            .name(&self.names.api)
            .endpoint_configuration(regional)
            .tags(LAB_TAG, &self.names.lab);
        settled(step, "apigateway CreateRestApi", || create.clone().send()).await?;
        Ok(())
    }

    async fn import(&self, id: &str, definition: &Definition, step: &Step<'_>) -> Result<()> {
        step.status(format!("importing {}", files::API.path));
        let put = self
            .apigateway
            .put_rest_api()
            .rest_api_id(id)
            .mode(PutMode::Overwrite)
            .fail_on_warnings(true)
            .body(Blob::new(definition.text()));
        settled(step, "apigateway PutRestApi", || put.clone().send()).await?;
        Ok(())
    }

    async fn delete(&self, id: &str, step: &Step<'_>) -> Result<()> {
        let deleted = settled(step, "apigateway DeleteRestApi", || {
            self.apigateway.delete_rest_api().rest_api_id(id).send()
        })
        .await;
        match deleted {
            Err(failure) if failure.is("NotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}

#[async_trait]
impl Resource for RestApi {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let apis = self.namesakes().await?;
        if let Some(why) = apis.foreign() {
            return Ok(Seen::Foreign { why: why.to_owned() });
        }
        let Some(api) = apis.first() else { return Ok(Seen::Absent) };
        if let Some(status) = settling(api) {
            return Ok(Seen::Settling { status });
        }
        let id = api.id().unwrap_or_default();
        let mut differences = apis.differences();
        match Definition::of(known, &self.names)? {
            Some(wanted) => {
                let Some(standing) = self.look_into(id).await? else { return Ok(Seen::Absent) };
                differences.extend(compare::differences(&wanted, &standing));
            }
            None => differences.push("what it is made of is not all there".to_owned()),
        }
        let values = Values::of([(API_ID, id)]);
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let apis = self.namesakes().await?;
        let Some(api) = apis.first() else { return self.create(step).await };
        for twin in apis.twins() {
            step.status("deleting a second API of the same name");
            self.delete(twin.id().unwrap_or_default(), step).await?;
        }
        let id = api.id().unwrap_or_default();
        if self.adopt {
            let arn = format!("{}{id}", self.arn);
            let tag = self.apigateway.tag_resource().resource_arn(arn);
            let tag = tag.tags(LAB_TAG, &self.names.lab);
            call("apigateway TagResource", tag.send()).await?;
        }
        let Some(wanted) = Definition::of(known, &self.names)? else {
            let message = format!("not all values of {} are known", files::API.path);
            return Err(Error::new(Code::Lab, message));
        };
        self.import(id, &wanted, step).await
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the API; AWS deletes one every 30 seconds");
        for api in self.namesakes().await?.ours() {
            self.delete(api.id().unwrap_or_default(), step).await?;
        }
        Ok(())
    }
}

/// AWS's word for the state of an API that takes no change now. Older answers have none.
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
