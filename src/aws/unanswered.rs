//! Answers that the HTTP client gives up on, so that the call is not tried again.

use crate::error::Code;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unanswered {
    /// It does not end.
    #[error("the answer has more than {} MB", .largest / 1_000_000)]
    TooLarge {
        /// The most bytes that are read.
        largest: usize,
    },
    /// Nothing listens at the local cloud's port, although something did when the command began.
    #[error("nothing listens on its port any more")]
    LocalCloudEnded,
}

impl Unanswered {
    /// Returns the kind of error to show.
    pub(super) fn code(self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TooLarge,
            Self::LocalCloudEnded => Code::LocalEnded,
        }
    }
}
