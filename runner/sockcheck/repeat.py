# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`sockcheck repeat`: the same verdicts again and again, or the cases that differ.

What was seen is kept for each target in a file, and a later call goes on from it while
the binary and the kernel are the same: so that many runs can be made in the hours that
a machine has to spare.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time

from sockcheck import outcomes, report_files
from sockcheck.check import Check, Options, complain
from sockcheck.command import is_stack
from sockcheck.screen import Screen, clean
from sockcheck.several import check_one
from sockcheck.signals import Signals
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# So many cases of a run that differ are named; the file names all.
SHOWN = 10
# Between two looks of a busy process whether its parent is still there, in steps.
STEPS = 1_000_000


class Kept:
    """What is known of a target: the first run's verdicts, and the runs since."""

    def __init__(self, path: str, same: dict[str, str]) -> None:
        self.path = path
        # Of what it must be the same as before: binary, kernel, profile, cases.
        self.same = same
        self.verdicts: dict[str, str] = {}
        # How many runs were made, by the number of busy processes beside them.
        self.runs: dict[str, int] = {}
        self.differences: list[dict[str, Any]] = []
        self._read()

    def _read(self) -> None:
        try:
            with open(self.path, encoding="utf-8") as file:
                before = json.load(file)
            if before["same"] == self.same:
                self.verdicts = dict(before["verdicts"])
                self.runs = dict(before["runs"])
                self.differences = list(before["differences"])
        except FileNotFoundError:
            pass
        except OSError as error:
            raise Trouble(f"{self.path}: {why(error)}") from None
        except (KeyError, TypeError, ValueError):
            raise Trouble(f"{self.path}: not of this program; remove it") from None

    def made(self, load: int) -> int:
        return self.runs.get(str(load), 0)

    def add(self, verdicts: dict[str, str], load: int) -> list[str]:
        """One more run; given are the cases whose verdict is not the first run's."""
        number = self.runs[str(load)] = self.made(load) + 1
        first = self.verdicts = self.verdicts or verdicts
        names = sorted(
            name
            for name in {**first, **verdicts}
            if first.get(name) != verdicts.get(name)
        )
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        for name in names:
            self.differences.append(
                {
                    "load": load,
                    "run": number,
                    "ended": when,
                    "case": name,
                    "first": first.get(name, "absent"),
                    "came": verdicts.get(name, "absent"),
                }
            )
        self._write()
        return names

    def _write(self) -> None:
        report = {
            "same": self.same,
            "runs": self.runs,
            "differences": self.differences,
            "verdicts": self.verdicts,
        }
        folder, name = os.path.split(self.path)
        report_files.write_texts({name: json.dumps(report, indent=1) + "\n"}, folder)

    @property
    def runs_that_differ(self) -> int:
        return len({(entry["load"], entry["run"]) for entry in self.differences})


class Repeat:
    """The runs on all targets, one after another and in turn."""

    def __init__(self, options: Options, signals: Signals) -> None:
        self.options = options
        self.signals = signals
        self.screen = Screen()
        self.kept: dict[str, Kept] = {}
        for target in options.targets:
            self.kept[target] = Kept(self._path(target, ".json"), self._same(target))

    def _path(self, target: str, end: str) -> str:
        name = report_files.name_of(target, self.options.profile, "-")
        return os.path.join(self.options.output, name + end)

    def _same(self, target: str) -> dict[str, str]:
        options = self.options
        stack = shared_object(target, options.binary)
        return {
            "binary": digest(options.binary),
            "stack": digest(stack) if stack else "",
            "machine": " ".join(os.uname()[2:]),
            "profile": options.profile,
            "cases": " ".join(options.run),
        }

    def make(self) -> int:
        """Run until each target has its number of runs; given is the exit status."""
        status = 0
        while not status:
            due = [name for name in self.kept if self._is_due(name)]
            if not due:
                break
            for target in due:
                status = self._one(target)
                if status:
                    break
        for target in self.kept:
            self.screen.print(self._said_of(target))
        self.screen.finish()
        if status:
            return status
        return 1 if any(kept.differences for kept in self.kept.values()) else 0

    def _is_due(self, target: str) -> bool:
        return self.kept[target].made(self.options.load) < self.options.times

    def _one(self, target: str) -> int:
        """One run on a target; given is why no more can be made, as a status, or 0."""
        busy = Busy(self.options.load)
        try:
            check, status = check_one(
                target, self._path(target, ""), self.options, self.signals
            )
        finally:
            busy.end()
        if status > 1:
            return status
        names = self.kept[target].add(
            outcomes.of_run(check.run).verdicts, self.options.load
        )
        self._show(target, check, names)
        return 0

    def _show(self, target: str, check: Check, names: list[str]) -> None:
        kept, load = self.kept[target], self.options.load
        same = f"{len(names)} of {len(kept.verdicts)} cases DIFFER" if names else "same"
        head = f"{clean(target)} {kept.made(load)} of {self.options.times}"
        self.screen.print(f"{head}: {same}, {check.run.duration:.1f} s")
        verdicts = {
            result.case.name: f"{result.verdict} {result.reason}".rstrip()
            for result in check.run.results
        }
        for name in names[:SHOWN]:
            was, now = kept.verdicts.get(name), verdicts.get(name)
            self.screen.print(clean(f"  {name}: {was or 'absent'}, now {now}"))
        self.screen.flush()

    def _said_of(self, target: str) -> str:
        kept = self.kept[target]
        runs = ", ".join(
            f"{count} runs" + (f" beside {load} busy processes" if load != "0" else "")
            for load, count in sorted(kept.runs.items(), key=lambda run: int(run[0]))
        )
        differ = kept.runs_that_differ
        if not differ:
            return clean(f"{target}: {runs or 'no run'}, all with the same verdicts")
        cases = sorted({entry["case"] for entry in kept.differences})
        return clean(
            f"{target}: {runs}, {differ} not with the verdicts of the first: "
            f"{', '.join(cases[:SHOWN])}{', ...' if len(cases) > SHOWN else ''} "
            f"(all in {kept.path})"
        )


class Busy:
    """Processes that do nothing but take a processor, until end() or our own end."""

    def __init__(self, count: int) -> None:
        self._pids: list[int] = []
        parent = os.getpid()
        for _ in range(count):
            try:
                pid = os.fork()
            except OSError as error:
                self.end()
                raise Trouble(f"no process to keep busy: {why(error)}") from None
            if not pid:
                spin(parent)
            self._pids.append(pid)

    def end(self) -> None:
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self._pids = []


def spin(parent: int) -> None:
    """Count, until the parent has ended; this never returns."""
    try:
        signal.set_wakeup_fd(-1)
        while os.getppid() == parent:
            for _ in range(STEPS):
                pass
    finally:
        os._exit(0)


def shared_object(target: str, binary: str) -> str:
    """The file of a stack that is loaded, "" for any other target."""
    if not is_stack(target):
        return ""
    path = target.split(",")[0]
    if "/" in path or ".so" in path:
        return path
    return os.path.join(os.path.dirname(binary), "targets", f"{path}.so")


def digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None


def make(options: Options, signals: Signals) -> int:
    """Run the command; what went before is told first."""
    repeat = Repeat(options, signals)
    for target, kept in repeat.kept.items():
        if kept.made(options.load) and repeat.options.times:
            complain(f"{target}: going on from {kept.made(options.load)} runs")
    return repeat.make()
