//! The cluster, the task definition and the service.

use crate::aws::{On, Retry, Service};

const ECS: Service = Service { name: "ecs", sdk: "ECS", iam: "ecs", cli: "ecs" };

const INVALID: &str = "InvalidParameterException";
/// A new role takes time to propagate, and so does ECS's own.
const NEW_ROLE: Retry = Retry::message(INVALID, "service linked role", 180);
const ROLE_IN_USE: Retry = Retry::message(INVALID, "proper permissions", 120);
/// A new listener takes time to propagate.
const NEW_LISTENER: Retry = Retry::message(INVALID, "associated load balancer", 120);

operations! {
    use aws_sdk_ecs;
    DESCRIBE_CLUSTERS = ECS.reads("DescribeClusters");
    DESCRIBE_SERVICES = ECS.reads("DescribeServices");
    DESCRIBE_TASK_DEFINITION = ECS.reads("DescribeTaskDefinition").on(On::All);
    LIST_TASK_DEFINITIONS = ECS.reads("ListTaskDefinitions").on(On::All);
    LIST_CLUSTERS = ECS.reads("ListClusters").on(On::All);
    LIST_TASKS = ECS.reads("ListTasks").on(On::All);
    DESCRIBE_TASKS = ECS.reads("DescribeTasks").on(On::All);
    TAG_RESOURCE = ECS.writes("TagResource");
    UPDATE_CLUSTER_SETTINGS = ECS.writes("UpdateClusterSettings");
    CREATE_CLUSTER = ECS.writes("CreateCluster").retries(&[NEW_ROLE]);
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
        .on(On::All)
        .retries(&[Retry::message("ClientException", "Role is not valid", 120)]);
    DEREGISTER_TASK_DEFINITION = ECS.writes("DeregisterTaskDefinition").on(On::All);
    DELETE_TASK_DEFINITIONS = ECS.writes("DeleteTaskDefinitions");
    CREATE_SERVICE = ECS.writes("CreateService").retries(&[
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
