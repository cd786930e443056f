# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""TAP 14: the report that other harnesses read, also on stdout with --tap."""

from __future__ import annotations

import json

from sockcheck.run import Run
from sockcheck.tap import escape
from sockcheck.verdicts import Result

# In this order in a block; what else a worker said of a case follows.
FIRST = ("verdict", "reason", "rule", "says", "citations", "call", "expected", "came")


def head(run: Run, version: int = 14) -> str:
    listing = run.listing
    text = f"TAP version {version}\n1..{len(run.chosen)}\n"
    text += _comment(f"target {listing.target} {listing.version}")
    if run.profile != "linux":
        text += _comment(f"profile {run.profile}")
    if listing.namespaces != "user+network":
        text += _comment(f"sandbox {listing.namespaces}: {listing.why}")
    return text


def point(number: int, result: Result) -> str:
    result_word = "ok" if result.verdict in ("pass", "skip") else "not ok"
    line = f"{result_word} {number} - {escape(result.case.name)}"
    if result.verdict == "skip":
        line += f" # SKIP {one_line(result.reason)}"
    elif result.verdict == "known":
        line += f" # TODO {one_line(result.reason)}"
    fields = _fields(result)
    if not fields:
        return line + "\n"
    block = "".join(f"  {key}: {json.dumps(fields[key])}\n" for key in fields)
    return f"{line}\n  ---\n{block}  ...\n"


def tail(run: Run) -> str:
    text = "".join(
        _comment(f"needs {refusal.name}: never met: amend {refusal.where}")
        for refusal in run.never_met
    )
    text += "".join(
        _comment(f"the kernel reported while no case was due: {report}")
        for report in run.kernel_reports
    )
    return text + (f"Bail out! {one_line(run.cut_short)}\n" if run.cut_short else "")


def text(run: Run) -> str:
    points = [point(number, result) for number, result in run.numbered]
    return head(run) + "".join(points) + tail(run)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _comment(text: str) -> str:
    return f"# {one_line(text)}\n"


def _fields(result: Result) -> dict[str, object]:
    if result.verdict in ("pass", "skip"):
        return result.fields
    known: dict[str, object] = {**result.fields, "verdict": result.verdict}
    known.setdefault("rule", result.case.rule)
    if result.case.at:
        known.setdefault("at", result.case.at)
    if result.reason:
        known["reason"] = result.reason
    ordered = {key: known.pop(key) for key in FIRST if key in known}
    return {**ordered, **known}
