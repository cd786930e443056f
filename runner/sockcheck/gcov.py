# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Lines and branches as gcov counts them, of some functions of a kernel.

gcov's JSON (`gcov --branch-probabilities --json-format`) has for each line its branches
in the order of the code. Counts of several runs of the same program are added up.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

    from sockcheck.kernel_functions import Function


class Line:
    """One line of a function."""

    __slots__ = ("number", "count", "branches")

    def __init__(self, number: int) -> None:
        self.number = number
        self.count = 0
        # How often each way out of it was taken, in the order of the code.
        self.branches: list[int] = []

    def add(self, count: int, branches: list[int]) -> None:
        self.count += count
        missing = len(branches) - len(self.branches)
        self.branches += [0] * missing
        for index, taken in enumerate(branches):
            self.branches[index] += taken


class Counted:
    """One function, its lines by their numbers."""

    __slots__ = ("function", "first", "last", "lines")

    def __init__(self, function: Function) -> None:
        self.function = function
        self.first = self.last = 0
        self.lines: dict[int, Line] = {}

    @property
    def lines_taken(self) -> int:
        return sum(1 for line in self.lines.values() if line.count)

    @property
    def branches(self) -> int:
        return sum(len(line.branches) for line in self.lines.values())

    @property
    def branches_taken(self) -> int:
        return sum(
            1 for line in self.lines.values() for taken in line.branches if taken
        )


class Counts:
    """The functions of a list, with what reports say of them."""

    def __init__(self, functions: Iterable[Function], source: str) -> None:
        self.functions = [Counted(function) for function in functions]
        self._by_place = {
            (it.function.file, it.function.name): it for it in self.functions
        }
        self._files = {it.function.file for it in self.functions}
        self._prefix = source.rstrip("/") + "/"

    def add(self, report: dict[str, Any]) -> None:
        """Add what one report of gcov says, which is of one object file."""
        for file in report["files"]:
            path = file["file"]
            if path.startswith(self._prefix):
                path = path[len(self._prefix) :]
            if path in self._files:
                self._add_file(path, file)

    def _add_file(self, path: str, file: dict[str, Any]) -> None:
        for function in file["functions"]:
            counted = self._by_place.get((path, function["name"]))
            if counted:
                counted.first = function["start_line"]
                counted.last = function["end_line"]
        for line in file["lines"]:
            counted = self._by_place.get((path, line.get("function_name", "")))
            if not counted:
                continue
            number = line["line_number"]
            branches = [it["count"] for it in line["branches"] if not it["throw"]]
            if number not in counted.lines:
                counted.lines[number] = Line(number)
            counted.lines[number].add(line["count"], branches)
