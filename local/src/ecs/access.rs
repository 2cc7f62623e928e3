//! The permissions that ECS's operations need.

use crate::authorize::{
    Access,
    Need::{If, Own, Pass},
};

const TASKS: &str = "ecs-tasks.amazonaws.com";

pub(super) const ACCESS: &[Access] = &[
    (
        &["CreateCluster"],
        &[
            Own("cluster/{clusterName:default}"),
            If("tags", "ecs:TagResource", "cluster/{clusterName:default}"),
        ],
    ),
    (&["DescribeClusters"], &[Own("cluster/{clusters:default}")]),
    (&["UpdateClusterSettings", "DeleteCluster"], &[Own("cluster/{cluster:default}")]),
    (
        &["RegisterTaskDefinition"],
        &[
            Own("task-definition/{family}:*"),
            If("tags", "ecs:TagResource", "task-definition/{family}:*"),
            Pass("executionRoleArn", TASKS),
            Pass("taskRoleArn", TASKS),
        ],
    ),
    (&["DeleteTaskDefinitions"], &[Own("task-definition/{taskDefinitions}")]),
    (
        &["CreateService"],
        &[
            Own("service/{cluster:default}/{serviceName}"),
            If("tags", "ecs:TagResource", "service/{cluster:default}/{serviceName}"),
        ],
    ),
    (&["DescribeServices"], &[Own("service/{cluster:default}/{services}")]),
    (&["UpdateService", "DeleteService"], &[Own("service/{cluster:default}/{service}")]),
    (
        &["RunTask"],
        &[
            Own("task-definition/{taskDefinition}"),
            If("tags", "ecs:TagResource", "task/{cluster:default}/*"),
            Pass("overrides.executionRoleArn", TASKS),
            Pass("overrides.taskRoleArn", TASKS),
        ],
    ),
    (&["ListTasks"], &[Own("container-instance/{cluster:default}/{containerInstance}")]),
    (&["DescribeTasks"], &[Own("task/{cluster:default}/{tasks}")]),
    (&["StopTask", "ExecuteCommand"], &[Own("task/{cluster:default}/{task}")]),
    (&["TagResource", "UntagResource", "ListTagsForResource"], &[Own("{resourceArn}")]),
    (
        &[
            "ListClusters",
            "DescribeTaskDefinition",
            "ListTaskDefinitions",
            "ListTaskDefinitionFamilies",
            "DeregisterTaskDefinition",
            "ListServices",
            "PutAccountSetting",
            "ListAccountSettings",
        ],
        &[Own("*")],
    ),
];
