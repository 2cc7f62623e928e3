//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{In, InAfter, Nowhere},
    Reply::{self, Empty, Never, Refused},
};

const NO_REPOSITORY: Reply = Refused(
    400,
    "RepositoryNotFoundException",
    "The repository with name '{name}' does not exist in the registry with id '{account}'",
);

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeRepositories"], In("repositoryNames"), NO_REPOSITORY),
    (&["DescribeRepositories"], Nowhere, Empty(&["repositories"])),
    (&["BatchGetImage", "DescribeImages", "GetLifecyclePolicy", "ListImages"], In("repositoryName"), NO_REPOSITORY),
    (&["ListTagsForResource"], InAfter("resourceArn", ":repository/"), NO_REPOSITORY),
    (&["GetAuthorizationToken", "BatchCheckLayerAvailability", "GetDownloadUrlForLayer"], Nowhere, Never),
];
