"""Sending bytes over one connection that is kept, and reading answers."""

import re
import socket
from dataclasses import dataclass

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass
class Answer:
    """An answer: its status, its head, its body."""

    status: int
    head: bytes
    body: bytes


class Closed(Exception):
    """The connection was closed without a whole answer."""


class Hung(Exception):
    """There was no answer in time."""


class Wire:
    """One client of the cloud on this port."""

    def __init__(self, port, patience):
        self.port, self.patience, self.socket, self.buffer = port, patience, None, b""

    def send(self, request):
        """Sends a request and reads its answer."""
        raw = request.raw()
        try:
            return self._send(raw, request)
        except (TimeoutError, Hung) as error:
            self.close()
            raise Hung from error
        except OSError as error:
            self.close()
            raise Closed(str(error)) from error

    def _send(self, raw, request):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), self.patience)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket.sendall(raw)
            if request.is_broken:
                # Otherwise the server would wait for what never comes.
                self.socket.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It may have answered before it had read all of it.
        answer = self._read(request.method == "HEAD")
        while answer.status == 100:
            answer = self._read(False)
        if request.is_broken or CLOSES.search(answer.head) or self.buffer:
            self.close()
        return answer

    def _read(self, is_head):
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._more()
        head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
        status = int(head[9:12])
        length = LENGTH.search(head)
        size = 0 if is_head or status in (100, 204, 304) or not length else int(length[1])
        while len(self.buffer) < size:
            self._more()
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return Answer(status, head, body)

    def _more(self):
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionResetError("closed")
        self.buffer += chunk

    def close(self):
        """Ends the connection; the next request opens another one."""
        if self.socket:
            self.socket.close()
        self.socket, self.buffer = None, b""
