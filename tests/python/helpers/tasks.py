"""ECS as the lab sets it up: a cluster, a task definition of the backend, a service."""

from helpers.balancers import make_balancer, make_group, make_listener
from helpers.image import backend_image
from helpers.registry import Registry
from helpers.waiting import until

CLUSTER = "MythicalMysfits-Cluster"
SERVICE = "MythicalMysfits-Service"
FAMILY = "mythicalmysfitsservice"
REPOSITORY = "mythicalmysfits/service"
LOGS = "mythicalmysfits-logs"
TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}'
)


def definition(role="arn:aws:iam::000000000000:role/tasks", image=None, **container):
    """A task definition of one container that writes into the lab's log group."""
    return {
        "family": FAMILY,
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "executionRoleArn": role,
        "taskRoleArn": role,
        "containerDefinitions": [
            {
                "name": SERVICE,
                "image": image or f"000000000000.dkr.ecr.eu-west-1.amazonaws.com/{REPOSITORY}:latest",
                "essential": True,
                "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": LOGS,
                        "awslogs-region": "eu-west-1",
                        "awslogs-stream-prefix": "tasks",
                    },
                },
            }
            | container
        ],
    }


def service(network, **more):
    """The settings of the lab's service, without a load balancer."""
    return {
        "cluster": CLUSTER,
        "serviceName": SERVICE,
        "taskDefinition": FAMILY,
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": network.settings(),
    } | more


def behind(group):
    """The load balancer of a service."""
    return [{"targetGroupArn": group, "containerName": SERVICE, "containerPort": 8080}]


class Surroundings:
    """All that a service of the backend needs, in a cloud."""

    def __init__(self, cloud, network, binary):
        self.network = network
        self.ecs, self.elb, self.ecr, self.logs = (
            cloud.client(name) for name in ("ecs", "elbv2", "ecr", "logs")
        )
        self.ecr.create_repository(repositoryName=REPOSITORY)
        self.registry = Registry(cloud)
        self.registry.push(REPOSITORY, backend_image(binary))
        self.logs.create_log_group(logGroupName=LOGS)
        made = cloud.client("iam").create_role(RoleName="tasks", AssumeRolePolicyDocument=TRUST)
        self.role = made["Role"]["Arn"]
        self.ecs.create_cluster(clusterName=CLUSTER)
        self.ecs.register_task_definition(**definition(self.role))
        self.balancer = make_balancer(self.elb, network)
        self.group = make_group(self.elb, network)
        self.elb.modify_target_group_attributes(
            TargetGroupArn=self.group,
            Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}],
        )
        make_listener(self.elb, self.balancer["LoadBalancerArn"], self.group)

    @property
    def url(self):
        """The backend, through the load balancer."""
        return f"http://{self.balancer['DNSName']}"

    def serve(self, **more):
        """The lab's service behind its load balancer."""
        settings = service(self.network, loadBalancers=behind(self.group)) | more
        return self.ecs.create_service(**settings)["service"]

    def found(self, name=SERVICE):
        """The service as it is now."""
        return self.ecs.describe_services(cluster=CLUSTER, services=[name])["services"][0]

    def tasks(self, status="RUNNING"):
        """The tasks of the cluster that are to be so."""
        arns = self.ecs.list_tasks(cluster=CLUSTER, desiredStatus=status)["taskArns"]
        if not arns:
            return []
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns, include=["TAGS"])["tasks"]

    def task(self, status="RUNNING"):
        """The one task that is so, once it is."""

        def one():
            found = [task for task in self.tasks(status) if task["lastStatus"] == status]
            return found[0] if len(found) == 1 else None

        return until(one, f"one task is {status}")
