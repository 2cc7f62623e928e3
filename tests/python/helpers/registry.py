"""The local cloud's image registry by its HTTP protocol, as container engines speak it."""

from base64 import b64decode, b64encode
from urllib.parse import urljoin

from helpers import web
from helpers.image import MANIFEST


class Registry:
    """The registry of a cloud's account, with a password from ECR."""

    def __init__(self, cloud, ecr=None):
        granted = (ecr or cloud.client("ecr")).get_authorization_token()["authorizationData"][0]
        self.token = granted["authorizationToken"]
        self.url = granted["proxyEndpoint"]

    @property
    def password(self):
        """The password of the user `AWS`."""
        return b64decode(self.token).decode().removeprefix("AWS:")

    def sign_in(self, user, password):
        """Comes with another password from now on."""
        self.token = b64encode(f"{user}:{password}".encode()).decode()

    def request(self, method, path, body=None, **headers):
        """A request with the password."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Authorization"] = f"Basic {self.token}"
        return web.request(method, urljoin(self.url, path), body, headers)

    def push(self, repository, image, tag="latest"):
        """Pushes an image as ECR wants it: one POST and one PUT for each blob; its digest."""
        for digest, blob in image.blobs.items():
            begun = self.request("POST", f"/v2/{repository}/blobs/uploads/")
            assert begun.status == 202, begun.text
            done = self.request("PUT", f"{begun.headers['location']}?digest={digest}", blob)
            assert done.status == 201, done.text
        path = f"/v2/{repository}/manifests/{tag}"
        put = self.request("PUT", path, image.manifest, Content_Type=MANIFEST)
        assert put.status == 201, put.text
        return put.headers["docker-content-digest"]
