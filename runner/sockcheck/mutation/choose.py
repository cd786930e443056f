# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which cases can notice a fault, and in which order they are asked.

While a case runs on the kernel without a fault, the kernel marks each fault that would
have made a difference. A case without the mark cannot notice: its run is the same.
"""

from __future__ import annotations

import heapq
import os
import re
from collections import defaultdict

from sockcheck.trouble import Trouble

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
    """All cases that ran, and none whose verdict is not always the same."""

    def __init__(self, seen: list[Seen]) -> None:
        self.seen = seen
        self.came = {case.name: case.came for case in seen}
        self.of_rule: dict[str, int] = defaultdict(int)
        for case in seen:
            self.of_rule[case.rule] += 1

    def could_notice(self, number: int) -> list[Seen]:
        bit = 1 << number
        return [case for case in self.seen if case.marks & bit]

    def order(self, number: int) -> list[str]:
        """Those that could notice: the rules in turn, what it concerns most first."""
        rules: dict[str, list[Seen]] = defaultdict(list)
        for case in self.could_notice(number):
            rules[case.rule].append(case)
        concerned = sorted(
            rules, key=lambda rule: (-len(rules[rule]) / self.of_rule[rule], rule)
        )
        for rule in concerned:
            rules[rule] = spread(rules[rule])
        names: list[str] = []
        turn = 0
        while len(names) < sum(map(len, rules.values())):
            for rule in concerned:
                if turn < len(rules[rule]):
                    names.append(rules[rule][turn].name)
            turn += 1
        return names


def spread(cases: list[Seen]) -> list[Seen]:
    """In an order in which the first few are unlike: by halves of their list."""
    order: list[Seen] = []
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


def write_seen(path: str, seen: list[Seen]) -> None:
    draft = f"{path}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8") as file:
        for case in seen:
            file.write(f"{case.came} {case.marks:x} {case.name}\n")
    os.rename(draft, path)


def read_seen(path: str) -> list[Seen]:
    seen = []
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                came, marks, name = line.rstrip("\n").split(" ", 2)
                seen.append(Seen(name, came, int(marks, 16)))
    except FileNotFoundError:
        raise Trouble(f"{path} is missing: the baseline comes first") from None
    return seen
