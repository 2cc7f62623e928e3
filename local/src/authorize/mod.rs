//! Whether a principal may do what it requests: IAM's evaluation of policies. Everything here is a
//! function of the principal's policies and the request; who the principal is and which policies it
//! has, IAM says.

mod conditions;
mod decision;
mod elements;
mod identity;
mod needs;
mod policy;
mod words;

pub(crate) use conditions::Context;
pub(crate) use decision::{Attached, Decision, Policies, Why, decide};
pub(crate) use elements::{Effect, OneOrMany, Patterns, covers_action, covers_resource};
pub(crate) use identity::Identity;
pub(crate) use needs::{Access, Fields, Inputs, Need, Needed, all, needed};
pub(crate) use policy::{Policy, Trust};
pub(crate) use words::message;
