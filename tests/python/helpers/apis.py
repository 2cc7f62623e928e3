"""A REST API in front of a program of this machine: VPC link, import, deployment, and calls of it."""

from helpers import web
from helpers.aws import wait
from helpers.balancers import make_balancer, make_group, make_listener
from helpers.cognito import Pool
from helpers.places import LAB
from helpers.waiting import until

LINK = "MysfitsApiVpcLink"


def definition(**values):
    """The original lab's definition, its two slips and all, filled in."""
    text = (LAB / "api-swagger.json").read_text()
    given = {"REGION": "eu-west-1", "ACCOUNT_ID": "000000000000"}
    for name, value in (given | values).items():
        text = text.replace(f"REPLACE_ME_{name}", value)
    assert "REPLACE_ME" not in text
    return text


class Api:
    """The lab's API as boto3 makes it, with what it stands on."""

    def __init__(self, cloud, elb, network, port):
        self.cloud, self.gateway, self.elb = cloud, cloud.client("apigateway"), elb
        balancer = make_balancer(elb, network)
        self.balancer, dns = balancer["LoadBalancerArn"], balancer["DNSName"]
        group = make_group(elb, network)
        make_listener(elb, self.balancer, group)
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": port}])
        wait(elb, "target_in_service", TargetGroupArn=group)
        self.pool = Pool(cloud).with_visitor()
        self.link = self.gateway.create_vpc_link(name=LINK, targetArns=[self.balancer])["id"]
        until(lambda: self.link_status() == "AVAILABLE", "the link is available")
        body = definition(
            COGNITO_USER_POOL_ID=self.pool.id, VPC_LINK_ID=self.link, NLB_DNS=dns
        )
        self.id = self.gateway.import_rest_api(
            body=body, failOnWarnings=True, parameters={"endpointConfigurationTypes": "REGIONAL"}
        )["id"]

    def link_status(self):
        return self.gateway.get_vpc_link(vpcLinkId=self.link)["status"]

    def deployed(self):
        """This, with its stage."""
        self.gateway.create_deployment(restApiId=self.id, stageName="prod")
        return self

    def method(self, path, verb):
        """What boto3 shows of a method."""
        items = self.gateway.get_resources(restApiId=self.id)["items"]
        (resource,) = [item["id"] for item in items if item["path"] == path]
        return self.gateway.get_method(restApiId=self.id, resourceId=resource, httpMethod=verb)

    def call(self, verb, path, token=None, **more):
        """The answer of the stage."""
        headers = ({"Authorization": token} if token else {}) | more.pop("headers", {})
        url = f"{self.cloud.url}/_execute-api/{self.id}/prod{path}"
        return web.request(verb, url, headers=headers, **more)
