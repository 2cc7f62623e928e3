//! The likes, by hand.

use super::Likes;
use crate::{
    engine::{ByHand, Deed},
    resources::hand::goes_along,
};

impl Likes {
    /// Returns why there is nothing to do.
    #[expect(clippy::unused_self, reason = "it is the same for every resource")]
    pub(super) fn commands(&self) -> ByHand {
        goes_along(
            vec![Deed::Say("Nothing to do: the backend writes them when visitors like a mysfit.")],
            "They go with their table.",
        )
    }
}
