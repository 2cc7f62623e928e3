"""Programs of this machine that answer every request, for load balancers and APIs to stand before."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@contextmanager
def answering(answer):
    """A program that gives each request to `answer`, which tells status, headers and body; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answer(self)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def program(text, status=200):
    """A program that answers everything with this text."""
    return answering(lambda _: (status, {}, text.encode()))


def echo():
    """A program that answers with what it was asked."""

    def said(request):
        length = int(request.headers.get("Content-Length") or 0)
        said = {
            "method": request.command,
            "path": request.path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": request.rfile.read(length).decode(),
        }
        return 200, {"X-From": "echo"}, json.dumps(said).encode()

    return answering(said)
