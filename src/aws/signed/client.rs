//! Sends requests, with what the SDK's own clients are made of.

use aws_config::SdkConfig;
use aws_runtime::{
    auth::{SigV4OperationSigningConfig, SigningOptions, sigv4},
    invocation_id::InvocationIdInterceptor,
    request_info::RequestInfoInterceptor,
    retries::classifiers::AwsErrorCodeClassifier,
    service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor},
    user_agent::{ApiMetadata, UserAgentInterceptor},
};
use aws_smithy_runtime::client::{
    auth::no_auth::{NO_AUTH_SCHEME_ID, NoAuthScheme},
    identity::no_auth::NoAuthIdentityResolver,
    orchestrator::{AuthSchemeAndEndpointOrchestrationV2, operation},
    retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        auth::{
            AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
            static_resolver::StaticAuthSchemeOptionResolver,
        },
        endpoint::EndpointResolverParams,
        interceptors::{
            Intercept, SharedInterceptor, context::BeforeSerializationInterceptorContextRef,
            dyn_dispatch_hint,
        },
        orchestrator::{HttpResponse, OrchestratorError},
        runtime_components::RuntimeComponentsBuilder,
        runtime_plugin::StaticRuntimePlugin,
    },
};
use aws_smithy_types::{
    config_bag::{ConfigBag, FrozenLayer, Layer},
    retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_types::service_config::ServiceConfigKey;

use super::{Api, Input, Node, Protocol, Refused, json, xml};
use crate::aws::{Failure, Guard, Operation, call};

/// A list that has more pages than this does not end. Organizations has 20 accounts on a page, and a
/// campus has thousands.
const MOST_PAGES: usize = 1000;

/// The client of a service without an SDK.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    api: &'static Api,
    config: SdkConfig,
    guard: Guard,
    /// Signs in AWS's time once it is known.
    clock: SharedInterceptor,
}

impl Signed {
    /// Creates a client with the endpoint, credentials, HTTP client, retries and timeouts of a
    /// configuration.
    pub(crate) fn new(api: &'static Api, config: &SdkConfig, guard: Guard) -> Self {
        let clock = SharedInterceptor::permanent(ServiceClockSkewInterceptor::new());
        Self { api, config: config.clone(), guard, clock }
    }

    /// Makes a call, and returns its answer.
    pub(crate) async fn send(
        &self,
        operation: &'static Operation,
        input: Input,
    ) -> Result<Node, Failure> {
        let built = self.operation(operation, &input);
        call(operation, async move { built.invoke(input).await }).await
    }

    /// Reads a list to its end, and returns the entries of all pages.
    pub(crate) async fn list(
        &self,
        operation: &'static Operation,
        input: Input,
        name: &str,
    ) -> Result<Vec<Node>, Failure> {
        let (mut all, mut page) = (Vec::new(), input.clone());
        let (given, sent) = self.api.protocol.tokens();
        for _ in 0..MOST_PAGES {
            let answer = self.send(operation, page).await?;
            all.extend(answer.list(name).cloned());
            match answer.text(given).filter(|token| !token.is_empty()) {
                Some(token) => page = input.clone().with(sent, token),
                None => return Ok(all),
            }
        }
        Err(Failure::of_item(operation, "EndlessList", "the list does not end"))
    }

    fn operation(
        &self,
        operation: &'static Operation,
        input: &Input,
    ) -> operation::Operation<Input, Node, Refused> {
        let (config, protocol) = (&self.config, self.api.protocol);
        let mut builder = operation::Operation::builder()
            .service_name(self.api.service.sdk)
            .operation_name(operation.name)
            .endpoint_url(&self.endpoint(input))
            .standard_retry(&config.retry_config().cloned().unwrap_or_else(RetryConfig::disabled))
            .timeout_config(
                config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled),
            )
            .with_connection_poisoning()
            .interceptor(self.guard)
            .interceptor(OneEndpoint)
            .interceptor(RequestInfoInterceptor::new())
            .interceptor(UserAgentInterceptor::new())
            .interceptor(InvocationIdInterceptor::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<Refused>::new())
            .retry_classifier(AwsErrorCodeClassifier::<Refused>::new())
            .retry_classifier(ServiceClockSkewClassifier::<Refused>::new())
            .runtime_plugin(self.signing());
        if let Some(version) = config.behavior_version() {
            builder = builder.behavior_version(version);
        }
        if let Some(client) = config.http_client() {
            builder = builder.http_client(client);
        }
        if let Some(sleep) = config.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(time) = config.time_source() {
            builder = builder.time_source(time);
        }
        builder
            .serializer(move |input: Input| input.request(protocol, operation.name))
            .deserializer(move |answer| read(protocol, answer))
            .build()
    }

    /// Returns the endpoint as the SDK's clients choose theirs: what this program was told, what the
    /// environment or the profile says about the service, what they say about all, AWS's own.
    fn endpoint(&self, input: &Input) -> String {
        let config = &self.config;
        let all = || config.endpoint_url().map(str::to_owned);
        let own = || {
            let key = ServiceConfigKey::builder()
                .service_id(self.api.service.sdk)
                .env("AWS_ENDPOINT_URL")
                .profile("endpoint_url")
                .build();
            config.service_config()?.load_config(key.ok()?)
        };
        let chosen = if config.get_origin("endpoint_url").is_client_config() {
            all()
        } else {
            own().or_else(all)
        };
        let region = config.region().map(AsRef::as_ref).unwrap_or_default();
        chosen.unwrap_or_else(|| {
            let host = self.api.host.replace("REGION", region);
            format!("https://{}", host.replace("ACCOUNT", input.account().unwrap_or_default()))
        })
    }

    /// Returns what makes the SDK sign with `SigV4`, or not sign at all.
    fn signing(&self) -> StaticRuntimePlugin {
        if let Protocol::Bearer { .. } = self.api.protocol {
            return self.unsigned();
        }
        let mut components = RuntimeComponentsBuilder::new("mysfits signing");
        components.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
            StaticAuthSchemeOptionResolver::new(vec![sigv4::SCHEME_ID]),
        )));
        components.push_auth_scheme(SharedAuthScheme::new(sigv4::SigV4AuthScheme::new()));
        components.push_interceptor(self.clock.clone());
        if let Some(credentials) = self.config.credentials_provider() {
            components.set_identity_resolver(sigv4::SCHEME_ID, credentials);
        }
        if let Some(cache) = self.config.identity_cache() {
            components.set_identity_cache(Some(cache));
        }
        StaticRuntimePlugin::new().with_config(self.settings()).with_runtime_components(components)
    }

    /// Returns what makes the SDK send a request without asking for credentials.
    fn unsigned(&self) -> StaticRuntimePlugin {
        let mut components = RuntimeComponentsBuilder::new("mysfits without signing");
        components.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
            StaticAuthSchemeOptionResolver::new(vec![NO_AUTH_SCHEME_ID]),
        )));
        components.push_auth_scheme(SharedAuthScheme::new(NoAuthScheme::new()));
        components.set_identity_resolver(NO_AUTH_SCHEME_ID, NoAuthIdentityResolver::new());
        let mut settings = Layer::new("mysfits without signing");
        settings.store_put(AuthSchemeAndEndpointOrchestrationV2);
        settings.store_put(AuthSchemeOptionResolverParams::new(()));
        settings.store_put(ApiMetadata::new(self.api.signs, env!("CARGO_PKG_VERSION")));
        StaticRuntimePlugin::new()
            .with_config(settings.freeze())
            .with_runtime_components(components)
    }

    fn settings(&self) -> FrozenLayer {
        let mut options = SigningOptions::default();
        // S3 wants it.
        options.content_sha256_header = self.api.protocol == Protocol::RestXml;
        let region = match self.api.signs_in {
            Some(region) => Some(region.into()),
            None => self.config.region().cloned().map(Into::into),
        };
        let mut settings = Layer::new("mysfits signing");
        settings.store_put(AuthSchemeAndEndpointOrchestrationV2);
        settings.store_put(AuthSchemeOptionResolverParams::new(()));
        settings.store_put(ApiMetadata::new(self.api.signs, env!("CARGO_PKG_VERSION")));
        settings.store_put(SigV4OperationSigningConfig {
            region,
            region_set: None,
            name: Some(self.api.signs.into()),
            signing_options: options,
        });
        settings.freeze()
    }
}

/// Tells the resolver of endpoints that there is nothing to choose by: the endpoint is given.
#[derive(Debug)]
struct OneEndpoint;

#[dyn_dispatch_hint]
impl Intercept for OneEndpoint {
    fn name(&self) -> &'static str {
        "mysfits endpoint"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(EndpointResolverParams::new(()));
        Ok(())
    }
}

/// Reads an answer.
fn read(protocol: Protocol, answer: &HttpResponse) -> Result<Node, OrchestratorError<Refused>> {
    // The HTTP client has read it to its end, within its limit.
    let body = answer.body().bytes().unwrap_or_default();
    if !answer.status().is_success() {
        let refused = Refused::read(protocol, answer.headers(), body);
        return Err(OrchestratorError::operation(refused));
    }
    let node = match protocol {
        Protocol::Ec2Query { .. } | Protocol::RestXml => xml::read(body),
        Protocol::Json { .. } | Protocol::Bearer { .. } => json::read(body),
    };
    node.ok_or_else(|| OrchestratorError::response("the answer is malformed".into()))
}

#[cfg(test)]
mod tests;
