//! A client's request and what it is for, as seen by the code that hands it in.

use super::{Executed, exchange::ClientRequest, found::Found, refusal, refused};
use crate::{
    apigateway::{ApiGateway, gateway_responses::THROTTLED},
    place::Place,
    protocol::rest,
    service::{Answer, AwsError, Operation},
    work::Lost,
};

/// A request to be executed.
#[derive(Debug)]
pub(crate) struct Execution {
    request: ClientRequest,
    /// None when there is no such API or stage.
    found: Option<Found>,
}

impl ApiGateway {
    /// Finds what a request of this API is for.
    ///
    /// # Errors
    /// When there is no thread that could look.
    pub(crate) async fn receive(
        &self,
        api: &str,
        request: ClientRequest,
    ) -> Result<Execution, Lost> {
        let (gateway, api) = (self.clone(), api.to_owned());
        // Whoever looks at the state waits while it is written.
        let found = self.turns.run(move || {
            let found = gateway.find(&api, request.method.as_str(), request.uri.path());
            Execution { request, found }
        });
        found.await
    }

    /// Executes a request.
    pub(crate) async fn serve(&self, execution: &Execution) -> Executed {
        match &execution.found {
            Some(found) => self.execute(&execution.request, found).await,
            None => Executed { answer: refusal::forbidden(), is_integrated: false },
        }
    }
}

impl Execution {
    /// Returns the method with the path of the resource, such as `GET /mysfits/{mysfitId}`; the
    /// method alone where there is no resource.
    pub(crate) fn operation(&self) -> Operation {
        let method = &self.request.method;
        let matched = self.found.as_ref().and_then(|found| found.matched.as_ref());
        let name = match matched {
            Some(matched) => format!("{method} {}", matched.resource_path),
            None => method.to_string(),
        };
        Operation { name, mutating: !method.is_safe() }
    }

    /// Returns where its API is.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.found.as_ref().map(|found| &found.place)
    }

    /// Returns the answer of a throttled stage.
    pub(crate) fn throttled(&self) -> Answer {
        match &self.found {
            Some(found) => refused(&self.request, found, THROTTLED.into()),
            None => refusal::forbidden(),
        }
    }
}

/// Answers with an error of the service itself, for the fault rules.
pub(crate) fn failed(error: &AwsError) -> Answer {
    rest::refuse(error)
}
