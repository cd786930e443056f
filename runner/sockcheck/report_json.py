# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""JSON: the report for programs, as results.schema.json describes it."""

from __future__ import annotations

import json
import time

from sockcheck.run import Run
from sockcheck.verdicts import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What a worker says that has another name here, or none: 'call' is the case's.
RENAMED = {"call": "called"}
OURS = frozenset(
    ("name", "rule", "verdict", "reason", "at", "deviation", "called", "seen")
)


def text(run: Run) -> str:
    head = json.dumps(_head(run), indent=1)
    results = sorted(run.results, key=lambda result: result.case.name)
    # One case a line, each encoded at once: Python's indented JSON is slow, and a
    # difference of two runs is read more easily so.
    cases = ",\n  ".join(json.dumps(_case(result)) for result in results)
    inside = f"\n  {cases}\n " if cases else ""
    return f'{head[:-2]},\n "cases": [{inside}]\n}}\n'


def _head(run: Run) -> dict[str, Any]:
    listing = run.listing
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.started))
    return {
        "sockcheck": listing.sockcheck,
        "target": {"name": listing.target, "version": listing.version},
        "profile": run.profile,
        "sandbox": {"namespaces": listing.namespaces, "why": listing.why},
        "started": started,
        "duration_s": round(run.duration, 3),
        "chosen": len(run.chosen),
        "cut_short": run.cut_short,
        "summary": run.counts,
        "not_explained": run.not_explained,
        "never_met": [
            {"needs": refusal.name, "deviation": refusal.where}
            for refusal in run.never_met
        ],
        "kernel": run.kernel_reports,
    }


def _case(result: Result) -> dict[str, Any]:
    case = result.case
    entry: dict[str, Any] = {
        "name": case.name,
        "rule": case.rule,
        "call": case.call,
        "verdict": result.verdict,
        "at": result.at,
    }
    if result.reason:
        entry["reason"] = result.reason
    if result.deviation:
        entry["deviation"] = result.deviation.where
    if result.seen:
        entry["seen"] = result.seen
    for key, value in result.fields.items():
        key = RENAMED.get(key, key)
        if key == "called" or key not in OURS:
            entry[key] = value
    return entry
