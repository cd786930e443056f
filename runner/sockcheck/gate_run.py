# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One run for the gate: `sockcheck check` in a guest, as a process of its own.

What it learned is read from its results.json.  A kernel that does not boot has none, or
one that was given up; its last words then are what came of it.
"""

from __future__ import annotations

import os
import sys
import time

from sockcheck import gate_report
from sockcheck.gate_kernel import UML_TARGET, target_of
from sockcheck.gate_steps import OutOfTime
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.gate_report import Report
    from sockcheck.gate_steps import Steps

LAST_WORDS = 40
# In a target's name, for systems of one's own: exec:'boot {kernel} {}'.
KERNEL = "{kernel}"


class Asked:
    """What to run: the same for all kernels of one gate."""

    def __init__(
        self, binary: str, words: list[str], target: str = "", shows: bool = False
    ) -> None:
        self.binary = binary
        # More options of `check`.
        self.words = words
        # "" for the one that boots the kernel's file.
        self.target = target
        # Whether its output is for our user.
        self.shows = shows


class Ran:
    """What came of a run: a report, or why there is none; both if it was cut short."""

    __slots__ = ("report", "dead")

    def __init__(self, report: Report | None, dead: str) -> None:
        self.report = report
        # What the kernel, or the run, last said; "" for a run that came to its end.
        self.dead = dead


def run(kernel: str, name: str, folder: str, asked: Asked, steps: Steps) -> Ran:
    """Run the cases on a kernel ("" for Debian's UML); reports stay in the folder."""
    since = time.monotonic()
    report_path = os.path.join(folder, "results.json")
    log_path = os.path.join(folder, "check.log")
    try:
        os.makedirs(folder, exist_ok=True)
        if os.path.lexists(report_path):
            os.unlink(report_path)
    except OSError as error:
        raise Trouble(f"{folder}: {why(error)}") from None
    out_of_time = ""
    status = 2
    with open(log_path, "wb") as log:
        stdout = sys.stdout.buffer if asked.shows else None
        try:
            sys.stdout.flush()
            status = steps.run(
                command(kernel, folder, asked), log, lambda: f"running {name}", stdout
            )
        except OutOfTime as trouble:
            out_of_time = str(trouble)
    report = gate_report.read(report_path) if os.path.exists(report_path) else None
    steps.end(f"ran {name}{_counts(report)}", since)
    if out_of_time:
        return Ran(report, out_of_time)
    if report and status in (0, 1) and not report.cut_short:
        return Ran(report, "")
    words = _last_words(log_path, status)
    if not report:
        raise Trouble(f"{name} could not be run: {words}")
    return Ran(report, words)


def command(kernel: str, folder: str, asked: Asked) -> list[str]:
    """The words of the check."""
    target = asked.target or (target_of(kernel) if kernel else UML_TARGET)
    given = ["--kernel", os.path.abspath(kernel)] if kernel else []
    if KERNEL in target:
        target, given = target.replace(KERNEL, os.path.abspath(kernel)), []
    elif asked.target.startswith("exec:"):
        given = []
    words = ["check", "--target", target, *given, "--binary", asked.binary]
    quiet = [] if asked.shows else ["--quiet"]
    this = [sys.executable, "-m", "sockcheck"]
    return [*this, *words, "--results", folder, *asked.words, *quiet]


def _counts(report: Report | None) -> str:
    if not report:
        return ""
    counts = report.counts
    there = [f"{counts[verdict]} {verdict}" for verdict in counts if counts[verdict]]
    return f": {', '.join(there) or 'no case'}"


def _last_words(path: str, status: int) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.rstrip() for line in file if line.strip()]
    return "\n".join(lines[-LAST_WORDS:]) or f"the check ended with status {status}"
