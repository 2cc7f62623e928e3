//! How fast the local cloud settles: AWS's typical durations, scaled.

use std::time::Duration;

/// The factor by which AWS's typical durations are multiplied: 0 settles at once, 1 takes as long
/// as AWS does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

impl Pace {
    /// A pace of this factor; `None` when it is negative or no number.
    #[must_use]
    pub fn new(factor: f64) -> Option<Self> {
        (factor.is_finite() && factor >= 0.0).then_some(Self(factor))
    }

    /// The factor.
    #[must_use]
    pub fn factor(self) -> f64 {
        self.0
    }

    /// What a duration that AWS typically takes is here.
    #[must_use]
    pub fn scale(self, typical: Duration) -> Duration {
        typical.mul_f64(self.0)
    }
}
