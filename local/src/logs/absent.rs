//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::Nowhere,
    Reply::{self, Empty, Refused},
};

const NO_RESOURCE: &str = "ResourceNotFoundException";
const NO_LOG_GROUP: Reply = Refused(400, NO_RESOURCE, "The specified log group does not exist.");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeLogGroups"], Nowhere, Empty(&["logGroups"])),
    (&["DescribeLogStreams", "FilterLogEvents", "GetLogEvents", "ListTagsForResource", "ListTagsLogGroup"], Nowhere, NO_LOG_GROUP),
];
