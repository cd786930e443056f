# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Workers: handing cases to processes of the C binary, a process a core.

Each worker is told a few names ahead, so that it never waits for us. A worker that
dies, falls silent or writes what is not right costs the case that was due its pass,
and no other case anything: a fresh worker goes on with the rest.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque

from sockcheck import processes
from sockcheck.signals import Signals
from sockcheck.tap import Point, Reader
from sockcheck.trouble import Trouble
from sockcheck.verdicts import OF_WORKERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from sockcheck.binary import Case

# So many names a worker is told ahead. All of them fit into any pipe's buffer.
AHEAD = 16
# So many workers in a row may end before their first word. One that has begun and dies
# costs the case it was at, so that the run goes on and comes to its end.
FALSE_STARTS = 3
# What is kept of a worker's stderr.
LAST_WORDS = 4096
# A worker that should end, because its pipe is closed or it was asked to, is given so
# long before it is killed.
GRACE = 1.0
TICK = 0.1


class Worker:
    """One worker process, the cases that it owes, and where its stream stands."""

    __slots__ = ("child", "reader", "due", "unsent", "since", "words", "told")

    def __init__(self, child: processes.Child) -> None:
        self.child = child
        self.reader = Reader()
        self.due: deque[Case] = deque()
        self.unsent = b""
        # When it last gave a point, or got a case after it had none.
        self.since = time.monotonic()
        self.words = b""
        # Whether it has been told all, that is, its stdin is closed.
        self.told = False

    @property
    def last_words(self) -> str:
        return self.words.decode("utf-8", "replace").strip()


class Crew:
    """All workers of a run."""

    def __init__(
        self,
        command: list[str],
        jobs: int,
        patience: float,
        on_point: Callable[[Case, Point], None],
        on_tick: Callable[[], None],
        signals: Signals,
    ) -> None:
        self._command = command
        self._jobs = jobs
        self._patience = patience
        self._on_point = on_point
        self._on_tick = on_tick
        self._signals = signals
        self._queue: deque[Case] = deque()
        self._by_fd: dict[int, Worker] = {}
        self._workers: set[Worker] = set()
        self._poll = select.poll()
        self._false_starts = 0
        # What was wrong with workers that owed nothing any more.
        self.complaints: list[str] = []

    def run(self, cases: list[Case]) -> None:
        """Give a point to each case, unless a signal comes or no worker ever works."""
        self._queue.extend(cases)
        self._poll.register(self._signals.wake, select.POLLIN)
        self._signals.held = True
        try:
            self._hire()
            while self._workers and not self._signals.caught:
                self._turn(TICK)
            if self._signals.caught:
                # What has come already counts.
                self._turn(0)
        finally:
            self._stop(list(self._workers))
            self._signals.held = False

    def _turn(self, wait: float) -> None:
        for fd, _events in self._poll.poll(wait * 1000):
            worker = self._by_fd.get(fd)
            if worker is None:
                continue
            if fd == worker.child.stdout:
                self._hear(worker)
            elif fd == worker.child.stderr:
                self._overhear(worker)
            else:
                self._send(worker)
        self._watch()
        # Not earlier: a fresh worker's descriptors may have the numbers of one that
        # has gone, and what poll() said above was of that one.
        self._hire()
        self._on_tick()

    def _hire(self) -> None:
        """Fill the places that are free, as far as there are cases."""
        if self._signals.caught:
            return
        while self._queue and len(self._workers) < self._jobs:
            self._hire_one()

    def _hire_one(self) -> None:
        worker = Worker(processes.start(self._command))
        child = worker.child
        self._workers.add(worker)
        os.set_blocking(child.stdin, False)
        for fd in (child.stdin, child.stdout, child.stderr):
            self._by_fd[fd] = worker
        self._poll.register(child.stdout, select.POLLIN)
        self._poll.register(child.stderr, select.POLLIN)
        self._tell(worker)

    def _share(self, worker: Worker) -> int:
        """How many cases a worker should owe: less towards the end, so that none
        has a heap to work off while the others are idle."""
        left = len(self._queue) + len(worker.due)
        return max(2, min(AHEAD, left // (2 * self._jobs)))

    def _tell(self, worker: Worker) -> None:
        """Tell a worker more names, or that there are no more."""
        if worker.told:
            return
        share = self._share(worker)
        if self._queue and len(worker.due) <= share // 2:
            if not worker.due:
                worker.since = time.monotonic()
            names = []
            while self._queue and len(worker.due) < share:
                case = self._queue.popleft()
                worker.due.append(case)
                names.append(case.name)
            worker.unsent += ("\n".join(names) + "\n").encode()
        self._send(worker)

    def _send(self, worker: Worker) -> None:
        fd = worker.child.stdin
        if worker.unsent:
            try:
                sent = os.write(fd, worker.unsent)
            except BlockingIOError:
                sent = 0
            except BrokenPipeError:
                # It has died; its stdout will say so.
                sent = len(worker.unsent)
            worker.unsent = worker.unsent[sent:]
        if worker.unsent:
            self._poll.register(fd, select.POLLOUT)
        elif not self._queue:
            self._finish_telling(worker)
        else:
            self._forget(fd)

    def _finish_telling(self, worker: Worker) -> None:
        worker.told = True
        self._forget(worker.child.stdin)
        del self._by_fd[worker.child.stdin]
        os.close(worker.child.stdin)

    def _forget(self, fd: int) -> None:
        try:
            self._poll.unregister(fd)
        except KeyError:
            pass

    def _hear(self, worker: Worker) -> None:
        data = os.read(worker.child.stdout, 1 << 16)
        if not data:
            worker.reader.close()
            self._ended(worker)
            return
        for point in worker.reader.feed(data):
            wrong = what_is_wrong(worker.due, point)
            if wrong:
                self._lose(worker, "crash", wrong)
                return
            self._false_starts = 0
            worker.since = time.monotonic()
            self._on_point(worker.due.popleft(), point)
        if worker.reader.torn:
            self._lose(worker, "crash", f"garbled: {worker.reader.torn}")
        elif worker.reader.ended and worker.due:
            self._lose(worker, "crash", "the plan came too early")
        else:
            self._tell(worker)

    def _overhear(self, worker: Worker) -> None:
        data = os.read(worker.child.stderr, 1 << 16)
        worker.words = (worker.words + data)[-LAST_WORDS:]
        if not data:
            self._forget(worker.child.stderr)

    def _ended(self, worker: Worker) -> None:
        """Its stream is at its end. Is that as it should be?"""
        status = self._dismiss(worker, time.monotonic() + GRACE)
        how = processes.how_it_ended(status)
        if worker.due:
            self._replace(worker, "crash", f"the worker {how} in the middle")
        elif worker.reader.torn or status not in (0, 1):
            torn = f" ({worker.reader.torn})" if worker.reader.torn else ""
            words = f": {worker.last_words}" if worker.words else ""
            self.complaints.append(f"a worker {how} after its last case{torn}{words}")

    def _lose(self, worker: Worker, verdict: str, what: str) -> None:
        """It does not what it should: end it, and go on with another."""
        self._stop([worker])
        self._replace(worker, verdict, f"the worker's stream: {what}")

    def _replace(self, worker: Worker, verdict: str, what: str) -> None:
        self._queue.extendleft(reversed(list(worker.due)[1:]))
        if worker.due:
            fields = {"verdict": verdict, "message": what}
            if worker.words:
                fields["output"] = worker.last_words
            case = worker.due[0]
            self._on_point(case, Point(False, 0, case.name, fields=fields))
        else:
            self.complaints.append(what)
        if not worker.reader.begun:
            self._false_starts += 1
        if self._false_starts >= FALSE_STARTS:
            raise Trouble(_no_start(what, worker))

    def _stop(self, workers: list[Worker]) -> None:
        """Ask workers to end, all at once, and dismiss them."""
        for worker in workers:
            processes.ask_to_end(worker.child)
        until = time.monotonic() + GRACE
        for worker in workers:
            self._dismiss(worker, until)

    def _dismiss(self, worker: Worker, until: float) -> int:
        """See a worker end, or kill it then, with its process group; forget it."""
        child = worker.child
        self._forget(child.stdout)
        status = processes.finish(child, until - time.monotonic())
        if not worker.told:
            self._finish_telling(worker)
        os.set_blocking(child.stderr, False)
        try:
            self._overhear(worker)
        except BlockingIOError:
            # Something that left the process group still holds it.
            pass
        self._forget(child.stderr)
        del self._by_fd[child.stdout], self._by_fd[child.stderr]
        processes.close(child.stdout, child.stderr)
        self._workers.discard(worker)
        return status

    def _watch(self) -> None:
        """The worker itself ends a case that hangs. This is for one that does not."""
        late = time.monotonic() - self._patience
        silent = [worker for worker in self._workers if worker.since < late]
        self._stop(silent)
        what = f"the worker's stream: nothing for {self._patience:g} s"
        for worker in silent:
            self._replace(worker, "timeout", what)


def what_is_wrong(due: deque[Case], point: Point) -> str:
    """Why a point is not one that may come now, from a worker; "" when it may."""
    if not due:
        return f"a point for {point.name}, which was not asked for"
    if point.name != due[0].name:
        return f"a point for {point.name}, where {due[0].name} was due"
    if point.todo is not None or not (point.ok or point.verdict in OF_WORKERS):
        return "a verdict that is not the worker's to give"
    return ""


def _no_start(what: str, worker: Worker) -> str:
    text = f"{FALSE_STARTS} workers in a row ended before they began: {what}"
    lines = worker.last_words.splitlines()
    return f"{text}: {lines[-1]}" if lines else text
