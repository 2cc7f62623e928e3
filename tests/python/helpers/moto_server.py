"""Starts moto's server with one thing changed: it names itself as the image registry, not AWS's.

moto's own answer names `ACCOUNT.dkr.ecr.REGION.amazonaws.com`, and a push would leave this machine.
"""

import sys

from moto.ecr.responses import ECRResponse
from moto.server import main

aws_answer = ECRResponse.get_authorization_token


def own_answer(self):
    """The answer with this server's address."""
    answer = aws_answer(self)
    for granted in answer.result["authorizationData"]:
        granted["proxyEndpoint"] = f"http://{self.headers['Host']}"
    return answer


ECRResponse.get_authorization_token = own_answer

if __name__ == "__main__":
    main(sys.argv[1:])
