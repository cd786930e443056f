# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What `make mutation` prints: what was noticed, by function and rule, and what not."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Iterable

# What became of a fault; the first is what is aimed at.
NOTICED, SURVIVED, UNMARKED, EXPLAINED = "noticed", "survived", "unmarked", "explained"
AIM = 95


class Row:
    """How many of one function's or one rule's faults came to what."""

    def __init__(self) -> None:
        self.count: dict[str, int] = defaultdict(int)

    @property
    def visible(self) -> int:
        return sum(self.count.values()) - self.count[EXPLAINED]

    @property
    def share(self) -> float:
        return 100.0 * self.count[NOTICED] / self.visible if self.visible else 100.0

    def text(self, title: str) -> str:
        numbers = [self.count[NOTICED], self.visible, self.count[SURVIVED]]
        numbers += [self.count[UNMARKED], self.count[EXPLAINED]]
        words = "".join(f"{number:>10}" for number in numbers)
        return f"{title:<52}{words}{self.share:>9.1f} %"


HEAD = (
    f"{'':<52}{'noticed':>10}{'visible':>10}{'survived':>10}{'unmarked':>10}"
    f"{'explained':>10}{'share':>11}"
)


def became(entry: dict[str, Any], explained: dict[str, str]) -> str:
    """A fault that is explained and yet noticed was noticed."""
    verdict = str(entry["verdict"])
    if verdict != NOTICED and entry["id"] in explained:
        return EXPLAINED
    return verdict


def table(
    entries: Iterable[dict[str, Any]], explained: dict[str, str], keys: list[str]
) -> list[str]:
    """A row for each different value of the keys, and one for all."""
    rows: dict[str, Row] = defaultdict(Row)
    whole = Row()
    for entry in entries:
        verdict = became(entry, explained)
        rows[":".join(entry[key] for key in keys)].count[verdict] += 1
        whole.count[verdict] += 1
    lines = [HEAD]
    lines += [row.text(title) for title, row in sorted(rows.items())]
    return [*lines, whole.text("all")]


def remaining(
    entries: Iterable[dict[str, Any]], explained: dict[str, str]
) -> list[dict[str, Any]]:
    """Those that nothing has noticed and nobody has explained."""
    left = (SURVIVED, UNMARKED)
    return [entry for entry in entries if became(entry, explained) in left]


def line(entry: dict[str, Any]) -> str:
    """One that is left, on a line."""
    what = entry["id"].split(":", 3)[3]
    if entry["verdict"] == UNMARKED:
        why = "no case comes where it makes a difference"
    else:
        why = f"{entry['cases']} of {entry['could']} cases that could notice were run"
    where = f"{entry['file']}:{entry['line']} {entry['function']}"
    return f"{entry['number']:>5}  {where}  {what}  ({why})"
