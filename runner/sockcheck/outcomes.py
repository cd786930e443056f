# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Outcomes: what a run learned of a target, whatever is recorded of it.

They are read from the JSON report, of a run just made or of another one.
"""

from __future__ import annotations

import json
import os

from sockcheck.binary import Case
from sockcheck.deviations import is_call
from sockcheck.trouble import Trouble, why
from sockcheck.verdicts import failure, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sockcheck.run import Run


class Outcome:
    """What came of one case: of these words, one is there, or none for a skip."""

    __slots__ = ("case", "passes", "came", "call", "defect")

    def __init__(
        self,
        case: str,
        passes: bool = False,
        came: str = "",
        call: str = "",
        defect: str = "",
    ) -> None:
        self.case = case
        self.passes = passes
        # What came instead, or timeout, or crash; with a call, what that was refused
        # with, which the case needs.
        self.came = came
        self.call = call
        # Why it did not end as expected, and says nothing of the target either.
        self.defect = defect

    @property
    def differs(self) -> bool:
        return bool(self.came) and not self.call

    @property
    def ran(self) -> bool:
        """Whether its call was asked, and answered or not."""
        return self.passes or self.differs or bool(self.defect)


class Learned:
    """A run: of which target, which cases, and what came of each."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.target: str = report["target"]["name"]
        self.version: str = report["target"]["version"]
        self.profile: str = report["profile"]
        self.cut_short: str = report["cut_short"]
        self.degraded: str = report["sandbox"]["why"]
        self.never_met = len(report["never_met"])
        entries = report["cases"]
        self.cases = [
            Case(entry["name"], entry["rule"], entry["call"], entry["at"])
            for entry in entries
        ]
        self.outcomes = {entry["name"]: _outcome(entry) for entry in entries}
        self.verdicts = {entry["name"]: str(entry["verdict"]) for entry in entries}


def of_run(run: Run) -> Learned:
    from sockcheck import report_json

    return Learned(json.loads(report_json.text(run)))


def read(path: str) -> Learned:
    """From a results.json, or from the folder where one is."""
    if os.path.isdir(path):
        path = os.path.join(path, "results.json")
    try:
        with open(path, encoding="utf-8") as file:
            return Learned(json.load(file))
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None
    except (KeyError, TypeError, ValueError, RecursionError):
        raise Trouble(f"{path}: no report of sockcheck") from None


def _outcome(entry: dict[str, Any]) -> Outcome:
    name, verdict = str(entry["name"]), entry["verdict"]
    came, call = str(entry.get("came", "")), str(entry.get("called", ""))
    if verdict in ("pass", "fixed"):
        return Outcome(name, passes=True)
    if verdict == "known":
        return Outcome(name, came=str(entry.get("seen") or came))
    if verdict in ("timeout", "crash"):
        return Outcome(name, came=verdict)
    if verdict == "fail" and failure(entry):
        return Outcome(name, came=failure(entry))
    if verdict in ("broken", "skip"):
        came = refused({"call": call, "came": came})
        known = verdict == "skip" or came.startswith("-1 ")
        if came and known and is_call(call):
            return Outcome(name, came=came, call=call)
        if verdict == "skip":
            return Outcome(name)
    said = entry.get("message") or entry.get("reason") or "no answer was compared"
    return Outcome(name, defect=str(said))
