//! Whose permissions are used: keys from the environment, else those of the task's role.

use aws_config::{
    ecs::EcsCredentialsProvider, environment::EnvironmentVariableCredentialsProvider,
    meta::credentials::CredentialsProviderChain, provider_config::ProviderConfig,
};
use aws_sdk_dynamodb::config::SharedHttpClient;

/// The SDK's own chain would also look for files and query the instance, neither of which a task
/// has.
pub(crate) fn provider(http: &SharedHttpClient) -> CredentialsProviderChain {
    let config = ProviderConfig::without_region().with_http_client(http.clone());
    let environment = EnvironmentVariableCredentialsProvider::new();
    let task = EcsCredentialsProvider::builder().configure(&config).build();
    CredentialsProviderChain::first_try("environment", environment).or_else("task role", task)
}
