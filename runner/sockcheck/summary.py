# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The summary: what a person reads when all cases have run."""

from __future__ import annotations

from sockcheck.binary import Case
from sockcheck.run import Run
from sockcheck.screen import Screen, clean, wrapped
from sockcheck.verdicts import AS_EXPECTED, VERDICTS, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from sockcheck.deviations import Refusal

# The verdicts whose columns are always there, so that tables look alike.
ALWAYS = ("pass", "fail", "skip")
# A skip that is the profile's, whatever the target: thousands, of which the reports
# have the names.
OF_PROFILE = "POSIX.1-2024 does not say"
SPOKEN = {
    "pass": "passed",
    "fail": "failed",
    "known": "known to differ",
    "fixed": "fixed",
    "skip": "skipped",
    "broken": "broken",
    "timeout": "timed out",
    "crash": "crashed",
}


def show(run: Run, screen: Screen, quiet: bool) -> None:
    """Everything but the last lines, which come after the reports are written."""
    for refusal in run.never_met:
        head = screen.colour("fixed", "FIXED")
        screen.print(f"\n{head} needs {clean(refusal.name)}")
        screen.print(f"  because   {never_met(refusal)}")
    for report in run.kernel_reports:
        head = screen.colour("fail", "KERNEL")
        screen.print(f"\n{head} while no case was due\n{clean(report)}")
    _grouped(run, screen, "skip", "Skipped", lambda result: result.reason)
    if not quiet:
        _grouped(run, screen, "known", "Known deviations", _recorded)
        screen.print("\n" + table(run))
        screen.print("")
    for line in (sandbox_line(run), not_explained_line(run)):
        if line:
            screen.print(line)


def _grouped(
    run: Run, screen: Screen, verdict: str, title: str, why: Callable[[Result], str]
) -> None:
    """Cases of one verdict, under each reason its cases, the most frequent first."""
    groups: dict[str, list[Case]] = {}
    for result in run.results:
        if result.verdict == verdict:
            groups.setdefault(why(result), []).append(result.case)
    if not groups:
        return
    screen.print(f"\n{title}")
    for reason, cases in sorted(groups.items(), key=lambda group: -len(group[1])):
        screen.print(f"  {clean(reason)} ({_plural(len(cases), 'case')})")
        if not reason.startswith(OF_PROFILE):
            screen.print(wrapped(_by_rule(cases), " " * 6, screen.width))


def _by_rule(cases: list[Case]) -> list[str]:
    """Names of cases, the rule said once: 'socket.flags.unknown[bit4]', '[bit5]'."""
    names: list[str] = []
    before = ""
    for case in cases:
        variant = case.name[len(case.rule) :]
        same = variant and case.rule == before and case.name.startswith(case.rule)
        names.append(variant if same else case.name)
        before = case.rule
    return names


def _recorded(result: Result) -> str:
    deviation = result.deviation
    if deviation is None:
        return result.reason
    return f"{deviation.why}; since {deviation.since}, see {deviation.where}"


def table(run: Run) -> str:
    """How many cases of each call got each verdict."""
    calls: dict[str, dict[str, int]] = {}
    for result in run.results:
        counts = calls.setdefault(result.case.call, dict.fromkeys(VERDICTS, 0))
        counts[result.verdict] += 1
    shown = [word for word in VERDICTS if word in ALWAYS or run.counts[word]]
    rows = [["call", "cases", *shown]]
    for call, counts in calls.items():
        numbers = [sum(counts.values()), *(counts[word] for word in shown)]
        rows.append([call, *map(str, numbers)])
    if len(calls) > 1:
        numbers = [run.done, *(run.counts[word] for word in shown)]
        rows.append(["all", *map(str, numbers)])
    first = max(len(row[0]) for row in rows)
    return "\n".join(
        f"{row[0]:<{first}}" + "".join(f"{cell:>9}" for cell in row[1:]) for row in rows
    )


def sandbox_line(run: Run) -> str:
    listing = run.listing
    if listing.namespaces == "user+network":
        return ""
    lacks = "user namespaces" if listing.namespaces == "network" else "namespaces"
    skipped = sum(
        result.verdict == "skip" and bool(listing.why) and listing.why in result.reason
        for result in run.results
    )
    left_out = f"{_plural(skipped, 'case')} left out" if skipped else "none left out"
    return clean(f"without {lacks}: {listing.why or 'no reason given'}; {left_out}")


def never_met(refusal: Refusal) -> str:
    return f"never met: amend {refusal.where}"


def not_explained_line(run: Run) -> str:
    number = run.not_explained
    return f"{_plural(number, 'deviation')} not explained" if number else ""


def last_line(run: Run) -> str:
    listing = run.listing
    by = "" if run.profile == "linux" else f" by {run.profile}"
    on = clean(f"on {listing.target} ({listing.version}){by}")
    head = f"{_plural(run.done, 'case')} {on} in {run.duration:.2f} s"
    if run.cut_short:
        head = f"{run.cut_short}, {on} in {run.duration:.2f} s"
    counts = [f"{run.counts[word]} {SPOKEN[word]}" for word in _in_order(run)]
    if run.never_met:
        counts.append(f"{_plural(len(run.never_met), 'refusal')} never met")
    if run.kernel_reports:
        counts.append(f"{_plural(len(run.kernel_reports), 'report')} of the kernel's")
    verdict = ", as expected" if not run.unexpected and not run.cut_short else ""
    return f"{head}: {', '.join(counts) or 'nothing'}{verdict}"


def progress_line(run: Run) -> str:
    rate = run.done / max(run.elapsed, 0.001)
    bad = f", {run.unexpected} not as expected" if run.unexpected else ""
    return f"{run.done}/{len(run.chosen)} cases{bad}, {rate:.0f} a second"


def _in_order(run: Run) -> list[str]:
    """The verdicts there were, what is not as expected last, where the eye ends."""
    there = [word for word in VERDICTS if run.counts[word]]
    return sorted(there, key=lambda word: word not in AS_EXPECTED)


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
