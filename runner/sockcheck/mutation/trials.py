# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Trials: one boot for one fault, until a case is not as it was without the fault."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import Any, Callable

from sockcheck.mutation.choose import FAIL, PASS, SKIP, Seen, Suite, bits_of
from sockcheck.mutation.machine import Failed, Image, Machine
from sockcheck.tap import Point, unescape

# A fault that nothing has noticed by then is left alone, in cases and in seconds.
MOST_CASES = 400
MOST_SECONDS = 8.0


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


def baseline(image: Image, names: list[str], part: str) -> list[Seen]:
    """What each case comes to without a fault. A machine that fails is booted again."""
    seen: list[Seen] = []
    while len(seen) < len(names):
        machine = Machine(image, f"base{part}", 0, marks=True)
        rest = names[len(seen) :]
        try:
            for point in machine.run(rest):
                marks = machine.marks.pop(0)
                seen.append(Seen(unescape(point.name), came_of(point), bits_of(marks)))
        except Failed:
            seen.append(Seen(names[len(seen)], FAIL, 0))
        finally:
            machine.end()
    return seen


def try_fault(
    image: Image, suite: Suite, number: int, name: str, limits: Limits
) -> dict[str, Any]:
    """One fault's result: noticed, by which case and how; or not."""
    order = suite.order(number)
    if not order:
        return {"verdict": "unmarked", "cases": 0, "could": 0, "seconds": 0.0}
    begun = time.monotonic()
    found: dict[str, Any] = {"verdict": "survived", "could": len(order)}
    machine = Machine(image, name, number)
    done = 0
    names = order[: limits.cases]
    try:
        for point in machine.run(names):
            done += 1
            came = came_of(point)
            was = suite.came[unescape(point.name)]
            if came != was:
                how = point.verdict if came == FAIL else came
                found.update(verdict="noticed", by=unescape(point.name), how=how)
                # One that did not end in time may have had a slow machine.
                if how != "timeout":
                    break
            elif time.monotonic() - begun > limits.seconds:
                break
    except Failed as failed:
        by = names[min(done, len(names) - 1)]
        found.update(verdict="noticed", by=by, how=str(failed))
    finally:
        machine.end()
    found.update(cases=done, seconds=round(time.monotonic() - begun, 2))
    return found


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
            self.of = {entry["id"]: entry for entry in known[1:]}
            self._file = open(path, "a", encoding="utf-8")
        else:
            self._file = open(path, "w", encoding="utf-8")
            self._file.write(json.dumps({"stamp": stamp}) + "\n")

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
