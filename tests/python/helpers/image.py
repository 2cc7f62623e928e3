"""Container images of one layer, made and unpacked by hand: tar, gzip, JSON and SHA-256."""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest_of(content):
    """The name of a blob."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass
class Image:
    """The blobs of an image."""

    layer: bytes
    config: bytes

    @property
    def blobs(self):
        """Layer and config by their digests."""
        return {digest_of(blob): blob for blob in (self.layer, self.config)}

    @property
    def manifest(self):
        """What names both."""

        def descriptor(kind, blob):
            return {"mediaType": kind, "digest": digest_of(blob), "size": len(blob)}

        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, self.config),
            "layers": [descriptor(LAYER, self.layer)],
        }
        return json.dumps(manifest).encode()

    @property
    def digest(self):
        """The image's digest: that of its manifest."""
        return digest_of(self.manifest)


def make_image(files, **config):
    """An image of these files (path to content; all of them may be executed) and this config."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    document = {
        "architecture": "amd64",
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [digest_of(archive.getvalue())]},
    }
    layer = gzip.compress(archive.getvalue(), compresslevel=1, mtime=0)
    return Image(layer, json.dumps(document).encode())


def backend_image(binary, **config):
    """An image of the backend, as a student's Dockerfile would make it."""
    return make_image({"service": binary.read_bytes()}, Entrypoint=["/service"], **config)


def small_image(content=b"#!/bin/sh\n"):
    """An image that nobody runs."""
    return make_image({"program": content}, Entrypoint=["/program"])


def unpack(layers, folder):
    """Unpacks compressed layers, one over the other."""
    for layer in layers:
        with tarfile.open(fileobj=io.BytesIO(layer), mode="r:*") as tar:
            tar.extractall(folder, filter="data")
