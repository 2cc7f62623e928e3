//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::Nowhere,
    Reply::{Empty, Never},
};

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["GetResources"], Nowhere, Empty(&["ResourceTagMappingList"])),
    (&["GetTagKeys", "GetTagValues"], Nowhere, Never),
];
