//! What comes before the services: the port, the origin guard, the routes, and the pipeline that
//! every call passes. Services do not depend on it.

mod apis;
mod authorize;
mod chunked;
mod cloud;
mod cognito;
mod control;
mod dispatch;
mod listeners;
mod origin;
mod patience;
mod peer;
#[cfg(target_os = "linux")]
mod peer_diag;
mod pipeline;
mod registry;
mod request;
mod request_log;
mod room;
mod route;
mod server;
mod services;
mod website;

pub(crate) use cloud::{Cloud, STATE, state_folder};
pub(crate) use listeners::{Listeners, bind};
pub(crate) use server::serve;
