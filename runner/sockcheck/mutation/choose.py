# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which cases can notice a fault, and in which order they are asked.

While a case runs on the kernel without a fault, the kernel marks each fault that would
have made a difference. A case without the mark cannot notice: its run is the same.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from typing import Any, Sequence, TypeVar

from sockcheck.selection import glob

PASS, SKIP, FAIL = "pass", "skip", "fail"
_variant = re.compile(r"\[.*").sub


class Seen:
    """What one case came to without a fault, and the faults that it could notice."""

    __slots__ = ("name", "rule", "came", "marks")

    def __init__(self, name: str, came: str, marks: int) -> None:
        self.name = name
        self.rule = _variant("", name)
        self.came = came
        self.marks = marks


def bits_of(text: str) -> int:
    """From the harness's bytes, of which the first has the faults 0 to 7."""
    return int.from_bytes(bytes.fromhex(text), "little")


class Suite:
    """All cases that ran as expected, and the faults of each function."""

    def __init__(
        self,
        seen: list[Seen],
        entries: list[dict[str, Any]],
        first: Sequence[str] = (),
    ) -> None:
        self.seen = seen
        # Patterns of those that are asked before the others.
        self._first = [glob(pattern) for pattern in first]
        self.came = {case.name: case.came for case in seen}
        # Of each fault: those of its function, as marks.
        self._beside: dict[int, int] = {}
        functions: dict[tuple[str, str], int] = defaultdict(int)
        for entry in entries:
            functions[entry["file"], entry["function"]] |= 1 << entry["number"]
        for entry in entries:
            function = entry["file"], entry["function"]
            self._beside[entry["number"]] = functions[function]

    def could_notice(self, number: int) -> list[Seen]:
        bit = 1 << number
        return [case for case in self.seen if case.marks & bit]

    def order(self, number: int) -> list[str]:
        """Those that could notice, so that the first few are as unlike as can be.

        Cases that are alike in all of the function's marks have taken the same way
        through it. Each way is asked in turn, the rarest first: what every case does
        before it comes to its point is only one way.
        """
        beside = self._beside[number]
        ways: dict[int, list[Seen]] = defaultdict(list)
        for case in self.could_notice(number):
            ways[case.marks & beside].append(case)
        rarest = sorted(ways.values(), key=len)
        queues = [self._of_rules(way) for way in rarest]
        names = [case.name for case in in_turn(queues)]
        # A sort keeps the order of those that are alike in this.
        return sorted(names, key=lambda name: not self._is_first(name))

    def _is_first(self, name: str) -> bool:
        return any(fits(name) for fits in self._first)

    def _of_rules(self, cases: list[Seen]) -> list[Seen]:
        rules: dict[str, list[Seen]] = defaultdict(list)
        for case in cases:
            rules[case.rule].append(case)
        return in_turn(spread([spread(of) for of in rules.values()]))


Item = TypeVar("Item")


def spread(cases: list[Item]) -> list[Item]:
    """In an order in which the first few are unlike: by halves of their list."""
    order: list[Item] = []
    step = 1
    while step < len(cases):
        step *= 2
    taken = set()
    while step:
        for place in range(0, len(cases), step):
            if place not in taken:
                taken.add(place)
                order.append(cases[place])
        step //= 2
    return order


def in_turn(queues: list[list[Item]]) -> list[Item]:
    """The first of each, the second of each, and so on."""
    longest = max(map(len, queues), default=0)
    return [queue[n] for n in range(longest) for queue in queues if n < len(queue)]


def cover(seen: list[Seen], times: int) -> list[str]:
    """A few cases that have every mark so many times, and one of each rule."""
    pool = [case for case in seen if case.came == PASS]
    chosen: set[str] = set()
    for _ in range(times):
        chosen |= _cover_once([case for case in pool if case.name not in chosen])
    rules = {_variant("", name) for name in chosen}
    for case in pool:
        if case.rule not in rules:
            rules.add(case.rule)
            chosen.add(case.name)
    return sorted(chosen)


def _cover_once(pool: list[Seen]) -> set[str]:
    """A gain only ever falls: the first whose gain is still the best is the one."""
    chosen = set()
    covered = 0
    heap = [(-_count(case.marks), place) for place, case in enumerate(pool)]
    heapq.heapify(heap)
    while heap:
        gain, place = heap[0]
        now = -_count(pool[place].marks & ~covered)
        if now == 0:
            heapq.heappop(heap)
        elif now == gain:
            heapq.heappop(heap)
            chosen.add(pool[place].name)
            covered |= pool[place].marks
        else:
            heapq.heapreplace(heap, (now, place))
    return chosen


def _count(marks: int) -> int:
    return bin(marks).count("1")


def line_of(case: Seen) -> str:
    return f"{case.came} {case.marks:x} {case.name}\n"


def read_seen(path: str) -> list[Seen]:
    """Those known so far; a last line that was cut off is not."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []
    seen = {}
    for line in lines:
        came, marks, name = line.split(" ", 2)
        seen[name] = Seen(name, came, int(marks, 16))
    return list(seen.values())


def few_of_each_rule(names: list[str], most: int) -> list[str]:
    """Some cases of each rule that are unlike one another; 0: all."""
    rules: dict[str, list[str]] = defaultdict(list)
    for name in names:
        rules[_variant("", name)].append(name)
    return [name for of in rules.values() for name in spread(of)[: most or None]]
