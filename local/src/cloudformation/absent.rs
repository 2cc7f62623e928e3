//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{In, Nowhere},
    Reply::{self, Empty, Never, Refused},
};

const NO_STACK: Reply = Refused(400, "ValidationError", "Stack with id {name} does not exist");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeStackEvents", "DescribeStackResources", "DescribeStacks", "GetTemplate", "ListStackResources"], In("StackName"), NO_STACK),
    (&["DescribeStacks"], Nowhere, Empty(&["Stacks"])),
    (&["ListStacks"], Nowhere, Empty(&["StackSummaries"])),
    (&["ListExports"], Nowhere, Empty(&["Exports"])),
    (&["DescribeChangeSet", "DescribeStackResource", "GetTemplateSummary", "ListChangeSets", "ListImports", "ValidateTemplate"], Nowhere, Never),
];
