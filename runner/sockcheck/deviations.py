# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Deviations: the recorded differences of one target, from its INI file.

    [socket.family.unregistered]        a rule, or the whole name of one case
    seen = -1 EPERM | timeout           what comes instead: answers.py
    why = the container's filter refuses it
    since = 6.1                         the version from which on it is seen
    until = 6.12                        the first that has it no more (optional)
    source = a link (optional)
    cases = *[AF_AX25] (optional)       globs that limit a rule's section

    [socket.family.unregistered (-1 EIO)]   another section of it: other cases, or why

    [needs setsockopt(*, IPPROTO_IP, IP_RECVERR, *)]
    seen = -1 ENOPROTOOPT               a refusal: what a call gets that cases need
    ...

Of the sections that concern a case in the target's version one counts: its own, else a
rule's with `cases`, else a rule's without. Two of one kind are an error of the file.
"""

from __future__ import annotations

import functools
import re

from sockcheck import answers, ini
from sockcheck.answers import Answer
from sockcheck.binary import Case
from sockcheck.ini import Section
from sockcheck.selection import glob
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, NoReturn

    from sockcheck.verdicts import Result

REQUIRED = ("seen", "why", "since")
OPTIONAL = ("until", "source", "cases")
# What `why` is until somebody has found it out.
NOT_EXPLAINED = "not explained"
# A case that could not set itself up says nothing of the target; what a call that it
# needs got instead is recorded as a refusal.
NEVER_SEEN = "broken"
NEEDS = "needs "

# "RULE (words)": no rule and no case ends so, and words hold no parentheses.
_with_words = re.compile(r"(.*\S) \(([^()]+)\)").fullmatch

is_result = re.compile(r"-?\d.*").fullmatch
is_call = re.compile(r"[a-z][a-z0-9_]*\(.*").fullmatch


class Deviation:
    """One section of the file."""

    __slots__ = ("where", "name", "answers", "why", "since", "until", "source", "cases")

    def __init__(self, where: str, name: str, keys: dict[str, str]) -> None:
        self.where = where
        self.name = name
        self.answers = list(map(Answer, answers.split(keys["seen"])))
        self.why = keys["why"]
        self.since = keys["since"]
        self.until = keys.get("until", "")
        self.source = keys.get("source", "")
        self.cases = keys.get("cases", "").split()

    @property
    def seen(self) -> str:
        return " | ".join(answer.written for answer in self.answers)

    @property
    def explained(self) -> bool:
        return self.why != NOT_EXPLAINED

    def has(self, came: str) -> bool:
        """Whether it is one of the answers that are recorded."""
        return any(answer.fits(came) for answer in self.answers)

    def concerns(self, version: str) -> bool:
        """Whether it may be seen on this version of the target.

        A version is older or newer by the first number in it, where there is one.
        """
        since, until = _numbers(self.since), _numbers(self.until)
        tested = _numbers(version)
        if not tested:
            return True
        return since <= tested and (not until or tested < until)


class Refusal(Deviation):
    """A section of a call that cases need, which this target answers otherwise."""

    __slots__ = ("fits", "_names")

    def __init__(
        self, where: str, call: str, keys: dict[str, str], names: frozenset[str] | None
    ) -> None:
        super().__init__(where, call, keys)
        self.fits: Callable[[str], object] = glob(call)
        # The cases that it is limited to, if it is.
        self._names = names

    @property
    def rank(self) -> tuple[int, bool]:
        """The first counts: the one that says more of the call, or of the cases."""
        return -len(self.name), self._names is None

    def may_meet(self, case: str) -> bool:
        return self._names is None or case in self._names


class Recorded:
    """What is recorded of one target in one version."""

    def __init__(
        self, of_case: dict[str, Deviation], refusals: Iterable[Refusal] = ()
    ) -> None:
        self.of_case = of_case
        self.refusals = sorted(refusals, key=lambda refusal: refusal.rank)
        self._met: dict[str, list[Refusal]] = {}

    def refusal(self, case: str, call: str) -> Refusal | None:
        """The section of a call that was needed, of those that match the longest."""
        fitting = self._met.get(call)
        if fitting is None:
            fitting = [refusal for refusal in self.refusals if refusal.fits(call)]
            self._met[call] = fitting
        for refusal in fitting:
            if refusal.may_meet(case):
                return refusal
        return None

    def never_met(self, results: list[Result]) -> list[Refusal]:
        """The refusals that no case has met, of those whose cases have run."""
        met = {result.deviation for result in results}
        # Where the binary itself skips a case, nothing is known of its preparation.
        ran = [
            result.case.name
            for result in results
            if result.verdict != "skip" or result.deviation
        ]
        return [
            refusal
            for refusal in self.refusals
            if refusal not in met and any(map(refusal.may_meet, ran))
        ]


def read(path: str, rules: set[str], cases: list[Case], version: str) -> Recorded:
    """What the file records of the target in this version."""
    return Book(path, load(path), rules, cases, version).recorded


def load(path: str) -> str:
    """The file's text, with the line ends that it has."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Trouble(f"{path}:{line}: not UTF-8") from None


@functools.lru_cache(maxsize=None)
def _numbers(version: str) -> list[int]:
    found = re.search(r"\d+(\.\d+)*", version)
    return [int(number) for number in found[0].split(".")] if found else []


class Entry:
    """A section that is right: what it says, and the names of the cases it is for."""

    __slots__ = ("section", "deviation", "names", "rank")

    def __init__(
        self, section: Section, deviation: Deviation, names: list[str], rank: int
    ) -> None:
        self.section = section
        self.deviation = deviation
        self.names = names
        self.rank = rank


# An entry's rank: the one with the highest counts.
RULE, LIMITED, CASE = range(3)


class Book:
    """A file in which everything is right, read for one version of the target."""

    def __init__(
        self, path: str, text: str, rules: set[str], cases: list[Case], version: str
    ) -> None:
        self.document = ini.Document(path, text)
        self.names = {case.name for case in cases}
        self.of_rule: dict[str, list[str]] = dict.fromkeys(rules, [])
        for case in cases:
            # Not append(): rules without cases share one empty list.
            if not self.of_rule.get(case.rule):
                self.of_rule[case.rule] = []
            self.of_rule[case.rule].append(case.name)
        # The sections of cases and rules that concern this version.
        self.entries: list[Entry] = []
        self.refusals: list[tuple[Section, Refusal]] = []
        for section in self.document.sections.values():
            self._take(section, version)
        self.entry_of = self._entry_of()
        self.recorded = Recorded(
            {name: entry.deviation for name, entry in self.entry_of.items()},
            [refusal for _, refusal in self.refusals],
        )

    def _take(self, section: Section, version: str) -> None:
        keys = self._keys(section)
        where = self.document.where(section)
        if section.header.startswith(NEEDS):
            call = section.header[len(NEEDS) :].strip()
            words = _with_words(call)
            call = words[1] if words else call
            if not is_call(call):
                self._wrong(section, "", f"no name of a call before the '(': '{call}'")
            refusal = Refusal(where, call, keys, self._names_of_refusal(section, keys))
            self._must_have_answers(section, refusal)
            for answer in refusal.answers:
                if not is_result(answer.text):
                    wrong = f"'{answer.written}' is no refusal of a call"
                    self._wrong(section, "seen", wrong)
            if refusal.concerns(version):
                self.refusals.append((section, refusal))
            return
        name = self._name(section)
        deviation = Deviation(where, name, keys)
        self._must_have_answers(section, deviation)
        entry = Entry(section, deviation, [name], CASE)
        if name in self.of_rule:
            entry.names = self.of_rule[name]
            entry.rank = RULE
            if deviation.cases:
                entry.names = self._limited(section, name, deviation.cases)
                entry.rank = LIMITED
        elif deviation.cases:
            self._wrong(section, "cases", "only a rule's section has 'cases'")
        if deviation.concerns(version):
            self.entries.append(entry)

    def _name(self, section: Section) -> str:
        """The rule or case of a section's header, which may have words behind it."""
        name = section.header
        if name not in self.of_rule and name not in self.names:
            words = _with_words(name)
            name = words[1] if words else name
            if name not in self.of_rule and name not in self.names:
                kind = "case" if "[" in name else "rule"
                self._wrong(section, "", f"unknown {kind} '{name}'")
        return name

    def _keys(self, section: Section) -> dict[str, str]:
        keys = {}
        for key in section.keys.values():
            if key.name not in REQUIRED and key.name not in OPTIONAL:
                self._wrong(section, key.name, f"unknown key '{key.name}'")
            if not key.value:
                self._wrong(section, key.name, f"'{key.name}' is empty")
            divider = "\n" if key.name == "seen" else " "
            keys[key.name] = divider.join(key.value)
        for required in REQUIRED:
            if required not in keys:
                self._wrong(section, "", f"[{section.header}] has no '{required}'")
        return keys

    def _must_have_answers(self, section: Section, deviation: Deviation) -> None:
        for answer in deviation.answers:
            if not answer.written:
                self._wrong(section, "seen", "'seen' has an empty part")
            if answer.written == NEVER_SEEN:
                wrong = f"'{NEVER_SEEN}' is no deviation of a target"
                self._wrong(section, "seen", wrong)
            if not answer.says_value:
                wrong = f"no value before the '*' of '{answer.written}'"
                self._wrong(section, "seen", wrong)

    def _limited(self, section: Section, rule: str, patterns: list[str]) -> list[str]:
        names = self.of_rule[rule]
        limited: dict[str, None] = {}
        for pattern in patterns:
            found = list(filter(glob(pattern), names))
            if not found:
                self._wrong(section, "cases", f"no case of {rule} matches '{pattern}'")
            limited.update(dict.fromkeys(found))
        return list(limited)

    def _names_of_refusal(
        self, section: Section, keys: dict[str, str]
    ) -> frozenset[str] | None:
        if "cases" not in keys:
            return None
        limited: set[str] = set()
        for pattern in keys["cases"].split():
            found = set(filter(glob(pattern), self.names))
            if not found:
                self._wrong(section, "cases", f"no case matches '{pattern}'")
            limited |= found
        return frozenset(limited)

    def _entry_of(self) -> dict[str, Entry]:
        """The entry that counts, for each case that has one."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            for name in entry.names:
                other = found.get(name)
                if other is None or other.rank < entry.rank:
                    found[name] = entry
                elif other.rank == entry.rank:
                    also = f"{name} is also in {other.deviation.where}"
                    self._wrong(entry.section, "cases", also)
        return found

    def _wrong(self, section: Section, key: str, what: str) -> NoReturn:
        raise Trouble(f"{self.document.where(section, key)}: {what}")
