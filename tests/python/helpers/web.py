"""Plain HTTP, as a browser without credentials sends it.

Every connection goes to 127.0.0.1, whatever host the address names: names below `.localhost` do not
resolve on every machine.
"""

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Page:
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def content_type(self):
        return self.headers["content-type"]

    @property
    def text(self):
        return self.body.decode()


def request(method, url, body=None, headers=None):
    """Sends one request and reads its answer. Redirects are not followed."""
    parts = urlsplit(url)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
    try:
        connection.request(method, target, body, {"Host": parts.netloc} | (headers or {}))
        answer = connection.getresponse()
        return Page(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def get(url, headers=None):
    """Reads a page."""
    return request("GET", url, headers=headers)
