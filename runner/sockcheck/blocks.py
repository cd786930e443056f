# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Blocks: the lines that show a person one case."""

from __future__ import annotations

from sockcheck.screen import Screen, clean
from sockcheck.verdicts import Result

LABELS = (
    ("says", "rule"),
    ("citations", "cited"),
    ("call", "call"),
    ("expected", "expected"),
    ("came", "came"),
    ("message", "message"),
    ("output", "output"),
    ("kernel", "kernel"),
)
MARGIN = 10


def one_line(result: Result, screen: Screen) -> str:
    """What --verbose shows of each case that did as expected."""
    word = screen.colour(result.verdict, f"{result.verdict:<7}")
    reason = f"   {clean(result.reason)}" if result.reason else ""
    return f"{word} {clean(result.case.name)}{reason}"


def block(result: Result, screen: Screen) -> str:
    """A case that did not do as expected: what was to come, what came, who says so."""
    head = screen.colour(result.verdict, result.verdict.upper())
    lines = [f"\n{head} {clean(result.case.name)}   {clean(result.at)}"]
    for key, label in LABELS:
        value = result.fields.get(key)
        if value:
            said = "\n".join(value) if isinstance(value, list) else str(value)
            lines.append(_labelled(label, said))
    if result.reason:
        lines.append(_labelled("because", result.reason))
    return "\n".join(lines)


def _labelled(label: str, text: str) -> str:
    first, *more = clean(text.rstrip("\n")).split("\n")
    indent = " " * (MARGIN + 2)
    return "\n".join(
        [f"  {label:<{MARGIN}}{first}", *(f"{indent}{line}" for line in more)]
    )
