"""The AWS CLI, as a student types it."""

from helpers.places import BIN
from helpers.program import Program


class AwsCli(Program):
    """`aws` against an endpoint, in a folder of the test's own."""

    def __init__(self, home, endpoint, account="000000000000", region="eu-west-1"):
        super().__init__(
            home,
            BIN / "aws",
            AWS_ENDPOINT_URL=endpoint,
            AWS_ACCESS_KEY_ID=account,
            AWS_SECRET_ACCESS_KEY="secret",
            AWS_DEFAULT_REGION=region,
        )

    def typed(self, line):
        """Runs `aws` with the words of this line; gives its output."""
        return self.done(*line.split())
