"""HTTP/1.1 messages, read whole and written whole."""

import asyncio
from dataclasses import dataclass, field, replace

LARGEST_HEAD = 1 << 20


@dataclass
class Message:
    """A request or an answer. Names of headers are in lower case."""

    first: str
    headers: list = field(default_factory=list)
    body: bytes = b""

    def header(self, name):
        """The first header of this name, or nothing."""
        return next((value for known, value in self.headers if known == name), "")

    def without(self, *names):
        """This, without the headers of these names."""
        return replace(self, headers=[it for it in self.headers if it[0] not in names])

    @property
    def method(self):
        return self.first.split(" ")[0]

    @property
    def target(self):
        return self.first.split(" ")[1]

    @property
    def status(self):
        return int(self.first.split(" ")[1])

    def raw(self, length=None):
        """The bytes that are sent; with a length that differs, if one is given."""
        plain = self.without("transfer-encoding", "content-length")
        headers = [*plain.headers, ("content-length", len(self.body) if length is None else length)]
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"{self.first}\r\n{head}\r\n".encode("latin-1") + self.body


async def read(reader, writer=None, to_method=None):
    """Reads one message, `None` at the end. An answer's reader says what was asked `to_method`; a
    request's gives its `writer`, by which a client that waits for it is told to go on."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    pairs = (line.split(":", 1) for line in lines)
    message = Message(first, [(name.lower(), value.strip()) for name, value in pairs])
    if writer and message.header("expect"):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        message = message.without("expect")
    if to_method != "HEAD":
        message.body = await _body(message, reader, is_answer=to_method is not None)
    return message


async def _body(message, reader, is_answer):
    if message.header("transfer-encoding").lower() == "chunked":
        return await _chunks(reader)
    length = message.header("content-length")
    if length:
        return await reader.readexactly(int(length))
    if is_answer and message.status not in (204, 304):
        return await reader.read()
    return b""


async def _chunks(reader):
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    while (await reader.readline()).strip():
        pass
    return body
