# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Building kernels for the gate: a tree as it is, and with a patch, in build/gate/.

The objects stay, so that what was built once is built again only where it changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import time

from sockcheck.gate_source import Source
from sockcheck.report_files import folder_of
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

    from sockcheck.gate_steps import Steps

ARCHITECTURES = ("um", "x86_64")
# So that two builds of the same text are the same bytes.
SAME_EACH_TIME = {
    "KBUILD_BUILD_TIMESTAMP": "1970-01-01",
    "KBUILD_BUILD_VERSION": "1",
    "KBUILD_BUILD_USER": "sockcheck",
    "KBUILD_BUILD_HOST": "gate",
    "LOCALVERSION": "",
    "LC_ALL": "C",
}
# What is shown of the log of a build that failed: its errors, and its end.
WRONG = re.compile(r"\b(error|Error|undefined reference|FAILED)\b|^\s*CONFIG_\w+ is ")
MOST_WRONG, LAST_LINES = 20, 12
CHUNK = 1 << 20


class NotBuilt(Trouble):
    """A tree that does not build; the text is what make said."""


class Workshop:
    """The folder in which kernels of one tree are built for one architecture."""

    def __init__(self, tree: str, arch: str, folder: str, command: list[str]) -> None:
        real = os.path.realpath(tree)
        if not os.path.isdir(real):
            raise Trouble(f"{tree}: no folder; TREE= is that of a kernel's source")
        key = hashlib.sha256(os.fsencode(real)).hexdigest()[:8]
        name = folder_of(os.path.basename(real))
        self.folder = os.path.abspath(os.path.join(folder, f"{name}-{key}"))
        self.arch = arch
        self.source = Source(real, os.path.join(self.folder, "source"))
        self._own = os.path.join(self.folder, arch)
        self._objects = os.path.join(self._own, "objects")
        # ci/kernel/build, whose last line is the path of the kernel.
        self._command = command
        self._lock: IO[bytes] | None = None

    def lock(self) -> None:
        """For the life of this process, the folder is ours."""
        try:
            os.makedirs(self._own, exist_ok=True)
            self._lock = open(os.path.join(self.folder, "lock"), "wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"{self.folder}: another gate is at work there") from None
        except OSError as error:
            raise Trouble(f"{self.folder}: {why(error)}") from None

    def build(self, name: str, source: str, steps: Steps) -> str:
        """Build what is in a folder, and keep the kernel under a name: its path."""
        since = time.monotonic()
        fresh = not os.path.isdir(self._objects)
        folder = os.path.join(self._own, name)
        os.makedirs(folder, exist_ok=True)
        log_path = os.path.join(folder, "build.log")
        out_path = os.path.join(folder, "build.out")
        begun = time.time()
        with open(log_path, "wb") as log, open(out_path, "wb") as out:
            words = ["--source", source, "--arch", self.arch, "--output", self._objects]
            status = steps.run(
                [*self._command, *words],
                log,
                lambda: self._how_far(name, begun, fresh),
                out,
                _environment(),
            )
        if status:
            raise NotBuilt(_what_was_said(log_path))
        kernel = os.path.join(folder, "kernel")
        _copy(_last_line(out_path), kernel)
        self._keep_config(folder)
        built = self._built(begun)
        if fresh:
            self._remember(built)
        steps.end(f"built {name} for {self.arch} ({built} files compiled)", since)
        return kernel

    def _keep_config(self, folder: str) -> None:
        """Beside the kernel, by the name under which a guest looks for it."""
        try:
            released = os.path.join(
                self._objects, "include", "config", "kernel.release"
            )
            with open(released, encoding="utf-8") as file:
                name = f"config-{file.read().strip()}"
            shutil.copyfile(
                os.path.join(self._objects, ".config"), os.path.join(folder, name)
            )
        except OSError:
            # Then the guest knows less of its kernel, and skips more.
            pass

    def _how_far(self, name: str, begun: float, fresh: bool) -> str:
        built, total = self._built(begun), self._remembered() if fresh else 0
        of = f" of about {total}" if total >= built > 0 else ""
        return f"building {name}: {built}{of} files, {time.time() - begun:.0f} s"

    def _built(self, since: float) -> int:
        """How many objects are new: make leaves a .cmd beside each."""
        number = 0
        for folder, _folders, files in os.walk(self._objects):
            for file in files:
                if file.endswith(".o.cmd"):
                    try:
                        path = os.path.join(folder, file)
                        # A file's time may be that of the last tick.
                        number += os.stat(path).st_mtime >= since - 0.02
                    except OSError:
                        pass
        return number

    def _remember(self, total: int) -> None:
        with open(self._total_path, "w", encoding="ascii") as file:
            file.write(f"{total}\n")

    def _remembered(self) -> int:
        """How many files the last build from nothing compiled; 0: not known."""
        try:
            with open(self._total_path, encoding="ascii") as file:
                return int(file.read())
        except (OSError, ValueError):
            return 0

    @property
    def _total_path(self) -> str:
        """Beside all trees' folders: of a fresh tree, another's is the best guess."""
        return os.path.join(os.path.dirname(self.folder), f"total-{self.arch}")


def _environment() -> dict[str, str]:
    """Ours, without what the make that may have started us tells its children."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not (key.startswith("MAKE") or key in ("MFLAGS", "GNUMAKEFLAGS"))
    }
    return {**kept, **SAME_EACH_TIME}


def is_same(path: str, other: str) -> bool:
    """Whether two kernels are the same bytes."""
    return _digest(path) == _digest(other)


def _digest(path: str) -> bytes:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            digest.update(chunk)
    return digest.digest()


def _copy(kernel: str, to: str) -> None:
    try:
        shutil.copyfile(kernel, f"{to}.new")
        shutil.copymode(kernel, f"{to}.new")
        os.replace(f"{to}.new", to)
    except OSError as error:
        raise Trouble(f"{kernel}: {why(error)}") from None


def _last_line(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        lines = file.read().splitlines()
    if not lines:
        raise Trouble("the build said no kernel's path")
    return lines[-1]


def _what_was_said(path: str) -> str:
    """The errors of a build, the first ones first, and its last lines."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.rstrip() for line in file if line.strip()]
    wrong = [line for line in lines[:-LAST_LINES] if WRONG.search(line)]
    shown = [*wrong[:MOST_WRONG], *lines[-LAST_LINES:]] or ["it said nothing"]
    return "\n".join([*shown, f"(all of it is in {path})"])
