# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the submission to KCIDB: its identifiers, its statuses, what is refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from fake import RUNNER, Fake, failed, skipped
from sockcheck import kcidb
from sockcheck.trouble import Trouble

# Of KCIDB's schema 5.3: what an object may be called, and what a test's path is.
IDENTIFIER = re.compile(r"[a-z0-9_]+:[^\0]*")
PATH = re.compile(r"([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?")
STATUSES = {"FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP"}
LISTS = {"checkouts", "builds", "tests", "issues", "incidents"}


def submission(fake: Fake, **options: str) -> dict[str, Any]:
    return kcidb.report(fake.report(), kcidb.Build({"origin": "example", **options}))


def statuses(report: dict[str, Any]) -> dict[str, str]:
    return {test["path"]: test["status"] for test in report["tests"]}


def everything_linked(report: dict[str, Any]) -> None:
    assert set(report) <= LISTS | {"version"}
    things = [thing for kind in LISTS & set(report) for thing in report[kind]]
    named = {thing["id"] for thing in things}
    assert len(named) == len(things)
    for thing in things:
        assert IDENTIFIER.fullmatch(thing["id"]) and thing["origin"] == "example"
        for key in ("checkout_id", "build_id", "test_id", "issue_id"):
            assert thing.get(key, thing["id"]) in named


def test_a_rule_is_as_bad_as_its_worst_case(fake: Fake) -> None:
    by_rule = [fake.names[at : at + 10] for at in range(0, 40, 10)]
    fake.does[by_rule[0][3]] = failed(came="-1 <EPERM>\0")
    fake.does[by_rule[0][4]] = failed("broken")
    for name in by_rule[1]:
        fake.does[name] = skipped("not here")
    fake.does[by_rule[2][0]] = skipped("not here")
    fake.does[by_rule[3][0]] = failed("broken")
    assert fake.check().returncode == 1
    report = submission(fake)
    everything_linked(report)
    assert list(statuses(report).values()) == ["SKIP", "FAIL", "ERROR", "PASS"]
    assert all(PATH.fullmatch(path) for path in statuses(report))
    assert set(statuses(report).values()) <= STATUSES
    log = report["tests"][1]["log_excerpt"]
    assert by_rule[0][3] in log and "EPERM" in log and "\0" not in log


def test_what_is_known_is_an_incident_of_an_issue(fake: Fake) -> None:
    keys = "seen = 0\nwhy = so it is\nsince = 6.1\n"
    for name in fake.names[:2]:
        fake.does[name] = failed(came="0")
    fake.deviate(f"[{fake.names[0]}]\n{keys}[{fake.names[1]}]\n{keys}")
    assert fake.check().returncode == 0
    report = submission(fake)
    everything_linked(report)
    assert "FAIL" in statuses(report).values()
    assert [issue["comment"] for issue in report["issues"]] == ["so it is"] * 2
    failing = [test["id"] for test in report["tests"] if test["status"] == "FAIL"]
    assert {incident["test_id"] for incident in report["incidents"]} == set(failing)


def test_the_same_run_has_the_same_names_and_another_commit_has_others(
    fake: Fake,
) -> None:
    assert fake.check().returncode == 0
    first, second = submission(fake), submission(fake)
    assert first == second
    other = submission(fake, revision="0" * 40)
    assert other["checkouts"][0]["patchset_hash"] == ""
    assert {test["id"] for test in other["tests"]}.isdisjoint(
        test["id"] for test in first["tests"]
    )


@pytest.mark.parametrize(
    "options",
    [
        {"origin": "Example"},
        {"revision": "main"},
        {"repository": "git://example.org/linux"},
    ],
)
def test_what_the_schema_would_refuse_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(Trouble, match=next(iter(options))):
        kcidb.Build({"origin": "example", **options})


def test_a_file_that_is_no_report(fake: Fake) -> None:
    path = RUNNER / "sockcheck" / "results.schema.json"
    command = [sys.executable, "-m", "sockcheck", "kcidb", str(path), "--origin", "me"]
    done = subprocess.run(command, cwd=RUNNER, capture_output=True, text=True)
    assert done.returncode == 2 and "no results.json of sockcheck" in done.stderr
    assert done.stdout == ""


def test_the_command_prints_json(fake: Fake) -> None:
    assert fake.check().returncode == 0
    path = next(fake.folder.rglob("results.json"))
    command = [sys.executable, "-m", "sockcheck", "kcidb", str(path), "--origin", "me"]
    done = subprocess.run(command, cwd=RUNNER, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["version"] == {"major": 5, "minor": 3}
