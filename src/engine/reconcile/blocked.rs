//! Something that works in AWS's eyes, and does not answer this machine.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    engine::{Presence, Seen},
    error::{Code, Error, Result},
};

/// How long it is waited for. A new name is not known everywhere for a minute or two.
const LONGEST: Duration = Duration::from_mins(3);

/// Since when it has not answered, although it should.
#[derive(Default)]
pub(super) struct Blocked(Option<Instant>);

impl Blocked {
    /// Notes what was seen.
    ///
    /// # Errors
    /// When it has not answered for too long.
    pub(super) fn check(&mut self, title: &str, seen: &Seen) -> Result<()> {
        let Presence::Unreached { why } = &seen.presence else {
            self.0 = None;
            return Ok(());
        };
        let since = *self.0.get_or_insert_with(Instant::now);
        if since.elapsed() < LONGEST {
            return Ok(());
        }
        let message = format!("AWS reports {title} as ready, but {why}");
        Err(Error::new(Code::Blocked, message))
    }
}
