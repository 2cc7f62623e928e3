"""The lab as a student types it: the AWS CLI's commands, with files in which values are filled in.

One function for each part; what a part finds out is in `Student.values`, by the lab's own names of
placeholders, for the parts after it.
"""

import json
import re
import shutil

from helpers import web
from helpers.aws import template
from helpers.image import backend_image
from helpers.places import LAB, WEB
from helpers.registry import Registry
from helpers.shell import AwsCli
from helpers.stacks import NAME as STACK
from helpers.tasks import CLUSTER, LOGS, REPOSITORY, SERVICE
from helpers.waiting import until

TABLE = "MysfitsTable"


class Student(AwsCli):
    """A student with the AWS CLI, a folder of files, and a note of every value."""

    def __init__(self, home, cloud, bucket):
        super().__init__(home, cloud.url)
        self.cloud = cloud
        account = json.loads(self.typed("sts get-caller-identity"))["Account"]
        self.values = {
            "REPLACE_ME_BUCKET_NAME": bucket,
            "REPLACE_ME_REGION": "eu-west-1",
            "REPLACE_ME_ACCOUNT_ID": account,
        }

    def answer(self, line):
        """Runs `aws` with the words of this line; gives its JSON."""
        return json.loads(self.typed(line))

    def __getitem__(self, name):
        """A value by the lab's name without the usual beginning."""
        return self.values[f"REPLACE_ME_{name}"]

    def note(self, **values):
        """Notes values by these names."""
        self.values |= {f"REPLACE_ME_{name}": value for name, value in values.items()}

    def file(self, name, content=None):
        """Writes a file of the lab, filled in; what the CLI is given for it."""
        text = (LAB / name).read_text() if content is None else content
        for placeholder in sorted(self.values, key=len, reverse=True):
            text = text.replace(placeholder, self.values[placeholder])
        left = re.findall("REPLACE_ME[A-Z_]*", text)
        assert not left, f"{name}: {left} must be filled in"
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return f"file://{name}"

    def publish(self, backend="", api="", cognito="", client=""):
        """Uploads the site, with where its backend is, its API, and whom it asks to sign visitors in."""
        shutil.copytree(WEB, self.home / "web", dirs_exist_ok=True)
        self.note(SERVICE_URL=backend, API_URL=api, NONCE="")
        self.note(COGNITO_URL=cognito, COGNITO_USER_POOL_CLIENT_ID=client)
        self.file("web/config.js", (WEB / "config.js").read_text())
        self.typed(f"s3 cp --recursive web s3://{self['BUCKET_NAME']}/")


def part_1(student):
    """A bucket that is a website which everyone may read."""
    bucket = student["BUCKET_NAME"]
    student.typed(f"s3 mb s3://{bucket}")
    student.typed(f"s3 website s3://{bucket} --index-document index.html")
    # Not in the lab's text: since 2023 the policy is refused without it.
    student.typed(
        f"s3api put-public-access-block --bucket {bucket} --public-access-block-configuration"
        " BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false"
    )
    policy = student.file("website-bucket-policy.json")
    student.typed(f"s3api put-bucket-policy --bucket {bucket} --policy {policy}")
    student.publish()


def part_2(student):
    """The table with the twelve mysfits."""
    table = student.file("table.json", json.dumps(template("dynamodb-table.json", TABLE_NAME=TABLE)))
    student.typed(f"dynamodb create-table --cli-input-json {table}")
    student.typed(f"dynamodb wait table-exists --table-name {TABLE}")
    items = template("populate-dynamodb.json", TABLE_NAME=TABLE)
    items = student.file("items.json", json.dumps(items))
    student.typed(f"dynamodb batch-write-item --request-items {items}")
    assert student.answer(f"dynamodb scan --table-name {TABLE}")["Count"] == 12


def part_3(student, binary):
    """The stack, the image, the load balancer and the service; the site with the backend's address."""
    core_stack(student)
    image(student, binary)
    task_definition(student)
    load_balancer(student)
    service(student)
    student.publish(f"http://{student['NLB_DNS']}")


def core_stack(student):
    """The lab's own template; its outputs say which placeholders they fill."""
    body = student.file("core.yml", (LAB / "core.yml").read_text().replace("REPLACE_ME_", "FILLS_"))
    student.typed(
        f"cloudformation create-stack --stack-name {STACK} --capabilities CAPABILITY_NAMED_IAM"
        f" --template-body {body}"
    )
    describe = f"cloudformation describe-stacks --stack-name {STACK}"

    def outputs():
        return student.answer(describe)["Stacks"][0].get("Outputs")

    # The CLI's own waiter looks every 30 seconds.
    for output in until(outputs, "the stack has outputs"):
        student.note(**{output["Description"].removeprefix("FILLS_"): output["OutputValue"]})
    student.typed(f"cloudformation wait stack-create-complete --stack-name {STACK}")


def image(student, binary):
    """The repository and the image in it."""
    made = student.answer(f"ecr create-repository --repository-name {REPOSITORY}")
    # What `docker login` and `docker push` do, over the registry's protocol.
    login = student.typed("ecr get-login --no-include-email").split()
    registry = Registry(student.cloud)
    registry.sign_in(user=login[login.index("-u") + 1], password=login[login.index("-p") + 1])
    digest = registry.push(REPOSITORY, backend_image(binary))
    found = student.answer(f"ecr describe-images --repository-name {REPOSITORY}")["imageDetails"]
    assert [each["imageDigest"] for each in found] == [digest]
    student.note(IMAGE_TAG_USED_IN_ECR_PUSH=f"{made['repository']['repositoryUri']}:latest")


def task_definition(student):
    """The cluster, the log group and the task definition."""
    student.typed(f"ecs create-cluster --cluster-name {CLUSTER}")
    student.typed(f"logs create-log-group --log-group-name {LOGS}")
    file = student.file("task-definition.json")
    student.typed(f"ecs register-task-definition --cli-input-json {file}")


def load_balancer(student):
    """The load balancer, its target group and its listener."""
    made = student.answer(
        "elbv2 create-load-balancer --name mysfits-nlb --scheme internet-facing --type network"
        f" --subnets {student['PUBLIC_SUBNET_ONE']} {student['PUBLIC_SUBNET_TWO']}"
    )["LoadBalancers"][0]
    group = student.answer(
        "elbv2 create-target-group --name MythicalMysfits-TargetGroup --port 8080 --protocol TCP"
        f" --target-type ip --vpc-id {student['VPC_ID']} --health-check-interval-seconds 10"
        " --health-check-path / --health-check-protocol HTTP --healthy-threshold-count 3"
        " --unhealthy-threshold-count 3"
    )["TargetGroups"][0]
    student.note(
        NLB_ARN=made["LoadBalancerArn"],
        NLB_DNS=made["DNSName"],
        NLB_TARGET_GROUP_ARN=group["TargetGroupArn"],
    )
    student.typed(
        "elbv2 create-listener --default-actions"
        f" TargetGroupArn={group['TargetGroupArn']},Type=forward"
        f" --load-balancer-arn {made['LoadBalancerArn']} --port 80 --protocol TCP"
    )


def service(student):
    """The service-linked role, which is there already, and the service."""
    role = student.run(*"iam create-service-linked-role --aws-service-name ecs.amazonaws.com".split())
    # The cluster has made it. The lab says that an error may be ignored here.
    assert role.code != 0 and "InvalidInput" in role.err
    file = student.file("service-definition.json")
    student.typed(f"ecs create-service --cli-input-json {file}")
    until(lambda: is_stable(student), "the service is stable", 60)
    student.typed(f"ecs wait services-stable --cluster {CLUSTER} --services {SERVICE}")
    health = f"elbv2 wait target-in-service --target-group-arn {student['NLB_TARGET_GROUP_ARN']}"
    until(lambda: answers(student), "the backend answers")
    student.typed(health)


def part_4(student):
    """The user pool and its client, the VPC link, the API; the site with all of them."""
    pool = student.answer(
        "cognito-idp create-user-pool --pool-name MysfitsUserPool --auto-verified-attributes email"
    )["UserPool"]["Id"]
    client = student.answer(
        f"cognito-idp create-user-pool-client --user-pool-id {pool} --client-name MysfitsUserPoolClient"
    )["UserPoolClient"]["ClientId"]
    student.note(COGNITO_USER_POOL_ID=pool, VPC_LINK_ID=vpc_link(student))
    body = student.file("api-swagger.json")
    api = student.answer(
        "apigateway import-rest-api --parameters endpointConfigurationTypes=REGIONAL"
        f" --body {body} --fail-on-warnings"
    )["id"]
    student.typed(f"apigateway create-deployment --rest-api-id {api} --stage-name prod")
    url = f"{student.cloud.url}/_execute-api/{api}/prod"
    student.publish(f"http://{student['NLB_DNS']}", url, f"{student.cloud.url}/_cognito", client)


def vpc_link(student):
    """The link to the load balancer, once it can be used: its id."""
    made = student.answer(
        f"apigateway create-vpc-link --name MysfitsApiVpcLink --target-arns {student['NLB_ARN']}"
    )
    get = f"apigateway get-vpc-link --vpc-link-id {made['id']}"
    until(lambda: student.answer(get)["status"] == "AVAILABLE", "the VPC link is available")
    return made["id"]


def is_stable(student):
    """Whether the service has as many tasks as it wants."""
    found = student.answer(f"ecs describe-services --cluster {CLUSTER} --services {SERVICE}")
    (found,) = found["services"]
    return found["runningCount"] == found["desiredCount"] == 1


def answers(student):
    """Whether the backend answers through the load balancer."""
    try:
        return web.get(f"http://{student['NLB_DNS']}/").status == 200
    except (ConnectionError, TimeoutError):
        return False
