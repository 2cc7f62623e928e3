//! How the API reaches the load balancer, as chosen or as the API stands. It decides what the VPC
//! link, the API and the stage have to be, so it is read once a command.

use aws_sdk_apigateway::{
    Client,
    types::{ConnectionType, Integration as Standing, IntegrationType},
};
use tokio::sync::OnceCell;

use super::{rest_api, words::found};
use crate::{
    aws::{Operation, call, operations::apigateway as op},
    destination::{Destination, Lazy},
    engine::Purpose,
    error::Result,
    lab::{Integration, Names},
};

/// The operations that a look at the API needs. Whoever asks for the integration declares them.
pub(super) const LOOKS: [&Operation; 2] = [&op::GET_REST_APIS, &op::GET_RESOURCES];

/// The integration of a lab's API.
pub(super) struct Chosen {
    choice: Option<Integration>,
    standing: OnceCell<Integration>,
    apigateway: Lazy<Client>,
    names: Names,
}

impl Chosen {
    /// Creates it from the user's choice, if there is one.
    pub(super) fn new(
        destination: &Destination,
        names: &Names,
        choice: Option<Integration>,
    ) -> Self {
        let (apigateway, names) = (destination.client(), names.clone());
        Self { choice, standing: OnceCell::new(), apigateway, names }
    }

    /// Returns it. For a cleanup it makes no difference, so that nothing is read.
    ///
    /// # Errors
    /// When none is chosen, and the API cannot be looked at.
    pub(super) async fn get(&self, purpose: Purpose) -> Result<Integration> {
        match self.choice {
            Some(choice) => Ok(choice),
            None if purpose == Purpose::Cleanup => Ok(Integration::default()),
            None => self.standing.get_or_try_init(|| self.read()).await.copied(),
        }
    }

    /// Returns it as far as it is known without asking: the lab's own if nothing has been read yet.
    pub(super) fn known(&self) -> Integration {
        self.choice.or_else(|| self.standing.get().copied()).unwrap_or_default()
    }

    /// Returns that of the standing API; the lab's own if there is no API, or nothing in it yet.
    async fn read(&self) -> Result<Integration> {
        let apis = rest_api::candidates(&self.apigateway, &self.names).await?;
        let Some((api, _)) = apis.first() else { return Ok(Integration::default()) };
        let list = self.apigateway.get_resources().rest_api_id(api.id().unwrap_or_default());
        let list = list.limit(rest_api::PAGE).embed("methods");
        let answer = found(call(&op::GET_RESOURCES, list.send()).await, &[rest_api::GONE])?;
        let resources = answer.and_then(|it| it.items).unwrap_or_default();
        let methods = resources.iter().filter_map(|it| it.resource_methods()).flatten();
        let mut integrations = methods.filter_map(|(_, method)| method.method_integration());
        Ok(if integrations.any(is_over_the_internet) {
            Integration::Internet
        } else {
            Integration::VpcLink
        })
    }
}

fn is_over_the_internet(integration: &Standing) -> bool {
    integration.r#type() == Some(&IntegrationType::HttpProxy)
        && integration.connection_type() == Some(&ConnectionType::Internet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mocks_are_no_way_to_the_load_balancer() {
        let of = |kind, connection| {
            let integration = Standing::builder().r#type(kind).connection_type(connection);
            is_over_the_internet(&integration.build())
        };
        assert!(of(IntegrationType::HttpProxy, ConnectionType::Internet));
        assert!(!of(IntegrationType::HttpProxy, ConnectionType::VpcLink));
        assert!(!of(IntegrationType::Mock, ConnectionType::Internet));
    }
}
