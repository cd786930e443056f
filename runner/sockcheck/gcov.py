# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Lines and branches as gcov counts them, of some functions of a kernel.

gcov's JSON (`gcov --branch-probabilities --json-format`) has for each line its branches
in the order of the code. Counts of several runs of the same program are added up.
"""

from __future__ import annotations

import os
import re

from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

    from sockcheck.kernel_functions import Function


# Lines whose branches no caller decides: of a function's head (how gcc prepares its
# frame); of a change of byte order or the like, which asks __builtin_constant_p(), as
# that is answered behind the counters only; and of a warning that tells of a defect of
# the kernel's own. Where one stands in a condition, the line counts.
CONDITION = re.compile(r"^\s*(\} else )?(if|while|for|switch|do)\b|&&|\|\||\?")
MADE = re.compile(
    r"^[a-z].*\(.*[^;]$"
    r"|\b(hton|ntoh)[sl]\("
    r"|^\s*(WARN(_ON)?(_ONCE)?|BUG_ON|net_warn_ratelimited|pr_err_once)\("
)


def made_by_compiler(text: str) -> bool:
    """Whether the branches of a line are none of the function's."""
    return bool(MADE.search(text)) and not CONDITION.search(text)


class Source:
    """The kernel's text, by files."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._files: dict[str, list[str]] = {}

    def _lines(self, file: str) -> list[str]:
        if file not in self._files:
            path = os.path.join(self._folder, file)
            try:
                with open(path, encoding="utf-8", errors="replace") as text:
                    self._files[file] = text.read().split("\n")
            except OSError as error:
                raise Trouble(f"{path}: {why(error)}") from None
        return self._files[file]

    def line(self, file: str, number: int) -> str:
        lines = self._lines(file)
        return lines[number - 1] if number <= len(lines) else ""

    def range_of(self, function: Function) -> tuple[int, int]:
        """The first line of its definition, and that of its last brace; else 0."""
        head = re.compile(rf"^(\w[^;=]*\W)?{function.name}\(")
        lines = self._lines(function.file)
        for first, line in enumerate(lines):
            if not head.match(line):
                continue
            for last in range(first, len(lines)):
                if lines[last].endswith(";") and "{" not in lines[first : last + 1]:
                    break
                if lines[last].startswith("}"):
                    return first + 1, last + 1
        return 0, 0


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

    __slots__ = ("function", "first", "last", "lines", "_source")

    def __init__(self, function: Function, source: Source) -> None:
        self.function = function
        self.first, self.last = source.range_of(function)
        self.lines: dict[int, Line] = {}
        self._source = source

    def add(self, line: dict[str, Any]) -> None:
        """Add one line of a report, but for the branches that gcc itself has made."""
        number = line["line_number"]
        branches = [it["count"] for it in line["branches"] if not it["throw"]]
        if made_by_compiler(self._source.line(self.function.file, number)):
            branches = []
        if number not in self.lines:
            self.lines[number] = Line(number)
        self.lines[number].add(line["count"], branches)

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
    """The functions of a list, with what reports say of the lines between their braces.

    A function that gcc has put into its callers is counted there, and once for each.
    """

    def __init__(
        self, functions: Iterable[Function], source: Source, tree: str
    ) -> None:
        self.functions = [Counted(function, source) for function in functions]
        self._by_file: dict[str, list[Counted]] = {}
        for it in self.functions:
            self._by_file.setdefault(it.function.file, []).append(it)
        self._prefix = tree.rstrip("/") + "/"

    def add(self, report: dict[str, Any]) -> None:
        """Add what one report of gcov says, which is of one object file."""
        for file in report["files"]:
            path = file["file"]
            if path.startswith(self._prefix):
                path = path[len(self._prefix) :]
            for counted in self._by_file.get(path, ()):
                for line in file["lines"]:
                    if counted.first <= line["line_number"] <= counted.last:
                        counted.add(line)
