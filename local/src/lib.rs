//! The embedded local cloud: the AWS services of the lab behind one loopback port, with their state
//! in one folder. It does not depend on the `mysfits` command line.

mod absent;
mod apigateway;
mod authorize;
mod clock;
mod cloud;
mod cloudformation;
mod cognito;
mod document;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod elb;
mod faults;
mod format;
mod free_tier;
mod front;
mod glob;
mod holder;
mod iam;
mod identity_center;
mod limits;
mod logs;
mod open;
mod organizations;
mod outages;
pub mod pace;
mod params;
mod place;
mod ports;
mod private;
mod protocol;
mod provision;
mod quotas;
mod random;
mod regional;
mod regions;
mod rehearsal;
mod s3;
mod service;
mod sigv4;
mod store;
mod sts;
mod tagging;
mod tags;
#[cfg(test)]
mod test_folder;
mod times;
mod work;

pub use cloud::{LocalCloud, Settings};
pub use ecs::{Confinement, Launcher, run_if_launched};
pub use open::OpenError;
pub use rehearsal::{Rehearsal, UnknownRehearsal};
