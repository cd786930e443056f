# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Verdicts: from what a worker says of a case, and what is recorded, to one word."""

from __future__ import annotations

from sockcheck.binary import Case
from sockcheck.tap import Point

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sockcheck.deviations import Deviation

VERDICTS = ("pass", "fail", "known", "fixed", "skip", "broken", "timeout", "crash")
AS_EXPECTED = frozenset(("pass", "known", "skip"))
# What the points of a worker may say; the other words are given here.
OF_WORKERS = frozenset(("fail", "broken", "timeout", "crash"))


class Result:
    """The verdict on one case, with everything that is known about how it came."""

    __slots__ = ("case", "verdict", "reason", "deviation", "fields")

    def __init__(
        self,
        case: Case,
        verdict: str,
        fields: dict[str, Any],
        reason: str = "",
        deviation: Deviation | None = None,
    ) -> None:
        self.case = case
        self.verdict = verdict
        self.fields = fields
        self.reason = reason
        self.deviation = deviation

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
    case: Case, point: Point, deviation: Deviation | None, skip_allowed: bool
) -> Result:
    """The verdict on a case whose point has come."""
    if point.skip is not None:
        if skip_allowed:
            return Result(case, "skip", point.fields, point.skip)
        reason = f"skipped, where --require-no-skip allows none: {point.skip}"
        return Result(case, "fail", point.fields, reason)
    if point.ok:
        if deviation is None:
            return Result(case, "pass", point.fields)
        reason = f"passes now; amend {deviation.where}"
        return Result(case, "fixed", point.fields, reason, deviation)
    return _judge_failure(case, point, deviation)


def _judge_failure(case: Case, point: Point, deviation: Deviation | None) -> Result:
    verdict = point.verdict
    if deviation is None or (verdict == "fail" and not _is_comparison(point)):
        return Result(case, verdict, point.fields)
    # A case that failed has something that came; what else went wrong is a word.
    seen = point.fields.get("came") if verdict == "fail" else verdict
    if seen in deviation.seen:
        return Result(case, "known", point.fields, deviation.why, deviation)
    reason = ""
    if verdict == "fail":
        reason = f"not what {deviation.where} has: {' | '.join(deviation.seen)}"
    return Result(case, verdict, point.fields, reason, deviation)


def _is_comparison(point: Point) -> bool:
    """Whether it is the target's answer that is not what the case expects.

    A failure with a message is another one, such as that the case lands in another
    rule than it names: a defect of the case, which no deviation may cover.
    """
    return bool(point.fields.get("expected")) and not point.fields.get("message")
