//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::Nowhere,
    Reply::{self, Empty, Missing, Never, Refused},
};

const NO_DEFINITION: Reply = Refused(400, "ClientException", "Unable to describe task definition.");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeClusters"], Nowhere, Missing("clusters", "clusterArn")),
    (&["DescribeServices"], Nowhere, Missing("services", "serviceArn")),
    (&["DescribeTasks"], Nowhere, Missing("tasks", "taskArn")),
    (&["DescribeTaskDefinition"], Nowhere, NO_DEFINITION),
    (&["ListClusters"], Nowhere, Empty(&["clusterArns"])),
    (&["ListServices"], Nowhere, Empty(&["serviceArns"])),
    (&["ListTaskDefinitions"], Nowhere, Empty(&["taskDefinitionArns"])),
    (&["ListTasks"], Nowhere, Empty(&["taskArns"])),
    (&["ListTaskDefinitionFamilies", "ListTagsForResource", "ListAccountSettings"], Nowhere, Never),
];
