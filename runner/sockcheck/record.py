# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Recording: what must change in a deviations file so that a run is as recorded.

Sections and comments that a run does not contradict stay as they are, to the byte.
"""

from __future__ import annotations

import re

from sockcheck import answers, globs
from sockcheck.deviations import (
    CASE,
    NEEDS,
    NOT_EXPLAINED,
    Book,
    Deviation,
    Entry,
    Recorded,
    Refusal,
)
from sockcheck.ini import Section
from sockcheck.outcomes import Learned, Outcome
from sockcheck.patch import Patch
from sockcheck.selection import glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.binary import Case

WIDTH = 88
INDENT = "    "
LONGEST_WORDS = 40
HEAD = """\
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What the target `{}` answers otherwise than its rules say.  host.ini says how a
# section is written.
"""

_number = re.compile(r"\d+(\.\d+)*")
_first_argument = re.compile(r"^(\w+)\(-?\d+(?=[,)])")
# An address, and its family where it is known.
_address = re.compile(r'\{(?!AF_\w+\})(AF_\w+)?(?:"(?:[^"\\]|\\.)*"|[^{}"])*\}')
_value_of_option = re.compile(r"^(setsockopt\(\*, [^,]+, [^,]+), .*\)$")
_length_of_memory = re.compile(r"(&buf|foreign memory|unwritable), \d+")
_link = re.compile(r"/fd/\d+")


def generalised(call: str) -> str:
    """A glob on a refused call: descriptors, addresses and values are left open."""
    text = _first_argument.sub(r"\1(*", call)
    text = _address.sub(lambda it: f"{{{it[1]}, *}}" if it[1] else "{*}", text)
    text = _value_of_option.sub(r"\1, *)", text)
    text = _length_of_memory.sub(r"\1, *", text)
    return _link.sub("/fd/*", text)


def since(version: str) -> str:
    """A version as `since` has it: its first number, where it has one."""
    found = _number.search(version)
    return found[0] if found else " ".join(version.split()) or "unknown"


class Recorder:
    """Makes a patch of one file out of one run."""

    def __init__(
        self,
        path: str,
        text: str,
        rules: set[str],
        cases: list[Case],
        learned: Learned,
        keep: bool = False,
    ) -> None:
        self.path = path
        self.cases = cases
        self.learned = learned
        self.outcomes = learned.outcomes
        # Whether answers that did not come this time stay.
        self.keep = keep
        self.book = Book(path, text, rules, cases, learned.version)
        self.document = self.book.document
        self.patch = Patch(self.document.lines)
        # The cases that a section is for when all is done, where that has changed.
        self.names: dict[Entry, list[str]] = {}
        self.headers = set(self.document.sections)
        # The sections that have other answers now.
        self.amended: dict[Deviation, list[str]] = {}
        # What is put behind the file's last line.
        self.end: list[str] = []
        # The cases of the rule at hand that sections with 'cases' are for.
        self.taken: set[str] = set()

    @property
    def complete(self) -> bool:
        """As Run.complete: whether a refusal that did not come would have come."""
        learned = self.learned
        all_ran = len(learned.cases) == len(self.cases) and not learned.cut_short
        return all_ran and not learned.degraded

    def record(self) -> Patch:
        self._refusals()
        own = [entry for entry in self.book.entries if entry.rank == CASE]
        rest = [entry for entry in self.book.entries if entry.rank != CASE]
        # Whether a case's own section stays says what its rule's may be for.
        for entry in own + rest:
            self._gone_cases(entry)
        for entry in own + rest:
            self._answers(entry)
        self._differences()
        for entry in rest:
            self._write_names(entry)
        self._end()
        return self.patch

    def _end(self) -> None:
        """The file's end: no blank line too many, and what is new."""
        lines = self.document.lines
        last = end = len(lines)
        while last and (self.patch.is_gone(last - 1) or not lines[last - 1].strip()):
            last -= 1
        if self.end or any(map(self.patch.is_gone, range(last, end))):
            self.patch.remove(last, end)
        if self.end and not lines:
            head = HEAD.format(self.learned.target)
            self.end = head.splitlines(keepends=True) + self.end
        elif self.end and not last:
            self.end = self.end[1:]
        self.patch.insert(end, self.end)

    # Refusals.

    def _refusals(self) -> None:
        met = self._met_refusals()
        old = self.book.refusals
        for section, refusal in old:
            came = met.pop(refusal, {})
            if came:
                # Only a complete run shows that an answer comes no more.
                self._amend(section, refusal, list(came), self.complete)
            elif self.complete and self._may_meet(refusal):
                self._remove(section)
        for refusal, came in met.items():
            header = self._header(NEEDS + refusal.name, next(iter(came)))
            self._append(header, list(came))

    def _met_refusals(self) -> dict[Refusal, dict[str, None]]:
        """What came for each refusal, new ones behind, as soon as all are settled."""
        refused = [outcome for outcome in self.outcomes.values() if outcome.call]
        all_of_them = [refusal for _, refusal in self.book.refusals]
        while True:
            book = Recorded({}, all_of_them)
            met: dict[Refusal, dict[str, None]] = {}
            new: dict[str, None] = {}
            for outcome in refused:
                refusal = book.refusal(outcome.case, outcome.call)
                if refusal is None:
                    new[self.glob_of(outcome.call)] = None
                else:
                    met.setdefault(refusal, {})[outcome.came] = None
            if not new:
                return met
            # A new one may be longer than an old one, and take calls from it.
            keys = {"seen": "", "why": NOT_EXPLAINED, "since": "0"}
            all_of_them += [Refusal("", call, keys, None) for call in new]

    @staticmethod
    def glob_of(call: str) -> str:
        found = generalised(call)
        return found if glob(found)(call) else call

    def _may_meet(self, refusal: Refusal) -> bool:
        return any(
            refusal.may_meet(outcome.case)
            for outcome in self.outcomes.values()
            if outcome.ran or outcome.call
        )

    # Sections that are there.

    def _gone_cases(self, entry: Entry) -> None:
        """Take out of a section the cases that pass now, or all of it."""
        names = [name for name in entry.names if self.book.entry_of[name] is entry]
        # Also those that another section was for, which loses them, too.
        gone = {
            name
            for name in entry.names
            if name in self.outcomes and self.outcomes[name].passes
        }
        if not gone:
            return
        self.names[entry] = [name for name in names if name not in gone]
        if not self.names[entry]:
            self._remove(entry.section)

    def _is_there(self, entry: Entry) -> bool:
        return self.names.get(entry) != []

    def _answers(self, entry: Entry) -> None:
        """Let a section have what came of its cases."""
        if not self._is_there(entry):
            return
        names = [name for name in entry.names if self.book.entry_of[name] is entry]
        outcomes = [self.outcomes[name] for name in names if name in self.outcomes]
        came = [outcome.came for outcome in outcomes if outcome.differs]
        all_ran = len(outcomes) == len(names) and all(
            outcome.ran and not outcome.defect for outcome in outcomes
        )
        self._amend(entry.section, entry.deviation, came, all_ran)

    def _amend(
        self, section: Section, deviation: Deviation, came: list[str], all_ran: bool
    ) -> None:
        """Put new answers into `seen`; those that are no more go, if that is known."""
        new = [text for text in dict.fromkeys(came) if not deviation.has(text)]
        if not new:
            return
        old = [
            answer.written
            for answer in deviation.answers
            if self.keep or not all_ran or any(map(answer.fits, came))
        ]
        written = old + [answers.escape(text) for text in new]
        self.amended[deviation] = written
        self._put_key(section, "seen", _seen(written))

    def _write_names(self, entry: Entry) -> None:
        """Let `cases` have the cases of a section whose cases have changed."""
        names = self.names.get(entry)
        if not names:
            return
        rule = entry.deviation.name
        others = self._others(rule, names, entry)
        kept = [
            pattern
            for pattern in entry.deviation.cases
            if not any(map(glob(pattern), others))
        ]
        fits = [glob(pattern) for pattern in kept]
        rest = [name for name in names if not any(fit(name) for fit in fits)]
        found, left = globs.find(self.book.of_rule[rule], rest, others)
        deviation = entry.deviation
        for name in left:
            cases = [name] if name == rule else []
            self._append(self._header(name), [], deviation, cases)
        if kept or found:
            self._put_key(entry.section, "cases", _cases(kept + found))
        else:
            self._remove(entry.section)

    def _others(self, rule: str, names: list[str], entry: Entry | None) -> set[str]:
        """The cases of a rule that a glob for these may not match."""
        free = {
            name
            for name in self.book.of_rule[rule]
            if self._own(name) or (entry is None and not self._matters(name))
        }
        return set(self.book.of_rule[rule]) - free - set(names)

    def _own(self, name: str) -> bool:
        """Whether a case has a section of its own, and keeps it."""
        entry = self.book.entry_of.get(name)
        return entry is not None and entry.rank == CASE and self._is_there(entry)

    def _matters(self, name: str) -> bool:
        """Whether a new section for its rule would change anything for a case."""
        outcome = self.outcomes.get(name)
        skipped = outcome is not None and not outcome.ran
        return not skipped or name in self.taken

    # New sections.

    def _differences(self) -> None:
        groups: dict[str, dict[str, list[str]]] = {}
        for case in self.cases:
            outcome = self.outcomes.get(case.name)
            if outcome and outcome.differs and case.name not in self.book.entry_of:
                of_rule = groups.setdefault(case.rule, {})
                of_rule.setdefault(outcome.came, []).append(case.name)
        there: dict[str, list[Entry]] = {}
        for entry in self.book.entries:
            there.setdefault(entry.deviation.name, []).append(entry)
        for rule, of_rule in groups.items():
            limited = [entry for entry in there.get(rule, ()) if self._is_there(entry)]
            self.taken = {name for entry in limited for name in self._names_of(entry)}
            for came, names in sorted(of_rule.items(), key=lambda it: -len(it[1])):
                self._difference(rule, came, names, limited, len(of_rule) == 1)

    def _names_of(self, entry: Entry) -> list[str]:
        return self.names.get(entry, entry.names)

    def _difference(
        self,
        rule: str,
        came: str,
        names: list[str],
        limited: list[Entry],
        only: bool,
    ) -> None:
        """Record an answer that several cases of a rule got, and none had before."""
        for entry in limited:
            written = [answer.text for answer in entry.deviation.answers]
            deviation = entry.deviation
            of_others = deviation.explained or deviation in self.amended
            if written == [came] and not of_others:
                self.names[entry] = self._names_of(entry) + names
                self.taken.update(names)
                return
        others = self._others(rule, names, None)
        if not others and not limited:
            self._append(self._header(rule, came), [came])
            return
        if len(names) > 1:
            found, names = globs.find(self.book.of_rule[rule], names, others)
            if found:
                header = self._header(rule, came, only)
                self._append(header, [came], cases=found)
                fits = [glob(pattern) for pattern in found]
                self.taken |= {
                    name
                    for name in self.book.of_rule[rule]
                    if any(fit(name) for fit in fits)
                }
        for name in names:
            # A rule's id may be the name of one of its cases, too.
            cases = [name] if name == rule else []
            self._append(self._header(name, came), [came], cases=cases)

    # Writing.

    def _header(self, name: str, came: str = "", plain: bool = True) -> str:
        """A section's header that is not there yet: a name, or with words behind it."""
        header = name
        words = _words(came)
        again = 1
        while header in self.headers or (header == name and not plain):
            header = f"{name} ({words})" if again == 1 else f"{name} ({words} {again})"
            if header in self.book.names or header in self.book.of_rule:
                self.headers.add(header)
            again += 1
        self.headers.add(header)
        return header

    def _append(
        self,
        header: str,
        came: list[str],
        like: Deviation | None = None,
        cases: list[str] | None = None,
    ) -> None:
        written = [answers.escape(text) for text in came]
        keys = {"why": NOT_EXPLAINED, "since": since(self.learned.version)}
        if like is not None:
            as_before = [answer.written for answer in like.answers]
            written = self.amended.get(like, as_before)
            keys = {"why": like.why, "since": like.since}
            if like.until:
                keys["until"] = like.until
            if like.source:
                keys["source"] = like.source
        self.end += ["\n", f"[{header}]\n", *_seen(written)]
        self.end += [f"{key} = {keys[key]}\n" for key in keys]
        if cases:
            self.end += _cases(cases)

    def _put_key(self, section: Section, name: str, lines: list[str]) -> None:
        key = section.keys.get(name)
        if key is None:
            self.patch.insert(section.end, lines)
        else:
            self.patch.remove(key.first, key.end)
            self.patch.insert(key.first, lines)

    def _remove(self, section: Section) -> None:
        """Take out a section, the comment that stands on it, and blank lines below."""
        lines = self.document.lines
        first, end = section.first, section.end
        while first and lines[first - 1].startswith("#"):
            first -= 1
        if first == 0:
            # The head of the file, which is about more.
            first = section.first
        if first == 0 or not lines[first - 1].strip():
            while end < len(lines) and not lines[end].strip():
                end += 1
        self.patch.remove_whole(first, end)


def mistakes(
    text: str, rules: set[str], cases: list[Case], learned: Learned
) -> list[str]:
    """The cases that would not be as recorded, were this the file's text."""
    recorded = Book("the patched file", text, rules, cases, learned.version).recorded
    return [
        outcome.case
        for outcome in learned.outcomes.values()
        if not _is_recorded(outcome, recorded)
    ]


def _is_recorded(outcome: Outcome, recorded: Recorded) -> bool:
    if outcome.call:
        refusal = recorded.refusal(outcome.case, outcome.call)
        return refusal is not None and refusal.has(outcome.came)
    deviation = recorded.of_case.get(outcome.case)
    if outcome.differs:
        return deviation is not None and deviation.has(outcome.came)
    return deviation is None or not outcome.passes


def _seen(written: list[str]) -> list[str]:
    line = f"seen = {' | '.join(written)}\n"
    if len(written) == 1 or len(line) <= WIDTH:
        return [line]
    return ["seen =\n", *(f"{INDENT}{answer}\n" for answer in written)]


def _cases(patterns: list[str]) -> list[str]:
    lines = [f"cases = {patterns[0]}"]
    for pattern in patterns[1:]:
        if len(lines[-1]) + 1 + len(pattern) > WIDTH:
            lines.append(INDENT + pattern)
        else:
            lines[-1] += " " + pattern
    return [line + "\n" for line in lines]


def _words(came: str) -> str:
    """What tells a section from others of its rule: its answer, or how it begins."""
    text = "".join(
        letter if letter.isprintable() and letter not in "()" else " "
        for letter in came
    )
    return " ".join(text[:LONGEST_WORDS].split()) or "again"
