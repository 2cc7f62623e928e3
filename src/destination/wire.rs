//! The HTTP client of the AWS SDK, within limits: it reads no answer without end, and does not wait
//! for a local cloud that has ended.

use std::{error::Error, io, iter};

use aws_smithy_http_client::{Builder, tls};
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
use crate::{aws::Unanswered, http};

/// Returns the HTTP client for a place.
pub(super) fn client(place: &Place) -> SharedHttpClient {
    let is_local = matches!(place, Place::Local { .. });
    let inner = if is_local {
        // Without TLS, the system's certificates need not be read.
        Builder::new().build_http()
    } else {
        // `ring` requires nothing but a C compiler and is the smallest TLS option to build.
        Builder::new()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_https()
    };
    SharedHttpClient::new(Client { inner, is_local })
}

#[derive(Debug)]
struct Client {
    inner: SharedHttpClient,
    is_local: bool,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Wire { inner, is_local: self.is_local })
    }
}

#[derive(Debug)]
struct Wire {
    inner: SharedHttpConnector,
    is_local: bool,
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, is_local) = (self.inner.call(request), self.is_local);
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
