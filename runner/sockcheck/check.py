# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The check: from the list of cases to the exit status."""

from __future__ import annotations

import os
import sys

from sockcheck import binary, blocks, kernel_config, report_files, report_tap, summary
from sockcheck.binary import Case, Listing
from sockcheck.run import Run
from sockcheck.screen import Screen
from sockcheck.selection import choose, matching
from sockcheck.signals import Signals, die_of_closed_pipe, signal_name
from sockcheck.tap import Point
from sockcheck.trouble import Trouble
from sockcheck.verdicts import Result, judge
from sockcheck.workers import Crew

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.deviations import Recorded
    from sockcheck.invocations import Invocations
    from sockcheck.systems import System

# perl's harness takes 'TAP version 14' from this version of its own on. Before, it
# refuses a stream for its number alone; what we write is valid TAP 13 too.
PERL_KNOWS_14 = (3, 48)


# How far apart in the list two cases are that are handed out one after the other.
STRIDE = 24

# How long a worker may say nothing, in seconds, however short the time limit of a case
# is: many that start at once on a busy machine take a while.
LEAST_PATIENCE = 25.0


class Options:
    """The command's options, with their values where none is given."""

    command = "check"
    binary = "build/sockcheck"
    target = "host"
    # Whether somebody said which target, and not the default.
    target_given = False
    # By whose word a result is judged: linux or posix.
    profile = report_files.USUAL_PROFILE
    run: list[str] = []
    # Only a few cases that stand for all: they are in `run` then.
    quick = False
    # How many cases at a time; 0 until it is known.
    jobs = 0
    timeout = 10.0
    results = ""
    deviations = "expected/deviations"
    require_no_skip: list[str] = []
    guest = False
    tap = False
    quiet = False
    verbose = False
    # Of `deviations`: a report to read in place of a run, and whether answers stay
    # that did not come.
    read = ""
    keep_seen = False
    # Of `matrix` and `repeat`: the targets, and where to write what comes.
    targets: list[str] = []
    output = os.path.join("build", "results")
    # Of `repeat`: how many runs, and how many busy processes beside them.
    times = 20
    load = 0
    # Which kernel a guest boots; "" for the target's usual one.
    kernel = ""
    # The whole system that the target is, if it is one.
    system: System | None = None

    @property
    def patience(self) -> float:
        """How long a process that runs cases may be silent."""
        return max(self.timeout * 2 + 5, LEAST_PATIENCE)


class Check:
    """One run of `sockcheck check`."""

    def __init__(self, options: Options, signals: Signals) -> None:
        self.options = options
        self.signals = signals
        self.screen = Screen()
        self.shows = True
        # Of learn(): why it could not be made, or not to its end.
        self.troubles: list[str] = []
        self.system = options.system
        if not self.system:
            kernel_config.provide(options.binary)
        listing = self._list_cases()
        if self.system:
            listing.target = self.system.name
            listing.version = self.system.title(listing.version)
        chosen = choose(options.run, listing.cases)
        self.no_skip: set[str] = set()
        for pattern in options.require_no_skip:
            self.no_skip |= matching(pattern, listing.cases)
        self.recorded = self._read_deviations(listing)
        self.run = Run(listing, chosen, self._show, options.profile)

    def _list_cases(self) -> Listing:
        options, system = self.options, self.system
        if not (system and system.asked_here):
            return binary.list_cases(options.binary, options.target, system)
        listing = binary.list_cases(options.binary, "host")
        # Of the system: all that this machine lacks, it has.
        listing.namespaces, listing.why = "user+network", ""
        return listing

    def _read_deviations(self, listing: Listing) -> Recorded | None:
        path = recorded_in(self.options)
        if not os.path.lexists(path):
            return None
        # Only now: what there is to import for it takes a while.
        from sockcheck import deviations

        asked_here = not self.system or self.system.asked_here
        rules = binary.rule_ids(
            self.options.binary, None if asked_here else self.system
        )
        return deviations.read(path, rules, listing.cases, listing.version)

    def make(self) -> int:
        """Run it all, and give the exit status."""
        if self.options.tap:
            self._write(report_tap.head(self.run, tap_version()))
        troubles = self._run_cases()
        if self.options.tap:
            self._write(report_tap.tail(self.run))
        else:
            summary.show(self.run, self.screen, self.options.quiet)
        troubles += self._write_reports()
        self._last_line()
        if self.screen.trouble:
            troubles.append(self.screen.trouble)
        for trouble in troubles:
            complain(trouble)
        if self.screen.unread and not self.signals.caught:
            die_of_closed_pipe()
        return self._status(troubles)

    def learn(self) -> int:
        """Run it all, as make(), but show no more than how far it is, on stderr."""
        self.shows = False
        stdout, sys.stdout = sys.stdout, sys.stderr
        try:
            self.screen = Screen()
            troubles = self._run_cases() + self._write_reports()
            self._last_line()
        finally:
            sys.stdout = stdout
        self.troubles = troubles
        for trouble in troubles:
            complain(trouble)
        return self._status(troubles)

    def _crew(self) -> Crew:
        return Crew(
            worker_command(self.options),
            self.options.jobs,
            self.options.patience,
            self._on_point,
            self._on_tick,
            self.signals,
        )

    def _invocations(self, system: System) -> Invocations:
        from sockcheck.invocations import Invocations

        options = self.options
        if options.run:
            system.only([case.name for case in self.run.chosen])
        return Invocations(
            lambda part, after: system.inside(cases_command(options, part, after)),
            system.shares(len(self.run.chosen), options.jobs),
            options.jobs,
            options.patience,
            system.pinned,
            self._on_point,
            self._on_tick,
            self.signals,
            system.is_kernel,
        )

    def _run_cases(self) -> list[str]:
        crew: Crew | Invocations
        if self.system:
            crew, cases = self._invocations(self.system), self.run.chosen
        else:
            crew, cases = self._crew(), spread(self.run.chosen)
        troubles: list[str] = []
        try:
            crew.run(cases)
        except Trouble as trouble:
            troubles.append(str(trouble))
        finally:
            if self.system:
                self.system.close()
        if isinstance(crew, Crew):
            reports = []
        else:
            reports = list(dict.fromkeys(crew.reports))
        self.run.kernel_reports = reports
        self.run.end(self._cut_short(troubles), self.recorded)
        return troubles + crew.complaints

    def _cut_short(self, troubles: list[str]) -> str:
        run = self.run
        if self.signals.caught:
            return f"interrupted: {run.done} of {len(run.chosen)} cases ran"
        if troubles:
            return f"given up: {run.done} of {len(run.chosen)} cases ran"
        return ""

    def _on_point(self, case: Case, point: Point) -> None:
        skip_allowed = case.name not in self.no_skip
        target = self.run.listing.target
        self.run.add(judge(case, point, self.recorded, skip_allowed, target))

    def _on_tick(self) -> None:
        if self.screen.due():
            live = self.screen.live and not (self.options.tap or self.options.quiet)
            self.screen.progress(summary.progress_line(self.run) if live else "")

    def _show(self, number: int, result: Result) -> None:
        if not self.shows:
            return
        if self.options.tap:
            self._write(report_tap.point(number, result))
        elif not result.as_expected:
            self.screen.print(blocks.block(result, self.screen))
        elif self.options.verbose:
            self.screen.print(blocks.one_line(result, self.screen))

    def _write(self, text: str) -> None:
        if text:
            self.screen.print(text[:-1])

    def _write_reports(self) -> list[str]:
        folder = self.options.results
        try:
            report_files.write(self.run, folder)
        except Trouble as trouble:
            return [str(trouble)]
        if self.shows and not (self.options.tap or self.options.quiet):
            self.screen.print(f"reports: {', '.join(report_files.NAMES)} in {folder}")
        return []

    def _last_line(self) -> None:
        line = summary.last_line(self.run)
        self.screen.print(f"# {line}" if self.options.tap else line)
        self.screen.finish()

    def _status(self, troubles: list[str]) -> int:
        if self.signals.caught:
            return 128 + self.signals.caught
        if troubles:
            return 2
        return 1 if self.run.unexpected else 0


def recorded_in(options: Options) -> str:
    """The file of the target's recorded deviations, which need not be there."""
    system = options.system
    target = system.recorded_as if system else ""
    name = report_files.name_of(target or options.target, options.profile, ".") + ".ini"
    return os.path.join(options.deviations, name)


def spread(cases: list[Case]) -> list[Case]:
    """The cases in another order, the same every time: neighbours stand far apart.

    Cases that wait for the same slow thing in the kernel have names that are close; so
    they wait beside others that keep the cores busy.
    """
    return [case for first in range(STRIDE) for case in cases[first::STRIDE]]


def worker_command(options: Options) -> list[str]:
    command = [options.binary, "--target", options.target]
    return [*command, *_way(options), "--worker"]


def cases_command(options: Options, part: str, after: str) -> list[str]:
    """For an invocation that runs its part ("0/2") of the cases behind one."""
    release = options.system.release if options.system else ""
    return [
        options.binary,
        *_way(options),
        *(["--release", release] if release else []),
        *(word for glob in options.run or ["*"] for word in ("--run", glob)),
        *("--shard", part),
        *(["--after", after] if after else []),
    ]


def _way(options: Options) -> list[str]:
    seconds = f"{options.timeout:.3f}".rstrip("0").rstrip(".")
    usual = options.profile == report_files.USUAL_PROFILE
    return [
        *("--timeout", seconds),
        *(["--guest"] if options.guest else []),
        *([] if usual else ["--profile", options.profile]),
    ]


def tap_version() -> int:
    """14, but for a perl harness that runs us and knows only 13."""
    parts = os.environ.get("HARNESS_VERSION", "").split("_")[0].split(".")
    if os.environ.get("HARNESS_ACTIVE") and all(part.isdigit() for part in parts):
        return 14 if tuple(map(int, parts)) >= PERL_KNOWS_14 else 13
    return 14


def complain(trouble: str) -> None:
    """One line on stderr; a run whose stderr is closed goes on without."""
    line = " ".join(trouble.split())
    if not sys.stderr:
        # To print(), no file is stdout.
        return
    try:
        print(f"sockcheck: {line}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass


def stopped_by(number: int) -> int:
    """The exit status when a signal came while no case was running."""
    complain(f"interrupted by {signal_name(number)}")
    return 128 + number
