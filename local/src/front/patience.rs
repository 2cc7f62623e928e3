//! How long the local cloud waits for more of a request's body. A body that is announced and never
//! sent would otherwise keep its room, and its connection, for ever.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame};
use tokio::time::timeout;

/// S3 ends a request with `RequestTimeout` when its client has sent nothing for some 20 seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Why there is no next piece of a body.
#[derive(Debug)]
pub(super) enum Lost<E> {
    /// Its client has sent nothing for [`PATIENCE`].
    Stalled,
    /// It cannot be read.
    Unreadable(E),
}

/// Returns the next piece of a body; `None` at its end.
pub(super) async fn next<B>(body: &mut B) -> Option<Result<Frame<Bytes>, Lost<B::Error>>>
where
    B: Body<Data = Bytes> + Unpin,
{
    match timeout(PATIENCE, body.frame()).await {
        Ok(frame) => frame.map(|frame| frame.map_err(Lost::Unreadable)),
        Err(_) => Some(Err(Lost::Stalled)),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::{StreamExt as _, stream};
    use http_body_util::StreamBody;
    use tokio::time::{Instant, sleep};

    use super::*;

    /// A body of one-byte pieces, each after this long, that never ends.
    fn slow(pieces: usize, each: Duration) -> impl Body<Data = Bytes, Error = Infallible> + Unpin {
        let pieces = stream::iter(0..pieces).then(move |_| async move {
            sleep(each).await;
            Ok(Frame::data(Bytes::from_static(b"x")))
        });
        StreamBody::new(Box::pin(pieces.chain(stream::pending())))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_may_be_slow_and_may_not_stand_still() {
        let each = PATIENCE / 2;
        let mut body = slow(5, each);
        let began = Instant::now();
        for _ in 0..5 {
            assert!(matches!(next(&mut body).await, Some(Ok(_))));
        }
        assert!(matches!(next(&mut body).await, Some(Err(Lost::Stalled))));
        assert_eq!(began.elapsed(), each * 5 + PATIENCE);
    }
}
