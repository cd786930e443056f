# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make fuzz`: what of a corpus each job begins with, and where what it adds goes.

The engine is a script that says what it was called with, and adds one file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from program import TOP

sys.path.insert(0, str(TOP / "fuzz"))
import fuzz  # noqa: E402

ENGINE = """#!/bin/sh
for word; do
    case $word in -seed_inputs=@*) seeds=${word#*@} ;; esac
    out=$word
done
touch "$out/of-$(basename "$out")"
tr , '\\n' <"${seeds:-/dev/null}" >"$out.began-with"
"""


class Run:
    def __init__(self, build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.build = build
        self.monkeypatch = monkeypatch
        self.corpus = build / "fuzz" / "corpus" / "host"
        self.corpus.mkdir(parents=True)
        engine = build / "fuzz" / "quick" / "fuzz_target"
        engine.parent.mkdir()
        engine.write_text(ENGINE)
        engine.chmod(0o755)

    def add(self, count: int) -> None:
        for number in range(count):
            (self.corpus / f"{number}.program").touch()

    def __call__(self, jobs: int) -> None:
        command = ["fuzz.py", "--build", str(self.build), "--time", "1"]
        self.monkeypatch.setattr(sys, "argv", [*command, "--jobs", str(jobs)])
        assert fuzz.main() == 0

    def began_with(self, job: int) -> list[str]:
        path = self.build / "fuzz" / "fresh" / f"host-{job}.began-with"
        return [Path(line).name for line in path.read_text().splitlines()]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(TOP)
    return Run(tmp_path, monkeypatch)


def test_of_many_programs_each_job_has_its_part(run: Run) -> None:
    run.add(fuzz.SHARED_MOST + 2)
    run(jobs=3)
    parts = [run.began_with(job) for job in range(3)]
    programs = [name for part in parts for name in part]
    assert sorted(programs) == sorted(f"{n}.program" for n in range(1002))
    assert {len(part) for part in parts} == {334}


def test_of_few_programs_each_job_has_all(run: Run) -> None:
    run.add(3)
    run(jobs=2)
    assert run.began_with(0) == run.began_with(1) == [f"{n}.program" for n in range(3)]


def test_what_jobs_add_is_of_the_corpus(run: Run) -> None:
    run.add(1)
    run(jobs=2)
    assert (run.corpus / "of-host-0").exists() and (run.corpus / "of-host-1").exists()


def test_what_a_run_that_was_killed_has_added_is_not_lost(run: Run) -> None:
    run.add(1)
    left = run.build / "fuzz" / "fresh" / "host-7"
    left.mkdir(parents=True)
    (left / "left").touch()
    other = run.build / "fuzz" / "fresh" / "host+lwip-0"
    other.mkdir()
    run(jobs=1)
    assert "left" in run.began_with(0)
    assert not left.exists() and other.exists()
