"""Mutations of requests: of their body by its format, of path, query, headers and framing."""

import json
import re
from dataclasses import replace
from urllib.parse import quote, unquote

from fuzz import framing, texts, trees, values
from fuzz.requests import pairs_of, text_of

METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "get", "PROPFIND"]
QUERIES = """
    acl policy policyStatus tagging versioning versions uploads uploadId partNumber delete
    website cors encryption location list-type prefix delimiter marker max-keys
    continuation-token start-after encoding-type versionId key-marker limit position embed mode
    Action digest mount from n last since response-content-type X-Amz-Expires
""".split()
HEADERS = """
    authorization content-type content-encoding content-md5 x-amz-target x-amz-copy-source
    x-amz-copy-source-range x-amz-content-sha256 x-amz-decoded-content-length x-amz-tagging
    x-amz-date x-amz-checksum-crc32 x-amz-checksum-sha256 x-amz-sdk-checksum-algorithm
    x-amz-trailer x-amz-acl x-amz-metadata-directive x-amz-meta-a x-amz-security-token range
    content-range if-match if-none-match if-modified-since host origin referer accept cookie
    x-amz-bypass-governance access-control-request-method sec-fetch-site x-forwarded-for
    x-amzn-errortype x-amz-grant-read
""".split()
TAG = re.compile(rb"<([A-Za-z][\w:]*)([^<>]*)>([^<>]*)</\1>")


class Mutator:
    """Mutates requests by its dice, with the words and requests of a recording."""

    def __init__(self, dice, recording):
        self.dice, self.words, self.all = dice, recording.words, recording.requests

    def next(self):
        """The next request."""
        dice = self.dice
        request = dice.choice(self.all)
        for _ in range(dice.choice([0, 1, 1, 1, 1, 2, 2, 3, 5])):
            request = self._one(request)
        if dice.random() < 0.03:
            request = framing.reframed(request, dice)
        return request

    def _one(self, request):
        chosen = self.dice.random()
        if chosen < 0.70 and request.body:
            return replace(request, body=self._body(request))
        if chosen < 0.82:
            return replace(request, target=self._target(request.target))
        if chosen < 0.96:
            return self._headers(request)
        if chosen < 0.98:
            return replace(request, method=self.dice.choice(METHODS))
        other = self.dice.choice(self.all)
        return replace(request, body=other.body)

    def _body(self, request):
        dice, body = self.dice, request.body
        if dice.random() < 0.06:
            return framing.bytes_of(body, dice)
        if body[:1] in (b"{", b"["):
            try:
                tree = trees.mutated(json.loads(body), dice, self.words)
                return trees.dumped(tree).encode("utf-8", "surrogatepass")
            except (ValueError, RecursionError):
                return framing.bytes_of(body, dice)
        if body[:1] == b"<":
            return self._xml(body)
        if b"Action=" in body[:4096]:
            return self._form(body.decode("latin-1")).encode("latin-1", "replace")
        return framing.bytes_of(body, dice)

    def _form(self, text):
        return text_of(self._pairs(pairs_of(text), []))

    def _pairs(self, pairs, more_names):
        dice = self.dice
        if not pairs or dice.random() < 0.15:
            name = dice.choice(more_names) if more_names else values.text(dice)
            return [*pairs, (name, values.text(dice))]
        at = dice.randrange(len(pairs))
        name, value = pairs[at]
        match dice.randrange(10):
            case 0:
                return pairs[:at] + pairs[at + 1 :]
            case 1:
                return [*pairs, pairs[at]]
            case 2:
                index = dice.choice(["0", "-1", "2", "1000", str(2**64), "01", "a", ""])
                return pairs[:at] + [(re.sub(r"\d+", index, name), value)] + pairs[at + 1 :]
            case 3:
                return pairs[:at] + [(values.bent(dice, name), value)] + pairs[at + 1 :]
            case 4:
                known = self.words.get(re.sub(r"[\d.]+$", "", name).rpartition(".")[2].lower())
                other = dice.choice(known) if known else values.text(dice)
                return pairs[:at] + [(name, other)] + pairs[at + 1 :]
            case _:
                other = texts.other(value or "", dice, self.words)
                return pairs[:at] + [(name, other)] + pairs[at + 1 :]

    def _xml(self, body):
        dice = self.dice
        found = list(TAG.finditer(body))
        if not found or dice.random() < 0.1:
            bomb = b'<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'
            depth = dice.choice([16, 17, 1000, 20_000])
            return dice.choice(
                [bomb + body, b"<a>" * depth, b"<a>" * depth + b"</a>" * depth, b"", b"<"]
            )
        one = dice.choice(found)
        tag, rest, inner = one[1], one[2], one[3]
        text = (
            values.text(dice)
            if dice.random() < 0.6
            else values.bent(dice, inner.decode(errors="replace"))
        )
        text = text.encode("utf-8", "surrogatepass")
        other = dice.choice(
            [
                b"<%b%b>%b</%b>" % (tag, rest, text, tag),
                b"<%b%b>%b</%b>"
                % (tag, rest, text.replace(b"&", b"&amp;").replace(b"<", b"&lt;"), tag),
                b"",
                one[0] * dice.choice([2, 2, 101, 1001]),
                b"<a>%b</a>" % one[0],
                b"<%b><![CDATA[%b]]></%b>" % (tag, text, tag),
                b"<%b/>" % tag,
                b"<!-- -->%b&#0;&#x110000;" % one[0],
            ]
        )
        return body[: one.start()] + other + body[one.end() :]

    def _target(self, target):
        dice = self.dice
        path, mark, query = target.partition("?")
        if mark and dice.random() < 0.5 or dice.random() < 0.2:
            return f"{path}?{text_of(self._pairs(pairs_of(query), QUERIES))}"
        segments = path.split("/")
        at = dice.randrange(len(segments))
        chosen = dice.random()
        if chosen < 0.4:
            other = values.text(dice)
            safe = dice.choice(["", "/", "/.*()!"])
            segments[at] = quote(other.encode("utf-8", "surrogatepass")[:9000], safe=safe)
        elif chosen < 0.7:
            segments[at] = quote(
                values.bent(dice, unquote(segments[at])), safe="", errors="surrogatepass"
            )
        elif chosen < 0.8:
            del segments[at]
        elif chosen < 0.9:
            segments.insert(
                at, dice.choice(["", ".", "..", "%2e%2e", "%2F", "%", "%zz", "%c0%ae", "_local"])
            )
        else:
            segments = dice.choice(self.all).target.split("/")
        return ("/" + "/".join(segments).lstrip("/")) + mark + query

    def _headers(self, request):
        dice = self.dice
        chosen = dice.random()
        if chosen < 0.15 and request.header("x-amz-target"):
            other = dice.choice(self.all)
            return request.with_header("x-amz-target", other.header("x-amz-target") or "a.b")
        if chosen < 0.3:
            other = dice.choice(self.all).header("authorization")
            scope = re.sub(
                r"=\d{12}/", dice.choice(["=111111111111/", "=x/", "=000000000000/"]), other
            )
            return request.with_header("authorization", scope)
        name, value = dice.choice(request.headers or [("host", "localhost")])
        if chosen < 0.45:
            return replace(request, headers=[it for it in request.headers if it[0] != name])
        if chosen < 0.7:
            return request.with_header(name, _line(texts.other(value, dice, self.words)))
        return request.with_header(dice.choice(HEADERS), _line(values.text(dice)))


def _line(text):
    """A text that is one header, if a strange one."""
    return (
        text.translate({0: None, 10: None, 13: None})[:20_000].encode("utf-8", "replace").decode()
    )
