# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The difference of two runs: what the second lost, gained or answers otherwise.

Pure: two reports go in, a list of changes comes out.
"""

from __future__ import annotations

from sockcheck import gate_report
from sockcheck.gate_report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

    from sockcheck.gate_report import Entry

# The kinds of change, in the order in which they are told.
REPORTED = "kernel report"
FAILING = "newly failing"
NOT_EXPECTED = "not as expected"
SKIPPED = "newly skipped"
NOT_RUN = "not run"
CHANGED = "answers otherwise"
PASSING = "newly passing"
KINDS = (REPORTED, FAILING, NOT_EXPECTED, SKIPPED, NOT_RUN, CHANGED, PASSING)
LOSSES = frozenset((REPORTED, FAILING, NOT_EXPECTED, SKIPPED, NOT_RUN))

# Verdicts, from what is best to what is worst, in groups within which none is better.
_GROUPS = {
    "pass": "kept",
    "fixed": "kept",
    "known": "known",
    "skip": "skipped",
    "fail": "failing",
    "broken": "failing",
    "timeout": "dead",
    "crash": "dead",
}
_NOT_WELL = ("failing", "dead")


class Change:
    """One case that is another than before.  Without a run before, old is {}."""

    __slots__ = ("kind", "name", "old", "new", "report")

    def __init__(
        self, kind: str, name: str, old: Entry, new: Entry, report: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        self.old = old
        self.new = new
        # What the kernel said, of a change that is a kernel's report.
        self.report = report

    @property
    def is_loss(self) -> bool:
        return self.kind in LOSSES

    @property
    def entry(self) -> Entry:
        """Where the case's rule and place stand."""
        return self.new or self.old

    @property
    def rule(self) -> str:
        return str(self.entry.get("rule", ""))

    @property
    def at(self) -> str:
        return str(self.entry.get("at", ""))


def difference(old: Report, new: Report) -> list[Change]:
    """All changes from one run to another, of the cases that both were to run.

    Where the second was cut short, a case that it did not come to is lost.  Otherwise a
    case that is in one of them only was not chosen, or is new in this suite.
    """
    changes = []
    for name in old.entries.keys() | new.entries.keys():
        before, after = old.entries.get(name, {}), new.entries.get(name, {})
        changes += _of_reports(name, before, after)
        kind = _kind(before, after, bool(new.cut_short))
        if kind:
            changes.append(Change(kind, name, before, after))
    changes += _outside(old.outside, new.outside)
    return ordered(changes)


def judged(new: Report) -> list[Change]:
    """Of a run that is compared with none: what is not as it should be."""
    changes = []
    for name, entry in new.entries.items():
        changes += _of_reports(name, {}, entry)
        if entry["verdict"] not in ("pass", "known", "skip"):
            changes.append(Change(NOT_EXPECTED, name, {}, entry))
    changes += _outside([], new.outside)
    return ordered(changes)


def ordered(changes: Iterable[Change]) -> list[Change]:
    return sorted(
        changes,
        key=lambda change: (KINDS.index(change.kind), change.name, change.report),
    )


def group_of(entry: Entry) -> str:
    return _GROUPS[entry["verdict"]]


def answer(entry: Entry) -> str:
    """What came of a case, in one line, and nothing that differs from run to run."""
    if not entry:
        return "not run"
    verdict = str(entry["verdict"])
    if verdict in ("pass", "fixed"):
        return "as documented"
    if verdict == "skip":
        return f"skipped: {entry.get('reason', '')}"
    if verdict == "known":
        return str(entry.get("seen") or entry.get("came") or "a recorded deviation")
    if verdict == "fail":
        return str(entry.get("came") or entry.get("message") or verdict)
    return {"broken": "could not set itself up", "timeout": "did not end"}.get(
        verdict, "died"
    )


def _kind(old: Entry, new: Entry, cut_short: bool) -> str:
    """The kind of change; "" where there is none."""
    if not new:
        return NOT_RUN if cut_short else ""
    if not old:
        return ""
    before, after = group_of(old), group_of(new)
    if before == after:
        return "" if answer(old) == answer(new) else CHANGED
    if after == "skipped":
        return SKIPPED
    if after in _NOT_WELL:
        # Of the two, not to end is worse than to answer otherwise.
        better = before == "dead" and after == "failing"
        return CHANGED if better else FAILING
    if after == "known" and before != "skipped":
        return CHANGED
    return CHANGED if before == "known" else PASSING


def _of_reports(name: str, old: Entry, new: Entry) -> list[Change]:
    """The kernel's reports that were not there before."""
    before = {gate_report.title(text) for text in gate_report.kernel_reports(old)}
    return [
        Change(REPORTED, name, old, new, text)
        for text in gate_report.kernel_reports(new)
        if gate_report.title(text) not in before
    ]


def _outside(old: list[str], new: list[str]) -> list[Change]:
    before = set(map(gate_report.title, old))
    return [
        Change(REPORTED, "", {}, {}, text)
        for text in new
        if gate_report.title(text) not in before
    ]
