//! The cluster, the task definition and the service.

use crate::aws::{Also, On, Retry, Service, When};

const ECS: Service = Service { name: "ecs", sdk: "ECS", iam: "ecs", cli: "ecs" };

const INVALID: &str = "InvalidParameterException";
/// A new role takes time to propagate, and so does ECS's own.
const NEW_ROLE: Retry = Retry::message(INVALID, "service linked role", 180);
const ROLE_IN_USE: Retry = Retry::message(INVALID, "proper permissions", 120);
/// A new listener takes time to propagate.
const NEW_LISTENER: Retry = Retry::message(INVALID, "associated load balancer", 120);

/// Tags on what is created are an action of their own.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html>
const TAGGED: Also = Also::new("ecs:TagResource");

operations! {
    use aws_sdk_ecs;
    DESCRIBE_CLUSTERS = ECS.reads("DescribeClusters");
    DESCRIBE_SERVICES = ECS.reads("DescribeServices").on(On::Type("service/"));
    DESCRIBE_TASK_DEFINITION = ECS.reads("DescribeTaskDefinition").on(On::All);
    LIST_TASK_DEFINITIONS = ECS.reads("ListTaskDefinitions").on(On::All);
    LIST_CLUSTERS = ECS.reads("ListClusters").on(On::All);
    // IAM knows no resource type for a list of all tasks: AWS checks it on `*`.
    LIST_TASKS = ECS.reads("ListTasks").on(On::All);
    DESCRIBE_TASKS = ECS.reads("DescribeTasks").on(On::Type("task/"));
    TAG_RESOURCE = ECS.writes("TagResource");
    UPDATE_CLUSTER_SETTINGS = ECS.writes("UpdateClusterSettings");
    CREATE_CLUSTER = ECS.writes("CreateCluster").also(&[TAGGED]).retries(&[NEW_ROLE]);
    // Resources that are being deleted keep their dependencies until they are gone.
    DELETE_CLUSTER = ECS.writes("DeleteCluster").retries(&[
        Retry::code("ClusterContainsServicesException", 600),
        Retry::code("ClusterContainsTasksException", 600),
        Retry::code("ClusterContainsContainerInstancesException", 600),
        Retry::code("ClusterContainsCapacityProviderException", 600),
        Retry::code("UpdateInProgressException", 600),
    ]);
    REGISTER_TASK_DEFINITION = ECS
        .writes("RegisterTaskDefinition")
        .also(&[
            TAGGED,
            Also::on("iam:PassRole", On::Type("role/"))
                .when(When::Is("iam:PassedToService", "ecs-tasks.amazonaws.com")),
        ])
        .retries(&[Retry::message("ClientException", "Role is not valid", 120)]);
    DEREGISTER_TASK_DEFINITION = ECS.writes("DeregisterTaskDefinition").on(On::All);
    DELETE_TASK_DEFINITIONS = ECS.writes("DeleteTaskDefinitions");
    CREATE_SERVICE = ECS.writes("CreateService").also(&[TAGGED]).retries(&[
        NEW_ROLE,
        ROLE_IN_USE,
        NEW_LISTENER,
        // A service that is being deleted keeps its name.
        Retry::message(INVALID, "still Draining", 600),
        Retry::code("ClusterNotFoundException", 60),
    ]);
    UPDATE_SERVICE = ECS.writes("UpdateService").retries(&[ROLE_IN_USE, NEW_LISTENER]);
    DELETE_SERVICE = ECS.writes("DeleteService").retries(&[
        Retry::message(INVALID, "deployments are active", 600),
        Retry::message(INVALID, "DependencyViolation", 600),
    ]);
}
