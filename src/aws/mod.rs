//! What all calls to AWS have in common: the operations, how to call one, and the meaning of
//! errors. No resource is defined here.

pub(crate) mod academy;
mod call;
mod client;
mod failure;
#[cfg(test)]
pub(crate) mod fake;
mod guard;
mod journal;
mod operation;
pub(crate) mod operations;
mod permission;
mod signed;
mod unanswered;

pub(crate) use call::{Sent, call, unbuildable};
pub(crate) use client::Client;
pub(crate) use failure::Failure;
pub(crate) use guard::{Guard, declared};
pub(crate) use journal::{Called, Journal, journaled};
pub use operation::{Access, Operation, Retry, Service};
pub use operations::all;
pub use permission::{Also, On, When};
pub(crate) use signed::{Api, Input, Node, Protocol, Signed, Token};
pub(crate) use unanswered::Unanswered;
