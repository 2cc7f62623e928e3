"""What AWS asks IAM for a request as it goes over the wire: written from AWS's documentation, and not from
what the program declares."""

import json
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from helpers.iam_matcher import Asked
from long.names import is_form, operation_of, service_of

ACCOUNT = "000000000000"
# What AWS chooses in an ARN that does not exist yet.
ID = "0123456789abcdef"


def asked_of(request):
    """What IAM is asked for a request; nothing for what needs no permission."""
    service = service_of(request)
    # The lab's own addresses, and the local cloud's.
    if service.startswith("_"):
        return []
    if service == "v2":
        return _registry(request)
    asking = _Asking(request, service)
    if service in ("s3", "apigateway"):
        return [s3, apigateway][service == "apigateway"](asking, request)
    return BY_SERVICE[service](asking, operation_of(request), _members(request))


class _Asking:
    """A request's place, and the forms of ARNs."""

    def __init__(self, request, service):
        scope = re.search(r"Credential=[^/]+/[^/]+/([^/]+)/", request.header("authorization"))
        self.region = scope[1] if scope else "eu-west-1"
        self.service = service

    def arn(self, text, service=None):
        """An ARN; what is one already stays."""
        if text.startswith("arn:"):
            return text
        return f"arn:aws:{service or self.service}:{self.region}:{ACCOUNT}:{text}"

    def ask(self, operation, *resources, service=None):
        """The operation on each resource."""
        action = f"{service or self.service}:{operation}"
        return [Asked(action, self.arn(it) if it != "*" else it) for it in resources]

    def role(self, action, role, key, value):
        """An action on a role, with a condition's key."""
        resource = role if role.startswith("arn:") else f"arn:aws:iam::{ACCOUNT}:role/{role}"
        return Asked(f"iam:{action}", resource, ((key, value),))

    def service_linked(self, name):
        """The role that a service makes for itself."""
        role = f"aws-service-role/{name}/AWSServiceRoleFor"
        return self.role("CreateServiceLinkedRole", role, "iam:AWSServiceName", name)


def _members(request):
    """The members of a request: JSON, or a form whose lists are numbered."""
    if is_form(request):
        return dict(parse_qsl(request.body.decode()))
    return json.loads(request.body or b"{}")


def _listed(form, name):
    """A list in a form."""
    return [value for key, value in form.items() if re.fullmatch(rf"{name}\.member\.\d+", key)]


def dynamodb(asking, operation, it):
    """Tables, by name or by the ARN that is tagged."""
    tables = [it["TableName"]] if "TableName" in it else list(it.get("RequestItems", {}))
    resources = [f"table/{name}" for name in tables] or [it["ResourceArn"]]
    tagged = asking.ask("TagResource", *resources) if it.get("Tags") else []
    return asking.ask(operation, *resources) + tagged


def ecr(asking, operation, it):
    """Repositories."""
    if operation == "GetAuthorizationToken":
        return asking.ask(operation, "*")
    names = it.get("repositoryNames") or [it[key] for key in ["repositoryName"] if key in it]
    resources = [f"repository/{name}" for name in names] or [it["resourceArn"]]
    is_created = operation == "CreateRepository" and it.get("tags")
    return asking.ask(operation, *resources) + asking.ask("TagResource", *resources * bool(is_created))


def ecs(asking, operation, it):
    """Clusters, services, task definitions, tasks."""
    resources = _of_ecs(operation, it)
    asked = asking.ask(operation, *resources)
    if it.get("tags") and operation != "TagResource":
        asked += asking.ask("TagResource", *resources)
    if operation == "RegisterTaskDefinition":
        for role in {it["taskRoleArn"], it["executionRoleArn"]}:
            asked.append(
                asking.role("PassRole", role, "iam:PassedToService", "ecs-tasks.amazonaws.com")
            )
    return asked


def _of_ecs(operation, it):
    def named(kind, name):
        return name if name.startswith("arn:") else f"{kind}/{name}"

    cluster = it.get("cluster", it.get("clusterName", "")).rpartition("/")[2]
    match operation:
        case "DescribeClusters":
            return [named("cluster", name) for name in it["clusters"]]
        case "CreateCluster" | "DeleteCluster" | "UpdateClusterSettings":
            return [f"cluster/{cluster}"]
        case "DescribeServices":
            return [named(f"service/{cluster}", name) for name in it["services"]]
        case "CreateService" | "UpdateService" | "DeleteService":
            return [named(f"service/{cluster}", it.get("serviceName") or it["service"])]
        case "DescribeTasks":
            return [named(f"task/{cluster}", name) for name in it["tasks"]]
        case "RegisterTaskDefinition":
            return [f"task-definition/{it['family']}:1"]
        case "DeleteTaskDefinitions":
            return [named("task-definition", name) for name in it["taskDefinitions"]]
        case "TagResource":
            return [it["resourceArn"]]
    return ["*"]


def logs(asking, operation, it):
    """Log groups. Some operations on a group are checked with the ARN of a stream without a name."""
    if operation == "DescribeLogGroups":
        return asking.ask(operation, "*")
    group = it["resourceArn"] if "resourceArn" in it else f"log-group:{it['logGroupName']}"
    group = group.removesuffix(":*")
    resources = [f"{group}:log-stream:{it.get('logStreamName', '')}"]
    if operation != "GetLogEvents":
        resources.append(group)
    is_created = operation == "CreateLogGroup" and it.get("tags")
    return asking.ask(operation, *resources) + asking.ask("TagResource", *resources * bool(is_created))


def cognito(asking, operation, it):
    """User pools."""
    pool = [f"userpool/{it['UserPoolId']}"] if "UserPoolId" in it else ["*"]
    tagged = asking.ask("TagResource", "userpool/new") if it.get("UserPoolTags") else []
    return asking.ask(operation, *pool) + (tagged if operation == "CreateUserPool" else [])


def cloudformation(asking, operation, form):
    """Stacks, by name or by their ARN."""
    name = form["StackName"]
    stack = name if name.startswith("arn:") else f"stack/{name}/{ID}"
    tagged = asking.ask("TagResource", stack) if "Tags.member.1.Key" in form else []
    return asking.ask(operation, stack) + tagged


def elasticloadbalancing(asking, operation, form):
    """Load balancers, target groups, listeners."""
    if operation.startswith("Describe"):
        return asking.ask(operation, "*")
    arns = [form[key] for key in ("LoadBalancerArn", "TargetGroupArn", "ListenerArn") if key in form]
    arns += _listed(form, "ResourceArns")
    made, asked = arns, []
    match operation:
        case "CreateLoadBalancer":
            made = arns = [f"loadbalancer/net/{form['Name']}/{ID}"]
            asked = [asking.service_linked("elasticloadbalancing.amazonaws.com")]
        case "CreateTargetGroup":
            made = arns = [f"targetgroup/{form['Name']}/{ID}"]
        case "CreateListener":
            made = [arns[0].replace(":loadbalancer/", ":listener/") + f"/{ID}"]
    if operation.startswith("Create") and "Tags.member.1.Key" in form:
        asked += asking.ask("AddTags", *made)
    return asked + asking.ask(operation, *arns)


def ec2(asking, operation, form):
    """What is there; and what a dry run would make."""
    made = {"AllocateAddress": "elastic-ip", "CreateInternetGateway": "internet-gateway", "CreateVpc": "vpc"}
    return asking.ask(operation, f"{made[operation]}/{ID}" if operation in made else "*")


def iam(asking, operation, form):
    """ECS's own role, and what the caller's policies allow."""
    if operation == "SimulatePrincipalPolicy":
        return asking.ask(operation, form["PolicySourceArn"])
    if operation == "CreateServiceLinkedRole":
        return [asking.service_linked(form["AWSServiceName"])]
    # A call names no path, and of a role that does not exist IAM knows none.
    roles = [f"role/{path}{form['RoleName']}" for path in ("aws-service-role/ecs.amazonaws.com/", "")]
    return [Asked(f"iam:{operation}", f"arn:aws:iam::{ACCOUNT}:{role}") for role in roles]


def servicequotas(asking, operation, it):
    """A quota; a default is asked for as a whole."""
    is_own = operation == "GetServiceQuota"
    return asking.ask(operation, f"{it['ServiceCode']}/{it['QuotaCode']}" if is_own else "*")


def s3(asking, request):
    """Buckets and objects, by path."""
    target = urlsplit(request.target)
    bucket, _, key = unquote(target.path.lstrip("/")).partition("/")
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    body = request.body.decode(errors="replace")
    if not bucket:
        return [Asked("s3:ListAllMyBuckets", "*")]
    if bucket == "v20180820":
        return [Asked("s3:GetAccountPublicAccessBlock", "*")]
    if request.method == "POST" and "delete" in query:
        objects = re.findall(r"<Object>.*?</Object>", body, re.DOTALL)
        versions = {"<VersionId>" in it for it in objects}
        names = {"s3:DeleteObjectVersion" if it else "s3:DeleteObject" for it in versions}
        return [Asked(name, f"arn:aws:s3:::{bucket}/any") for name in sorted(names)]
    if key:
        names = {"HEAD": "GetObject", "GET": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
        name = "AbortMultipartUpload" if "uploadId" in query else names[request.method]
        return [Asked(f"s3:{name}", f"arn:aws:s3:::{bucket}/{key}")]
    names = [_of_bucket(request.method, query)] + ["TagResource"] * ("<Tags>" in body)
    return [Asked(f"s3:{name}", f"arn:aws:s3:::{bucket}") for name in names]


def _of_bucket(method, query):
    verb = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}.get(method)
    whole = {"PUT": "CreateBucket", "HEAD": "ListBucket", "DELETE": "DeleteBucket"}
    parts = {
        "list-type": "ListBucket",
        "versions": "ListBucketVersions",
        "uploads": "ListBucketMultipartUploads",
        "tagging": f"{verb}BucketTagging",
        "policy": f"{verb}BucketPolicy",
        "website": f"{verb}BucketWebsite",
        "publicAccessBlock": f"{verb}BucketPublicAccessBlock",
    }
    found = [name for key, name in parts.items() if key in query]
    return found[0] if found else whole[method]


def apigateway(asking, request):
    """The method on the path; tags are written to a path of their own."""
    path = unquote(urlsplit(request.target).path)

    def on(path, method=request.method):
        return Asked(f"apigateway:{method}", f"arn:aws:apigateway:{asking.region}::{path}")

    asked = [on(path)]
    if request.method == "POST":
        body = json.loads(request.body) if request.body[:1] == b"{" else {}
        if body.get("tags"):
            asked.append(on("/tags/any", "PUT"))
        if path.endswith("/deployments") and body.get("stageName"):
            asked.append(on(path.replace("deployments", "stages")))
    if path.startswith("/vpclinks"):
        asked += _endpoint_service(asking, request.method)
    return asked


def _endpoint_service(asking, method):
    """What API Gateway does in the caller's name, so that a link reaches its load balancer."""
    service = asking.arn(f"vpc-endpoint-service/vpce-svc-{ID}", "ec2")
    configuration = "VpcEndpointServiceConfiguration"
    looked = Asked(f"ec2:Describe{configuration}s", "*")
    match method:
        case "POST":
            names = [f"Create{configuration}", "ModifyVpcEndpointServicePermissions"]
            role = asking.service_linked("ops.apigateway.amazonaws.com")
            return [looked, role, *(Asked(f"ec2:{name}", service) for name in names)]
        case "DELETE":
            return [looked, Asked(f"ec2:Delete{configuration}s", service)]
    return []


def _registry(request):
    """What a push needs in ECR, by method and path."""
    path = urlsplit(request.target).path
    name, kind, _ = re.split(r"/(blobs|manifests)/", path.removeprefix("/v2/"))
    names = {
        "HEAD blobs": ["BatchCheckLayerAvailability"],
        "POST blobs": ["InitiateLayerUpload"],
        "PUT blobs": ["UploadLayerPart", "CompleteLayerUpload"],
        "PUT manifests": ["PutImage"],
    }[f"{request.method} {kind}"]
    return [
        Asked(f"ecr:{it}", f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/{name}") for it in names
    ]


BY_SERVICE = {
    "dynamodb": dynamodb,
    "ecr": ecr,
    "ecs": ecs,
    "logs": logs,
    "cognito-idp": cognito,
    "cloudformation": cloudformation,
    "ec2": ec2,
    "elasticloadbalancing": elasticloadbalancing,
    "freetier": lambda asking, operation, it: asking.ask(operation, "*"),
    "iam": iam,
    "organizations": lambda asking, operation, it: asking.ask(operation, "*"),
    "servicequotas": servicequotas,
    "tagging": lambda asking, operation, it: [Asked(f"tag:{operation}", "*")],
    # AWS permits it to everybody.
    "sts": lambda asking, operation, it: [],
}
