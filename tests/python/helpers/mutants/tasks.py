"""What can be wrong with the image, the logs, the cluster and the task definition."""

from helpers.mutants import gone, mutant, swap
from helpers.tasks import CLUSTER, FAMILY, LOGS, REPOSITORY

KEPT = [
    "family",
    "cpu",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "runtimePlatform",
    "executionRoleArn",
    "taskRoleArn",
    "containerDefinitions",
]


def remove_image(lab):
    found = lab.ecr.list_images(repositoryName=REPOSITORY)["imageIds"]
    lab.ecr.batch_delete_image(repositoryName=REPOSITORY, imageIds=found)


gone("repository", lambda lab: lab.ecr.delete_repository(repositoryName=REPOSITORY, force=True))
gone("image", remove_image)


@mutant("log-group")
def no_logs(lab):
    lab.logs.delete_log_group(logGroupName=LOGS)
    yield
    lab.deploy()
    # A task whose log group was removed no longer logs.
    lab.renew()


@mutant("log-retention")
def kept_for_ever(lab):
    lab.logs.delete_retention_policy(logGroupName=LOGS)
    yield
    lab.logs.put_retention_policy(logGroupName=LOGS, retentionInDays=7)


def insights(lab, value):
    lab.ecs.update_cluster_settings(
        cluster=CLUSTER, settings=[{"name": "containerInsights", "value": value}]
    )


swap("cluster-insights", insights, "enabled", "disabled")


def deregister_all(lab):
    for arn in lab.ecs.list_task_definitions(familyPrefix=FAMILY)["taskDefinitionArns"]:
        lab.ecs.deregister_task_definition(taskDefinition=arn)


gone("task-definition", deregister_all)


def of_revision(check, change):
    """A mutant with a newer revision that differs in one thing."""

    @mutant(check)
    def registered(lab):
        newest = lab.ecs.describe_task_definition(taskDefinition=FAMILY)["taskDefinition"]
        changed = {name: newest[name] for name in KEPT if name in newest}
        change(changed, changed["containerDefinitions"][0])
        made = lab.ecs.register_task_definition(**changed, tags=lab.ecs_tags)["taskDefinition"]
        yield
        lab.ecs.deregister_task_definition(taskDefinition=made["taskDefinitionArn"])


of_revision("task-cpu", lambda task, _: task.update(cpu="512", memory="1024"))
of_revision("task-memory", lambda task, _: task.update(memory="1024"))
of_revision("task-execution-role", lambda task, _: task.update(executionRoleArn=task["taskRoleArn"]))
of_revision("task-role", lambda task, _: task.update(taskRoleArn=task["executionRoleArn"]))
of_revision("task-port", lambda _, it: it["portMappings"][0].update(containerPort=9090, hostPort=9090))
of_revision(
    "task-logs", lambda _, it: it["logConfiguration"]["options"].update({"awslogs-group": "other"})
)
of_revision("task-read-only", lambda _, it: it.update(readonlyRootFilesystem=False))
of_revision("task-stop-timeout", lambda _, it: it.update(stopTimeout=60))
