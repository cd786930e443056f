# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""INI: a file's sections and keys, each with its lines, so that a few can be changed.

    # a comment is a line of its own
    [section]
    key = value
        that goes on where a line is further in than its key's

configparser keeps neither lines nor comments, and takes longer to import than this file
takes to read a thousand sections.
"""

from __future__ import annotations

import re

from sockcheck.trouble import Trouble

_header = re.compile(r"\[(.+)\]").fullmatch
NOT_IN_A_VALUE = 1 << 30


class Key:
    """One key: the lines of its value, stripped, and where it stands."""

    __slots__ = ("name", "value", "first", "end")

    def __init__(self, name: str, value: str, first: int) -> None:
        self.name = name
        self.value = [value] if value else []
        # Its lines are [first, end) of the document's.
        self.first = first
        self.end = first + 1


class Section:
    """One section: its keys by their names, and where it stands."""

    __slots__ = ("header", "keys", "first")

    def __init__(self, header: str, first: int) -> None:
        self.header = header
        self.keys: dict[str, Key] = {}
        self.first = first

    @property
    def end(self) -> int:
        """Behind its last key; what follows is between sections."""
        return max([self.first + 1, *(key.end for key in self.keys.values())])


class Document:
    """A whole file. Lines are numbered from 0 here, and from 1 for people."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        # Only "\n" ends a line: other line ends may be part of a value.
        self.lines = [line + "\n" for line in text.split("\n")]
        self.lines[-1] = self.lines[-1][:-1]
        if not self.lines[-1]:
            self.lines.pop()
        self.sections: dict[str, Section] = {}
        self._read()

    def where(self, section: Section, key: str = "") -> str:
        line = section.keys[key].first if key in section.keys else section.first
        return self._at(line)

    def _at(self, number: int) -> str:
        return f"{self.path}:{number + 1}"

    def _read(self) -> None:
        section: Section | None = None
        key: Key | None = None
        indent = NOT_IN_A_VALUE
        for number, line in enumerate(self.lines):
            content = line.strip().lstrip("\ufeff") if number == 0 else line.strip()
            further_in = len(line) - len(line.lstrip())
            if not content or content[0] == "#":
                indent = NOT_IN_A_VALUE
            elif key is not None and further_in > indent:
                key.value.append(content)
                key.end = number + 1
            else:
                header = _header(content)
                if header:
                    section = self._begin(header[1], number)
                    indent = NOT_IN_A_VALUE
                else:
                    key = self._key(section, content, number)
                    indent = further_in

    def _begin(self, header: str, number: int) -> Section:
        if header in self.sections:
            raise Trouble(f"{self._at(number)}: [{header}] again")
        self.sections[header] = Section(header, number)
        return self.sections[header]

    def _key(self, section: Section | None, content: str, number: int) -> Key:
        if section is None:
            raise Trouble(f"{self._at(number)}: a line before any section")
        name, equals, value = content.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            wrong = f"neither [section] nor key: {content}"
            raise Trouble(f"{self._at(number)}: {wrong}")
        if name in section.keys:
            raise Trouble(f"{self._at(number)}: '{name}' again")
        section.keys[name] = Key(name, value.strip(), number)
        return section.keys[name]
