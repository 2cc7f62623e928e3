"""A forward proxy that looks into what it forwards, as those of companies do.

It knows the hosts that a test gives it, each as a port of this machine or as a function that answers,
and keeps what it was asked. `CONNECT` leads to a server that is taken for the host by those who trust
the test's authority.
"""

import base64
import http.client
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


@dataclass
class Asked:
    """A request to a host."""

    # Whether it came through `CONNECT`.
    tunnelled: bool
    host: str
    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def key(self):
        """The access key id with which it is signed; `None` without a signature."""
        credential = self.headers.get("authorization", "").partition("Credential=")[2]
        return credential.partition("/")[0] or None

    @property
    def token(self):
        """The session token."""
        return self.headers.get("x-amz-security-token")


class ForwardProxy:
    """A proxy on a port of its own."""

    def __init__(self, authority, user=None):
        self.authority = authority
        self.hosts = {}
        self.asked = []
        # `CONNECT host:port` and absolute addresses, word for word.
        self.lines = []
        self.expected = user and "Basic " + base64.b64encode(user.encode()).decode()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Outer)
        self.server.proxy = self
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def to(self, host):
        """What this host was asked."""
        return [asked for asked in self.asked if asked.host == host]

    def answer(self, asked):
        """Status, headers and body of the host."""
        target = self.hosts.get(asked.host)
        if target is None:
            return 502, {}, b"no such host"
        return target(asked) if callable(target) else self.forward(target, asked)

    @staticmethod
    def forward(port, asked):
        """The answer of a port of this machine."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            # The host's own name is the proxy's business.
            headers = asked.headers | {"host": f"127.0.0.1:{port}"}
            connection.request(asked.method, asked.path, asked.body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


class Handler(BaseHTTPRequestHandler):
    """What both handlers have in common."""

    protocol_version = "HTTP/1.1"
    # A client keeps its connections until it ends.
    timeout = 60

    def log_message(self, *_):
        """Says nothing."""

    def exchange(self, tunnelled, host, path):
        """Reads a request, and sends the host's answer."""
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(tunnelled, host, self.command, path, headers, self.rfile.read(length))
        self.server.proxy.asked.append(asked)
        status, headers, body = self.server.proxy.answer(asked)
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        is_head = self.command == "HEAD"
        length = headers.get("content-length", "0") if is_head else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body)


class Inner(Handler):
    """Requests within a tunnel."""

    def forward(self):
        self.exchange(True, self.server.host, self.path)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = forward


class Tunnel:
    """What `Inner` sees as its server."""

    def __init__(self, proxy, host):
        self.proxy = proxy
        self.host = host


class Outer(Handler):
    """Requests to the proxy itself."""

    def may(self):
        """Whether who asks may use the proxy."""
        proxy = self.server.proxy
        proxy.lines.append(f"{self.command} {self.path}")
        if proxy.expected in (None, self.headers.get("Proxy-Authorization")):
            return True
        self.send_error(407)
        return False

    def do_CONNECT(self):
        if not self.may():
            return
        proxy, host = self.server.proxy, self.path.rpartition(":")[0]
        if host not in proxy.hosts:
            self.send_error(502)
            return
        self.send_response_only(200)
        self.end_headers()
        self.close_connection = True
        try:
            context = proxy.authority.context(host)
            stream = context.wrap_socket(self.connection, server_side=True)
            Inner(stream, self.client_address, Tunnel(proxy, host))
        except OSError:
            # The client does not trust the authority, or has gone.
            pass

    def forward(self):
        if self.may():
            parts = urlsplit(self.path)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            self.exchange(False, parts.hostname, path or "/")

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = forward
