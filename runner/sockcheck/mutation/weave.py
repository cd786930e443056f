# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Weaves faults into a file's text, so that one number at run time chooses among them.

Text is only ever added, and no line: what is taken out again gives the original, and
what a compiler says of a line is true of the original's.
"""

from __future__ import annotations

from sockcheck.mutation.c_tree import functions_of
from sockcheck.mutation.rules import Fault, faults_of

# Where the words of sockcheck_fault.h begin and end: /*[*/ what is added /*]*/
OPEN, CLOSE = "/*[*/", "/*]*/"
INCLUDE = "#include <linux/sockcheck_fault.h>\n"
_MANY = 1_000_000


class Source:
    """A file of the kernel: its text, and the faults of the functions wanted."""

    def __init__(self, path: str, text: str, wanted: set[str]) -> None:
        self.path = path
        self.text = text
        functions, self.not_understood = functions_of(text, wanted)
        self.functions = functions
        self.faults = [fault for one in functions for fault in faults_of(one)]
        self._number_twins()

    def _number_twins(self) -> None:
        """A function may be defined twice, for two configurations: each fault an id."""
        seen: dict[tuple[str, str, str], int] = {}
        for fault in self.faults:
            key = fault.function, fault.rule, fault.text
            fault.ordinal = seen.get(key, -1) + 1
            seen[key] = fault.ordinal

    def id_of(self, fault: Fault) -> str:
        words = self.path, fault.function, str(fault.ordinal), fault.rule, fault.text
        return ":".join(words)

    def line_of(self, fault: Fault) -> int:
        return self.text.count("\n", 0, fault.node.start) + 1

    def with_fault(self, fault: Fault) -> str:
        """The file as a person would have written it with this fault."""
        before, after = self.text[: fault.node.start], self.text[fault.node.end :]
        return before + fault.replacement + after

    def woven(self, faults: list[Fault]) -> Woven:
        """The file with a choice for each of these, which have numbers by now."""
        pieces: list[tuple[int, int, int, Fault, str]] = []
        for order, fault in enumerate(faults):
            node = fault.node
            before, after = _around(fault)
            length = node.end - node.start
            # At one place, what ends comes before what begins; of what begins, the
            # longer is outside, and of what ends, the shorter inside.
            rank = length * _MANY - order
            pieces.append((node.start, 1, -rank, fault, f"{OPEN}{before}{CLOSE}"))
            pieces.append((node.end, 0, rank, fault, f"{OPEN}{after}{CLOSE}"))
        pieces.sort(key=lambda piece: piece[:3])
        woven = Woven()
        place = 0
        for at, begins, _, fault, text in pieces:
            woven.add(self.text[place:at])
            woven.mark(fault, text, bool(begins))
            place = at
        woven.add(self.text[place:])
        return woven


class Woven:
    """A file that was woven: its text, and where in it each fault stands."""

    def __init__(self) -> None:
        self._parts = [INCLUDE]
        self._length = len(INCLUDE)
        # Of each fault: where its words begin, its first ones end, and all is over.
        self._begins: dict[Fault, tuple[int, int]] = {}
        self._ends: dict[Fault, int] = {}

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def mark(self, fault: Fault, text: str, begins: bool) -> None:
        start = self._length
        self.add(text)
        if begins:
            self._begins[fault] = start, self._length
        else:
            self._ends[fault] = self._length

    def at(self, offset: int) -> Fault | None:
        """The fault whose own words are there, or else the innermost around it."""
        around = []
        for fault, (start, stop) in self._begins.items():
            if start <= offset < stop:
                return fault
            if start <= offset < self._ends[fault]:
                around.append((start, fault))
        return max(around, key=lambda pair: pair[0])[1] if around else None

    def behind(self, line: int, column: int) -> list[Fault]:
        """Those that begin on a line, from a column in bytes on."""
        lines = self.text.split("\n")
        start = sum(len(before) + 1 for before in lines[: line - 1])
        stop = start + len(lines[line - 1])
        begins = self._begins.items()
        return [one for one, (at, _) in begins if start + column - 1 <= at < stop]

    def offset(self, line: int, column: int) -> int:
        """From a compiler's line and column, of which a tab is up to eight."""
        lines = self.text.split("\n")
        text = lines[line - 1] if line <= len(lines) else ""
        seen = place = 0
        while place < len(text) and seen < column - 1:
            seen += 8 - seen % 8 if text[place] == "\t" else 1
            place += 1
        return sum(len(before) + 1 for before in lines[: line - 1]) + place


def _around(fault: Fault) -> tuple[str, str]:
    """What stands before and behind the original's text."""
    number = fault.number
    if fault.kind == "skip":
        return f"{{ if (!sockcheck_is({number})) ", " }"
    if fault.kind == "forced":
        return f"sockcheck_forced({number}, !!(", f"), {fault.mutated})"
    if fault.kind == "either":
        return f"sockcheck_either({number}, ({fault.mutated}), (", "))"
    return f"(sockcheck_is({number}) ? ({fault.mutated}) : (", "))"


def unwoven(text: str) -> str:
    """What woven() was given."""
    parts = text[len(INCLUDE) :].split(OPEN)
    return parts[0] + "".join(part.split(CLOSE, 1)[1] for part in parts[1:])
