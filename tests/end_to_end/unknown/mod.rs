//! Unknown is not absent. What could not be looked at, failed, or is not the lab's may still be there:
//! whoever uses it keeps what it has, and says so. Only what was looked at and is absent empties a
//! value: in the page's configuration, and in the environment of the backend, where it is the guard.

mod cleanup;
mod first;
mod guard;
mod refused;
mod states;
