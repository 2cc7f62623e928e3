"""What CloudWatch Logs refuses at once."""

import pytest

from helpers import aws
from helpers.aws import refused

GROUP = "mysfits-logs"


@pytest.fixture
def group(logs):
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="stream")
    return f"arn:aws:logs:{aws.REGION}:000000000000:log-group:{GROUP}"


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("describe_log_streams", {}),
        ("filter_log_events", {}),
        ("get_log_events", {"logStreamName": "stream"}),
    ],
)
@pytest.mark.parametrize("end", [":*", "*", ":log-stream:*"])
def test_an_identifier_is_that_of_the_group(logs, group, operation, more, end):
    """Not of its streams, as `DescribeLogGroups` and CloudFormation give it in `arn`."""
    call = getattr(logs, operation)
    with refused("InvalidParameterException") as caught:
        call(logGroupIdentifier=group + end, **more)
    words = "Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*"
    assert f"Value '{group}{end}' at 'logGroupIdentifier' failed" in str(caught.value)
    assert words in str(caught.value)
    for good in [group, GROUP]:
        call(logGroupIdentifier=good, **more)


@pytest.mark.parametrize("limit", [-1, 0, 10_001])
def test_a_limit_is_a_number_of_entries(logs, group, limit):
    """Of every list and of events."""
    logs = aws.unchecked(logs)
    for call, given in [
        (logs.describe_log_groups, {}),
        (logs.describe_log_streams, {"logGroupName": GROUP}),
        (logs.get_log_events, {"logGroupName": GROUP, "logStreamName": "stream"}),
        (logs.filter_log_events, {"logGroupName": GROUP}),
    ]:
        with refused("InvalidParameterException") as caught:
            call(**given, limit=limit)
        assert f"Value '{limit}' at 'limit'" in str(caught.value)


def test_an_order_is_one_of_two(logs, group):
    """Streams are ordered by name or by time."""
    with refused("InvalidParameterException") as caught:
        aws.unchecked(logs).describe_log_streams(logGroupName=GROUP, orderBy="Anything")
    words = "Member must satisfy enum value set: [LogStreamName, LastEventTime]"
    assert f"Value 'Anything' at 'orderBy' failed to satisfy constraint: {words}" in str(caught.value)


def test_a_page_of_events_follows_from_the_one_before(logs, group):
    """No other token is taken."""
    with refused("InvalidParameterException") as caught:
        logs.filter_log_events(logGroupName=GROUP, nextToken="made-up")
    assert "The specified nextToken is invalid." in str(caught.value)
