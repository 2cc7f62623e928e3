"""Mutations below HTTP's own rules: of bytes, of lengths, of chunks."""

import gzip
from dataclasses import replace


def bytes_of(body, dice):
    """A body with some bytes flipped, gone, doubled or put in."""
    at, length = dice.randint(0, len(body)), dice.choice([1, 2, 8, 100])
    match dice.randrange(6):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + dice.randbytes(length) + body[at + length :]
        case 2:
            return body[:at] + body[at + length :]
        case 3:
            return body[:at] + body[max(0, at - length) : at] * dice.choice([2, 20]) + body[at:]
        case 4:
            return body + dice.choice([b"\0", b"\xff\xfe", b"}", b"\r\n\r\n", b" " * 5000])
        case _:
            return dice.choice(
                [b"", b"\0", b"\xef\xbb\xbf" + body, gzip.compress(body), b"[" * 50_000]
            )


def reframed(request, dice):
    """A request whose body comes in another way."""
    body = request.body
    match dice.randrange(8):
        case 0:
            return _chunked(request, _chunks(body, dice, b"") + b"0\r\n\r\n")
        case 1:
            # What stands beside the chunks is limited, and then the connection ends.
            mark = dice.choice([b";a=b", b";chunk-signature=0"])
            return _chunked(request, _chunks(body, dice, mark) + b"0\r\n\r\n", True)
        case 2:
            trailer = b"x-amz-checksum-crc32: AAAAAA==\r\na: " + b"b" * dice.choice([1, 20_000])
            return _chunked(
                request, _chunks(body, dice, b"") + b"0\r\n" + trailer + b"\r\n\r\n", True
            )
        case 3:
            bad = dice.choice(
                [b"zz\r\n", b"-1\r\n", b"FFFFFFFFFFFFFFFFF\r\n", b"\r\n", b"1;" + b"a" * 20_000]
            )
            return _chunked(request, bad + body, True)
        case 4 | 5:
            return _aws_chunked(request, dice)
        case 6:
            length = dice.choice(["-1", "a", "", "1, 2", str(2**64), "+1"])
            return _framed(request, [("content-length", length)], body, True)
        case _:
            both = [("content-length", "5"), ("content-length", "6")]
            return _framed(request, both, body, True)


def _chunks(body, dice, mark):
    size = dice.choice([1, 7, 1000]) if len(body) < 5000 else 4096
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x%b\r\n%b\r\n" % (len(part), mark, part) for part in parts)


def _aws_chunked(request, dice):
    """S3's own chunks, within the body."""
    body = request.body
    signature = dice.choice([b"", b";chunk-signature=" + b"0" * 64, b";x"])
    size = dice.choice([len(body), len(body) + 1, 0, 2**64, -1])
    wrong = b"%b%b\r\n%b\r\n0%b\r\n" % (f"{size:x}".encode(), signature, body, signature)
    trailer = dice.choice([b"\r\n", b"", b"x-amz-checksum-crc32:AAAAAA==\r\n\r\n", b"a" * 9000])
    length = dice.choice([str(len(body)), "0", "-1", "a", str(2**63)])
    request = request.with_header("x-amz-decoded-content-length", length)
    kind = dice.choice(["STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"])
    request = request.with_header("x-amz-content-sha256", kind)
    return replace(request.with_header("content-encoding", "aws-chunked"), body=wrong + trailer)


def _chunked(request, raw, is_broken=False):
    return _framed(request, [("transfer-encoding", "chunked")], raw, is_broken)


def _framed(request, headers, raw, is_broken):
    headers = [*request.headers, *headers]
    return replace(request, headers=headers, framed=raw, is_broken=is_broken or request.is_broken)
