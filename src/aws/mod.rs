//! What every call to AWS has in common: the operations there are, how one is called, what its
//! errors say. No resource lives here.

mod call;
mod failure;
mod guard;
mod operation;
pub(crate) mod operations;

pub(crate) use call::{Sent, call, unbuildable};
pub(crate) use failure::Failure;
pub(crate) use guard::{Guard, declared};
pub use operation::{Access, On, Operation, Retry, Service};
pub use operations::all;
