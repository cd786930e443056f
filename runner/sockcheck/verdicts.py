# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Verdicts: from what a worker says of a case, and what is recorded, to one word."""

from __future__ import annotations

from sockcheck.binary import Case
from sockcheck.kernel_log import headline
from sockcheck.tap import Point

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sockcheck.deviations import Deviation, Recorded

VERDICTS = ("pass", "fail", "known", "fixed", "skip", "broken", "timeout", "crash")
AS_EXPECTED = frozenset(("pass", "known", "skip"))
# What the points of a worker may say; the other words are given here.
OF_WORKERS = frozenset(("fail", "broken", "timeout", "crash"))


class Result:
    """The verdict on one case, with everything that is known about how it came."""

    __slots__ = ("case", "verdict", "reason", "deviation", "fields", "seen")

    def __init__(
        self,
        case: Case,
        verdict: str,
        fields: dict[str, Any],
        reason: str = "",
        deviation: Deviation | None = None,
        seen: str = "",
    ) -> None:
        self.case = case
        self.verdict = verdict
        self.fields = fields
        self.reason = reason
        self.deviation = deviation
        # Of what is known: what came, or the word for it, as the deviation lists it.
        self.seen = seen

    @property
    def as_expected(self) -> bool:
        return self.verdict in AS_EXPECTED

    @property
    def at(self) -> str:
        """Where it failed, which says more than where the case begins."""
        return str(self.fields.get("at") or self.case.at)

    @property
    def duration_ms(self) -> float:
        return float(self.fields.get("duration_ms", 0.0))


def judge(
    case: Case,
    point: Point,
    recorded: Recorded | None,
    skip_allowed: bool,
    target: str = "",
) -> Result:
    """The verdict on a case whose point has come."""
    result = _judge(case, point, recorded, skip_allowed, target)
    return _reported(result) if result.fields.get("kernel") else result


def _reported(result: Result) -> Result:
    """A case of which the kernel has said that something is wrong does not pass."""
    said = f"the kernel reported: {headline(str(result.fields['kernel']))}"
    if result.as_expected or result.verdict in ("fixed", "broken"):
        return Result(result.case, "fail", {**result.fields, "message": said})
    result.reason = f"{result.reason}; {said}" if result.reason else said
    return result


def _judge(
    case: Case,
    point: Point,
    recorded: Recorded | None,
    skip_allowed: bool,
    target: str,
) -> Result:
    if point.skip is not None:
        return _skip(Result(case, "skip", point.fields, point.skip), skip_allowed)
    deviation = recorded.of_case.get(case.name) if recorded else None
    if point.ok:
        # An answer that comes at times may be listed beside the word pass.
        if deviation is None or deviation.has("pass"):
            return Result(case, "pass", point.fields)
        reason = f"passes now; amend {deviation.where}"
        return Result(case, "fixed", point.fields, reason, deviation)
    if recorded and point.verdict == "broken":
        return _skip(_judge_broken(case, point, recorded, target), skip_allowed)
    return _judge_failure(case, point, deviation)


def _skip(result: Result, allowed: bool) -> Result:
    if result.verdict == "skip" and not allowed:
        result.verdict = "fail"
        result.reason = f"skipped, where --require-no-skip allows none: {result.reason}"
    return result


def _judge_broken(case: Case, point: Point, recorded: Recorded, target: str) -> Result:
    """A case that could not prepare, which is a skip where the refusal is known."""
    came = refused(point.fields)
    call = str(point.fields.get("call", ""))
    refusal = recorded.refusal(case.name, call) if came else None
    if refusal is None:
        return Result(case, "broken", point.fields)
    if not refusal.has(came):
        reason = f"not what {refusal.where} has: {refusal.seen}"
        return Result(case, "broken", point.fields, reason, refusal)
    fields = {key: point.fields[key] for key in point.fields if key != "verdict"}
    which = f"needs {refusal.name}, which {target} answers with {came}"
    return Result(case, "skip", fields, f"{which}: {refusal.why}", refusal)


def refused(fields: dict[str, Any]) -> str:
    """What the last call of a case that broke has got; "" where it made none.

    Mostly an error. A case may also need that a call is refused, or gives another value
    than it did; but where a call succeeded, what went wrong may as well be another
    thing, so that nobody but a person can record it.
    """
    return str(fields.get("came", "")) if fields.get("call") else ""


def _judge_failure(case: Case, point: Point, deviation: Deviation | None) -> Result:
    verdict = point.verdict
    if deviation is None:
        return Result(case, verdict, point.fields)
    # A case that failed has something that came; what else went wrong is a word.
    seen = failure(point.fields) if verdict == "fail" else verdict
    if deviation.has(seen):
        return Result(case, "known", point.fields, deviation.why, deviation, seen)
    reason = ""
    if verdict == "fail":
        reason = f"not what {deviation.where} has: {deviation.seen}"
    return Result(case, verdict, point.fields, reason, deviation)


def failure(fields: dict[str, Any]) -> str:
    """What a deviation has of a failure: what came, or else its message, in quotes.

    A message says that the case finds another state than it has made, or lands in
    another rule than it names.  On a target that keeps all rules it is a defect of the
    case; but the calls before may have been answered otherwise than they should.
    """
    if fields.get("message"):
        return f'"{fields["message"]}"'
    return str(fields.get("came", "")) if fields.get("expected") else ""
