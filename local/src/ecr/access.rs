//! The permissions that ECR's operations need.

use crate::authorize::{
    Access,
    Need::{If, Own},
};

pub(super) const ACCESS: &[Access] = &[
    (
        &["CreateRepository"],
        &[
            Own("repository/{repositoryName}"),
            If("tags", "ecr:TagResource", "repository/{repositoryName}"),
        ],
    ),
    (&["DescribeRepositories"], &[Own("repository/{repositoryNames}")]),
    (
        &[
            "DeleteRepository",
            "DescribeImages",
            "ListImages",
            "BatchGetImage",
            "BatchDeleteImage",
            "PutImage",
            "BatchCheckLayerAvailability",
            "InitiateLayerUpload",
            "UploadLayerPart",
            "CompleteLayerUpload",
            "GetDownloadUrlForLayer",
            "PutLifecyclePolicy",
            "GetLifecyclePolicy",
            "DeleteLifecyclePolicy",
            "PutImageScanningConfiguration",
            "PutImageTagMutability",
        ],
        &[Own("repository/{repositoryName}")],
    ),
    (&["TagResource", "UntagResource", "ListTagsForResource"], &[Own("{resourceArn}")]),
    (&["GetAuthorizationToken"], &[Own("*")]),
];
