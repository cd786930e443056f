# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Branches that no case takes, each with its reason: expected/unreached.ini.

    [net/ipv4/udp.c:udp_recvmsg: if (unlikely(err)) {]
    branches = 1 of 2
    kind = race
    why = what a reader of the kernel's source can follow

The header is the file, the function and the line's own text, so that a line that moves
keeps its entry; ' #2' behind the text is the second such line of the function. Branches
are counted from 1 in gcov's order; 'all of 2' is for a line with none that is taken.
"""

from __future__ import annotations

import re

from sockcheck.ini import Document
from sockcheck.trouble import Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

    from sockcheck.ini import Section

# Why a branch is not taken: what gcc has made of the text; what another configuration
# or architecture would be needed for, other hardware, an allocation that fails where
# none can be made to, a race of two processors, luck with a hash or a random number; or
# that no state of the kernel takes it.
KINDS = tuple("compiler configuration hardware memory race chance impossible".split())
# A run that has it is as good as one that has not.
LUCK = "chance"
_header = re.compile(r"([\w./-]+\.[ch]):(\w+): (.*)").fullmatch
_numbers = re.compile(r"(all|[0-9]+(?: [0-9]+)*) of ([0-9]+)").fullmatch
_spaces = re.compile(r"\s+")
KEYS = ("branches", "kind", "why")


class Branches:
    """The branches of one line that are not taken: of a run, or as explained."""

    __slots__ = ("file", "function", "text", "untaken", "total", "number", "where")

    def __init__(self, file: str, function: str, text: str) -> None:
        self.file = file
        self.function = function
        # The line's text, its white space single, and '#2' where it is the second.
        self.text = text
        # Their numbers, counted from 1.
        self.untaken: frozenset[int] = frozenset()
        self.total = 0
        # The line's number in this source, where it is of a run.
        self.number = 0
        # Where the entry stands, where it is one.
        self.where = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.function, self.text

    @property
    def header(self) -> str:
        return f"{self.file}:{self.function}: {self.text}"

    @property
    def numbers(self) -> str:
        """As the file has them."""
        if len(self.untaken) == self.total:
            return f"all of {self.total}"
        return f"{' '.join(map(str, sorted(self.untaken)))} of {self.total}"


class Entry(Branches):
    """One section of the file."""

    __slots__ = ("kind", "why")

    def __init__(self, file: str, function: str, text: str) -> None:
        super().__init__(file, function, text)
        self.kind = self.why = ""


def one_spaced(text: str) -> str:
    return _spaces.sub(" ", text.strip())


def read(path: str) -> list[Entry]:
    try:
        with open(path, encoding="utf-8") as file:
            return parse(path, file.read())
    except FileNotFoundError:
        return []


def parse(path: str, text: str) -> list[Entry]:
    document = Document(path, text)
    return [_entry(document, section) for section in document.sections.values()]


def _entry(document: Document, section: Section) -> Entry:
    match = _header(section.header)
    if not match:
        _wrong(document, section, "", "not [FILE:FUNCTION: the line's text]")
    for key in section.keys:
        if key not in KEYS:
            _wrong(document, section, key, f"unknown key '{key}'")
    values = {}
    for key in KEYS:
        if key not in section.keys:
            _wrong(document, section, "", f"no '{key}'")
        values[key] = " ".join(section.keys[key].value)
    assert match
    entry = Entry(match[1], match[2], one_spaced(match[3]))
    entry.where = document.where(section)
    entry.kind, entry.why = values["kind"], values["why"]
    if entry.kind not in KINDS:
        _wrong(
            document, section, "kind", f"'{entry.kind}' is none of {', '.join(KINDS)}"
        )
    if not entry.why:
        _wrong(document, section, "why", "'why' says nothing")
    numbers = _numbers(values["branches"])
    if not numbers:
        _wrong(document, section, "branches", "neither 'all of M' nor 'N ... of M'")
    assert numbers
    entry.total = int(numbers[2])
    if numbers[1] == "all":
        entry.untaken = frozenset(range(1, entry.total + 1))
    else:
        entry.untaken = frozenset(map(int, numbers[1].split()))
    if not all(1 <= number <= entry.total for number in entry.untaken):
        _wrong(document, section, "branches", "a number that the line does not have")
    return entry


def _wrong(document: Document, section: Section, key: str, what: str) -> None:
    raise Trouble(f"{document.where(section, key)}: {what}")


class Judged:
    """What a run's untaken branches are beside those that are explained."""

    __slots__ = ("unexplained", "stale", "explained", "kinds")

    def __init__(self) -> None:
        # Lines with branches that are neither taken nor explained.
        self.unexplained: list[Branches] = []
        # What is wrong with an entry: where, and what.
        self.stale: list[tuple[str, str]] = []
        self.explained = 0
        self.kinds: dict[str, int] = {}


def judge(
    untaken: Iterable[Branches],
    entries: Iterable[Entry],
    lines: dict[tuple[str, str, str], int],
) -> Judged:
    """Compare; `lines` has the number of branches of every line that was counted."""
    judged = Judged()
    left = {branches.key: branches for branches in untaken}
    for entry in entries:
        _judge_entry(judged, entry, left, lines)
    judged.unexplained = list(left.values())
    return judged


def _judge_entry(
    judged: Judged,
    entry: Entry,
    left: dict[tuple[str, str, str], Branches],
    lines: dict[tuple[str, str, str], int],
) -> None:
    total = lines.get(entry.key)
    if total is None:
        what = f"{entry.header}: no such line with branches"
        judged.stale.append((entry.where, what))
        return
    if entry.total != total:
        what = f"{entry.header}: has {total} branches, not {entry.total}"
        judged.stale.append((entry.where, what))
        return
    came = left.get(entry.key)
    untaken = came.untaken if came else frozenset()
    taken = entry.untaken - untaken
    if taken and entry.kind != LUCK:
        which = " ".join(map(str, sorted(taken)))
        what = f"{entry.header}: taken, branch {which} of {total}"
        judged.stale.append((entry.where, what))
    explained = len(entry.untaken & untaken)
    judged.explained += explained
    judged.kinds[entry.kind] = judged.kinds.get(entry.kind, 0) + explained
    if came:
        came.untaken = untaken - entry.untaken
        if not came.untaken:
            del left[entry.key]
