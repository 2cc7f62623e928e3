//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{In, Nowhere},
    Reply::{self, Empty, Never, Refused},
};

const NO_RESOURCE: &str = "ResourceNotFoundException";
const NO_TABLE: Reply =
    Refused(400, NO_RESOURCE, "Requested resource not found: Table: {name} not found");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeTable"], In("TableName"), NO_TABLE),
    (&["ListTagsOfResource"], In("ResourceArn"), Refused(400, NO_RESOURCE, "Requested resource not found: ResourcArn: {name} not found")),
    (&["BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"], Nowhere, Refused(400, NO_RESOURCE, "Requested resource not found")),
    (&["ListTables"], Nowhere, Empty(&["TableNames"])),
    (&["DescribeContinuousBackups", "DescribeEndpoints", "DescribeLimits", "DescribeStream", "DescribeTimeToLive", "GetRecords", "GetShardIterator", "ListStreams"], Nowhere, Never),
];
