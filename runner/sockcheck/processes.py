# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Processes: starting the C binary with pipes, and ending it with all it started.

The subprocess module would do, but importing it costs more than running thirty cases.
"""

from __future__ import annotations

import os
import signal
import time

from sockcheck.signals import signal_name
from sockcheck.trouble import Trouble, why


class Child:
    """A started process, leader of a process group of its own, and our pipe ends."""

    __slots__ = ("pid", "stdin", "stdout", "stderr")

    def __init__(self, pid: int, stdin: int, stdout: int, stderr: int) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr


def hold_standard_descriptors() -> None:
    """Make sure that 0, 1 and 2 are taken, so that no pipe of ours becomes one."""
    while True:
        fd = os.open(os.devnull, os.O_RDWR)
        if fd > 2:
            os.close(fd)
            return


def start(argv: list[str], processor: int | None = None) -> Child:
    """Start a program with a pipe on each of its three standard descriptors.

    With a processor, it and all that it starts run on that one alone.
    """
    if processor is not None:
        # It inherits ours, for there is no moment between its start and its first step.
        allowed = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {processor})
        try:
            return start(argv)
        finally:
            os.sched_setaffinity(0, allowed)
    pipes = _pipes(argv[0])
    theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
    ours = [pipes[0][1], pipes[1][0], pipes[2][0]]
    try:
        pid = os.posix_spawn(
            argv[0],
            argv,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(theirs)
            ],
            setpgroup=0,
            # Python ignores it; a program should start with it as it found it.
            setsigdef=[signal.SIGPIPE],
        )
    except OSError as error:
        close(*ours)
        raise Trouble(f"{argv[0]}: {why(error)}") from None
    finally:
        close(*theirs)
    return Child(pid, *ours)


def _pipes(program: str) -> list[tuple[int, int]]:
    """Three pipes, or none."""
    pipes: list[tuple[int, int]] = []
    try:
        while len(pipes) < 3:
            pipes.append(os.pipe())
    except OSError as error:
        for pipe in pipes:
            close(*pipe)
        raise Trouble(f"no pipe to {program}: {why(error)}") from None
    return pipes


def close(*descriptors: int) -> None:
    for fd in descriptors:
        os.close(fd)


def ask_to_end(child: Child) -> None:
    """Give a worker the chance to end its case and remove the case's cgroup.

    The worker alone is asked: it knows best how to end what it started.
    """
    try:
        os.kill(child.pid, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        pass


def finish(child: Child, grace: float = 0.0) -> int:
    """Kill what is left of a child's process group, and say how the child ended.

    With a grace, a child that is ending by itself gets that long, so that its own
    status is seen and not that of our kill. Like subprocess: -N for signal N.
    """
    until = time.monotonic() + grace
    nap = 0.0002
    # WNOWAIT leaves the zombie in place: while it is there its group's number cannot
    # be given to others, so that the kill below hits nobody else.
    ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while os.waitid(os.P_PID, child.pid, ended) is None:
        if time.monotonic() >= until:
            break
        time.sleep(nap)
        nap = min(nap * 2, 0.02)
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    status = os.waitpid(child.pid, 0)[1]
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


def how_it_ended(status: int) -> str:
    if status < 0:
        return f"was killed by {signal_name(-status)}"
    return f"exited with status {status}"
