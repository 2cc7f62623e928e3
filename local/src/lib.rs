//! The embedded local cloud: the AWS services of the lab behind one loopback port, with their state
//! in one folder. It knows nothing of the `mysfits` command line.

pub mod pace;
pub mod service;
pub mod store;
