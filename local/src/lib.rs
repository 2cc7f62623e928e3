//! The embedded local cloud: the AWS services of the lab behind one loopback port, with their state
//! in one folder. It knows nothing of the `mysfits` command line.

mod apigateway;
mod border;
mod chunked;
mod clock;
mod cloud;
mod cloudformation;
mod cognito;
mod control;
mod dispatch;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod elb;
mod faults;
mod format;
mod iam;
mod links;
mod listeners;
mod logs;
pub mod pace;
mod protocol;
mod provision;
mod random;
mod regional;
mod registry;
mod request;
mod request_log;
mod route;
pub mod s3;
mod server;
pub mod service;
mod services;
mod sigv4;
pub mod store;
mod sts;
mod tagging;
#[cfg(test)]
mod test_folder;
mod times;
mod website;

pub use cloud::{LocalCloud, OpenError, Settings};
