//! ECS with neighbours that do as the tests say, and real processes.

mod api;
mod deployments;
mod fakes;
mod outages;
mod processes;
mod setup;
