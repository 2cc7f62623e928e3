"""Pushes hostile images and runs them as tasks of the lab, which unpacks them."""

import time

from botocore.exceptions import ClientError

from fuzz.layers import hostile, manifest_of
from helpers.image import MANIFEST
from helpers.registry import Registry
from helpers.tasks import CLUSTER, REPOSITORY, SERVICE

# How long a task may take until it has stopped: it cannot run, since nothing in its image is a program.
PATIENCE = 10


class Images:
    """The lab's repository and network, with other images."""

    def __init__(self, cloud):
        self.ecs, self.registry = cloud.client("ecs"), Registry(cloud)
        service = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
        self.network = service["networkConfiguration"]
        self.definition = self.ecs.describe_task_definition(
            taskDefinition=service["taskDefinition"]
        )
        self.definition = self.definition["taskDefinition"]

    def try_one(self, dice):
        """Pushes an image and runs it; what is wrong with the answers, if anything."""
        image = hostile(dice)
        statuses = list(self._push(image, manifest_of(image, dice)))
        if worst := [status for status in statuses if status >= 500]:
            return f"the registry answered {worst}"
        return self._run() if statuses[-1] == 201 else None

    def _push(self, image, manifest):
        for digest, blob in image.blobs.items():
            begun = self.registry.request("POST", f"/v2/{REPOSITORY}/blobs/uploads/")
            yield begun.status
            yield self.registry.request(
                "PUT", f"{begun.headers['location']}?digest={digest}", blob
            ).status
        put = self.registry.request(
            "PUT", f"/v2/{REPOSITORY}/manifests/fuzz", manifest, Content_Type=MANIFEST
        )
        yield put.status

    def _run(self):
        container = dict(self.definition["containerDefinitions"][0])
        container["image"] = container["image"].partition("/")[0] + f"/{REPOSITORY}:fuzz"
        wanted = {
            key: self.definition[key]
            for key in ("cpu", "memory", "networkMode", "executionRoleArn", "taskRoleArn")
        }
        try:
            made = self.ecs.register_task_definition(
                family="fuzz",
                containerDefinitions=[container],
                requiresCompatibilities=["FARGATE"],
                **wanted,
            )["taskDefinition"]["taskDefinitionArn"]
            task = self.ecs.run_task(
                cluster=CLUSTER,
                taskDefinition=made,
                launchType="FARGATE",
                networkConfiguration=self.network,
            )["tasks"][0]["taskArn"]
            return self._until_stopped(task)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return f"ECS answered {status}: {error}" if status >= 500 else None

    def _until_stopped(self, task):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[task])["tasks"]
            if not found or found[0]["lastStatus"] == "STOPPED":
                return None
            time.sleep(0.01)
        return f"a task does not stop: {found[0]['lastStatus']}"
