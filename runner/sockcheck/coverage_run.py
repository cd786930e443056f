# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the suite in kernels that count their branches, and collects the counts.

Each of two User Mode Linux guests runs every other case and is pinned to a processor: a
guest that moves between processors takes more than twice the time. They count for
themselves; the counts are added up when they are read.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time

from sockcheck import host_files
from sockcheck.trouble import Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

INIT = os.path.join("ci", "kernel", "coverage-init")
# How long a guest may take, in seconds, and how many of its last lines are shown.
LIMIT = 900.0
LAST_LINES = 15


class Guest:
    """One guest, and the folder that it writes to."""

    def __init__(self, kernel: str, suite: str, folder: str, run: str) -> None:
        self.kernel = os.path.abspath(kernel)
        self.suite = os.path.abspath(suite)
        self.folder = os.path.abspath(folder)
        self.run = run
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, shard: str, processor: int) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(os.path.join(self.folder, "uml"))
        config = os.path.join(os.path.dirname(self.kernel), ".config")
        words = host_files.boot(
            self.kernel,
            INIT,
            os.path.join(self.folder, "uml"),
            *("quiet", f"SHARD={shard}", f"OUTPUT={self.folder}"),
            *(f"SUITE={self.suite}", f"RUN={self.run}", f"CONFIG={config}"),
        )
        with open(os.path.join(self.folder, "console"), "wb") as console:
            self.process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                preexec_fn=lambda: os.sched_setaffinity(0, {processor}),
            )

    @property
    def done(self) -> bool:
        return os.path.exists(os.path.join(self.folder, "done"))

    def wait(self, until: float) -> None:
        """Wait for its end, and end it with all that it started."""
        assert self.process
        while self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        self.end()
        if not self.done:
            raise Trouble(
                f"{self.folder}: the guest did not end by itself: {self.last}"
            )

    def end(self) -> None:
        assert self.process
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    @property
    def last(self) -> str:
        """Its last words."""
        with open(os.path.join(self.folder, "console"), "rb") as file:
            lines = file.read().decode(errors="replace").split("\n")
        return "\n".join(lines[-LAST_LINES:])


def make(kernel: str, suite: str, output: str, run: str) -> list[str]:
    """Run the suite in as many guests as there are processors, two at most."""
    processors = sorted(os.sched_getaffinity(0))[:2]
    guests = [
        Guest(kernel, suite, os.path.join(output, f"guest{index}"), run)
        for index in range(len(processors))
    ]
    until = time.monotonic() + LIMIT
    try:
        for index, guest in enumerate(guests):
            guest.start(f"{index}/{len(guests)}", processors[index])
        for guest in guests:
            guest.wait(until)
    finally:
        for guest in guests:
            if guest.process:
                guest.end()
    return [guest.folder for guest in guests]


def reports(folders: list[str], objects: set[str]) -> Iterator[dict[str, Any]]:
    """What gcov says of the named object files, for each guest's counts."""
    for folder in folders:
        for place, _, names in os.walk(os.path.join(folder, "gcov")):
            for name in sorted(names):
                stem, ending = os.path.splitext(name)
                if ending == ".gcda" and f"{stem}.o" in objects:
                    yield from _reports_of(place, name)


def _reports_of(place: str, name: str) -> Iterator[dict[str, Any]]:
    command = ["gcov", "--branch-probabilities", "--json-format", "--stdout", name]
    ended = subprocess.run(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False
    )
    if ended.returncode:
        words = ended.stderr.decode(errors="replace").strip()
        raise Trouble(f"gcov {os.path.join(place, name)}: {words}")
    for line in ended.stdout.decode().split("\n"):
        if line.strip():
            yield json.loads(line)
