"""What can happen to a request on its way: errors that look like AWS's, and broken connections."""

import json

from long.messages import Message
from long.names import is_form, service_of

# The cloud has not seen the request.
BEFORE = ("refused", "reset", "500", "503", "throttle", "denied")
# It has carried it out.
AFTER = ("lost", "cut", "garbage", "slow")
KINDS = BEFORE + AFTER

GARBAGE = b"\x15\x03\x01\x00\x02\x02\x28 not HTTP\r\n\r\n"

# By kind: the status and AWS's usual code, in JSON, in XML, in S3.
ERRORS = {
    "500": [(500, "InternalServerError"), (500, "InternalFailure"), (500, "InternalError")],
    "503": [(503, "ServiceUnavailable"), (503, "ServiceUnavailable"), (503, "ServiceUnavailable")],
    "throttle": [(400, "ThrottlingException"), (400, "Throttling"), (503, "SlowDown")],
    "denied": [(400, "AccessDeniedException"), (403, "AccessDenied"), (403, "AccessDenied")],
}
REASONS = {"throttle": "Rate exceeded", "denied": "User is not authorized to perform this"}
PLAIN = {"500": 500, "503": 503, "throttle": 429, "denied": 403}


def error(kind, request):
    """The answer of this kind that the service of a request would give."""
    words, service = REASONS.get(kind, "We encountered an internal error"), service_of(request)
    as_json, as_xml, as_s3 = ERRORS[kind]
    if request.header("x-amz-target"):
        body = json.dumps({"__type": as_json[1], "message": words})
        return _answer(as_json[0], "application/x-amz-json-1.1", body)
    if service == "apigateway":
        status = PLAIN[kind]
        code = "TooManyRequestsException" if kind == "throttle" else as_json[1]
        answer = _answer(status, "application/json", json.dumps({"message": words}))
        answer.headers.append(("x-amzn-errortype", code))
        return answer
    if is_form(request):
        body = (
            f"<Error><Type>Sender</Type><Code>{as_xml[1]}</Code><Message>{words}</Message></Error>"
        )
        body = f"<ErrorResponse>{body}<RequestId>0</RequestId></ErrorResponse>"
        return _answer(as_xml[0], "text/xml", body)
    if service == "s3":
        body = f"<Error><Code>{as_s3[1]}</Code><Message>{words}</Message></Error>"
        return _answer(as_s3[0], "application/xml", body)
    return _answer(PLAIN[kind], "text/plain", words)


def _answer(status, content_type, body):
    return Message(f"HTTP/1.1 {status} Injected", [("content-type", content_type)], body.encode())
