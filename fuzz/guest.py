# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Fuzzing a kernel that is booted for it: a User Mode Linux for each job.

Its file system is the host's, read-only, but for build/fuzz/, where corpus, findings
and logs are. What it writes to its console is its own log: a report there is a
finding. With a warning, or a report of KASAN's, the kernel ends, and the last program
is the one.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from sockcheck import host_files
from sockcheck.kernel_log import KernelLog, headline

INIT = Path("ci/kernel/fuzz-init")
# Of the log of a kernel that did not come to run its fuzzer.
LAST_LINES = 15


class Guest:
    """One job's kernel, and what it leaves."""

    def __init__(
        self, kernel: Path, fuzz: Path, name: str, parameters: tuple[str, ...] = ()
    ) -> None:
        self.kernel = kernel.resolve()
        # Of its command line, besides those that it always has.
        self.parameters = parameters
        self.fuzz = fuzz.resolve()
        self.folder = self.fuzz / "guests" / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.last = self.folder / "last"
        self.status = self.folder / "status"
        self.console = self.folder / "console"

    def start(
        self, words: list[str], settings: dict[str, str], log: Path
    ) -> subprocess.Popen[bytes]:
        """Boots it, and has it run the words with these variables besides."""
        config = self.kernel.parent / ".config"
        settings = {"SOCKCHECK_KERNEL_CONFIG": str(config), **settings}
        settings["SOCKCHECK_LAST"] = str(self.last)
        exports = [f"export {key}={shlex.quote(settings[key])}" for key in settings]
        command = f"{shlex.join(words)} </dev/null >{shlex.quote(str(log))} 2>&1"
        script = self.folder / "script"
        script.write_text(
            "\n".join(
                [
                    f"cd {shlex.quote(os.getcwd())} || exit 2",
                    *exports,
                    command,
                    f"echo $? >{shlex.quote(str(self.status))}\n",
                ]
            )
        )
        with self.console.open("wb") as console:
            return subprocess.Popen(
                self.boot(script),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )

    def boot(self, script: Path) -> list[str]:
        return host_files.boot(
            str(self.kernel),
            str(INIT),
            str(self.folder),
            *("panic=-1", "loglevel=5", f"OUTPUT={self.fuzz}", f"SCRIPT={script}"),
            *self.parameters,
        )

    def ended(self) -> int:
        """The exit status of what it ran; 2 where the kernel ended before that."""
        text = self.status.read_text().strip() if self.status.exists() else ""
        return int(text) if text.isdigit() else 2

    def report(self) -> str:
        """What the kernel said of itself, or nothing."""
        log = KernelLog()
        text = self.console.read_text(errors="replace")
        for line in text.replace("\r", "").splitlines():
            log.line(line)
        return log.take()

    def write_finding(self, folder: Path, tool: Path) -> None:
        """A report as a finding, as finding_print() writes one."""
        report = self.report()
        if not report:
            return
        what = headline(report)
        program = "no program had been run\n"
        if self.last.exists():
            command = [str(tool), "--print", str(self.last)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            program = done.stdout
        slug = re.sub(r"0x[0-9a-f]+|\W+", "-", what.split(" at addr ")[0]).strip("-")
        path = folder / f"kernel-{slug[:100]}.txt"
        path.write_text(f"FOUND {what}\n{report}\nprogram\n{program}")

    def last_words(self) -> list[str]:
        """Of one that did not come to the end of what it ran."""
        if self.status.exists():
            return []
        lines = self.console.read_text(errors="replace").splitlines()
        return [line for line in lines if line.strip()][-LAST_LINES:]
