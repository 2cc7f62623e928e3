//! The execution of APIs: a request is routed, admitted, authorised, integrated and answered.

mod authorize;
mod backend;
mod client;
mod exchange;
mod found;
mod headers;
mod mock;
mod received;
mod refusal;
mod requests;
mod responses;
mod routing;
#[cfg(test)]
mod tests;
mod throttle;

use super::{
    ApiGateway,
    gateway_responses::{
        API_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, REQUEST_TOO_LARGE, THROTTLED,
    },
    integrations::MOCK,
};
use crate::service::Answer;
pub(crate) use exchange::ClientRequest;
use exchange::Exchange;
use found::Found;
pub(crate) use received::{Execution, failed};
use refusal::Refusal;
pub(super) use throttle::Buckets;

/// AWS's largest body, both ways.
pub(crate) const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// How a request ended.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) answer: Answer,
    /// Whether it reached the integration.
    pub(crate) is_integrated: bool,
}

impl ApiGateway {
    /// Answers a request for a stage.
    async fn execute(&self, request: &ClientRequest, found: &Found) -> Executed {
        let mut exchange = Exchange::new(request, found);
        let mut is_integrated = false;
        let answer = match self.integrate(&mut exchange, &mut is_integrated).await {
            Ok(mut answer) => {
                headers::set(answer.headers_mut(), "x-amzn-trace-id", &exchange.ids.trace);
                answer
            }
            Err(refusal) => refusal::answer(exchange.clone(), refusal),
        };
        Executed { answer: numbered(answer, &exchange), is_integrated }
    }

    async fn integrate(
        &self,
        exchange: &mut Exchange<'_>,
        is_integrated: &mut bool,
    ) -> Result<Answer, Refusal> {
        if exchange.request.body.len() > LARGEST_BODY {
            return Err(REQUEST_TOO_LARGE.into());
        }
        let found = exchange.found;
        let matched = found.matched.as_ref().ok_or(MISSING_AUTHENTICATION_TOKEN)?;
        if !self.buckets.admit(found, matched) {
            return Err(THROTTLED.into());
        }
        let claims = authorize::authorize(self, exchange, matched).await?;
        exchange.claim(&claims);
        let integration = matched.method.method_integration.as_ref();
        let integration = integration.ok_or(API_CONFIGURATION_ERROR)?;
        *is_integrated = true;
        if integration.kind == MOCK {
            mock::answer(exchange, integration)
        } else {
            backend::answer(self, exchange, integration).await
        }
    }
}

/// Answers with an error of the gateway, in the API's words.
fn refused(request: &ClientRequest, found: &Found, refusal: Refusal) -> Answer {
    let exchange = Exchange::new(request, found);
    numbered(refusal::answer(exchange.clone(), refusal), &exchange)
}

fn numbered(mut answer: Answer, exchange: &Exchange<'_>) -> Answer {
    headers::number(answer.headers_mut(), exchange);
    answer
}
