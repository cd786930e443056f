# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The gate's steps: what is being done, how far it is, and how long each has taken.

They are told on standard error, so that standard output holds the result alone.  The
gate's one time limit is kept here, too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from sockcheck.screen import clean
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Callable

    from sockcheck.signals import Signals

# How often somebody is asked how far a step is, on a terminal and elsewhere.
EVERY, EVERY_PLAIN = 1.0, 30.0
# A program that is asked to end writes its reports first.
GRACE = 15.0
NAP = 0.05


class OutOfTime(Trouble):
    """The gate's limit has come while a program was running."""


class Steps:
    """Tells steps as they end; knows when the gate has to."""

    def __init__(self, limit: float, signals: Signals) -> None:
        self.limit = limit
        self.done: list[tuple[str, float]] = []
        self._signals = signals
        self._begun = time.monotonic()
        self._until = self._begun + limit
        self._live = bool(sys.stderr) and sys.stderr.isatty()
        self._shown = ""

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds until the limit."""
        return self._until - time.monotonic()

    def end(self, what: str, since: float) -> None:
        """A step that began at that time, by time.monotonic(), is done."""
        seconds = time.monotonic() - since
        self.done.append((what, seconds))
        self.say(f"{what} in {seconds:.1f} s")

    def say(self, text: str) -> None:
        self._write(f"{self._erasure()}gate: {clean(text)}\n")

    def progress(self, text: str) -> None:
        """A line that the next one replaces; where that cannot be, a line at times."""
        if not self._live:
            self.say(text)
        elif text != self._shown:
            self._write(f"{self._erasure()}gate: {text}")
            self._shown = text

    def run(
        self,
        command: list[str],
        log: IO[bytes],
        how_far: Callable[[], str],
        stdout: IO[bytes] | None = None,
        environment: dict[str, str] | None = None,
    ) -> int:
        """Run a program to its end, with its words in a log; its exit status.

        It is in a process group of its own, which dies with the limit, with a signal to
        us, and, as far as this system has the means, with us.
        """
        try:
            child = subprocess.Popen(
                [*_that_dies_with_us(), *command],
                stdin=subprocess.DEVNULL,
                stdout=stdout or log,
                stderr=log,
                env=os.environ if environment is None else environment,
                start_new_session=True,
            )
        except OSError as error:
            raise Trouble(f"{command[0]}: {why(error)}") from None
        try:
            return self._wait(child, how_far)
        finally:
            self._write(self._erasure())
            _end(child)

    def _wait(self, child: subprocess.Popen[bytes], how_far: Callable[[], str]) -> int:
        every = EVERY if self._live else EVERY_PLAIN
        ask_at = time.monotonic() + every
        while child.poll() is None:
            if self.left <= 0:
                raise OutOfTime(f"the limit of {self.limit:g} s has come (LIMIT=)")
            if time.monotonic() >= ask_at:
                ask_at = time.monotonic() + every
                self.progress(how_far())
            try:
                child.wait(NAP)
            except subprocess.TimeoutExpired:
                pass
        return child.returncode

    def _erasure(self) -> str:
        shown, self._shown = self._shown, ""
        return "\r\033[K" if shown else ""

    def _write(self, text: str) -> None:
        if not (text and sys.stderr):
            return
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            pass


def _that_dies_with_us() -> list[str]:
    """util-linux's setpriv, where there is one: even SIGKILL leaves nothing behind."""
    from shutil import which

    setpriv = which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask a program to end, if it has not, and kill what is left of its group."""
    if child.poll() is None:
        _kill(child, signal.SIGTERM)
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
    _kill(child, signal.SIGKILL)
    child.wait()


def _kill(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        pass
