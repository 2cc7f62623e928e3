//! The backend as its clients meet it: the real process, over HTTP, in front of the DynamoDB of a
//! local cloud. Each test has a process, a cloud and a folder of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that fails, fails its test"
)]

mod changing;
mod client;
mod cloud;
mod crowd;
mod http;
mod keys;
mod likes;
mod meter;
mod pool;
mod process;
mod reading;
mod refusing;
mod service;
mod trouble;
mod visiting;
