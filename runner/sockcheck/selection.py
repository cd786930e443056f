# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Selection: which cases a run takes, by glob on a case's name or its rule, or by a
file that names them."""

from __future__ import annotations

import os
import re

from sockcheck.binary import Case
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable

# A few that stand for all.
QUICK = os.path.join("ci", "kernel", "quick.cases")


def glob(pattern: str) -> Callable[[str], object]:
    """A test for texts that match. Only * and ? are special.

    Names hold brackets, so [ and ] stand for themselves, unlike in fnmatch.
    """
    if "?" not in pattern:
        return _starred(pattern.split("*"))
    parts = (
        {"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in pattern
    )
    return re.compile("".join(parts), re.DOTALL).fullmatch


def _starred(parts: list[str]) -> Callable[[str], object]:
    """A test for texts that have the parts in this order, with anything between them.

    Compiling an expression takes as long as asking this of a hundred names, and files
    of deviations hold thousands of globs.
    """
    first, last, middle = parts[0], parts[-1], parts[1:-1]
    if len(parts) == 1:
        return first.__eq__
    shortest = len(first) + len(last)

    def fits(text: str) -> bool:
        if not text.endswith(last) or not text.startswith(first):
            return False
        at, end = len(first), len(text) - len(last)
        for part in middle:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return len(text) >= shortest

    return fits


def matching(pattern: str, cases: Iterable[Case]) -> set[str]:
    """The names of the cases that a glob means; that it means none is an error."""
    fits = glob(pattern)
    names = {case.name for case in cases if fits(case.name) or fits(case.rule)}
    if not names:
        raise _none(pattern)
    return names


def _none(pattern: str) -> Trouble:
    return Trouble(f"no case matches '{pattern}'")


def choose(patterns: list[str], cases: list[Case]) -> list[Case]:
    """The cases that any of the globs means, in the binary's order; all without."""
    if not patterns:
        return cases
    # There may be hundreds of whole names.
    known = {case.name for case in cases} | {case.rule for case in cases}
    plain = {pattern for pattern in patterns if not {"*", "?"} & set(pattern)}
    wanted: set[str] = set()
    for pattern in patterns:
        if pattern not in plain:
            wanted |= matching(pattern, cases)
        elif pattern not in known:
            raise _none(pattern)
    return [
        case
        for case in cases
        if case.name in wanted or case.name in plain or case.rule in plain
    ]


def named_in(path: str) -> list[str]:
    """The cases named in a file, one a line; a line may be a comment."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except (OSError, ValueError) as error:
        said = why(error) if isinstance(error, OSError) else "not UTF-8"
        raise Trouble(f"{path}: {said}") from None
    names = [line for line in lines if line and not line.startswith("#")]
    if not names:
        raise Trouble(f"{path}: names no case")
    return names


def quick(run: list[str]) -> list[str]:
    """The names of the few that stand for all, where nothing else is asked for."""
    if run:
        raise Trouble("--quick has cases of its own: no --cases, no --run")
    if not os.path.exists(QUICK):
        raise Trouble(f"{QUICK} is not there: make mutation-quick writes it (QUICK=1)")
    return named_in(QUICK)
