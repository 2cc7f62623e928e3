//! The HTTP client of the AWS SDK, within limits: it sends only so many requests at once, reads no
//! answer without end, and does not wait for a local cloud that has ended.

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
use tokio::sync::Semaphore;

use super::Place;
use crate::{
    aws::Unanswered,
    http::{self, Network, Way},
};

/// How many requests are sent at once, by all labs of a process: each has a connection, which stays
/// open for the next one. A process may usually have 1,024 files open, and the local cloud serves 900
/// connections. A class at work in fifty accounts has some ten for each, more than a lab needs in the
/// mean.
const AT_ONCE: usize = 512;

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
    SharedHttpClient::new(Client {
        network: network.clone(),
        clients: Arc::new(clients),
        turns: Arc::new(Semaphore::new(AT_ONCE)),
        is_local,
    })
}

#[derive(Clone, Debug)]
struct Client {
    network: Network,
    /// One for each way.
    clients: Arc<[SharedHttpClient; Way::ALL.len()]>,
    turns: Arc<Semaphore>,
    is_local: bool,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let (settings, components) = (settings.clone(), components.clone());
        SharedHttpConnector::new(Wire(Arc::new(Sender {
            client: self.clone(),
            settings,
            components,
        })))
    }
}

#[derive(Debug)]
struct Wire(Arc<Sender>);

#[derive(Debug)]
struct Sender {
    client: Client,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl Sender {
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
        let sender = self.0.clone();
        HttpConnectorFuture::new(async move {
            // Until the answer has been read. The semaphore is never closed, which is the only error.
            let _turn = sender.client.turns.acquire().await.ok();
            match sender.send(request).await {
                Ok(answer) => whole(answer).await,
                // AWS's endpoints refuse connections for moments; this one does when it has ended.
                Err(error) if sender.client.is_local && is_refused(&error) => {
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

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, task::Poll};

    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
    use tokio::sync::oneshot;

    use super::*;

    /// Answers a request when that is wanted.
    #[derive(Clone, Debug, Default)]
    struct Held(Arc<Mutex<Vec<oneshot::Sender<()>>>>);

    impl HttpConnector for Held {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let (sender, answered) = oneshot::channel();
            self.0.lock().unwrap().push(sender);
            HttpConnectorFuture::new(async {
                let _ = answered.await;
                Err(ConnectorError::user("no answer".into()))
            })
        }
    }

    impl HttpClient for Held {
        fn http_connector(
            &self,
            _: &HttpConnectorSettings,
            _: &RuntimeComponents,
        ) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    #[tokio::test]
    async fn only_so_many_requests_are_sent_at_once() {
        let held = Held::default();
        let client = Client {
            network: Network::default(),
            clients: Arc::new(Way::ALL.map(|_| SharedHttpClient::new(held.clone()))),
            turns: Arc::new(Semaphore::new(2)),
            is_local: false,
        };
        let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
        let settings = HttpConnectorSettings::builder().build();
        let connector = client.http_connector(&settings, &components);
        let mut calls: Vec<_> = (0..3)
            .map(|_| Box::pin(connector.call(HttpRequest::get("https://a.example").unwrap())))
            .collect();
        let sent = || held.0.lock().unwrap().len();
        for call in &mut calls {
            assert!(matches!(futures::poll!(call), Poll::Pending));
        }
        assert_eq!(sent(), 2);
        drop(held.0.lock().unwrap().remove(0));
        assert!(futures::poll!(&mut calls[0]).is_ready());
        assert!(matches!(futures::poll!(&mut calls[2]), Poll::Pending));
        assert_eq!(sent(), 2, "the third takes the turn of the first");
    }
}
