# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A run: what it was asked to do, what has come, and how it stands."""

from __future__ import annotations

import time

from sockcheck.binary import Case, Listing
from sockcheck.verdicts import VERDICTS, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from sockcheck.deviations import Recorded, Refusal


class Run:
    """Collects verdicts as they come, and passes them on in the order of the cases.

    With several workers cases end in any order; what people and programs read is in
    the same order each time.
    """

    def __init__(
        self,
        listing: Listing,
        chosen: list[Case],
        show: Callable[[int, Result], None],
        profile: str = "linux",
    ) -> None:
        self.listing = listing
        # By whose word results are judged.
        self.profile = profile
        self.chosen = chosen
        self.started = time.time()
        self.counts = dict.fromkeys(VERDICTS, 0)
        self.done = 0
        # Why the run ended before its last case; "" when it did not.
        self.cut_short = ""
        self.duration = 0.0
        # What the kernels of guests have reported while no case was due.
        self.kernel_reports: list[str] = []
        # The recorded refusals that a complete run did not meet.
        self.never_met: list[Refusal] = []
        self._begun = time.monotonic()
        self._show = show
        self._place = {case.name: place for place, case in enumerate(chosen)}
        self._results: list[Result | None] = [None] * len(chosen)
        self._shown = 0

    def add(self, result: Result) -> None:
        self._results[self._place[result.case.name]] = result
        self.counts[result.verdict] += 1
        self.done += 1
        while self._shown < len(self._results):
            following = self._results[self._shown]
            if following is None:
                break
            self._shown += 1
            self._show(self._shown, following)

    def end(self, cut_short: str, recorded: Recorded | None = None) -> None:
        """No more will come: show what waited for a case that was never run."""
        self.duration = self.elapsed
        self.cut_short = cut_short
        for number in range(self._shown + 1, len(self._results) + 1):
            result = self._results[number - 1]
            if result is not None:
                self._show(number, result)
        if recorded and self.complete:
            self.never_met = recorded.never_met(self.results)

    @property
    def complete(self) -> bool:
        """Whether all cases have run, each with all that it may need.

        A case that was left out, for want of namespaces too, may have met anything.
        """
        listing = self.listing
        all_ran = self.done == len(listing.cases) and not self.cut_short
        return all_ran and not listing.why

    @property
    def not_explained(self) -> int:
        """How many of the deviations that were seen nobody has explained yet."""
        seen = {result.deviation for result in self.results}
        return sum(not deviation.explained for deviation in seen if deviation)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._begun

    @property
    def results(self) -> list[Result]:
        """The verdicts so far, in the order of the cases."""
        return [result for result in self._results if result is not None]

    @property
    def numbered(self) -> list[tuple[int, Result]]:
        return [
            (number, result)
            for number, result in enumerate(self._results, 1)
            if result is not None
        ]

    @property
    def unexpected(self) -> int:
        counts = self.counts
        expected = counts["pass"] + counts["known"] + counts["skip"]
        others = len(self.never_met) + len(self.kernel_reports)
        return self.done - expected + others
