//! The regions a bucket can be in.

/// The region where S3 keeps its oldest habits: no location constraint, and a second create of
/// one's own bucket is no error.
pub(super) const US_EAST_1: &str = "us-east-1";

/// Returns whether AWS has this region.
pub(super) fn is_region(name: &str) -> bool {
    crate::regions::find(name).is_some()
}
