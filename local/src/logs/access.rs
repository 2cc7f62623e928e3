//! The permissions that the operations of CloudWatch Logs need. A log group is meant with all its
//! streams, and so written with the empty name of one.

use crate::{
    authorize::{
        Access,
        Need::{If, Other, Own},
    },
    provision::Handlers,
};

pub(super) const ACCESS: &[Access] = &[
    (
        &["CreateLogGroup"],
        &[
            Own("log-group:{logGroupName}:log-stream:"),
            If("tags", "logs:TagResource", "log-group:{logGroupName}:log-stream:"),
        ],
    ),
    (
        &[
            "DeleteLogGroup",
            "PutRetentionPolicy",
            "DeleteRetentionPolicy",
            "TagLogGroup",
            "UntagLogGroup",
            "ListTagsLogGroup",
            "DescribeLogStreams",
            "FilterLogEvents",
        ],
        &[Own("log-group:{logGroupName}:log-stream:")],
    ),
    (
        &["CreateLogStream", "DeleteLogStream", "PutLogEvents", "GetLogEvents"],
        &[Own("log-group:{logGroupName}:log-stream:{logStreamName}")],
    ),
    (&["TagResource", "UntagResource", "ListTagsForResource"], &[Own("{resourceArn}")]),
    (&["DescribeLogGroups"], &[Own("log-group::log-stream:")]),
];

const NEW: &str = "log-group:{LogGroupName:*}:log-stream:";
const ALL: &str = "log-group::log-stream:";

pub(super) const HANDLERS: &[Handlers] = &[Handlers {
    kind: "AWS::Logs::LogGroup",
    create: &[
        Other("logs:CreateLogGroup", NEW),
        If("RetentionInDays", "logs:PutRetentionPolicy", NEW),
        If("Tags", "logs:TagResource", NEW),
        Other("logs:DescribeLogGroups", ALL),
    ],
    update: &[],
    delete: &[
        Other("logs:DeleteLogGroup", "log-group:{id}:log-stream:"),
        Other("logs:DescribeLogGroups", ALL),
    ],
}];
