# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a gate has found: its changes, its exit status, and its report for programs."""

from __future__ import annotations

import json

from sockcheck import gate_report
from sockcheck.gate_difference import KINDS, Change, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sockcheck.gate_report import Report
    from sockcheck.gate_skips import Defect

# The plural of a kind, behind a number.
SPOKEN = {"kernel report": "kernel reports", "not as expected": "not as expected"}


class Result:
    """Everything that the formats tell."""

    def __init__(self, old: Report | None, new: Report | None) -> None:
        self.old = old
        self.new = new
        self.changes: list[Change] = []
        # The last words of a kernel under test that did not come to its end.
        self.dead = ""
        # Cases that were skipped for want of an option that we should have set.
        self.defects: list[Defect] = []
        # What else a reader should know.
        self.notes: list[str] = []
        # The patch's subject and message id, where it is a mail's.
        self.subject = ""
        self.message_id = ""
        self.steps: list[tuple[str, float]] = []

    @property
    def losses(self) -> list[Change]:
        return [change for change in self.changes if change.is_loss]

    @property
    def compares(self) -> bool:
        return self.old is not None

    @property
    def status(self) -> int:
        """0 nothing lost, 1 something."""
        lost = bool(self.losses or self.dead)
        return int(lost or (bool(self.defects) and not self.compares))

    def counts(self) -> dict[str, int]:
        counts = dict.fromkeys(KINDS, 0)
        for change in self.changes:
            counts[change.kind] += 1
        return {kind: counts[kind] for kind in KINDS if counts[kind]}

    def summary(self) -> str:
        """The whole in one line."""
        parts = [
            f"{number} {_spoken(kind, number)}"
            for kind, number in self.counts().items()
        ]
        if self.dead:
            parts.insert(0, "the run did not come to its end")
        if self.defects:
            skipped = sum(len(defect.names) for defect in self.defects)
            parts.append(f"{skipped} skipped for want of an option of the kernel")
        if not self.losses and not self.dead:
            nothing = "nothing lost" if self.compares else "as expected"
            parts.insert(0, nothing)
        return f"{self.title()}: {', '.join(parts)}"

    def title(self) -> str:
        new = (
            f"{len(self.new.entries)} cases on {self.new.target}"
            if self.new
            else "no case"
        )
        if not self.old:
            return new
        return f"{new} against {len(self.old.entries)} on {self.old.target}"


def _spoken(kind: str, number: int) -> str:
    return SPOKEN.get(kind, kind) if number != 1 else kind


def json_text(result: Result) -> str:
    """difference.json: one change a line."""
    head = {
        "status": result.status,
        "summary": result.summary(),
        "base": result.old.path if result.old else "",
        "run": result.new.path if result.new else "",
        "dead": result.dead,
        "notes": result.notes,
        "defects": [
            {"reason": defect.reason, "cases": defect.names}
            for defect in result.defects
        ],
        "steps": [
            {"step": what, "seconds": round(seconds, 3)}
            for what, seconds in result.steps
        ],
    }
    changes = ",\n  ".join(json.dumps(_change(change)) for change in result.changes)
    inside = f"\n  {changes}\n " if changes else ""
    return f'{json.dumps(head, indent=1)[:-2]},\n "changes": [{inside}]\n}}\n'


def _change(change: Change) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": change.kind, "name": change.name, "at": change.at}
    if change.report:
        return {
            **told,
            "report": change.report,
            "title": gate_report.title(change.report),
        }
    return {
        **told,
        "before": change.old.get("verdict", ""),
        "now": change.new.get("verdict", ""),
        "answered": answer(change.old),
        "answers": answer(change.new),
    }
