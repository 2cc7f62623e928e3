//! A network for tests: every request is kept, and answered from a list.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_sts::config::{AsyncSleep, Sleep};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;

use super::{Access, Client, Guard};

/// A network that gives these answers, the last one to every further request. Status 0 is a lost
/// answer.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    answers: Arc<Mutex<Vec<(u16, &'static str)>>>,
    /// `METHOD URI`, the headers that matter, and the body.
    requests: Arc<Mutex<Vec<String>>>,
}

impl Network {
    /// Creates it.
    pub(crate) fn new(answers: &[(u16, &'static str)]) -> Self {
        let answers = answers.iter().rev().copied().collect();
        Self { answers: Arc::new(Mutex::new(answers)), requests: Arc::default() }
    }

    /// Returns a configuration for it, of somebody who has credentials, in eu-west-1.
    pub(crate) fn config(&self) -> aws_config::SdkConfig {
        let credentials =
            Credentials::new("AKIATEST", "secret", Some("token".to_owned()), None, "test");
        aws_config::SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .http_client(self.clone())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(3)
                    .with_initial_backoff(Duration::from_millis(1)),
            )
            .sleep_impl(sleep())
            .build()
    }

    /// Returns a client that only reads.
    pub(crate) fn client<C: Client>(&self) -> C {
        C::guarded(&self.config(), Guard { access: Access::Read })
    }

    /// Returns the requests: method, URI, what the signature is for, the account in the header, body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// The sleep of the SDK, of its default configuration.
fn sleep() -> impl AsyncSleep + 'static {
    #[derive(Debug)]
    struct Tokio;
    impl AsyncSleep for Tokio {
        fn sleep(&self, duration: Duration) -> Sleep {
            Sleep::new(tokio::time::sleep(duration))
        }
    }
    Tokio
}

impl HttpConnector for Network {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let header = |name| request.headers().get(name).unwrap_or_default();
        let scope = header("authorization").split(['=', ',']).nth(1).unwrap_or_default();
        let scope: Vec<_> = scope.split('/').skip(2).collect();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap()).into_owned();
        self.requests.lock().unwrap().push(format!(
            "{} {} [{}] {}{body}",
            request.method(),
            request.uri(),
            scope.join(" "),
            header("x-amz-account-id"),
        ));
        let mut answers = self.answers.lock().unwrap();
        let (status, body) = if answers.len() > 1 { answers.pop().unwrap() } else { answers[0] };
        HttpConnectorFuture::ready(if status == 0 {
            Err(ConnectorError::io("the connection was closed".into()))
        } else {
            Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body)))
        })
    }
}

impl HttpClient for Network {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
