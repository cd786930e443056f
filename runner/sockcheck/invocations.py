# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Invocations: running many cases at a time inside another system.

An invocation starts the system once, tells the C binary inside which cases to run and
reads TAP from what comes out. Where the system dies, hangs or writes what is not right,
that costs the case that was due its verdict: a fresh invocation goes on behind it.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque

from sockcheck import processes
from sockcheck.console import MOST_SAID, Console
from sockcheck.tap import Point
from sockcheck.trouble import Trouble
from sockcheck.workers import TICK, what_is_wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from sockcheck.binary import Case
    from sockcheck.signals import Signals

# So many invocations in a row may end before their first word of TAP. None of them
# costs a case anything.
FALSE_STARTS = 3
# After its last point, or when it is asked to end, a system is given so long.
GRACE = 3.0
# A system that boots may take its time, on a busy machine, before its next word.
LEAST_TO_BOOT = 90.0


class Share:
    """Every so-manieth case of a run, in the order in which the binary takes them."""

    __slots__ = ("number", "due", "after")

    def __init__(self, number: int, cases: list[Case]) -> None:
        self.number = number
        self.due = deque(cases)
        # The last case that has its verdict.
        self.after = ""


class Invocation:
    """One start of the system, and the cases it owes."""

    __slots__ = ("child", "console", "processor", "share", "since", "words")

    def __init__(
        self,
        child: processes.Child,
        share: Share,
        processor: int | None,
        of_kernel: bool,
    ) -> None:
        self.child = child
        # The only one that it runs on; None for any.
        self.processor = processor
        self.console = Console(of_kernel)
        self.share = share
        self.since = time.monotonic()
        self.words = b""

    @property
    def said(self) -> str:
        """Its last words, wherever it wrote them."""
        error = self.words.decode("utf-8", "replace").replace("\r", "").strip()
        return "\n".join(text for text in (self.console.said, error) if text)


class Invocations:
    """All invocations of a run; the same to its user as workers.Crew."""

    def __init__(
        self,
        command: Callable[[str, str], list[str]],
        shares: int,
        jobs: int,
        patience: float,
        pinned: bool,
        on_point: Callable[[Case, Point], None],
        on_tick: Callable[[], None],
        signals: Signals,
        of_kernel: bool = False,
    ) -> None:
        # Of a share ("0/2") and the case after which to begin ("" for none).
        self._command = command
        self._shares = shares
        self._jobs = jobs
        self._patience = patience
        # Those that invocations are dealt out to, each to one; none: any runs anywhere.
        self._processors = sorted(os.sched_getaffinity(0)) if pinned else []
        # Whether what is said beside TAP is a kernel's log.
        self._of_kernel = of_kernel
        self._on_point = on_point
        self._on_tick = on_tick
        self._signals = signals
        self._waiting: deque[Share] = deque()
        self._running: dict[int, Invocation] = {}
        self._poll = select.poll()
        self._false_starts = 0
        self.complaints: list[str] = []
        # What kernels have reported while no case was due.
        self.reports: list[str] = []

    def run(self, cases: list[Case]) -> None:
        """Give a point to each case, unless a signal comes or nothing ever begins."""
        self._shares = max(1, min(self._shares, len(cases)))
        for number in range(self._shares):
            self._waiting.append(Share(number, cases[number :: self._shares]))
        self._poll.register(self._signals.wake, select.POLLIN)
        self._signals.held = True
        try:
            while not self._signals.caught and (self._waiting or self._running):
                self._start_what_may_run()
                self._turn(TICK)
            if self._signals.caught:
                # What has come already counts.
                self._turn(0)
        finally:
            self._stop(self._invocations())
            self._signals.held = False

    def _invocations(self) -> list[Invocation]:
        return list(dict.fromkeys(self._running.values()))

    def _start_what_may_run(self) -> None:
        while self._waiting and len(self._running) < 2 * self._jobs:
            share = self._waiting.popleft()
            if share.due:
                self._start(share)

    def _start(self, share: Share) -> None:
        part = f"{share.number}/{self._shares}"
        processor = self._idlest()
        child = processes.start(self._command(part, share.after), processor)
        # It must not need any input.
        os.close(child.stdin)
        invocation = Invocation(child, share, processor, self._of_kernel)
        for fd in (child.stdout, child.stderr):
            self._running[fd] = invocation
            self._poll.register(fd, select.POLLIN)

    def _idlest(self) -> int | None:
        """The processor that has the fewest invocations."""
        if not self._processors:
            return None
        taken = [invocation.processor for invocation in self._running.values()]
        return min(self._processors, key=taken.count)

    def _turn(self, wait: float) -> None:
        for fd, _events in self._poll.poll(wait * 1000):
            invocation = self._running.get(fd)
            if invocation is None:
                continue
            if fd == invocation.child.stdout:
                self._hear(invocation)
            else:
                self._overhear(invocation)
        self._watch()
        self._on_tick()

    def _hear(self, invocation: Invocation) -> None:
        data = os.read(invocation.child.stdout, 1 << 16)
        if not data:
            self._ended(invocation)
            return
        if not invocation.console.reader.begun:
            invocation.since = time.monotonic()
        for point in invocation.console.feed(data):
            wrong = what_is_wrong(invocation.share.due, point)
            if wrong:
                self._lose(invocation, "crash", wrong)
                return
            invocation.since = time.monotonic()
            self._settle(invocation.share, point)
        reader = invocation.console.reader
        if reader.begun:
            self._false_starts = 0
        if reader.torn:
            self._lose(invocation, "crash", f"garbled: {reader.torn}")
        elif reader.ended and invocation.share.due:
            self._lose(invocation, "crash", "the plan came too early")

    def _settle(self, share: Share, point: Point) -> None:
        """The case that is due has its verdict."""
        case = share.due.popleft()
        share.after = case.name
        self._on_point(case, point)

    def _overhear(self, invocation: Invocation) -> None:
        fd = invocation.child.stderr
        data = os.read(fd, 1 << 16)
        invocation.words = (invocation.words + data)[-MOST_SAID:]
        if not data:
            self._forget(fd)

    def _ended(self, invocation: Invocation) -> None:
        """Its stream is at its end. Once all is told, its exit status is its own."""
        invocation.console.close()
        status = self._dismiss(invocation, time.monotonic() + GRACE)
        reader = invocation.console.reader
        if invocation.share.due:
            what = f"it {processes.how_it_ended(status)} in the middle"
            self._replace(invocation, "crash", what)
        elif reader.torn:
            self._complain(invocation, reader.torn)

    def _lose(self, invocation: Invocation, verdict: str, what: str) -> None:
        """It does not what it should: end it, and go on with another."""
        self._stop([invocation])
        self._replace(invocation, verdict, what)

    def _replace(self, invocation: Invocation, verdict: str, what: str) -> None:
        """Go on behind the case that was due, or with it where nothing had begun."""
        share = invocation.share
        if not invocation.console.reader.begun:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                raise Trouble(_no_start(what, invocation.said))
        elif share.due:
            name = share.due[0].name
            fields = {"verdict": verdict, "message": f"the system's stream: {what}"}
            if invocation.said:
                fields["output"] = invocation.said
            report = invocation.console.take_report()
            if report:
                fields["kernel"] = report
            self._settle(share, Point(False, 0, name, fields=fields))
        else:
            self._complain(invocation, what)
        self._waiting.append(share)

    def _complain(self, invocation: Invocation, what: str) -> None:
        said = f": {_last_line(invocation.said)}" if invocation.said else ""
        self.complaints.append(f"after the last case of an invocation: {what}{said}")

    def _stop(self, invocations: list[Invocation]) -> None:
        """Ask to end, all at once, and dismiss them."""
        for invocation in invocations:
            processes.ask_to_end(invocation.child)
        until = time.monotonic() + GRACE
        for invocation in invocations:
            self._dismiss(invocation, until)

    def _dismiss(self, invocation: Invocation, until: float) -> int:
        """See it end, or kill it then, with its process group; forget it."""
        child = invocation.child
        status = processes.finish(child, until - time.monotonic())
        self.reports += invocation.console.reports
        invocation.console.reports = []
        os.set_blocking(child.stderr, False)
        try:
            self._overhear(invocation)
        except BlockingIOError:
            # Something that left the process group still holds it.
            pass
        for fd in (child.stdout, child.stderr):
            self._forget(fd)
            del self._running[fd]
            os.close(fd)
        return status

    def _forget(self, fd: int) -> None:
        try:
            self._poll.unregister(fd)
        except KeyError:
            pass

    def _watch(self) -> None:
        """A case that hangs is ended inside. This is for a system that hangs."""
        now = time.monotonic()
        for invocation in self._invocations():
            silent = now - invocation.since
            if not invocation.share.due:
                # It has told all; if it does not end, it is ended.
                if silent > GRACE:
                    self._stop([invocation])
            elif silent > (patience := self._patience_for(invocation)):
                if not _has_news(invocation.child.stdout):
                    self._lose(invocation, "timeout", f"nothing for {patience:g} s")

    def _patience_for(self, invocation: Invocation) -> float:
        if self._of_kernel and not invocation.console.reader.begun:
            return max(self._patience, LEAST_TO_BOOT)
        return self._patience


def _has_news(fd: int) -> bool:
    """Has it written something that nobody had the time to read?"""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(0))


def _last_line(text: str) -> str:
    return text.splitlines()[-1]


def _no_start(what: str, said: str) -> str:
    text = f"{FALSE_STARTS} invocations in a row ended before they began: {what}"
    return f"{text}: {_last_line(said)}" if said else text
