# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Patches: a text with a few lines changed, and the unified diff that changes it."""

from __future__ import annotations

import difflib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

CONTEXT = 3


class _Known(difflib.SequenceMatcher[str]):
    """Differences that are known: finding them is slow where many lines are alike."""

    def __init__(self, opcodes: list[tuple[Any, int, int, int, int]]) -> None:
        super().__init__()
        self._opcodes = opcodes

    def get_opcodes(self) -> list[tuple[Any, int, int, int, int]]:
        return self._opcodes


class Patch:
    """Changes of a text's lines: what is told first stands first."""

    def __init__(self, lines: list[str]) -> None:
        self.old = lines
        self._gone: set[int] = set()
        self._new: dict[int, list[str]] = {}

    def remove(self, first: int, end: int) -> None:
        self._gone.update(range(first, end))

    def remove_whole(self, first: int, end: int) -> None:
        """Remove lines and what was put between them."""
        self.remove(first, end)
        for number in range(first + 1, end):
            self._new.pop(number, None)

    def insert(self, at: int, lines: list[str]) -> None:
        """Put lines before the old line of that number."""
        self._new.setdefault(at, []).extend(lines)

    def is_gone(self, number: int) -> bool:
        return number in self._gone

    @property
    def new(self) -> list[str]:
        lines = []
        for number, line in enumerate(self._ended()):
            lines += self._new.get(number, [])
            if number not in self._gone:
                lines.append(line)
        return lines + self._new.get(len(self.old), [])

    def diff(self, old_name: str, new_name: str) -> str:
        """The unified diff; "" where nothing has changed."""
        new = self.new
        if new == self.old:
            return ""
        lines = [f"--- {old_name}\n", f"+++ {new_name}\n"]
        for group in _Known(list(self._opcodes())).get_grouped_opcodes(CONTEXT):
            old_at, old_end = group[0][1], group[-1][2]
            new_at, new_end = group[0][3], group[-1][4]
            ranges = f"-{_range(old_at, old_end)} +{_range(new_at, new_end)}"
            lines.append(f"@@ {ranges} @@\n")
            for tag, i1, i2, j1, j2 in group:
                if tag == "equal":
                    lines += [" " + line for line in self.old[i1:i2]]
                else:
                    lines += ["-" + line for line in self.old[i1:i2]]
                    lines += ["+" + line for line in new[j1:j2]]
        unended = "\n\\ No newline at end of file\n"
        return "".join(line if line[-1] == "\n" else line + unended for line in lines)

    def _ended(self) -> list[str]:
        """The old lines; behind the last one, a line end if lines are put there."""
        old = self.old
        if old and not old[-1].endswith("\n") and self._new.get(len(old)):
            return [*old[:-1], old[-1] + "\n"]
        return old

    def _opcodes(self) -> Iterator[tuple[str, int, int, int, int]]:
        """What difflib calls so: ranges of the old lines, and of the new ones."""
        ended = self._ended()
        old_at = new_at = old_end = new_end = 0
        same = True
        for number in range(len(self.old) + 1):
            added = len(self._new.get(number, []))
            there = number < len(self.old)
            gone = there and number in self._gone
            is_same = there and not gone and ended[number] == self.old[number]
            if same and (added or not is_same):
                # What is the same ends here.
                if old_end > old_at:
                    yield "equal", old_at, old_end, new_at, new_end
                old_at, new_at, same = old_end, new_end, False
            new_end += added
            if not same and is_same:
                yield "replace", old_at, old_end, new_at, new_end
                old_at, new_at, same = old_end, new_end, True
            old_end += there
            new_end += there and not gone
        if old_end > old_at or new_end > new_at:
            yield "replace", old_at, old_end, new_at, new_end


def _range(start: int, end: int) -> str:
    length = end - start
    # An empty range stands behind the line before it.
    first = start + 1 if length else start
    return str(first) if length == 1 else f"{first},{length}"
