"""An account in which others have resources of all kinds of the lab: cleanup removes none of them."""

from helpers.account import everything
from helpers.foreign import FAMILY, OTHER, POOL, Foreign, without
from helpers.tasks import CLUSTER, definition

WHERE = ["--local", "--yes"]


def counted(kinds):
    """How many things these are."""
    return sum(len(found) for found in kinds.values())


def ids(cloud):
    """Everything, and by their ids what need not have a name of its own."""
    gateway, cognito = cloud.client("apigateway"), cloud.client("cognito-idp")
    roles = cloud.client("iam").list_roles()["Roles"]
    pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
    return everything(cloud) | {
        "apis": sorted(each["id"] for each in gateway.get_rest_apis()["items"]),
        "links": sorted(each["id"] for each in gateway.get_vpc_links()["items"]),
        "pools": sorted(each["Id"] for each in pools),
        "linked roles": sorted(
            each["RoleName"] for each in roles if each["Path"].startswith("/aws-service-role/")
        ),
    }


def test_cleanup_removes_nothing_of_others(cloud, mysfits, backend):
    """Beside a whole lab stand more than thirty things of others, and after it they still do."""
    settings = {"MYSFITS_SERVICE_BINARY": str(backend)}
    mysfits.run("deploy", "all", *WHERE, **settings).expect(0)
    lab = ids(cloud)
    Foreign(cloud).seeded()
    # The roles that services of AWS have are the account's, whoever came first.
    linked = {"linked roles": lab["linked roles"]}
    assert len(lab["linked roles"]) > 1
    foreign = without(ids(cloud), lab) | linked
    assert counted(foreign) > 30 and len(foreign) > 20, foreign

    # Pools, links and APIs of others have the lab's names: it says that these are not the lab's.
    ended = mysfits.run("cleanup", "all", *WHERE).expect(3)
    assert without(foreign, ids(cloud)) == {}, ended.out + ended.err
    # And of the lab nothing is left but what belongs to the account.
    assert set(without(ids(cloud), foreign)) <= {"task definitions, DELETE_IN_PROGRESS"}
    assert f"user pool `{POOL}`: not removed" in ended.out
    assert f"marks it as part of `{OTHER}`" in ended.out
    # The advice for what is surely another lab's is not to take it over.
    assert "another lab's tag is on it" in ended.err and "--adopt" not in ended.err

    # Nor when there is no lab at all, nor by the parts.
    for command in ("all", "part-1", "part-2", "part-3", "part-4"):
        mysfits.run("cleanup", command, *WHERE)
    assert without(foreign, ids(cloud)) == {}


def revisions(ecs, status):
    """The revisions of the lab's family in this state."""
    return ecs.list_task_definitions(familyPrefix=FAMILY, status=status)["taskDefinitionArns"]


def register(ecs):
    """Somebody else's revision in the lab's family."""
    return ecs.register_task_definition(**definition())["taskDefinition"]["taskDefinitionArn"]


def test_foreign_revisions_of_the_family_stay(cloud, mysfits, backend):
    """The lab's own go, whether somebody else's are older and deregistered, or the newest."""
    ecs = cloud.client("ecs")
    older = register(ecs)
    ecs.deregister_task_definition(taskDefinition=older)
    mysfits.run("deploy", "all", *WHERE, MYSFITS_SERVICE_BINARY=str(backend)).expect(0)
    newest = register(ecs)
    assert len(revisions(ecs, "ACTIVE")) == 2
    ended = mysfits.run("cleanup", "all", *WHERE).expect(3)
    assert f"task definition `{FAMILY}`: not removed: it does not carry the tag" in ended.out
    assert (revisions(ecs, "ACTIVE"), revisions(ecs, "INACTIVE")) == ([newest], [older])
    mysfits.run("cleanup", "all", "--adopt", *WHERE).expect(0)
    assert (revisions(ecs, "ACTIVE"), revisions(ecs, "INACTIVE")) == ([], [])


def test_revisions_that_were_taken_over_go(cloud, mysfits, backend):
    """`deploy --adopt` tags them, so that a cleanup needs no `--adopt`."""
    ecs = cloud.client("ecs")
    register(ecs)
    mysfits.run("deploy", "all", "--adopt", *WHERE, MYSFITS_SERVICE_BINARY=str(backend)).expect(0)
    assert len(revisions(ecs, "ACTIVE")) == 2
    mysfits.run("cleanup", "all", *WHERE).expect(0)
    assert (revisions(ecs, "ACTIVE"), revisions(ecs, "INACTIVE")) == ([], [])


def test_revisions_with_another_labs_tag_are_taken_over_by_nobody(cloud, mysfits, backend):
    """Neither a deploy nor a cleanup with `--adopt` makes them the lab's."""
    ecs = cloud.client("ecs")
    tags = [{"key": "mysfits:lab", "value": OTHER}]
    theirs = ecs.register_task_definition(**definition(), tags=tags)
    theirs = theirs["taskDefinition"]["taskDefinitionArn"]
    register(ecs)
    mysfits.run("deploy", "all", "--adopt", *WHERE, MYSFITS_SERVICE_BINARY=str(backend)).expect(0)
    assert ecs.describe_task_definition(taskDefinition=theirs, include=["TAGS"])["tags"] == tags
    ended = mysfits.run("cleanup", "all", "--adopt", *WHERE).expect(3)
    assert f"marks it as part of `{OTHER}`" in ended.out
    assert (revisions(ecs, "ACTIVE"), revisions(ecs, "INACTIVE")) == ([theirs], [])


def test_what_services_of_aws_made_for_others_is_not_the_labs(cloud, mysfits):
    """A cluster of the lab's name without its tag is somebody's, and so are the logs of its metrics."""
    cloud.client("ecs").create_cluster(clusterName=CLUSTER)
    insights = f"/aws/ecs/containerinsights/{CLUSTER}/performance"
    cloud.client("logs").create_log_group(logGroupName=insights)
    ended = mysfits.run("cleanup", "all", *WHERE).expect(3)
    assert f"ECS cluster `{CLUSTER}`: not removed" in ended.out
    assert insights not in ended.out


def test_the_logs_of_the_labs_api_are_named_with_the_reason(cloud, mysfits, backend):
    """API Gateway makes the group without a tag: the id of the API in its name is whose it is."""
    mysfits.run("deploy", "all", *WHERE, MYSFITS_SERVICE_BINARY=str(backend)).expect(0)
    (api,) = [each["id"] for each in cloud.client("apigateway").get_rest_apis()["items"]]
    logs = cloud.client("logs")
    groups = [f"API-Gateway-Execution-Logs_{each}/prod" for each in (api, f"{api}2", "abcdefghij")]
    for group in groups:
        logs.create_log_group(logGroupName=group)
    ended = mysfits.run("cleanup", "all", *WHERE).expect(3)
    assert f"log group `{groups[0]}`: API Gateway created it for the lab's API `{api}`" in ended.out
    assert not any(group in ended.out for group in groups[1:])
    assert f"`aws logs delete-log-group --log-group-name {groups[0]}` deletes it" in ended.err
