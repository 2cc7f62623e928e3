//! What every call to AWS has in common: how it is made, what its errors say, which errors mean
//! "not yet". No resource lives here.

mod call;
mod failure;
mod settle;

pub(crate) use call::{call, settled, settled_unless, unbuildable};
pub(crate) use failure::Failure;
