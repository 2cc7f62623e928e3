"""Which operation a request is, from what it looks like on the wire."""

import re
from urllib.parse import parse_qs, urlsplit


def service_of(request):
    """The service that a request is signed for, or what its path says."""
    scope = re.search(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/", request.header("authorization"))
    if scope:
        return scope[1]
    first = urlsplit(request.target).path.split("/")[1]
    return first if first.startswith("_") or first == "v2" else "unsigned"


def operation_of(request):
    """The operation; where only method and path say it, these without what differs each time."""
    if target := request.header("x-amz-target"):
        return target.rpartition(".")[2]
    if is_form(request):
        return parse_qs(request.body.decode("latin-1")).get("Action", ["?"])[0]
    parts = urlsplit(request.target)
    words = [re.sub(r"[0-9a-z-]{9,}", "*", word) for word in parts.path.split("/")[1:4]]
    keys = "&".join(sorted(key for key in parse_qs(parts.query, True) if key != "x-id"))
    return f"{request.method} /{'/'.join(words)}{f'?{keys}' if keys else ''}"


def is_form(request):
    """Whether it is a call of the Query protocol."""
    return request.header("content-type").startswith("application/x-www-form-urlencoded")
