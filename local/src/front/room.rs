//! Room for the bodies that are in memory: each is limited by itself, and all of them together by
//! what a laptop can spare. A request that finds none waits its turn, before its body is read.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const KB: usize = 1024;
const MB: usize = 1024 * KB;

/// Bodies up to this size need no room: with all connections there can be, they take 56 MB at most.
/// So control calls never wait, nor do the small calls that APIs and tasks make while their own
/// requests hold room.
const SMALL: usize = 64 * KB;

/// Room for bodies. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Semaphore>);

/// The room of one body, until this is dropped.
#[derive(Debug, Default)]
pub(super) struct Taken(
    #[expect(dead_code, reason = "held, never read")] Option<OwnedSemaphorePermit>,
);

impl Room {
    /// Returns room for this much.
    pub(super) fn of_megabytes(megabytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(megabytes * MB / KB)))
    }

    /// Waits until there is room for a body of this size. Who came first is first.
    pub(super) async fn take(&self, size: usize) -> Taken {
        if size <= SMALL {
            return Taken(None);
        }
        // A size beyond all room is refused where bodies are read.
        let Ok(pieces) = u32::try_from(size.div_ceil(KB)) else { return Taken(None) };
        Taken(Arc::clone(&self.0).acquire_many_owned(pieces).await.ok())
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn what_finds_no_room_waits_for_it() {
        let room = Room::of_megabytes(2);
        let first = room.take(MB).now_or_never().unwrap();
        let _second = room.take(MB - KB).now_or_never().unwrap();
        let mut third = Box::pin(room.take(MB));
        assert!(third.as_mut().now_or_never().is_none());
        assert!(room.take(SMALL).now_or_never().is_some(), "small ones need none");
        drop(first);
        assert!(third.as_mut().now_or_never().is_some());
    }
}
