"""A request as the fuzzer holds it: its parts apart, so that each can be mutated, and its bytes."""

from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, unquote_plus


@dataclass
class Request:
    """A request. Names of headers are in lower case; the body is bytes."""

    name: str
    method: str
    target: str
    headers: list = field(default_factory=list)
    body: bytes = b""
    # The body as it goes over the wire, where that is not the body with its length.
    framed: bytes = None
    # Whether the framing is broken: the server may then close the connection without an answer.
    is_broken: bool = False

    def header(self, name):
        """The first header of this name, or nothing."""
        return next((value for known, value in self.headers if known == name), "")

    def with_header(self, name, value):
        """This, with the header set."""
        return replace(self, headers=[it for it in self.headers if it[0] != name] + [(name, value)])

    def raw(self):
        """The bytes that are sent."""
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.framed is None:
            lines.append(f"content-length: {len(self.body)}")
        head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        return head + b"\r\n\r\n" + (self.body if self.framed is None else self.framed)


def pairs_of(text):
    """The pairs of a form or a query; what has no `=` keeps none."""
    pairs = []
    for part in text.split("&") if text else []:
        name, equals, value = part.partition("=")
        pairs.append((unquote_plus(name), unquote_plus(value) if equals else None))
    return pairs


def text_of(pairs):
    """The text of pairs."""
    return "&".join(
        _quoted(name) if value is None else f"{_quoted(name)}={_quoted(value)}"
        for name, value in pairs
    )


def _quoted(text):
    return quote_plus(text, safe="-_.~", errors="surrogatepass")


UNWANTED = {"content-length", "connection", "transfer-encoding", "expect", "accept-encoding"}


def from_parts(name, method, target, headers, body):
    """A request of what was recorded or made."""
    headers = [(key.lower(), value) for key, value in headers if key.lower() not in UNWANTED]
    return Request(name, method, target, headers, body)
