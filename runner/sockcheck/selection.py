# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Selection: which cases a run takes, by glob on a case's name or its rule."""

from __future__ import annotations

import re

from sockcheck.binary import Case
from sockcheck.trouble import Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable


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
        raise Trouble(f"no case matches '{pattern}'")
    return names


def choose(patterns: list[str], cases: list[Case]) -> list[Case]:
    """The cases that any of the globs means, in the binary's order; all without."""
    if not patterns:
        return cases
    wanted: set[str] = set()
    for pattern in patterns:
        wanted |= matching(pattern, cases)
    return [case for case in cases if case.name in wanted]
