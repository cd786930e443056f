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
    parts = (
        {"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in pattern
    )
    return re.compile("".join(parts), re.DOTALL).fullmatch


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
