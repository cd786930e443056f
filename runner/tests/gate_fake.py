# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Stand-ins for a kernel's source, its build and the kernel: scripts of a line or two.

A tree has kernel.sh, which the build copies as the kernel; the kernel runs the program
it is given, or another one beside it that answers otherwise.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from fake import RUNNER, Fake

# As ci/kernel/build is called, and as it answers.
BUILDER = r"""#!/bin/sh
while [ $# -gt 0 ]; do
    case $1 in
    --source) source=$2 ;;
    --output) output=$2 ;;
    esac
    shift 2
done
mkdir -p "$output"
echo build >>"$output/builds"
if grep -q NOT-C "$source/kernel.sh"; then
    echo "kernel.sh:3: error: this is not C" >&2
    exit 2
fi
[ -e "$source/.config" ] && exit 3
cp "$source/kernel.sh" "$output/linux"
touch "$output/kernel.o.cmd"
echo "$output/linux"
"""
AS_BEFORE = 'exec "$@"\n'
OTHERWISE = 'program=$1; shift; exec "$program.patched" "$@"\n'
# It tells what cases there are, as the binary does on this machine for a guest.
DIES = """case "$*" in *--list*|*--rules*) exec "$@";; esac
echo Kernel panic - not syncing: no init; exit 1
"""
COMMENT = "# Networking.\n"


class FakeTree:
    """A repository with one kernel in it, and the gate's command for it."""

    def __init__(self, folder: Path, fake: Fake) -> None:
        self.fake = fake
        self.folder = folder / "tree"
        self.build = folder / "build"
        self.results = folder / "gate"
        self.builder = folder / "builder.sh"
        self.builder.write_text(BUILDER)
        self.builder.chmod(0o755)
        self.folder.mkdir()
        (self.folder / "net").mkdir()
        (self.folder / "net" / "socket.c").write_text("int socket;\n")
        (self.folder / "Kconfig").write_text("config NET\n")
        os.symlink("net/socket.c", self.folder / "link.c")
        self.kernel(AS_BEFORE)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", ".")
        self.commit("Begin")

    def kernel(self, text: str) -> None:
        (self.folder / "kernel.sh").write_text(f"#!/bin/sh\n{COMMENT}{text}")

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
        return subprocess.run(
            ["git", *who, "-C", str(self.folder), *words],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def commit(self, subject: str) -> str:
        self.git("commit", "--quiet", "--all", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD").strip()

    def patch_to(self, text: str) -> str:
        """A mail with the patch that makes the kernel this one; the tree stays."""
        self.kernel(text)
        self.git("commit", "--quiet", "--all", "-m", "net: a better kernel")
        mail = self.git("format-patch", "--stdout", "-1", "--thread=shallow")
        self.git("reset", "--quiet", "--hard", "HEAD~1")
        return mail

    def answers_otherwise(self, does: dict[str, dict[str, Any]]) -> None:
        """What the cases do on a kernel that is OTHERWISE."""
        before, self.fake.does = self.fake.does, {**self.fake.does, **does}
        self.fake.make()
        binary = str(self.fake.binary)
        for end in ("", ".json"):
            shutil.copy2(f"{binary}{end}", f"{binary}.patched{end}")
        self.fake.does = before
        self.fake.make()

    def run(
        self, command: str, *options: str, patch: str = ""
    ) -> subprocess.CompletedProcess[str]:
        words = [
            *("--binary", str(self.fake.binary), "--results", str(self.results)),
            *("--deviations", str(self.fake.deviations), "--build", str(self.build)),
            *("--builder", str(self.builder), "--target", "exec:sh {kernel} {}"),
        ]
        return subprocess.run(
            [sys.executable, "-m", "sockcheck", command, *words, *options],
            env=self.fake.environment(),
            input=patch,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def gate(self, *options: str, patch: str = "") -> subprocess.CompletedProcess[str]:
        return self.run("gate", "--tree", str(self.folder), *options, patch=patch)

    def difference(self) -> dict[str, Any]:
        text = (self.results / "difference.json").read_text()
        read: dict[str, Any] = json.loads(text)
        return read

    def kinds(self) -> dict[str, str]:
        """Each case that changed, and how."""
        return {
            change["name"]: change["kind"] for change in self.difference()["changes"]
        }


def fingerprint(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything of a folder that somebody could see changed, its .git too."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        content = os.readlink(path) if path.is_symlink() else ""
        if path.is_file() and not path.is_symlink():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        times = state.st_mtime_ns, state.st_ctime_ns
        found[str(path.relative_to(folder))] = (state.st_mode, content, *times)
    return found


__all__ = ["AS_BEFORE", "DIES", "OTHERWISE", "FakeTree", "RUNNER", "fingerprint"]
