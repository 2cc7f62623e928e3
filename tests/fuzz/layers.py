"""Hostile images: layers whose entries lead elsewhere, with a broken config or manifest now and then."""

import gzip
import io
import json
import tarfile

from fuzz import trees, values
from fuzz.framing import bytes_of
from helpers.image import Image, digest_of

ESCAPE = "fuzz-escape"
NAMES = [
    "a",
    "a/b",
    "a/b/c",
    "./a",
    "../a",
    f"../../../../../../{ESCAPE}",
    f"/tmp/{ESCAPE}",
    f"a/../../{ESCAPE}",
    "..",
    ".",
    "/",
    "",
    "a//b",
    f"a/{ESCAPE}",
    f"a/b/{ESCAPE}",
    ".wh.a",
    ".wh..",
    "a/.wh..wh..opq",
    ".wh..wh.plnk",
    "a\0b",
    "a\nb",
    "é",
    "x" * 255,
    "x" * 256,
    "/".join(["d"] * 300),
    "service",
    "proc/self/mem",
    "dev/null",
    "etc/passwd",
    "\\..\\a",
    "C:\\a",
]
TARGETS = [
    "/",
    "/tmp",
    "..",
    "../../..",
    "a",
    ".",
    "/proc/self/root",
    "/etc/passwd",
    f"/tmp/{ESCAPE}",
    "a/b",
    "service",
    "",
]
KINDS = (
    [tarfile.REGTYPE] * 8
    + [tarfile.DIRTYPE] * 2
    + [tarfile.SYMTYPE] * 5
    + [tarfile.LNKTYPE] * 3
    + [tarfile.CONTTYPE]
)
# Rarely: one of these, and the image is refused.
REFUSED = [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, b"Z"]


def hostile(dice):
    """An image whose digests are right, whatever is in it."""
    layer = _archive(dice)
    document = {
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Entrypoint": ["/service"],
            "Env": ["A=b"],
            "WorkingDir": dice.choice([*NAMES, "/a"]),
        },
        "rootfs": {"type": "layers", "diff_ids": [digest_of(layer)]},
    }
    if dice.random() < 0.15:
        layer = bytes_of(layer, dice)
    packed = gzip.compress(layer, compresslevel=1, mtime=0) if dice.random() < 0.9 else layer
    if dice.random() < 0.1:
        packed = bytes_of(packed, dice)
    if dice.random() < 0.3:
        document = trees.mutated(document, dice, {})
    return Image(packed, trees.dumped(document).encode("utf-8", "surrogatepass"))


def manifest_of(image, dice):
    """The image's manifest, or one much like it."""
    if dice.random() < 0.7:
        return image.manifest
    return trees.dumped(trees.mutated(json.loads(image.manifest), dice, {})).encode(
        "utf-8", "surrogatepass"
    )


def _pax(dice):
    return values.bent(dice, "1").encode(errors="replace").decode()


def _archive(dice):
    archive = io.BytesIO()
    form = dice.choice([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    with tarfile.open(fileobj=archive, mode="w", format=form, errors="surrogateescape") as tar:
        for _ in range(dice.choice([1, 2, 4, 8, 200])):
            content = dice.randbytes(dice.choice([0, 1, 512, 5000]))
            entry = tarfile.TarInfo(dice.choice(NAMES))
            kinds = REFUSED if dice.random() < 0.01 else KINDS
            entry.type, entry.linkname = dice.choice(kinds), dice.choice(TARGETS)
            entry.mode = dice.choice([0o644, 0o755, 0o4755, 0, 0o7777])
            entry.uid, entry.gid = dice.choice([0, 1000, 2**21 - 1]), dice.choice([0, 65534])
            entry.mtime = dice.choice([0, 1_700_000_000, 2**33 - 1])
            is_file = entry.type in (tarfile.REGTYPE, tarfile.CONTTYPE, b"Z")
            entry.size = len(content) if is_file else 0
            if form == tarfile.PAX_FORMAT and dice.random() < 0.3:
                entry.pax_headers = {
                    dice.choice(["path", "linkpath", "size", "SCHILY.xattr.user.a"]): _pax(dice)
                }
            tar.addfile(entry, io.BytesIO(content) if is_file else None)
    return archive.getvalue()
