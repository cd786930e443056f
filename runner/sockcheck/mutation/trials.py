# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Trials: is a case otherwise with a fault than it was without?"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import Any, Callable, Iterator

from sockcheck.mutation.choose import FAIL, PASS, SKIP, Seen, Suite, bits_of
from sockcheck.mutation.machine import Failed, Image, Machine
from sockcheck.tap import Point, unescape

# A fault that nothing has noticed by then is left alone, in cases and in seconds.
MOST_CASES = 400
MOST_SECONDS = 30.0
# In one boot: what leaks with a fault adds up.
MOST_FAULTS = 100


class Limits:
    """How much one fault is worth."""

    __slots__ = ("cases", "seconds")

    def __init__(self, cases: int = MOST_CASES, seconds: float = MOST_SECONDS) -> None:
        self.cases = cases
        self.seconds = seconds


def came_of(point: Point) -> str:
    if point.skip is not None:
        return SKIP
    return PASS if point.ok else FAIL


def baseline(image: Image, names: list[str], name: str) -> Iterator[Seen]:
    """What each case comes to without a fault. A machine that fails is booted again."""
    place = 0
    while place < len(names):
        machine = Machine(image, name, 0)
        try:
            for point in machine.run(names[place:]):
                marks = bits_of(machine.marks.pop(0))
                place += 1
                yield Seen(unescape(point.name), came_of(point), marks)
        except Failed:
            yield Seen(names[place], FAIL, 0)
            place += 1
        finally:
            machine.end()


class Session:
    """A machine for one fault after another, until one leaves it other than it was.

    A case that came out otherwise is asked again, with the fault and then without it:
    only where it is then as it was, the fault has been noticed. A fault with which the
    machine itself came to its end, or was left damaged, is tried again in a boot of its
    own.
    """

    def __init__(self, image: Image, suite: Suite, name: str, limits: Limits) -> None:
        self._image = image
        self._suite = suite
        self._name = name
        self._limits = limits
        self._machine: Machine | None = None
        self._faults = 0

    def end(self) -> None:
        if self._machine:
            self._machine.end()
        self._machine = None

    def try_fault(self, number: int, fresh: bool = False) -> dict[str, Any]:
        """One fault's result: noticed, by which case and how; or not."""
        order = self._suite.order(number)
        if not order:
            return {"verdict": "unmarked", "cases": 0, "could": 0, "seconds": 0.0}
        begun = time.monotonic()
        if fresh or self._faults >= MOST_FAULTS:
            self.end()
        alone = self._machine is None
        found = self._once(number, order)
        if found.pop("again", False) and not alone:
            alone = True
            found = self._once(number, order)
            found.pop("again", None)
        seconds = round(time.monotonic() - begun, 2)
        return {**found, "could": len(order), "alone": alone, "seconds": seconds}

    def _once(self, number: int, order: list[str]) -> dict[str, Any]:
        names = order[: self._limits.cases]
        done = [0]
        try:
            return self._ask(number, names, done)
        except Failed as failed:
            self.end()
            by = names[min(done[0], len(names) - 1)]
            found = {"verdict": "noticed", "by": by, "how": str(failed)}
            return {**found, "cases": done[0], "again": True}

    def _boot(self, number: int) -> Machine:
        if self._machine is None:
            self._machine = Machine(self._image, self._name, number)
            self._faults = 0
        else:
            self._machine.choose(number)
        self._faults += 1
        return self._machine

    def _ask(self, number: int, names: list[str], done: list[int]) -> dict[str, Any]:
        until = time.monotonic() + self._limits.seconds
        machine = self._boot(number)
        while done[0] < len(names):
            other = self._first_other(machine, names[done[0] :], done, until)
            if other is None:
                break
            name = unescape(other.name)
            # Once may be chance.
            if self._as_it_was(machine, name):
                continue
            how = other.verdict or came_of(other)
            found = {"verdict": "noticed", "by": name, "how": how, "cases": done[0]}
            machine.choose(0)
            if not self._as_it_was(machine, name):
                self.end()
                found["again"] = True
            return found
        machine.choose(0)
        return {"verdict": "survived", "cases": done[0]}

    def _first_other(
        self, machine: Machine, names: list[str], done: list[int], until: float
    ) -> Point | None:
        """The first that is not as it was; None where time is up or all are."""
        for point in machine.run(names):
            done[0] += 1
            if came_of(point) != self._suite.came[unescape(point.name)]:
                return point
            if time.monotonic() > until:
                break
        return None

    def _as_it_was(self, machine: Machine, name: str) -> bool:
        return [came_of(point) for point in machine.run([name])] == [
            self._suite.came[name]
        ]


class Results:
    """What is known of each fault, by its id; every result is written when it comes."""

    def __init__(self, path: str, stamp: str) -> None:
        self.path = path
        self.of: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        known: list[dict[str, Any]] = []
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                known = [json.loads(line) for line in file if line.endswith("}\n")]
        if known and known[0].get("stamp") == stamp:
            self.of = {entry["id"]: entry for entry in known if "id" in entry}
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(json.dumps({"stamp": stamp}) + "\n")
        # Others may be at other shards of it.
        self._file = open(path, "a", encoding="utf-8")

    def add(self, entry: dict[str, Any]) -> None:
        with self._lock:
            self.of[entry["id"]] = entry
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()


def on_each_processor(work: Callable[[int], None]) -> None:
    """One thread a processor, that keeps to it with all that it starts."""
    troubles: list[BaseException] = []

    def run(place: int, processor: int) -> None:
        os.sched_setaffinity(0, {processor})
        try:
            work(place)
        except BaseException as trouble:  # handed to the main thread
            troubles.append(trouble)

    threads = [
        threading.Thread(target=run, args=pair, daemon=True)
        for pair in enumerate(sorted(os.sched_getaffinity(0)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
