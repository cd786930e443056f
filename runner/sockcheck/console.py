# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Consoles: TAP from inside another system, with that system's own lines in between.

A kernel, a boot loader or a shell may write to the same console. A line that cannot be
TAP where it stands is kept as output of the case that is due; all others go to the
strict reader. So a point whose lines were torn apart is never taken for whole.
"""

from __future__ import annotations

import re
from collections import deque

from sockcheck.kernel_log import KernelLog
from sockcheck.tap import LONGEST_LINE, TEXTS, VERSION_LINES, Point, Reader

# How much of what a system says beside its points is kept for one of them.
MOST_SAID = 4096
MOST_LINES = 100

_point = re.compile(r"(not )?ok [0-9]+ - .").match
_plan = re.compile(r"1\.\.[0-9]+(\s+#.*)?").fullmatch
_key = re.compile(r"  ([a-z_]+): ").match
_KEYS = TEXTS | {"duration_ms", "citations"}
# What colours and cursor movements look like on a terminal, and a line's own end.
_control = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r+$|^\r+")


class Console:
    """Reads what one invocation writes. Its reader says how the TAP stands."""

    def __init__(self, of_kernel: bool = False) -> None:
        self.reader = Reader()
        # Where it is a kernel's own console: what that reports.
        self.log = KernelLog() if of_kernel else None
        # Reports from before the first case and behind the last.
        self.reports: list[str] = []
        self._rest = b""
        self._in_block = False
        self._after_point = False
        self._said: deque[str] = deque(maxlen=MOST_LINES)
        self._kept: list[str] = []

    @property
    def said(self) -> str:
        """What was said since the last point, and is not TAP: its end."""
        return "\n".join(self._said)[-MOST_SAID:].strip()

    def feed(self, data: bytes) -> list[Point]:
        """Take the next bytes, and give the points that are whole now."""
        found: list[Point] = []
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._line(_control.sub("", line.decode("utf-8", "replace")), found)
        self._pass_on(found)
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""
        return found

    def take_report(self) -> str:
        """What the kernel has reported of the case that is due, or ""."""
        return self.log.take() if self.log else ""

    def close(self) -> None:
        """There are no more bytes."""
        if self._rest.strip():
            self._say(self._rest.decode("utf-8", "replace").strip())
        self._rest = b""
        self.reader.close()
        if self.reader.ended:
            self._report_outside()

    def _line(self, line: str, found: list[Point]) -> None:
        if self._is_tap(line):
            self._kept.append(line)
        elif line:
            self._pass_on(found)
            self._say(line)

    def _say(self, line: str) -> None:
        self._said.append(line[:MOST_SAID])
        if self.log:
            self.log.line(line[:MOST_SAID])

    def _report_outside(self) -> None:
        report = self.take_report()
        if report:
            self.reports.append(report)

    def _pass_on(self, found: list[Point]) -> None:
        """Give the reader what it may see; what was said belongs to its next point."""
        if not self._kept:
            return
        text = "\n".join(self._kept) + "\n"
        self._kept = []
        if not self.reader.begun:
            # What a kernel says while it boots is no case's.
            self._report_outside()
            if self.log:
                self._said.clear()
        for point in self.reader.feed(text.encode()):
            if self._said:
                own = point.fields.get("output")
                texts = ([own] if isinstance(own, str) else []) + [self.said]
                point.fields["output"] = "\n".join(texts)
                self._said.clear()
            report = self.take_report()
            if report:
                point.fields["kernel"] = report
            found.append(point)

    def _is_tap(self, line: str) -> bool:
        if self._in_block:
            self._in_block = line != "  ..."
            key = _key(line)
            return not self._in_block or bool(key and key[1] in _KEYS)
        if line == "  ---":
            self._in_block, self._after_point = self._after_point, False
            return self._in_block
        begun = self.reader.begun or bool(self._kept)
        if line in VERSION_LINES or not begun:
            return line in VERSION_LINES and not begun
        is_point = bool(_point(line))
        if is_point or _plan(line):
            self._after_point = is_point
            return True
        return line.startswith("#")
