//! The engine: which resource needs which, what can run at the same time, waiting until a resource
//! is as it should be, and events that tell of it. It knows no AWS service.

mod events;
mod graph;
mod interrupt;
mod placeholder;
mod reconcile;
mod resource;
mod scheduler;
mod wait;

pub(crate) use events::{Doing, Event, Outcome, Report};
pub(crate) use graph::{Direction, Graph};
pub(crate) use interrupt::Interrupt;
pub(crate) use placeholder::{Placeholder, Values};
pub(crate) use reconcile::{bring_up, look, take_down};
pub(crate) use resource::{About, Id, Resource, Seen, Step};
pub(crate) use scheduler::{Job, Schedule, run};
pub(crate) use wait::Wait;
