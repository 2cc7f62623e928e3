"""What a proxy writes anew, so that all calls come to it: the addresses in requests and answers.

The cloud tells where its registry, its APIs and its load balancers are; clients are told the doors of
the proxy instead, and the cloud gets its own addresses back. Tasks are told to find DynamoDB at the
proxy. Objects of S3 stay as they are, since they come with checksums.
"""

import json
import re
from dataclasses import replace

from long.names import operation_of, service_of

# The backend prefers this to the address that the local cloud gives to every task.
TASKS_ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
BALANCER = re.compile(rb"<DNSName>127\.0\.0\.1:(\d+)</DNSName>")


class Addresses:
    """The doors of a proxy by the ports that they stand for."""

    def __init__(self):
        self.doors = {}

    def inward(self, request):
        """A request as the cloud is to see it."""
        host = self._inward(request.header("host").encode()).decode()
        request = request.without("host")
        request.headers.append(("host", host))
        if service_of(request) == "s3":
            return request
        request = replace(request, body=self._inward(request.body))
        if operation_of(request) == "RegisterTaskDefinition":
            request = self._with_endpoint(request)
        return request

    def outward(self, request, answer):
        """An answer as the client is to see it."""
        if service_of(request) == "s3":
            return answer
        if operation_of(request) in ("RegisterTaskDefinition", "DescribeTaskDefinition"):
            answer = _without_endpoint(answer)
        headers = [(name, self._outward(value.encode()).decode()) for name, value in answer.headers]
        return replace(answer, headers=headers, body=self._outward(answer.body))

    def balancers(self, answer):
        """The ports of load balancers in an answer that have no door yet."""
        ports = {int(port) for port in BALANCER.findall(answer.body)}
        return ports - set(self.doors)

    def _outward(self, text):
        return _replaced(text, self.doors)

    def _inward(self, text):
        return _replaced(text, {door: port for port, door in self.doors.items()})

    def _with_endpoint(self, request):
        definition = json.loads(request.body)
        # The cloud's own is the first.
        door = next(iter(self.doors.values()))
        for container in definition["containerDefinitions"]:
            variable = {"name": TASKS_ENDPOINT, "value": f"http://127.0.0.1:{door}"}
            container.setdefault("environment", []).append(variable)
        return replace(request, body=json.dumps(definition).encode())


def _without_endpoint(answer):
    try:
        shown = json.loads(answer.body)
    except ValueError:
        return answer
    for container in shown.get("taskDefinition", {}).get("containerDefinitions", []):
        kept = [it for it in container.get("environment", []) if it["name"] != TASKS_ENDPOINT]
        container["environment"] = kept
    return replace(answer, body=json.dumps(shown).encode())


def _replaced(text, ports):
    def other(match):
        port = ports.get(int(match[2]))
        return match[0] if port is None else match[1] + str(port).encode()

    return re.sub(rb"((?:127\.0\.0\.1|localhost)(?::|%3A))(\d{4,5})(?!\d)", other, text)
