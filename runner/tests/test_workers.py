# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of workers that die, hang or lie: no pass is lost to others, none invented."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import Any

import pytest

from fake import Fake, failed
from sockcheck.binary import Case
from sockcheck.signals import Signals
from sockcheck.tap import Point
from sockcheck.workers import Crew

ODD = "socket.family.unregistered[3]"
OK = "ok {n} - {name}\n  ---\n  duration_ms: 1\n  ...\n"


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ({"signal": signal.SIGSEGV}, "killed by SIGSEGV in the middle"),
        ({"exit": 3}, "exited with status 3 in the middle"),
        ({"write": "ok {n} - {na", "exit": 0}, "exited with status 0"),
        ({"write": "ok {n} - {name}\n", "exit": 0}, "exited with status 0"),
        ({"write": OK[:-3], "signal": 9}, "killed by SIGKILL"),
        (
            {"write": "ok {n} - socket.other\n  ---\n  ...\n"},
            "a point for socket.other",
        ),
        ({"write": "ok 999 - {name}\n"}, "garbled: point"),
        ({"write": "\0\1\2\n"}, "garbled: no line of TAP"),
        ({"write": "ok {n} - {name}\n  ---\n  duration_ms: x\n  ...\n"}, "no JSON"),
        ({"write": "1..{n}\n"}, "garbled"),
        ({"write": "ok {n} - {name} # TODO later\n  ---\n  ...\n"}, "not the worker's"),
        ({"write": "not ok {n} - {name}\n  ---\n  ...\n"}, "its verdict ''"),
        (failed("known"), "not the worker's to give"),
    ],
)
def test_a_worker_that_goes_wrong_costs_one_case(
    fake: Fake, does: dict[str, Any], says: str
) -> None:
    fake.does[ODD] = does
    done = fake.check("--jobs", "2")
    assert done.returncode == 1, done.stderr
    assert done.stdout.endswith(": 39 passed, 1 crashed\n")
    assert fake.case(ODD)["verdict"] == "crash"
    assert says in fake.case(ODD)["message"]
    assert fake.workers_left() == []


def test_a_point_too_many_is_not_the_next_cases(fake: Fake) -> None:
    fake.does[ODD] = {"write": OK + OK.replace("{n}", "5")}
    done = fake.check("--jobs", "1")
    # The point that was due came; the case after it has lost its worker.
    assert done.returncode == 1
    assert fake.verdicts()[ODD] == "pass"
    assert sorted(fake.verdicts().values()).count("crash") == 1


def test_last_words_are_shown(fake: Fake) -> None:
    fake.does[ODD] = {"stderr": "harness: cannot go on\n", "exit": 7}
    done = fake.check()
    assert "output    harness: cannot go on" in done.stdout


def test_a_flood_on_stderr_blocks_nothing(fake: Fake) -> None:
    fake.does[ODD] = {"stderr": "x" * 500_000, "write": "ok"}
    assert fake.check().returncode == 0


def test_many_deaths(fake: Fake) -> None:
    dying = fake.names[2::3]
    for name in dying:
        fake.does[name] = {"signal": signal.SIGKILL}
    done = fake.check("--jobs", "4")
    verdicts = fake.verdicts()
    assert done.returncode == 1
    assert {name for name in verdicts if verdicts[name] == "crash"} == set(dying)
    assert len(verdicts) == 40


def test_the_next_worker_goes_on_where_the_last_one_died(fake: Fake) -> None:
    fake.does[fake.names[-1]] = {"once": True, "sleep": 0.5, "signal": signal.SIGKILL}
    done = fake.check("--jobs", "2")
    assert done.returncode == 1
    assert fake.verdicts()[fake.names[-1]] == "crash"


def test_workers_that_never_start(fake: Fake) -> None:
    fake.start = "sockcheck: no memory\n"
    done = fake.check()
    assert done.returncode == 2
    assert done.stderr == (
        "sockcheck: 3 workers in a row ended before they began: "
        "the worker exited with status 9 in the middle: sockcheck: no memory\n"
    )
    assert "given up: 3 of 40 cases ran" in done.stdout
    assert "Bail out!" in (fake.results / "results.tap").read_text()
    assert fake.report()["cut_short"] == "given up: 3 of 40 cases ran"


def test_a_worker_that_dies_when_all_is_done(fake: Fake) -> None:
    fake.end = signal.SIGABRT
    done = fake.check("--jobs", "1")
    assert "40 passed" in done.stdout
    assert done.returncode == 2
    assert "a worker was killed by SIGABRT after its last case" in done.stderr


def run_crew(
    fake: Fake, patience: float, jobs: int = 2
) -> tuple[dict[str, Point], Crew]:
    fake.make()
    points: dict[str, Point] = {}

    def on_point(case: Case, point: Point) -> None:
        assert case.name not in points
        points[case.name] = point

    crew = Crew(
        [str(fake.binary), "--target", "host", "--worker"],
        jobs,
        patience,
        on_point,
        lambda: None,
        Signals(),
    )
    crew.run([Case(name, "r", "socket", "") for name in fake.names])
    return points, crew


@pytest.mark.parametrize("write", ["", "ok {n} - {name}\n", "# still here\n"])
def test_silence_is_a_timeout(fake: Fake, write: str) -> None:
    fake.does[ODD] = {"write": write, "sleep": 0}
    fake.does[fake.names[14]] = {"sleep": 30, "write": "ok"}
    points, crew = run_crew(fake, 1.0)
    bad = {name for name in points if not points[name].ok}
    assert len(points) == 40 and bad and bad <= {ODD, fake.names[14]}
    assert all(points[name].verdict in ("timeout", "crash") for name in bad)
    assert not crew.complaints and fake.workers_left() == []


def test_no_descriptor_is_left(fake: Fake) -> None:
    before = os.listdir("/proc/self/fd")
    fake.does[ODD] = {"signal": signal.SIGKILL}
    run_crew(fake, 10.0)
    # Signals keeps its pipe.
    assert len(os.listdir("/proc/self/fd")) == len(before) + 2


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
@pytest.mark.parametrize("options", [[], ["--tap"]])
def test_interrupted(
    fake: Fake, number: signal.Signals, status: int, options: list[str]
) -> None:
    fake.does[fake.names[30]] = {"touch": True, "sleep": 60, "write": "ok"}
    fake.does[fake.names[2]] = failed()
    fake.make()
    child = subprocess.Popen(
        fake.command("--jobs", "1", *options),
        env=fake.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    fake.wait_for_touch()
    child.send_signal(number)
    stdout, stderr = child.communicate(timeout=10)
    # Cases are handed out spread over the list, so the 31st is the 14th to run.
    assert (child.returncode, stderr) == (status, "")
    assert "interrupted: 13 of 40 cases ran" in stdout
    assert fake.names[2] in stdout
    assert fake.workers_left() == []
    report = fake.report()
    assert report["cut_short"] == "interrupted: 13 of 40 cases ran"
    assert (len(report["cases"]), report["chosen"]) == (13, 40)
    assert (fake.results / "results.xml").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_workers_clean_up_side_by_side(
    fake: Fake, number: signal.Signals
) -> None:
    # One after the other they would not do it in the second that they have.
    fake.cleanup = 0.5
    fake.sleep = 60
    fake.make()
    child = subprocess.Popen(
        fake.command("--jobs", "4"), env=fake.environment(), stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 20
    while len(fake.pids()) < 4 and time.monotonic() < until:
        time.sleep(0.01)
    child.send_signal(number)
    assert child.wait(10) == 128 + number
    assert len(fake.pids()) == 4
    assert fake.pids("cleaned") == fake.pids()


def test_silent_workers_clean_up(fake: Fake) -> None:
    fake.cleanup = 0.5
    for name in fake.names[:4]:
        fake.does[name] = {"sleep": 60}
    points, _crew = run_crew(fake, 2.0, jobs=4)
    assert len(points) == 40
    assert len(fake.pids("cleaned")) == 4
    assert fake.workers_left() == []


def test_a_worker_that_does_not_end_is_killed(fake: Fake) -> None:
    fake.cleanup = 60.0
    fake.does[ODD] = {"write": "nonsense\n", "sleep": 0}
    assert fake.check("--jobs", "1").returncode == 1
    assert fake.verdicts()[ODD] == "crash"
    assert not fake.pids("cleaned") and not fake.workers_left()


def test_interrupted_while_listing(fake: Fake) -> None:
    fake.make()
    fake.binary.write_text("#!/bin/sh\nexec sleep 60\n")
    child = subprocess.Popen(
        fake.command(), env=fake.environment(), stderr=subprocess.PIPE, text=True
    )
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    assert child.wait(10) == 130
    assert child.stderr
    assert child.stderr.read() == "sockcheck: interrupted by SIGINT\n"
