//! The HTTP client of the AWS SDK, within limits: it reads no answer without end, and does not wait
//! for a local cloud that has ended.

use std::{error::Error, io, iter, sync::Arc};

use ::http::uri::InvalidUri;
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;

use super::Place;
use crate::{
    aws::Unanswered,
    http::{self, Network, Way},
};

/// Returns the HTTP client for a place.
pub(super) fn client(place: &Place, network: &Network) -> SharedHttpClient {
    let is_local = matches!(place, Place::Local { .. });
    let clients = Way::ALL.map(|way| {
        let network = network.clone();
        // Each connector is made when it is needed, and kept.
        Builder::new().build_with_connector_fn(move |settings, components| {
            network.connector(way, settings, components)
        })
    });
    SharedHttpClient::new(Client { network: network.clone(), clients: Arc::new(clients), is_local })
}

#[derive(Clone, Debug)]
struct Client {
    network: Network,
    /// One for each way.
    clients: Arc<[SharedHttpClient; Way::ALL.len()]>,
    is_local: bool,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let (settings, components) = (settings.clone(), components.clone());
        SharedHttpConnector::new(Wire { client: self.clone(), settings, components })
    }
}

#[derive(Debug)]
struct Wire {
    client: Client,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl Wire {
    /// Sends a request on the way that leads to its address.
    fn send(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Client { network, clients, .. } = &self.client;
        let way = match request.uri().parse() {
            Ok(uri) => network.way(&uri),
            Err(error) => {
                let error: InvalidUri = error;
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        clients[way.index()].http_connector(&self.settings, &self.components).call(request)
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, is_local) = (self.send(request), self.client.is_local);
        HttpConnectorFuture::new(async move {
            match answer.await {
                Ok(answer) => whole(answer).await,
                // AWS's endpoints refuse connections for moments; this one does when it has ended.
                Err(error) if is_local && is_refused(&error) => {
                    Err(given_up(Unanswered::LocalCloudEnded))
                }
                Err(error) => Err(error),
            }
        })
    }
}

/// Reads an answer to its end. The SDK would do so without a limit.
async fn whole(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    match http::read(body, http::LARGEST).await {
        Ok(body) => {
            *answer.body_mut() = SdkBody::from(body);
            Ok(answer)
        }
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(given_up(Unanswered::TooLarge { largest: http::LARGEST }))
        }
        Err(error) => Err(ConnectorError::io(error.into())),
    }
}

/// Returns an error after which the SDK does not try again.
fn given_up(why: Unanswered) -> ConnectorError {
    ConnectorError::user(why.into())
}

fn is_refused(error: &ConnectorError) -> bool {
    let causes = iter::successors(Some(error as &(dyn Error + 'static)), |&error| error.source());
    let mut causes = causes.filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
