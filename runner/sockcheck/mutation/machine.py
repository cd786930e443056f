# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A guest of the kernel with faults, which is given one case at a time, by its name."""

from __future__ import annotations

import os
import re
import select
import shutil
import tempfile
import time
from typing import Iterator

from sockcheck import initramfs, processes
from sockcheck.console import Console
from sockcheck.guard import guard
from sockcheck.guests import MEMORY, PARAMETERS, Uml, packed
from sockcheck.tap import Point

# How many names it has ahead: it never waits for one, and they fit into a terminal.
AHEAD = 4
# For a case, for the machine to say anything at all, and for it to boot, in seconds.
CASE_LIMIT = 4
SILENCE = 20.0
BOOT = 90.0
# For it to be ended.
GRACE = 10.0
_panic = re.compile(rb"Kernel panic - not syncing: ([^\r\n]*)").search


class Failed(Exception):
    """The machine came to its end before the cases did; the text says how."""


class Image:
    """The kernel and the files that all its guests have."""

    def __init__(self, kernel: str, binary: str, marks: bool = False) -> None:
        self.uml = Uml(kernel)
        self.folder = tempfile.mkdtemp(prefix="sockcheck-mutation-")
        words = ["--guest", "--timeout", str(CASE_LIMIT), "--worker"]
        arguments = initramfs.Archive()
        text = "".join(f"{word}\0" for word in words + ["--marks"] * marks)
        arguments.add_file("sockcheck/arguments", text.encode())
        self.files = os.path.join(self.folder, "files")
        with open(self.files, "wb") as file:
            file.write(packed(binary, self.uml.config(), self.uml.modules()))
            file.write(arguments.packed)

    def command(self, name: str, fault: int) -> list[str]:
        words = [*guard(), self.uml.kernel]
        words += [f"mem={MEMORY}", f"initrd={self.files}", "con=null", "con0=fd:3,fd:1"]
        # A warning in the kernel's log is noticed by the gate, whatever the cases say.
        words += [f"uml_dir={self.folder}/", f"umid={name}", *PARAMETERS]
        words.append("panic_on_warn=1")
        return [*words, f"sockcheck_fault={fault}"]

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Machine:
    """One boot. run() gives the points of cases as they come; then it must be ended."""

    def __init__(self, image: Image, name: str, fault: int) -> None:
        self._child = processes.start(image.command(name, fault))
        self._console = Console()
        self._poll = select.poll()
        for fd in (self._child.stdout, self._child.stderr):
            self._poll.register(fd, select.POLLIN)
        self._tail = b""
        # Cases that it was sent and has not answered yet.
        self._owed = 0
        self._lines = b""
        # With an image of marks: those of each point, in their order.
        self.marks: list[str] = []

    def end(self) -> None:
        processes.close(self._child.stdin, self._child.stdout, self._child.stderr)
        # Its guard alone reaches all that it has started.
        processes.ask_to_end(self._child)
        processes.finish(self._child, GRACE)

    def choose(self, fault: int) -> None:
        """From the cases on that are sent after this."""
        self._wait_for_first_word()
        self._say(f"fault {fault}\n")

    def run(self, names: list[str]) -> Iterator[Point]:
        self._wait_for_first_word()
        while self._owed:
            self._points()
        sent = 0
        while sent < len(names) or self._owed:
            more = names[sent : sent + AHEAD - self._owed]
            self._say("".join(f"{name}\n" for name in more))
            sent += len(more)
            self._owed += len(more)
            yield from self._points()

    def _say(self, text: str) -> None:
        try:
            os.write(self._child.stdin, text.encode())
        except BrokenPipeError:
            raise Failed("it ended") from None

    def _wait_for_first_word(self) -> None:
        until = time.monotonic() + BOOT
        while not self._console.reader.begun:
            if time.monotonic() > until:
                raise Failed("it does not boot")
            self._points(BOOT)

    def _points(self, silence: float = SILENCE) -> list[Point]:
        """What has come; waits for it."""
        ready = self._poll.poll(silence * 1000)
        if not ready:
            raise Failed("it hangs")
        found = []
        for fd, _events in ready:
            data = os.read(fd, 1 << 18)
            if not data:
                raise Failed("it ended")
            self._tail = (self._tail + data)[-4096:]
            panic = _panic(self._tail)
            if panic:
                raise Failed(f"panic: {panic[1].decode('ascii', 'replace')}")
            if fd == self._child.stdout:
                self._take_marks(data)
                found += self._console.feed(data)
        if self._console.reader.torn:
            raise Failed(f"torn: {self._console.reader.torn}")
        self._owed -= len(found)
        return found

    def _take_marks(self, data: bytes) -> None:
        lines = (self._lines + data).split(b"\n")
        self._lines = lines.pop()
        for line in lines:
            if line.startswith(b"# marks "):
                self.marks.append(line[8:].decode("ascii", "replace").strip())
