# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""TAP: reading a stream of points, each with its YAML block, as a worker writes them.

The reader takes bytes in any portions. It is strict, because what it takes for a pass
becomes one: the first line that is not right tears the stream, and nothing after that
line counts. A point counts only when it is whole: when its block is closed, when the
next line has come, or, for a skip, which has no block, when its own line has.
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_LINE = 4 << 20
MOST_KEYS = 64

VERSION_LINES = ("TAP version 14", "TAP version 13")
TEXTS = frozenset(
    "verdict rule says call expected came message output at reason".split()
)
FAILED = frozenset("fail known fixed broken timeout crash".split())

_point = re.compile(r"(not )?ok ([1-9][0-9]{0,8}) - (.+)").fullmatch
_described = re.compile(r"((?:[^\\#]|\\.|\\$)*)(?:#(.*))?").fullmatch
_directive = re.compile(r"\s*(skip|todo)(?:\s+(.*))?", re.IGNORECASE).fullmatch
_plan = re.compile(r"1\.\.(0|[1-9][0-9]{0,8})(?:\s+#.*)?").fullmatch
_key = re.compile(r"  ([a-z][a-z_]{0,30}): (.+)").fullmatch
# A pass in full, as nearly all points are: line by line it takes four times as long.
_pass = re.compile(
    r"ok ([1-9][0-9]{0,8}) - ([^\\#\n]+)\n"
    r"  ---\n  duration_ms: ((?:0|[1-9][0-9]{0,8})\.[0-9]{1,6})\n  \.\.\.\n"
).match
_escaped = re.compile(r"\\([\\#])")
_to_escape = re.compile(r"[\\#]")


class Torn(Exception):
    """The stream is not what it should be; the text says in which way."""


class Point:
    """One point of a stream."""

    __slots__ = ("ok", "number", "name", "skip", "todo", "fields")

    def __init__(
        self,
        ok: bool,
        number: int,
        name: str,
        skip: str | None = None,
        todo: str | None = None,
        fields: dict[str, Any] | None = None,
    ) -> None:
        self.ok = ok
        self.number = number
        self.name = name
        self.skip = skip
        self.todo = todo
        self.fields = fields or {}

    @property
    def verdict(self) -> str:
        return str(self.fields.get("verdict", ""))


def escape(name: str) -> str:
    return _to_escape.sub(r"\\\g<0>", name)


def unescape(name: str) -> str:
    return _escaped.sub(r"\1", name)


class Reader:
    """Reads one stream. `torn` says what is wrong with it, and is "" while it is whole.

    `begun` is whether the first line has come, which is a worker's first word, and
    `ended` whether the plan has, which is its last.
    """

    def __init__(self) -> None:
        self.torn = ""
        self.ended = False
        self._rest: list[bytes] = []
        self._rest_size = 0
        self.begun = False
        self._count = 0
        # The point whose line has come and that may yet get a block.
        self._last: Point | None = None
        self._given = False
        self._block: dict[str, Any] | None = None

    def feed(self, data: bytes) -> list[Point]:
        """Take the next bytes, and give the points that are whole now."""
        found: list[Point] = []
        if self.torn:
            return found
        end = data.rfind(b"\n")
        if end < 0:
            self._keep(data)
            return found
        # Undecodable bytes in a name make it another name than the one due; in a
        # text they do no harm.
        text = (b"".join(self._rest) + data[: end + 1]).decode("utf-8", "replace")
        self._rest = []
        self._rest_size = 0
        self._keep(data[end + 1 :])
        at = 0
        try:
            while at < len(text):
                at = self._whole_pass(text, at, found) or self._next(text, at, found)
        except Torn as torn:
            self.torn = str(torn)
        return found

    def _whole_pass(self, text: str, at: int, found: list[Point]) -> int:
        """Take a point that has passed, and say where it ends; else 0."""
        match = _pass(text, at)
        if not match or not self.begun or self.ended or self._block is not None:
            return 0
        self._let_go(found)
        number = int(match[1])
        if number != self._count + 1:
            return 0
        self._count = number
        fields = {"duration_ms": float(match[3])}
        found.append(Point(True, number, match[2], fields=fields))
        return match.end()

    def _next(self, text: str, at: int, found: list[Point]) -> int:
        end = text.index("\n", at)
        self._line(text[at:end], found)
        return end + 1

    def close(self) -> None:
        """There are no more bytes: a stream without its plan is torn."""
        if not self.torn and (self._rest_size or not self.ended):
            self.torn = "the stream ends in the middle"

    def _keep(self, data: bytes) -> None:
        self._rest.append(data)
        self._rest_size += len(data)
        if self._rest_size > LONGEST_LINE:
            self.torn = "a line without an end"
            self._rest = []

    def _line(self, line: str, found: list[Point]) -> None:
        if self._block is not None:
            self._block_line(line, found)
        elif line == "  ---":
            self._open_block()
        elif not self.begun:
            if line not in VERSION_LINES:
                raise Torn(f"no TAP: {short(line)}")
            self.begun = True
        elif line.startswith("#") or not line:
            pass
        elif self.ended:
            raise Torn(f"a line after the plan: {short(line)}")
        else:
            self._let_go(found)
            self._point_or_plan(line, found)

    def _point_or_plan(self, line: str, found: list[Point]) -> None:
        match = _point(line)
        if match:
            self._new_point(match[1] is None, int(match[2]), match[3], line, found)
            return
        match = _plan(line)
        if not match:
            raise Torn(f"no line of TAP: {short(line)}")
        if int(match[1]) != self._count:
            raise Torn(f"{self._count} points, but the plan is {short(line)}")
        self.ended = True

    def _new_point(
        self, ok: bool, number: int, text: str, line: str, found: list[Point]
    ) -> None:
        if number != self._count + 1:
            raise Torn(f"point {self._count + 1} is due, but came: {short(line)}")
        self._count = number
        skip = todo = None
        if "#" in text or "\\" in text:
            text, skip, todo = _split(text, line)
        self._last = Point(ok, number, text, skip, todo)
        self._given = skip is not None
        if skip is not None:
            if not ok:
                raise Torn(f"a skip that is not ok: {short(line)}")
            found.append(self._last)

    def _let_go(self, found: list[Point]) -> None:
        """Another point or the plan begins: the last one has no block."""
        if self._last is not None and not self._given:
            found.append(_checked(self._last))
        self._last = None

    def _open_block(self) -> None:
        if self._last is None:
            raise Torn("a YAML block that belongs to no point")
        self._block = {}

    def _block_line(self, line: str, found: list[Point]) -> None:
        block = self._block
        assert block is not None and self._last is not None
        if line == "  ...":
            self._block = None
            self._last.fields.update(block)
            if not self._given:
                found.append(_checked(self._last))
            self._last = None
            return
        match = _key(line)
        if not match or match[1] in block or len(block) >= MOST_KEYS:
            raise Torn(f"no line of a YAML block: {short(line)}")
        block[match[1]] = _value(match[1], match[2], line)


def _split(text: str, line: str) -> tuple[str, str | None, str | None]:
    """A point's text as its name, the reason of a skip, the reason of a todo."""
    match = _described(text)
    if not match:
        raise Torn(f"no name: {short(line)}")
    name = unescape(match[1].rstrip())
    if match[2] is None:
        return name, None, None
    directive = _directive(match[2])
    if not directive:
        raise Torn(f"neither SKIP nor TODO: {short(line)}")
    reason = (directive[2] or "").strip()
    if directive[1].lower() == "skip":
        return name, reason or "no reason given", None
    return name, None, reason


def _value(key: str, text: str, line: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Torn(f"no JSON in a YAML block: {short(line)}") from None
    if key == "duration_ms":
        # Also false for NaN, which Python's JSON reader lets through.
        right = type(value) in (int, float) and 0 <= value < 1e12
    elif key == "citations":
        right = _is_texts(value)
    elif key in TEXTS:
        right = isinstance(value, str)
    else:
        right = isinstance(value, (str, bool, int)) or _is_texts(value)
    if not right:
        raise Torn(f"no value for its key: {short(line)}")
    return value


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _checked(point: Point) -> Point:
    """A point whose result and whose verdict say the same."""
    if point.ok:
        right = point.verdict in ("", "pass")
    else:
        right = point.verdict in FAILED
    if not right:
        result = "ok" if point.ok else "not ok"
        raise Torn(
            f"point {point.number} is {result}, its verdict '{short(point.verdict)}'"
        )
    return point


def short(line: str) -> str:
    """A line for a message: printable, and not too long."""
    line = line if len(line) <= 80 else line[:77] + "..."
    return "".join(
        letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line
    )
