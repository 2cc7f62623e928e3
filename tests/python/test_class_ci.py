"""docs/ci: the workflow and the buildspec for a class on several machines. Nobody runs them here: a linter reads the
one, the keys that AWS documents hold for the other, and every command of `mysfits` in them is a command line."""

import re

import pytest
import yaml

from helpers.places import BIN, ROOT
from helpers.program import Program

CI = ROOT / "docs" / "ci"
WORKFLOW = CI / "class.github-actions.yml"
BUILDSPEC = CI / "class.buildspec.yml"

# https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html and batch-build-buildspec.html
TOP = {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"}
PHASES = {"install", "pre_build", "build", "post_build"}
PHASE = {"run-as", "on-failure", "runtime-versions", "commands", "finally"}
ENV = {"shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper"}
BATCH = {"fast-fail", "build-graph", "build-list", "build-matrix", "build-fanout"}
TASK = {"identifier", "buildspec", "debug-session", "depend-on", "env", "ignore-failure"}
TASK_ENV = {"compute-type", "fleet", "image", "privileged-mode", "type", "variables"}


def linted(tmp_path, file):
    lint = Program(tmp_path / "home", BIN / "check-jsonschema")
    return lint.run("--builtin-schema", "vendor.github-workflows", str(file))


def test_the_workflow_is_one(tmp_path):
    linted(tmp_path, WORKFLOW).expect(0)
    spoilt = tmp_path / "spoilt.yml"
    for right, wrong in [("runs-on:", "run-on:"), ("fail-fast: false", "fail-fast: [no]"), ("needs:", "need:")]:
        text = WORKFLOW.read_text()
        assert right in text
        spoilt.write_text(text.replace(right, wrong))
        linted(tmp_path, spoilt).expect(1)


def test_the_workflow_asks_for_little_and_ends_with_all_shards():
    workflow = yaml.safe_load(WORKFLOW.read_text())
    shard, merge = workflow["jobs"]["shard"], workflow["jobs"]["merge"]
    assert (workflow["permissions"], merge["permissions"]) == ({}, {})
    assert shard["permissions"] == {"contents": "read", "id-token": "write"}
    assert workflow["concurrency"] == {"group": "class", "cancel-in-progress": False}
    assert (merge["needs"], merge["if"]) == ("shard", "always()")
    shards = shard["strategy"]["matrix"]["shard"]
    assert_all_shards(WORKFLOW.read_text(), shards)
    # What a dispatcher or a variable says is never a part of a script.
    runs = [step["run"] for job in (shard, merge) for step in job["steps"] if "run" in step]
    assert len(runs) == 7 and not any("${{" in run for run in runs)


def assert_all_shards(text, shards):
    assert shards == list(range(1, len(shards) + 1))
    assert set(re.findall(r'--shard "\$SHARD/(\d+)"', text)) == {str(len(shards))}
    merged = re.search(r"mysfits class merge (report-.*?) --out", text)[1]
    assert merged.split() == [f"report-{shard}.json" for shard in shards]


def keys_of(buildspec):
    """Every key that AWS does not document."""
    unknown = set(buildspec) - TOP | set(buildspec["phases"]) - PHASES | set(buildspec["env"]) - ENV
    for phase in buildspec["phases"].values():
        unknown |= set(phase) - PHASE
    unknown |= set(buildspec["batch"]) - BATCH
    for task in buildspec["batch"]["build-graph"]:
        unknown |= set(task) - TASK | set(task.get("env", {})) - TASK_ENV
    return unknown


def test_the_buildspec_has_only_documented_keys():
    buildspec = yaml.safe_load(BUILDSPEC.read_text())
    assert buildspec["version"] == 0.2 and keys_of(buildspec) == set()
    tasks = buildspec["batch"]["build-graph"]
    names = [task["identifier"] for task in tasks]
    # "Valid characters": letters, digits and underscores, as CodeBuild's identifiers have to be.
    assert len(set(names)) == len(names) and all(re.fullmatch(r"[A-Za-z0-9_]{1,128}", name) for name in names)
    assert tasks[-1]["depend-on"] == names[:-1]
    shards = [int(task["env"]["variables"]["SHARD"]) for task in tasks[:-1]]
    assert_all_shards(BUILDSPEC.read_text(), shards)
    assert all(isinstance(value, str) for task in tasks for value in task["env"]["variables"].values())
    assert keys_of(buildspec | {"phase": {}}) == {"phase"}


@pytest.mark.parametrize("file", [WORKFLOW, BUILDSPEC], ids=lambda file: file.name)
def test_every_command_is_a_command_line(file, tmp_path):
    """Each gets as far as a file that is missing: a command line that is wrong is refused before."""
    mysfits = Program(tmp_path / "home")
    lines = re.findall(r"mysfits (class .*?)(?: \|\| true.*)?$", file.read_text(), re.MULTILINE)
    assert len(lines) >= 4
    for line in lines:
        words = line.replace('"', "").replace("$SHARD", "3").split()
        ended = mysfits.run(*words)
        missing = "`report-1.json`" if "report-1.json" in line and words[1] == "merge" else "`class."
        assert "MYS006" not in ended.err and missing in ended.err, f"{line}\n{ended.err}"


def test_both_say_that_they_were_not_run():
    for file in (WORKFLOW, BUILDSPEC):
        first = file.read_text().splitlines()[0]
        assert first.startswith("# Checked by ") and "not run on" in first
