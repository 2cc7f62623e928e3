//! The engine: dependencies, concurrency, waiting until a resource reaches its desired state, and
//! the events that report all of it. It contains nothing specific to an AWS service.

mod by_hand;
mod check;
mod events;
mod forecast;
mod graph;
mod interrupt;
mod reconcile;
mod replaced;
mod resource;
mod scheduler;
mod seen;
mod setting;
mod step;
mod undone;
mod wait;

pub(crate) use by_hand::{Argument, ByHand, Command, Deed};
pub(crate) use check::{Check, GET, HARDENING, Judged, Kind, LAB, Probe, Subject};
pub(crate) use events::{Doing, Event, Obstacle, Outcome, Report};
pub(crate) use forecast::Forecast;
pub(crate) use graph::{Direction, Graph};
pub(crate) use interrupt::Interrupt;
pub(crate) use reconcile::{Done, foreign, take_down};
pub(crate) use replaced::bring_up_beside_others;
pub(crate) use resource::{About, Id, LeftBehind, Purpose, Resource};
pub(crate) use scheduler::{Job, Schedule, run};
pub(crate) use seen::{Billed, Presence, Reason, Seen};
pub(crate) use setting::{NOT_SET, Setting};
pub(crate) use step::{Context, Step};
pub(crate) use undone::{Others, unless_undone};
pub(crate) use wait::Wait;
