"""A finding as a line of text, and back: ids of the run's lab become names, by which another lab has
ids, too."""

import base64
import re
import zlib

IDENTIFIER = re.compile(r"(?=.*\d)[\w:/.+=-]{8,2000}$")


def line_of(raw, words):
    """The line for a request's bytes."""
    for value, name in sorted(_names(words).items(), key=lambda it: -len(it[0])):
        raw = raw.replace(value.encode(), b"{{%b}}" % name.encode())
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode()


def raw_of(line, words):
    """The bytes for a line, with the ids of another recording."""
    values = {name: value for value, name in _names(words).items()}
    raw = zlib.decompress(base64.urlsafe_b64decode(line))
    return re.sub(
        rb"\{\{([^{}]+:\d+)\}\}",
        lambda it: values.get(it[1].decode(), it[0].decode()).encode(),
        raw,
    )


def _names(words):
    return {
        value: f"{name}:{number}"
        for name, found in sorted(words.items())
        for number, value in enumerate(found)
        if IDENTIFIER.match(value)
    }
