# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Faults that no caller can see, each with its reason: ci/kernel/survivors.ini.

    [net/socket.c:sock_alloc:0:assignment:inode->i_ino = get_next_ino(); -> ;]
    why = ...

Three dots stand for any text, so that one reason is said once.
"""

from __future__ import annotations

import os
import re
from typing import Callable

from sockcheck.ini import Document, Section
from sockcheck.trouble import Trouble


class Explained:
    """The reasons, by the faults' ids."""

    def __init__(self, path: str, ids: list[str]) -> None:
        self.path = path
        # Of each id that is explained: why, and where that stands.
        self.why: dict[str, str] = {}
        self.where: dict[str, str] = {}
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            document = Document(path, file.read())
        for section in document.sections.values():
            self._take(document, section, ids)

    def _take(self, document: Document, section: Section, ids: list[str]) -> None:
        where = document.where(section)
        unknown = set(section.keys) - {"why"}
        if unknown:
            raise Trouble(f"{where}: only 'why' is known, and not {sorted(unknown)[0]}")
        if "why" not in section.keys or not section.keys["why"].value:
            raise Trouble(f"{where}: no reason; say it in 'why'")
        matches = matching(section.header)
        found = [name for name in ids if matches(name)]
        if not found:
            raise Trouble(f"{where}: there is no such fault any more: {section.header}")
        for name in found:
            if name in self.why:
                raise Trouble(f"{where}: {name} is explained at {self.where[name]}")
            self.why[name] = " ".join(section.keys["why"].value)
            self.where[name] = where


def matching(pattern: str) -> Callable[[str], object]:
    """Whether an id is as the pattern says, in which ... is any text."""
    parts = [re.escape(part) for part in pattern.split("...")]
    return re.compile(".*".join(parts), re.DOTALL).fullmatch
