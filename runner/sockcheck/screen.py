# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The screen: lines for people, and on a terminal a progress line under them."""

from __future__ import annotations

import io
import os
import sys
import time

from sockcheck.trouble import why

# How often the progress line is rewritten, and lines are let through a pipe.
EVERY = 0.1
PLAIN_WIDTH = 100
COLOURS = {
    "pass": "32",
    "fail": "1;31",
    "fixed": "1;33",
    "broken": "1;31",
    "timeout": "1;31",
    "crash": "1;31",
}


class Screen:
    """Writes to stdout. Control characters go to a terminal only."""

    def __init__(self) -> None:
        # A case may have printed anything; what the locale cannot show is escaped.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        smart = _is_smart()
        self.live = smart
        self.coloured = smart and not os.environ.get("NO_COLOR")
        self.width = _width() if smart else PLAIN_WIDTH
        # Why nothing can be written any more; the reports are written all the same.
        self.trouble = "" if sys.stdout else "standard output is closed"
        # Whether the reader went away: it wants no more, and that is no trouble.
        self.unread = False
        self._progress = ""
        self._next = time.monotonic() + EVERY

    def print(self, text: str) -> None:
        self._write(f"{self._erasure()}{text}\n")

    def due(self) -> bool:
        """Whether it is time to call progress() again."""
        return time.monotonic() >= self._next

    def progress(self, line: str) -> None:
        """Show a line that the next one replaces; without a terminal, only flush."""
        self._next = time.monotonic() + EVERY
        if self.live:
            line = line[: self.width - 1]
            if line != self._progress:
                self._write(f"{self._erasure()}{line}")
                self._progress = line
        self.flush()

    def flush(self) -> None:
        self._write("", flush=True)

    def finish(self) -> None:
        self._write(self._erasure(), flush=True)

    def colour(self, verdict: str, text: str) -> str:
        code = COLOURS.get(verdict)
        if not code or not self.coloured:
            return text
        return f"\033[{code}m{text}\033[0m"

    def _erasure(self) -> str:
        shown, self._progress = self._progress, ""
        return "\r\033[K" if shown else ""

    def _write(self, text: str, flush: bool = False) -> None:
        if self.trouble or self.unread:
            return
        try:
            sys.stdout.write(text)
            if flush:
                sys.stdout.flush()
        except BrokenPipeError:
            self.unread = True
        except OSError as error:
            self.trouble = f"standard output: {why(error)}"


def _is_smart() -> bool:
    """Whether stdout, which Python has not where it was closed, is a terminal."""
    if not sys.stdout or not sys.stdout.isatty():
        return False
    return os.environ.get("TERM", "dumb") != "dumb"


def _width() -> int:
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except OSError:
        return PLAIN_WIDTH


def clean(text: str) -> str:
    """Text whose control characters, apart from line ends, show as escapes."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1]
        for letter in text
    )


def wrapped(words: list[str], indent: str, width: int) -> str:
    """Words with commas between them, in lines no longer than the width."""
    lines: list[str] = []
    line = indent
    for number, word in enumerate(words, 1):
        word = clean(word) + ("," if number < len(words) else "")
        if line != indent and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = indent
        line += word if line == indent else " " + word
    return "\n".join([*lines, line])
