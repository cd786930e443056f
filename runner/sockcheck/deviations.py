# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Deviations: the recorded differences of one target, from its INI file.

    [socket.family.unregistered]        a rule, or the whole name of one case
    seen = -1 EPERM | timeout           what comes instead
    why = the container's filter refuses it
    since = 6.1                         the version from which on it is seen
    until = 6.12                        the first that has it no more (optional)
    source = a link (optional)
    cases = *[AF_AX25] (optional)       globs that limit a rule's section
"""

from __future__ import annotations

import configparser
import re

from sockcheck.binary import Case
from sockcheck.selection import glob
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

REQUIRED = ("seen", "why", "since")
OPTIONAL = ("until", "source", "cases")
# A case that could not set itself up says nothing of the target.
NEVER_SEEN = "broken"
NOT_IN_A_VALUE = 1 << 30


class Deviation:
    """One section of the file."""

    __slots__ = ("where", "name", "seen", "why", "since", "until", "source")

    def __init__(self, where: str, name: str, keys: dict[str, str]) -> None:
        self.where = where
        self.name = name
        self.seen = tuple(seen.strip() for seen in keys["seen"].split("|"))
        self.why = keys["why"]
        self.since = keys["since"]
        self.until = keys.get("until", "")
        self.source = keys.get("source", "")

    def concerns(self, version: str) -> bool:
        """Whether it may be seen on this version of the target.

        A version is older or newer by the first number in it, where there is one.
        """
        since, until = _numbers(self.since), _numbers(self.until)
        tested = _numbers(version)
        if not tested:
            return True
        return since <= tested and (not until or tested < until)


class File(configparser.RawConfigParser):
    """The INI file as configparser reads it, but for brackets inside a section's."""

    SECTCRE = re.compile(r"\[(?P<header>.+)\]\s*$")

    def __init__(self) -> None:
        super().__init__(
            delimiters=("=",),
            comment_prefixes=("#",),
            empty_lines_in_values=False,
            # No section is special; this one cannot be written.
            default_section="",
        )


def read(
    path: str, rules: set[str], cases: list[Case], version: str
) -> dict[str, Deviation]:
    """The deviation of each case that has one in this version, by the case's name."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Trouble(f"{path}:{line}: not UTF-8") from None
    deviations = Book(path, text).by_case(rules, cases)
    return {
        name: deviation
        for name, deviation in deviations.items()
        if deviation.concerns(version)
    }


def _numbers(version: str) -> list[int]:
    found = re.search(r"\d+(\.\d+)*", version)
    return [int(number) for number in found[0].split(".")] if found else []


class Book:
    """A file that parses, and the lines of its sections and keys."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.file = _parse(path, text)
        self.lines = _lines(text)

    def by_case(self, rules: set[str], cases: list[Case]) -> dict[str, Deviation]:
        names = {case.name for case in cases}
        for_rules: dict[str, Deviation] = {}
        for_cases: dict[str, Deviation] = {}
        for section in self.file.sections():
            deviation = self._deviation(section)
            if section in rules:
                concerned = self._cases_of_rule(section, cases)
                for_rules.update(dict.fromkeys(concerned, deviation))
            elif section in names:
                if self.file.has_option(section, "cases"):
                    self._wrong(section, "cases", "only a rule's section has 'cases'")
                for_cases[section] = deviation
            else:
                kind = "case" if "[" in section else "rule"
                self._wrong(section, "", f"unknown {kind} '{section}'")
        # One case's own section says more than its rule's.
        return {**for_rules, **for_cases}

    def _deviation(self, section: str) -> Deviation:
        keys = {}
        for key, value in self.file.items(section):
            if key not in REQUIRED and key not in OPTIONAL:
                self._wrong(section, key, f"unknown key '{key}'")
            keys[key] = " ".join(value.split())
            if not keys[key]:
                self._wrong(section, key, f"'{key}' is empty")
        for key in REQUIRED:
            if key not in keys:
                self._wrong(section, "", f"[{section}] has no '{key}'")
        deviation = Deviation(self._where(section, ""), section, keys)
        if "" in deviation.seen:
            self._wrong(section, "seen", "'seen' has an empty part")
        if NEVER_SEEN in deviation.seen:
            self._wrong(section, "seen", f"'{NEVER_SEEN}' is no deviation of a target")
        return deviation

    def _cases_of_rule(self, rule: str, cases: list[Case]) -> list[str]:
        names = [case.name for case in cases if case.rule == rule]
        patterns = self.file.get(rule, "cases", fallback="").split()
        if not patterns:
            return names
        limited: list[str] = []
        for pattern in patterns:
            fits = glob(pattern)
            found = [name for name in names if fits(name)]
            if not found:
                self._wrong(rule, "cases", f"no case of {rule} matches '{pattern}'")
            limited += found
        return limited

    def _where(self, section: str, key: str) -> str:
        return f"{self.path}:{self.lines.get((section, key), 1)}"

    def _wrong(self, section: str, key: str, what: str) -> NoReturn:
        raise Trouble(f"{self._where(section, key)}: {what}")


def _parse(path: str, text: str) -> File:
    file = File()
    try:
        file.read_string(text, path)
    except configparser.DuplicateSectionError as error:
        raise Trouble(f"{path}:{error.lineno}: [{error.section}] again") from None
    except configparser.DuplicateOptionError as error:
        raise Trouble(f"{path}:{error.lineno}: '{error.option}' again") from None
    except configparser.MissingSectionHeaderError as error:
        raise Trouble(f"{path}:{error.lineno}: a line before any section") from None
    except configparser.ParsingError as error:
        line = error.errors[0][0]
        wrong = text.split("\n")[line - 1].strip()
        raise Trouble(f"{path}:{line}: neither [section] nor key: {wrong}") from None
    return file


def _lines(text: str) -> dict[tuple[str, str], int]:
    """The line of each (section, key), and of each section, as (section, "").

    configparser tells lines only for what it cannot parse.
    """
    lines: dict[tuple[str, str], int] = {}
    section = ""
    indent = NOT_IN_A_VALUE
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip()
        if not content or content.startswith("#"):
            indent = NOT_IN_A_VALUE
        elif len(line) - len(line.lstrip()) <= indent:
            header = File.SECTCRE.match(content)
            if header:
                section = header["header"]
            key = "" if header else content.split("=")[0].strip().lower()
            lines.setdefault((section, key), number)
            # A line that is further in than its key's goes on with its value.
            in_key = len(line) - len(line.lstrip())
            indent = NOT_IN_A_VALUE if header else in_key
    return lines
