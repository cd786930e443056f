# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Signals: what Ctrl-C, SIGTERM and a reader that went away do to a run."""

from __future__ import annotations

import os
import signal
from types import FrameType

from sockcheck.trouble import Trouble, why


class Stopped(BaseException):
    """SIGINT or SIGTERM came where there was nothing to bring to an end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Signals:
    """Remembers the signal that came, and wakes up whoever waits in poll().

    While cases run the signal is only noted, so that the workers can be stopped in
    good order; at any other time it ends the run at once, as Stopped.
    """

    def __init__(self) -> None:
        self.caught = 0
        self.held = False
        try:
            self.wake, self._poke = os.pipe()
        except OSError as error:
            raise Trouble(f"no pipe for signals: {why(error)}") from None
        os.set_blocking(self.wake, False)
        os.set_blocking(self._poke, False)

    def install(self) -> None:
        signal.set_wakeup_fd(self._poke, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            # One that was ignored from outside (nohup, a job in the background)
            # stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._came)

    def _came(self, number: int, _frame: FrameType | None) -> None:
        self.caught = number
        if not self.held:
            raise Stopped(number)


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def die_of_closed_pipe() -> None:
    """End as a program does that knows nothing of SIGPIPE: killed by it, quietly."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
    os._exit(128 + signal.SIGPIPE)
