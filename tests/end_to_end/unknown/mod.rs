//! Unknown is not absent. What could not be looked at, failed, or is not the lab's may still be there:
//! whoever uses it keeps what it has, and says so. Only what was looked at and is absent empties a
//! value: in the page's configuration, and in the environment of the backend, where it is the guard.

mod cleanup;
mod first;
mod guard;
mod refused;
mod states;

use crate::{cloud::Ended, standing::Lab};

/// Fails the test unless the command says that it kept something.
#[track_caller]
fn says_what_it_keeps(ended: &Ended) {
    let said = ended.stderr.contains("kept") || ended.stderr.contains("keeps");
    assert!(said, "it does not say what it keeps: {}", ended.stderr);
}

/// Brings a lab up again, whatever a test has done to it.
#[track_caller]
fn repaired(lab: &Lab) {
    lab.run(&["deploy", "all"]).exit(0);
}
