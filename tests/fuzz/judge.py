"""What an answer must not be."""

import re

# Errors of the server that are right: by status, what the answer says, and why it may.
PERMITTED = [
    (501, re.compile(rb"NotImplemented"), "S3, or the local cloud, does not do that, and says so"),
    (503, re.compile(rb"already has \d+ connections"), "there are too many connections"),
]
# The same for an API, behind which somebody else answers.
OF_APIS = [
    (
        500,
        re.compile(rb"Internal server error"),
        "API Gateway's answer if it cannot carry an integration out",
    ),
    (502, re.compile(rb"Internal server error"), "its answer if the backend does not speak HTTP"),
    (503, re.compile(rb"Service Unavailable"), "its answer if the backend is gone"),
    (504, re.compile(rb"Endpoint request timed out"), "its answer if the backend is slow"),
    (504, re.compile(rb"Network error communicating"), "its answer if nothing listens there"),
    (
        502,
        re.compile(rb"the table cannot be reached or read"),
        "the backend's answer if its table is gone",
    ),
]
VARYING = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Za-z_-]{20,}|\d+")


def verdict(request, answer):
    """Why an answer is wrong; nothing when it is right."""
    if answer.status < 500:
        return None
    # Answers to `HEAD` have no body to say it with.
    if answer.status == 501 and request.method == "HEAD":
        return None
    for status, words, _ in PERMITTED + (OF_APIS if is_of_api(request) else []):
        if answer.status == status and words.search(answer.body):
            return None
    return f"{answer.status} {answer.body[:300].decode(errors='replace')}"


def is_of_api(request):
    """Whether a request went to a stage of an API, behind which somebody else answers."""
    return "_execute-api" in request.target or "execute-api" in request.header("host")


def sort_of(request, why):
    """What findings of the same cause have in common, as far as one can tell."""
    return f"{request.name}: {VARYING.sub(b'*', why.encode()).decode()[:160]}"
