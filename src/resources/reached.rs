//! What a check from outside says of a resource that AWS reports as ready.

use std::io;

use crate::{engine::Presence, http::Answer};

/// Returns the state of what answers with another status than it should. A proxy answers for what
/// it does not reach, or does not let through.
pub(super) fn answered(what: &str, answer: &Answer) -> Presence {
    match answer.status {
        status @ (403 | 407 | 502 | 503 | 504) if answer.asked_a_proxy => {
            let why = format!("the proxy answers for {what} with status {status}");
            Presence::Unreached { why }
        }
        status => Presence::Waiting { status: format!("{what} answers with status {status}") },
    }
}

/// Returns the state of what does not answer this machine.
pub(super) fn not_reached(what: &str, error: &io::Error) -> Presence {
    Presence::Unreached { why: format!("{what} does not answer from here ({error})") }
}
