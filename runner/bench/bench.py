# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How long the suite takes, beside the bare cost of its processes.

Both are run in turn, several times; the ratio is of the medians. The bare cost is that
of as many processes as the suite makes (one for each case that runs, and those that
some cases make), each with a user and a network namespace of its own.

The kernel takes namespaces apart when their processes are gone, so that who leaves some
to be taken apart later seems faster than it is, and slows down whoever comes next. A
run has ended, therefore, when the machine is idle again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


WINDOW = 0.05
LONGEST_WAIT = 20.0


def busy_seconds() -> float:
    """What the processors have done since boot: proc(5), of all but idle and iowait."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    ticks = [int(field) for field in fields[:8]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def processes_made() -> int:
    """Since boot, by anybody: proc(5). The machine is idle but for what is measured."""
    text = Path("/proc/stat").read_text()
    return int(text.split("\nprocesses ", 1)[1].split("\n", 1)[0])


def wait_until_idle() -> float:
    """Since when the processors have been idle, or nearly: a moment in the past."""
    give_up = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < give_up:
        since, before = time.monotonic(), busy_seconds()
        time.sleep(WINDOW)
        if busy_seconds() - before < WINDOW / 2:
            return since
    sys.exit("bench: this machine is never idle: something else is running on it")


def run_suite(build: Path, results: str) -> float:
    command = [sys.executable, "-m", "sockcheck", "check", "--quiet"]
    command += ["--binary", str(build / "sockcheck"), "--results", results]
    environment = dict(os.environ, PYTHONPATH="runner")
    environment["PYTHONPYCACHEPREFIX"] = str((build / "pycache").resolve())
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr or done.stdout)
    return wait_until_idle() - started


def run_bare(build: Path, count: int, jobs: int) -> float:
    command = [str(build / "bare"), str(count), str(jobs)]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return wait_until_idle() - started


def read_results(folder: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]]
    cases = json.loads((Path(folder) / "results.json").read_text())["cases"]
    return [case for case in cases if case["verdict"] != "skip"]


def spread(times: list[float]) -> str:
    return (
        f"median {statistics.median(times):.3f} s"
        f" (min {min(times):.3f}, max {max(times):.3f})"
    )


def print_cases(cases: list[dict[str, Any]]) -> None:
    times = sorted((case["duration_ms"], case["name"]) for case in cases)
    middle = statistics.median(duration for duration, _ in times)
    print(f"per case  median {middle:.3f} ms; the slowest:")
    for duration, name in times[:-6:-1]:
        print(f"  {duration:9.3f} ms  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    jobs = len(os.sched_getaffinity(0))
    suite: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory(dir=options.build) as results:
        wait_until_idle()
        made = processes_made()
        run_suite(options.build, results)
        made = processes_made() - made
        run_bare(options.build, made, jobs)
        for _ in range(options.runs):
            suite.append(run_suite(options.build, results))
            bare.append(run_bare(options.build, made, jobs))
        cases = read_results(results)
    ratio = statistics.median(suite) / statistics.median(bare)
    print(f"{len(cases)} cases that ran, {made} processes, {options.runs} runs each")
    print(f"suite     {spread(suite)}")
    print(f"bare      {spread(bare)}: fork, user and network namespace, exit")
    print(f"ratio     {ratio:.2f}; at most 1.5 is wanted")
    print_cases(cases)


if __name__ == "__main__":
    main()
