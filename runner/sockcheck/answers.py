# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
r"""Answers: what came, as a deviation's `seen` lists it.

    seen = -1 EPERM | timeout          ' | ' stands between two answers,
    seen =                             or each is on a line of its own
        0 and {AF_INET, 127.0.0.1:*}, 16

A `*` is for what is another one in each run. It stands behind the value that the call
returns, which so is always said. A backslash takes what follows as it is: `\*`, `\|`,
`\#`, `\\`; and `\u000a` is the letter of that number.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

# Between blanks, or at an end.
_between = re.compile(r"(?:(?<=\s)|^)\|(?=\s|$)")
_escaped = re.compile(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|.)", re.DOTALL)
_star = re.compile(r"((?:[^\\*]|\\.)*)\*", re.DOTALL)
# A value, and what divides it from what else came. Behind an error nothing stands.
_value_first = re.compile(r"-?[0-9][0-9a-fx]*(?:,| and) .*", re.DOTALL).fullmatch


class Answer:
    """One answer, as it is written in the file."""

    __slots__ = ("written", "text", "varies", "fits")

    def __init__(self, written: str) -> None:
        self.written = written
        self.text = unescape(written) if "\\" in written else written
        self.varies = "*" in written and bool(_star.match(written))
        self.fits: Callable[[str], object] = self.text.__eq__
        if self.varies:
            self.fits = _pattern(written)

    @property
    def says_value(self) -> bool:
        """Whether all that varies stands behind the value."""
        star = _star.match(self.written) if self.varies else None
        return star is None or bool(_value_first(star[1]))


def split(value: str) -> list[str]:
    """The answers in a value, as they are written."""
    if "|" not in value and "\n" not in value:
        return [value]
    lines = value.split("\n")
    return [part.strip() for line in lines for part in _between.split(line)]


def unescape(written: str) -> str:
    return _escaped.sub(_letter, written)


def escape(text: str) -> str:
    """An answer as it is written, so that it is read as it was."""
    last = len(text) - 1
    letters = [
        _escape(letter, at in (0, last), text[max(0, at - 1) : at + 2])
        for at, letter in enumerate(text)
    ]
    return "".join(letters)


def _escape(letter: str, at_an_end: bool, around: str) -> str:
    if letter in "\\*":
        return "\\" + letter
    if letter == "|" and (at_an_end or around != around.replace(" ", "")):
        return "\\|"
    if letter == "#" and at_an_end:
        return "\\#"
    if letter == " " and not at_an_end:
        return letter
    if letter != " " and letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _letter(match: re.Match[str]) -> str:
    said = match[1]
    return chr(int(said[1:], 16)) if len(said) > 1 else said


def _pattern(written: str) -> Callable[[str], object]:
    """A test for texts that match; a star is any text, also none."""
    parts = []
    rest = written
    while True:
        star = _star.match(rest)
        if not star:
            break
        parts.append(re.escape(unescape(star[1])))
        rest = rest[star.end() :]
    parts.append(re.escape(unescape(rest)))
    return re.compile(".*".join(parts), re.DOTALL).fullmatch
