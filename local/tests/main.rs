//! The local cloud as its clients see it: over HTTP, each test with a cloud, port and folder of its
//! own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that fails, fails its test"
)]

mod account;
mod apigateway;
mod client;
mod cloud;
mod cognito;
mod control;
mod damaged;
mod dynamodb;
mod faults;
mod first_looks;
mod holds;
mod hostile;
mod lab;
#[cfg(target_os = "linux")]
mod launched;
mod older_state;
mod opening;
mod origin;
mod registry;
mod s3;
mod server;
mod sts;
#[cfg(unix)]
mod stuck;
#[cfg(target_os = "linux")]
mod tasks;
mod users;
mod website;
