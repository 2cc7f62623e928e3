//! The permissions that the operations of the tagging API need.

use crate::authorize::{Access, Need::Own};

pub(super) const ACCESS: &[Access] =
    &[(&["GetResources", "GetTagKeys", "GetTagValues"], &[Own("*")])];
