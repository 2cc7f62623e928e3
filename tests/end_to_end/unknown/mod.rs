//! Unknown is not absent. What could not be read, failed, or is not the lab's may still exist: its
//! users keep what they have, and report that. Only what was read and is absent empties a value: in
//! the page's configuration, and in the environment of the backend, where it is the guard.

mod cleanup;
mod first;
mod guard;
mod refused;
mod states;
