"""Log groups of the local cloud's CloudWatch Logs, as boto3 sees them."""

import time

import pytest

from helpers.aws import refused

GROUP = "mythicalmysfits-logs"
ARN = f"arn:aws:logs:eu-west-1:000000000000:log-group:{GROUP}"
STREAM = "awslogs-mythicalmysfits-service/MythicalMysfits-Service/1"
LAB = {"mysfits:lab": "mythical-mysfits"}


@pytest.fixture
def group(logs):
    """A log group."""
    logs.create_log_group(logGroupName=GROUP, tags=LAB)
    return GROUP


def write(logs, *messages, stream=STREAM, at=None):
    """Writes lines into a stream, a millisecond apart."""
    try:
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    except logs.exceptions.ResourceAlreadyExistsException:
        pass
    start = at or int(time.time() * 1000)
    lines = [{"timestamp": start + number, "message": text} for number, text in enumerate(messages)]
    return logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=lines)


def read(logs, stream=STREAM, **more):
    """The messages of a stream."""
    found = logs.get_log_events(
        logGroupName=GROUP, logStreamName=stream, startFromHead=True, **more
    )
    return [event["message"] for event in found["events"]]


def test_a_group(logs, group):
    """Its two ARNs and its tags, by name and by ARN.

    Row: logs CreateLogGroup (tags)
    Row: logs DescribeLogGroups
    Row: logs ListTagsLogGroup
    """
    (found,) = logs.describe_log_groups(logGroupNamePrefix="mythical")["logGroups"]
    assert (found["logGroupName"], found["arn"]) == (GROUP, f"{ARN}:*")
    assert found["logGroupArn"] == ARN
    # AWS keeps everything for ever until it is told otherwise.
    assert "retentionInDays" not in found
    assert logs.list_tags_log_group(logGroupName=GROUP)["tags"] == LAB
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == LAB
    # The other ARN means the streams, which have no tags.
    with refused("ValidationException"):
        logs.list_tags_for_resource(resourceArn=f"{ARN}:*")
    logs.tag_resource(resourceArn=ARN, tags={"owner": "anna"})
    logs.untag_resource(resourceArn=ARN, tagKeys=["mysfits:lab"])
    assert logs.list_tags_log_group(logGroupName=GROUP)["tags"] == {"owner": "anna"}
    assert logs.describe_log_groups(logGroupNamePrefix="other")["logGroups"] == []


def test_a_name_is_taken_once(logs, group):
    """Nothing of the first one changes.

    Row: logs CreateLogGroup again -> ResourceAlreadyExists
    """
    with refused("ResourceAlreadyExistsException"):
        logs.create_log_group(logGroupName=GROUP)
    assert logs.list_tags_log_group(logGroupName=GROUP)["tags"] == LAB


def test_retention(logs, group):
    """Only the days that AWS has.

    Row: logs PutRetentionPolicy
    """
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    (found,) = logs.describe_log_groups()["logGroups"]
    assert found["retentionInDays"] == 7
    with refused("InvalidParameterException"):
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=8)
    logs.delete_retention_policy(logGroupName=GROUP)
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]


def test_lines_come_back(logs, group):
    """In the order of their times, with page tokens in both directions.

    Row: logs Put/GetLogEvents
    """
    write(logs, "one", "two", "drei – €", "four")
    assert read(logs) == ["one", "two", "drei – €", "four"]
    first = logs.get_log_events(
        logGroupName=GROUP, logStreamName=STREAM, startFromHead=True, limit=3
    )
    assert [event["message"] for event in first["events"]] == ["one", "two", "drei – €"]
    assert read(logs, nextToken=first["nextForwardToken"]) == ["four"]
    last = logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM, limit=1)
    assert [event["message"] for event in last["events"]] == ["four"]
    # At the end the token stays the same: that is how clients know.
    again = logs.get_log_events(
        logGroupName=GROUP, logStreamName=STREAM, nextToken=last["nextForwardToken"]
    )
    assert again["events"] == []
    assert again["nextForwardToken"] == last["nextForwardToken"]
    write(logs, "five")
    assert read(logs, nextToken=last["nextForwardToken"]) == ["five"]


def test_a_batch_has_rules(logs, group):
    """Out of order is refused; too old is left out, and the answer says so."""
    write(logs, "now")
    now = int(time.time() * 1000)
    backwards = [{"timestamp": now, "message": "b"}, {"timestamp": now - 1, "message": "a"}]
    with refused("InvalidParameterException"):
        logs.put_log_events(logGroupName=GROUP, logStreamName=STREAM, logEvents=backwards)
    answer = write(logs, "from last year", at=now - 365 * 24 * 3600 * 1000)
    assert answer["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"] == 1
    assert read(logs) == ["now"]


def test_streams(logs, group):
    """A stream is there once, is listed with its times, and goes with its lines."""
    write(logs, "one", "two", at=(start := int(time.time() * 1000) - 5000))
    write(logs, "other", stream="other")
    with refused("ResourceAlreadyExistsException"):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    newest = logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True)
    assert [stream["logStreamName"] for stream in newest["logStreams"]] == ["other", STREAM]
    (found,) = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix="awslogs-")[
        "logStreams"
    ]
    assert (found["firstEventTimestamp"], found["lastEventTimestamp"]) == (start, start + 1)
    logs.delete_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    with refused("ResourceNotFoundException"):
        read(logs)


def test_the_lines_of_all_streams(logs, group):
    """`FilterLogEvents` merges streams by time, and finds words."""
    start = int(time.time() * 1000) - 5000
    write(logs, "GET /mysfits 200", '{"level":"ERROR"}', stream="a", at=start)
    write(logs, "GET / 200", stream="b", at=start + 1)

    def found(**more):
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, **more)
        return [event["message"] for page in pages for event in page["events"]]

    assert len(found()) == 3
    assert found()[0] == "GET /mysfits 200"
    assert found(filterPattern="GET") == ["GET /mysfits 200", "GET / 200"]
    assert found(filterPattern="?ERROR ?mysfits") == ["GET /mysfits 200", '{"level":"ERROR"}']
    assert found(logStreamNames=["b"]) == ["GET / 200"]
    assert len(found(startTime=start + 1)) == 2


def test_a_group_is_deleted_with_its_lines(logs, group):
    """Then it is not found; a new one of its name is empty.

    Row: cleanup DeleteLogGroup
    """
    write(logs, "one")
    logs.delete_log_group(logGroupName=GROUP)
    for gone in [
        lambda: logs.delete_log_group(logGroupName=GROUP),
        lambda: logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7),
        lambda: logs.describe_log_streams(logGroupName=GROUP),
        lambda: read(logs),
    ]:
        with refused("ResourceNotFoundException"):
            gone()
    logs.create_log_group(logGroupName=GROUP)
    assert logs.describe_log_streams(logGroupName=GROUP)["logStreams"] == []


def test_everything_survives_a_restart(cloud, logs, group):
    """Group, tags, stream and lines are on disk."""
    write(logs, "one", "two")
    cloud.stop()
    cloud.start()
    logs = cloud.client("logs")
    assert read(logs) == ["one", "two"]
    assert logs.list_tags_log_group(logGroupName=GROUP)["tags"] == LAB
