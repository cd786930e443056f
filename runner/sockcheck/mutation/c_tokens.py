# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The words of a C file: where each begins and ends, without comments and space."""

from __future__ import annotations

import re

_PATTERN = re.compile(
    r"""
    (?P<space>  (?: [ \t\r\n\f\v] | \\\n )+ | //[^\n]* | /\*.*?\*/ )
  | (?P<directive> ^[ \t]*\#(?: [^\n\\/] | \\\n | \\. | /\*.*?\*/ | / )* )
  | (?P<text>   (?:L|u8|u|U)?"(?:[^"\\\n]|\\.|\\\n)*" )
  | (?P<char>   (?:L|u|U)?'(?:[^'\\\n]|\\.)*' )
  | (?P<number> \.?[0-9](?: [eEpP][+-] | [0-9A-Za-z_.] )* )
  | (?P<name>   [A-Za-z_$][A-Za-z0-9_$]* )
  | (?P<mark>   \.\.\. | <<= | >>= | -> | \+\+ | -- | && | \|\|
              | << | >> | [-+*/%&|^=!<>]= | [^ \t\r\n] )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


class Token:
    """One word: its kind (directive, text, char, number, name, mark) and its place."""

    __slots__ = ("kind", "text", "start", "end")

    def __init__(self, kind: str, text: str, start: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = start + len(text)

    def __repr__(self) -> str:
        return f"{self.kind}:{self.text}"


def tokens_of(source: str) -> list[Token]:
    """All words in order. A preprocessor's line is one, with those it goes on in."""
    found = []
    for match in _PATTERN.finditer(source):
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match.group(), match.start()))
    return found
