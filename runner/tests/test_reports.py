# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the reports: that programs can read them, and read the same in each."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake import RUNNER, Fake, failed, skipped
from sockcheck import report_json, report_junit, report_tap
from sockcheck.binary import Case, Listing
from sockcheck.deviations import Deviation
from sockcheck.run import Run
from sockcheck.tap import Reader
from sockcheck.verdicts import VERDICTS, Result

SCHEMA = json.loads((RUNNER / "sockcheck" / "results.schema.json").read_text())
KEYS = {"seen": "0", "why": "known", "since": "6.1"}


def valid(report: Any) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(report)


def mixed(fake: Fake) -> None:
    """One case of each verdict, and the rest of them passing."""
    fake.does[fake.names[0]] = failed(output="<&>\"'\x1b[0m\ud800 \r\n]]>")
    fake.does[fake.names[1]] = failed(came="0")
    fake.does[fake.names[3]] = skipped("needs # <root>")
    for number, verdict in enumerate(("broken", "timeout", "crash"), 4):
        fake.does[fake.names[number]] = failed(verdict)
    keys = "seen = 0\nwhy = so it is\nsince = 6.1\n"
    fake.deviate(f"[{fake.names[1]}]\n{keys}[{fake.names[2]}]\n{keys}")


EXPECTED = ["fail", "known", "fixed", "skip", "broken", "timeout", "crash"]


def test_json(fake: Fake) -> None:
    mixed(fake)
    assert fake.check().returncode == 1
    report = fake.report()
    valid(report)
    assert [fake.verdicts()[name] for name in fake.names[:7]] == EXPECTED
    assert report["summary"] == {word: 33 if word == "pass" else 1 for word in VERDICTS}
    names = [case["name"] for case in report["cases"]]
    assert names == sorted(fake.names)
    fail = fake.case(fake.names[0])
    assert (fail["call"], fail["called"][:7]) == ("socket", "socket(")
    assert fail["citations"][0] == "socket(2) EAFNOSUPPORT"


def test_json_of_a_refusal_that_is_never_met(fake: Fake) -> None:
    fake.deviate("[needs bind(*)]\nseen = -1 EIO\nwhy = not explained\nsince = 1\n")
    assert fake.check().returncode == 1
    valid(fake.report())
    assert fake.report()["never_met"][0]["needs"] == "bind(*)"


def test_junit(fake: Fake) -> None:
    mixed(fake)
    fake.names.append("bind.inet.addrlen_short")
    fake.check()
    root = ElementTree.parse(fake.results / "results.xml").getroot()
    assert (root.tag, root.get("tests")) == ("testsuites", "41")
    counts = [root.get(key) for key in ("failures", "errors", "skipped")]
    assert counts == ["2", "3", "2"]
    assert [suite.get("name") for suite in root] == ["bind", "socket"]
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert set(cases) == set(fake.names)
    [failure] = cases[fake.names[0]]
    assert failure.tag == "failure"
    assert failure.get("message") == "expected -1 EAFNOSUPPORT, came -1 EINVAL"
    assert failure.text and "output: <&>\"'\\x1b[0m\\ud800" in failure.text
    [skip] = cases[fake.names[3]]
    assert (skip.tag, skip.get("message")) == ("skipped", "needs # <root>")
    assert cases[fake.names[0]].get("classname") == "socket.flags.unknown"


def test_tap_file(fake: Fake) -> None:
    mixed(fake)
    fake.check()
    text = (fake.results / "results.tap").read_text()
    assert text.startswith("TAP version 14\n1..40\n# target host Linux 6.18\n")
    assert f"not ok 2 - {fake.names[1]} # TODO so it is\n" in text
    assert f"ok 4 - {fake.names[3]} # SKIP needs # <root>\n" in text
    assert f'not ok 3 - {fake.names[2]}\n  ---\n  verdict: "fixed"\n' in text
    assert not (fake.results / "results.tap.new").exists()
    assert len(list(fake.results.iterdir())) == 3


def test_tap_on_stdout_is_the_file(fake: Fake) -> None:
    mixed(fake)
    done = fake.check("--tap")
    assert done.returncode == 1
    *stream, last = done.stdout.splitlines(keepends=True)
    assert "".join(stream) == (fake.results / "results.tap").read_text()
    assert last.startswith("# 40 cases on host")


@pytest.mark.skipif(not shutil.which("prove"), reason="there is no prove")
@pytest.mark.parametrize("good", [True, False])
def test_prove_accepts_it(fake: Fake, good: bool) -> None:
    fake.does[fake.names[1]] = failed(came="0")
    fake.does[fake.names[3]] = skipped("needs root")
    if not good:
        fake.does[fake.names[5]] = failed()
    fake.deviate(f"[{fake.names[1]}]\nseen = 0\nwhy = so it is\nsince = 6.1\n")
    fake.make()
    done = subprocess.run(
        ["prove", "--exec", "sh -c", " ".join(fake.command("--tap"))],
        env=fake.environment(),
        capture_output=True,
        text=True,
    )
    assert "Parse errors" not in done.stdout, done.stdout
    assert (done.returncode == 0) == good, done.stdout
    assert ("Result: PASS" if good else "Failed test:  6") in done.stdout


@pytest.mark.parametrize(
    ("active", "version", "is_14"),
    [
        ("", "", True),
        ("1", "3.44", False),
        ("1", "3.43_01", False),
        ("1", "3.48", True),
        ("1", "3.50", True),
        ("1", "unknown", True),
        ("", "3.44", True),
    ],
)
def test_the_version_for_a_perl_harness(
    monkeypatch: pytest.MonkeyPatch, active: str, version: str, is_14: bool
) -> None:
    from sockcheck.check import tap_version

    monkeypatch.setenv("HARNESS_ACTIVE", active)
    monkeypatch.setenv("HARNESS_VERSION", version)
    assert tap_version() == (14 if is_14 else 13)


TEXT = st.text(max_size=40)
NO_FIELDS: dict[str, st.SearchStrategy[Any]] = {}
FIELDS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    NO_FIELDS,
    optional={
        "says": TEXT,
        "came": TEXT,
        "output": TEXT,
        "citations": st.lists(TEXT, max_size=3),
        "duration_ms": st.floats(0, 1e6),
    },
)
NAME = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=20)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    names = draw(st.lists(NAME, unique=True, min_size=1, max_size=6))
    cases = [Case(name, draw(NAME), draw(NAME), "x.c:1") for name in names]
    listing = Listing("0.1", "host", draw(TEXT), "none", draw(TEXT), cases)
    run = Run(listing, cases, lambda number, result: None)
    for case in cases:
        verdict = draw(st.sampled_from(VERDICTS))
        reason = draw(TEXT) if verdict in ("known", "skip", "fixed") else ""
        deviation = Deviation("x.ini:1", case.rule, KEYS)
        given_one = deviation if verdict in ("known", "fixed") else None
        fields = draw(FIELDS)
        run.add(Result(case, verdict, fields, reason, given_one))
    run.end("")
    return run


@given(runs())
def test_tap_comes_back_as_it_was(run: Run) -> None:
    text = report_tap.text(run)
    # A worker's plan comes last, a report's first.
    head, points = text[: len(report_tap.head(run))], text[len(report_tap.head(run)) :]
    stream = f"TAP version 14\n{points}1..{len(run.chosen)}\n"
    assert f"1..{len(run.chosen)}\n" in head
    reader = Reader()
    read = reader.feed(stream.encode())
    assert not reader.torn
    assert [point.name for point in read] == [case.name for case in run.chosen]
    for point, result in zip(read, run.results):
        assert point.ok == (result.verdict in ("pass", "skip"))
        assert (point.skip is not None) == (result.verdict == "skip")
        assert (point.todo is not None) == (result.verdict == "known")
        assert {**point.fields, **result.fields} == point.fields


@given(runs())
def test_json_and_junit_hold_anything(run: Run) -> None:
    report = json.loads(report_json.text(run))
    valid(report)
    kept = {case["name"]: case["verdict"] for case in report["cases"]}
    assert kept == {result.case.name: result.verdict for result in run.results}
    root = ElementTree.fromstring(report_junit.text(run).encode())
    names = [case.get("name") for case in root.iter("testcase")]
    assert sorted(names, key=str) == sorted(kept)


def test_a_report_is_replaced_whole(fake: Fake, tmp_path: Path) -> None:
    fake.check()
    before = (fake.results / "results.json").stat().st_ino
    fake.check("--run", "*[1]")
    assert (fake.results / "results.json").stat().st_ino != before
    assert len(fake.verdicts()) == 4
