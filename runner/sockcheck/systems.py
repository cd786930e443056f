# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Systems: targets that are whole, inside which the C binary runs as a program.

    exec:COMMAND {}   anything that runs a static program and hands back its output
    gvisor            gVisor's own network stack, through Debian's runsc
    uml, qemu         a kernel that is booted for the run: guests.py

In a COMMAND, `{}` stands for the binary and its arguments. As a word of its own it
becomes those words; inside a longer word it becomes them as text, quoted for a shell.
A command that hands its words to another shell, as ssh(1) does, needs the latter, for
names of cases hold brackets: exec:'ssh board "exec {}"', not exec:'ssh board {}'.
"""

from __future__ import annotations

import os
import shlex
import shutil

from sockcheck.trouble import Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping

PLACE = "{}"
PREFIX = "exec:"
GVISOR = "gvisor"
GUESTS = ("uml", "qemu")

# `do` mounts this machine's files with an overlay in memory above, so that none is
# written; `none` leaves loopback alone of gVisor's own network stack; raw and packet
# sockets are not refused for lack of CAP_NET_RAW.
GVISOR_FLAGS = "--platform=ptrace --network=none --ignore-cgroups --net-raw".split()
# gVisor calls itself Linux 4.4 to all, and has for years. Its sockets follow newer
# ones: the release of Linux that was the newest when a gVisor was made is the newest
# that it could know. The first release of gVisor from which on another is taken:
GVISOR_RELEASES = {0: "4.4", 20221219: "6.1"}
# One case in thirty waits there for what does not come: a process that waits costs no
# time where others do not.
GVISOR_JOBS_PER_CORE = 12
GVISOR_TIMEOUT = 2.0
# What gVisor never frees of the network namespaces of cases that have ended makes an
# invocation slower with time.
GVISOR_CASES = 950
# Its families and protocols, in the words of a kernel's configuration: it has none.
GVISOR_CONFIG = os.path.join(os.path.dirname(__file__), "gvisor.config")


class System:
    """How to have the binary run inside, and what its run is to be judged by."""

    __slots__ = (
        *("name", "command", "version", "release", "most", "jobs", "timeout"),
        *("ours", "pinned", "asked_here", "recorded_as", "is_kernel"),
    )

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        # What it says of itself, where it is not the kernel's word that counts.
        self.version = ""
        self.release = ""
        # How many cases an invocation may have; 0: all of its job's.
        self.most = 0
        # A machine of its own may be one that bears one invocation only.
        self.jobs = 1
        # For one case, in seconds; 0: what is usual.
        self.timeout = 0.0
        # Whether each invocation is a machine of its own, as with --guest.
        self.ours = False
        # Whether an invocation keeps to one processor. One that traces its processes
        # hands over to another program at each of their system calls: from processor
        # to processor that takes several times as long.
        self.pinned = False
        # Whether the binary tells on this machine which cases it has, and the system
        # is there to run them only.
        self.asked_here = False
        # Whether what comes beside TAP is a kernel's own log, and a report a fail.
        self.is_kernel = False
        # Whose recorded deviations it has, where they are not its own: what Linux is
        # known for, it is on every machine.
        self.recorded_as = ""

    def inside(self, program: list[str]) -> list[str]:
        """The command that runs the program there."""
        words: list[str] = []
        for word in self.command:
            if word == PLACE:
                words += program
            else:
                words.append(word.replace(PLACE, shlex.join(program)))
        return words

    def title(self, version: str) -> str:
        """The system's version, from that of the kernel inside."""
        if not self.version:
            return version
        judged = f", judged as Linux {self.release}" if self.release else ""
        return f"{self.version} ({version}{judged})"

    def only(self, names: list[str]) -> None:
        """The run is of these cases alone: for systems that can be told by a file."""

    def close(self) -> None:
        """The run is over."""

    def shares(self, cases: int, jobs: int) -> int:
        """Into how many parts a run is divided."""
        if not self.most:
            return jobs
        return max(jobs, -(-cases // self.most))


def system_of(target: str, kernel: str = "") -> System | None:
    """The system that a target's name means; None for one that the binary holds."""
    if target in GUESTS:
        from sockcheck.guests import guest_of

        return guest_of(target, kernel)
    if kernel:
        raise Trouble(f"target {target}: --kernel is for {' and '.join(GUESTS)}")
    if target.startswith(PREFIX):
        return _command(target)
    return _gvisor() if target == GVISOR else None


def _command(target: str) -> System:
    text = target[len(PREFIX) :]
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise Trouble(f"{target}: {error}") from None
    if not any(PLACE in word for word in words):
        raise Trouble(f"{target}: no {{}}, where the binary and its arguments go")
    if PLACE not in words[0]:
        words[0] = _found(words[0])
    # It is this machine's, and another system may have a file of the name.
    os.environ.pop("SOCKCHECK_KERNEL_CONFIG", None)
    return System(target, words)


def _found(program: str) -> str:
    path = shutil.which(program)
    if not path:
        raise Trouble(f"{program}: no such program")
    return path


def _gvisor() -> System:
    runsc = shutil.which("runsc")
    if not runsc:
        raise Trouble("target gvisor: no runsc here; ci/setup stacks installs it")
    if os.geteuid():
        raise Trouble("target gvisor: runsc needs root")
    version = _gvisor_version(runsc)
    system = System(GVISOR, [runsc, *GVISOR_FLAGS, "do", PLACE])
    system.version = f"gVisor {version}"
    system.release = _release(version, GVISOR_RELEASES)
    system.most = GVISOR_CASES
    system.jobs = GVISOR_JOBS_PER_CORE * len(os.sched_getaffinity(0))
    system.timeout = GVISOR_TIMEOUT
    system.ours = True
    system.pinned = True
    os.environ["SOCKCHECK_KERNEL_CONFIG"] = GVISOR_CONFIG
    return system


def _gvisor_version(runsc: str) -> str:
    """'20221219.0', from 'runsc version release-20221219.0' or Debian's '0.0~2022…'."""
    from subprocess import run

    try:
        said = run([runsc, "--version"], capture_output=True, text=True).stdout
    except OSError as error:
        raise Trouble(f"{runsc}: {error.strerror}") from None
    words = said.split("\n", 1)[0].split()
    version = words[-1] if words else ""
    for before in ("release-", "0.0~"):
        version = version[len(before) :] if version.startswith(before) else version
    if not version[:8].isdigit():
        raise Trouble(f"{runsc} --version: no release: {said.strip()}")
    return version


def _release(version: str, releases: Mapping[int, str]) -> str:
    number = int(version[:8])
    return releases[max(since for since in releases if since <= number)]
