"""A complete lab that `mysfits deploy` made, with what the mutants need of it, and a program that
stands between the load balancer and the backend."""

import http.client
import json
from contextlib import contextmanager
from dataclasses import dataclass

from helpers.answering import answering
from helpers.aws import template, wait
from helpers.balancers import BALANCER, GROUP
from helpers.network import Network
from helpers.stacks import describe, outputs
from helpers.tasks import CLUSTER, LOGS, SERVICE
from helpers.waiting import until

OBJECT = ["Body", "ContentType", "CacheControl", "Metadata"]


@dataclass
class Asked:
    """A request that the load balancer handed on."""

    method: str
    path: str
    headers: dict
    body: bytes
    backend: tuple

    @property
    def through_api(self):
        """Whether it came through API Gateway, which names itself."""
        return "x-amzn-apigateway-api-id" in self.headers

    @property
    def token(self):
        return self.headers.get("authorization")

    def forwarded(self):
        """The answer of the backend."""
        connection = http.client.HTTPConnection(*self.backend, timeout=30)
        try:
            connection.request(self.method, self.path, self.body or None, self.headers)
            answer = connection.getresponse()
            names = ("content-type", "access-control")
            kept = {name: value for name, value in answer.getheaders() if name.lower().startswith(names)}
            return answer.status, kept, answer.read()
        finally:
            connection.close()


class CompleteLab:
    """The lab in a local cloud, with boto3's clients and today's ids."""

    def __init__(self, cloud, program):
        self.cloud, self.program = cloud, program
        self.bucket = "mysfits-000000000000-eu-west-1"
        names = ["s3", "dynamodb", "ecr", "logs", "ecs", "ec2", "cloudformation"]
        for name in names:
            setattr(self, name, cloud.client(name))
        self.elb = cloud.client("elbv2")
        self.cognito = cloud.client("cognito-idp")
        self.gateway = cloud.client("apigateway")
        self.ecs_tags = [{"key": "mysfits:lab", "value": "mythical-mysfits"}]

    def deploy(self):
        """Makes what is missing, and puts right what differs."""
        self.program.run("deploy", "all", "--local", "--yes").expect(0)

    def check(self, *arguments):
        """The verdict of each check, by its id, and the one because of which it was skipped."""
        ended = self.program.run("check", *(arguments or ["all", "--local"]), "--output", "json")
        lines = [json.loads(line) for line in ended.out.splitlines()]
        return {line["check"]: line for line in lines if line["type"] == "check"}

    def object(self, key):
        """An object of the bucket, to be put again."""
        found = self.s3.get_object(Bucket=self.bucket, Key=key)
        found["Body"] = found["Body"].read()
        return {name: found[name] for name in OBJECT if name in found}

    def put_object(self, key, found):
        self.s3.put_object(Bucket=self.bucket, Key=key, **found)

    def config_with(self, name, value):
        """The configuration of the site with another value."""
        lines = self.object("config.js")["Body"].decode().splitlines()
        changed = [f'  {name}: "{value}",' if line.startswith(f"  {name}:") else line for line in lines]
        assert changed != lines, name
        return "\n".join(changed).encode()

    @property
    def site(self):
        return self.cloud.website(self.bucket, "")

    def output(self, name):
        return outputs(describe(self.cloudformation))[name]

    def network(self):
        """The network of the stack, as far as a target group needs it."""
        return Network(self.output("VPCId"), "", "", [], "", "")

    @property
    def balancer(self):
        found = self.elb.describe_load_balancers(Names=[BALANCER])["LoadBalancers"]
        return found[0]["LoadBalancerArn"]

    @property
    def group(self):
        return self.elb.describe_target_groups(Names=[GROUP])["TargetGroups"][0]["TargetGroupArn"]

    @property
    def listener(self):
        found = self.elb.describe_listeners(LoadBalancerArn=self.balancer)["Listeners"]
        return found[0]["ListenerArn"]

    @property
    def pool(self):
        (found,) = self._named(self.cognito.list_user_pools(MaxResults=60)["UserPools"], "MysfitsUserPool")
        return found["Id"]

    @property
    def client(self):
        found = self.cognito.list_user_pool_clients(UserPoolId=self.pool, MaxResults=60)
        return found["UserPoolClients"][0]["ClientId"]

    @property
    def api(self):
        (found,) = self._named(self.gateway.get_rest_apis()["items"], "MysfitsApi", "name")
        return found["id"]

    @property
    def link(self):
        (found,) = self._named(self.gateway.get_vpc_links()["items"], "MysfitsApiVpcLink", "name")
        return found["id"]

    def links(self):
        return [each["id"] for each in self.gateway.get_vpc_links()["items"]]

    @staticmethod
    def _named(found, name, key="Name"):
        return [each for each in found if each[key] == name]

    def tasks(self):
        return self.ecs.list_tasks(cluster=CLUSTER)["taskArns"]

    def is_stable(self):
        """Waits until the service has done what it was told."""

        def stable():
            found = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
            is_one = len(found["deployments"]) == 1
            return is_one and found["runningCount"] == found["desiredCount"] == len(self.targets())

        until(stable, "the service is stable", 60)

    def targets(self):
        """The healthy targets of the lab's group."""
        found = self.elb.describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        return [it["Target"] for it in found if it["TargetHealth"]["State"] == "healthy"]

    def backend(self):
        """Where the task of the service really listens, by its own log."""
        (task,) = self.ecs.list_tasks(cluster=CLUSTER, serviceName=SERVICE)["taskArns"]
        stream = f"awslogs-mythicalmysfits-service/{SERVICE}/{task.rsplit('/', 1)[1]}"
        found = self.logs.get_log_events(
            logGroupName=LOGS, logStreamName=stream, startFromHead=True
        )["events"]
        said = (json.loads(event["message"]) for event in found)
        host, port = next(it["address"] for it in said if it["message"] == "listening").split(":")
        return host, int(port)

    def redeploy(self):
        """Deploys the draft as `mysfits` does: the same description, and no deployment is left over."""
        api = self.api
        old = self.gateway.get_stage(restApiId=api, stageName="prod")["deploymentId"]
        same = self.gateway.get_deployment(restApiId=api, deploymentId=old)["description"]
        self.gateway.create_deployment(restApiId=api, stageName="prod", description=same)
        self.gateway.delete_deployment(restApiId=api, deploymentId=old)

    def import_api(self, change=lambda _: None):
        """The draft as the lab defines it, after a change of that."""
        made = self.elb.describe_load_balancers(Names=[BALANCER])["LoadBalancers"][0]
        given = {"ACCOUNT_ID": "000000000000", "REGION": "eu-west-1", "NLB_DNS": made["DNSName"]}
        definition = template("api-swagger.json", COGNITO_USER_POOL_ID=self.pool, **given)
        change(definition)
        self.gateway.put_rest_api(
            restApiId=self.api, mode="overwrite", failOnWarnings=True, body=json.dumps(definition)
        )

    def renew(self):
        """A new task, which ECS registers with the target group."""
        self.ecs.update_service(cluster=CLUSTER, service=SERVICE, forceNewDeployment=True)
        self.is_stable()

    @contextmanager
    def no_target(self):
        """A target group that knows nobody."""
        self._deregister(self.targets())
        yield
        self.renew()

    @contextmanager
    def instead(self, answer):
        """Another program as the only target. What `answer` does not answer goes to the backend."""
        backend = self.backend()

        def said(request):
            headers = {name.lower(): value for name, value in request.headers.items()}
            body = request.rfile.read(int(headers.get("content-length") or 0))
            asked = Asked(request.command, request.path, headers, body, backend)
            return answer(asked) or asked.forwarded()

        with answering(said) as port, self.no_target():
            between = [{"Id": "127.0.0.1", "Port": port}]
            self._register(between)
            yield
            self._deregister(between)

    def _register(self, targets):
        self.elb.register_targets(TargetGroupArn=self.group, Targets=targets)
        wait(self.elb, "target_in_service", TargetGroupArn=self.group, Targets=targets)

    def _deregister(self, targets):
        self.elb.deregister_targets(TargetGroupArn=self.group, Targets=targets)
        ports = {it["Port"] for it in targets}
        until(lambda: not ports & {it["Port"] for it in self.targets()}, "the targets are gone")

