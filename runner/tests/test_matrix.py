# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of `sockcheck matrix`: its states, its files, its exit status."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fake import RUNNER, Fake, failed, skipped
from sockcheck import matrix, outcomes
from sockcheck.screen import Screen
from sockcheck.verdicts import VERDICTS

SCHEMA = json.loads((RUNNER / "sockcheck" / "matrix.schema.json").read_text())
STATES = {
    "pass": "kept",
    "fixed": "kept",
    "pass skip broken": "kept",
    "known": "differs",
    "pass known skip": "differs",
    "pass known fail": "broken promise",
    "timeout": "broken promise",
    "crash": "broken promise",
    "skip": "not asked",
    "broken": "not asked",
    "skip broken": "not asked",
}


def report(target: str, rules: dict[str, str], **more: Any) -> dict[str, Any]:
    """A report of rules, each with cases of these verdicts."""
    return {
        "profile": "linux",
        "target": {"name": target, "version": f"{target} 1.0"},
        "sandbox": {"why": ""},
        "cut_short": "",
        "never_met": [],
        "cases": [
            {
                "name": f"{rule}[{number}]",
                "rule": rule,
                "call": rule.split(".")[0],
                "at": "x.c:1",
                "verdict": verdict,
            }
            for rule, verdicts in rules.items()
            for number, verdict in enumerate(verdicts.split())
        ],
        **more,
    }


def column(target: str, rules: dict[str, str], **more: Any) -> matrix.Column:
    made = matrix.Column(target)
    made.learn(outcomes.Learned(report(target, rules, **more)))
    return made


@pytest.mark.parametrize("verdicts", STATES)
def test_a_rules_state(verdicts: str) -> None:
    made = column("a", {"bind.inet.x": verdicts})
    assert made.state("bind.inet.x") == STATES[verdicts]
    assert made.state("bind.inet.y") == "not asked"
    as_recorded = set(verdicts.split()) <= {"pass", "known", "skip"}
    assert made.as_recorded == as_recorded


def test_what_else_is_not_as_recorded() -> None:
    assert not column("a", {"x": "pass"}, cut_short="interrupted").as_recorded
    met = [{"needs": "x(*)", "deviation": "x.ini:1"}]
    assert not column("a", {"x": "pass"}, never_met=met).as_recorded


def columns() -> list[matrix.Column]:
    numbered = enumerate(STATES)
    rules = {f"bind.inet.{number}": verdicts for number, verdicts in numbered}
    absent = matrix.Column("absent")
    absent.trouble = "it is not installed"
    return [
        column("host", {**rules, "dup.lowest": "pass"}),
        column("stack with a long name", {"dup.lowest": "known pass"}),
        absent,
        column("x", {"dup.lowest": "skip"}),
        column("y", {"dup.other": "skip"}),
    ]


def test_files() -> None:
    made = json.loads(matrix.json_text(columns()))
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(made)
    rules = {rule["rule"]: rule for rule in made["rules"]}
    states = [answer["state"] for answer in rules["dup.lowest"]["answers"]]
    assert states == ["kept", "differs", "not run", "not asked", "not asked"]
    assert rules["dup.lowest"]["answers"][1]["cases"] == {"pass": 1, "known": 1}
    assert rules["bind.inet.1"]["group"] == "bind.inet"
    assert made["targets"][0]["rules"]["kept"] == 4
    assert made["targets"][0]["cases"]["crash"] == 1
    assert made["targets"][2]["rules"] == {}
    rows = list(csv.DictReader(matrix.csv_text(columns()).splitlines()))
    assert [row["rule"] for row in rows] == sorted(rules)
    for row in rows:
        answers = rules[row["rule"]]["answers"]
        assert [row[answer["target"]] for answer in answers] == [
            answer["state"] for answer in answers
        ]
        for answer in answers:
            name = answer["target"]
            there = {word: int(row[f"{name} {word}"]) for word in VERDICTS}
            assert int(row[f"{name} cases"]) == sum(there.values())
            assert {word: there[word] for word in there if there[word]} == (
                answer["cases"]
            )


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_table_fits(
    width: int, verbose: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = Screen()
    screen.width = width
    matrix.show(columns(), screen, verbose)
    text, summary = capsys.readouterr().out.split("\n\nhost ", 1)
    assert max(map(len, text.splitlines())) <= width
    if verbose:
        assert "dup.lowest" in text and "differs 1/2" in text
        assert "broken promise 1/3" in text
    elif width >= 100:
        assert "\nbind.inet    3    2    3    3    .    .    .   11    -" in text
        assert "\ndup " in text
    assert "absent                  could not be run: it is not installed\n" in summary
    said = "(host 1.0) 4 rules kept, 2 differ, 3 broken, 4 not asked; 7 cases not as"
    assert said in summary


def run(fake: Fake, *options: str) -> subprocess.CompletedProcess[str]:
    fake.make()
    return fake.several("matrix", *options)


def test_a_target_is_run(fake: Fake) -> None:
    done = run(fake, "host")
    assert done.returncode == 0, done.stderr
    assert "\nhost  (Linux 6.18) 4 rules kept, 0 differ" in done.stdout
    assert "40 cases on host" in done.stderr
    assert (fake.results / "host" / "results.json").exists()
    fake.does[fake.names[0]] = failed()
    fake.does[fake.names[11]] = failed(came="0")
    fake.does[fake.names[21]] = skipped("needs root")
    fake.deviate(f"[{fake.names[11]}]\nseen = 0\nwhy = known\nsince = 1\n")
    done = run(fake, "host")
    assert done.returncode == 1
    said = "2 rules kept, 1 differ, 1 broken, 0 not asked; 1 cases not as recorded\n"
    assert said in done.stdout
    made = json.loads((fake.results / "matrix.json").read_text())
    jsonschema.Draft7Validator(SCHEMA).validate(made)
    assert (fake.results / "matrix.csv").read_text().startswith("rule,host,host cases,")


def test_a_target_that_cannot_be_run(fake: Fake) -> None:
    done = run(fake, "vax", "host")
    assert done.returncode == 2
    assert "sockcheck: vax: unknown target 'vax'\n" in done.stderr
    assert "\nvax   could not be run: unknown target 'vax'\n" in done.stdout
    assert "\nhost  (Linux 6.18) 4 rules kept" in done.stdout
    [vax, host] = json.loads((fake.results / "matrix.json").read_text())["targets"]
    assert (vax["trouble"], host["trouble"]) == ("unknown target 'vax'", "")
    assert (vax["as_recorded"], host["as_recorded"]) == (False, True)


def test_reports_are_read(fake: Fake, tmp_path: Path) -> None:
    folder = tmp_path / "read" / "vax"
    folder.mkdir(parents=True)
    text = json.dumps(report("vax", {"dup.lowest": "pass known"}))
    (folder / "results.json").write_text(text)
    done = run(fake, "vax", "--results", str(tmp_path / "read"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "vax  (vax 1.0) 0 rules kept, 1 differ," in done.stdout
    # What is not there is run.
    done = run(fake, "vax", "host", "--results", str(tmp_path / "read"))
    assert done.returncode == 0
    assert "host  (Linux 6.18) 4 rules kept" in done.stdout
    (folder / "results.json").write_text("{}")
    done = run(fake, "vax", "--results", str(tmp_path / "read"))
    assert done.returncode == 2
    assert "no report of sockcheck" in done.stdout
