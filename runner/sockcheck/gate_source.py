# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A stand-in for somebody's tree, in which a patch can be applied.

It is a folder with a link for each of the tree's files, so that it costs no time and no
room, and follows what its owner edits.  Only what a patch touches becomes a file of the
stand-in's own; git apply replaces files and never writes through a link.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import subprocess

from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

# What a build inside the tree leaves there: make refuses a source that has it.
_BUILT_SUFFIXES = (
    *(".o", ".a", ".ko", ".cmd", ".mod", ".mod.c", ".order", ".gcno", ".gcda", ".rej"),
    *(".orig", ".so", ".dtb", ".symvers"),
)
_BUILT_PATHS = frozenset(
    (
        ".config",
        ".config.old",
        "vmlinux",
        "linux",
        "System.map",
        "modules.builtin",
        ".git",
    )
    + ("include/config", "include/generated")
)
# The lines of a patch that name files: git's own, and any diff's.
_NAMED = re.compile(
    rb"^(?:(?:---|\+\+\+) (?P<side>[^\t\n]+)|(?:rename|copy) (?:from|to) (?P<moved>.+)"
    rb"|diff --git a/(?P<old>.+) b/(?P<new>.+))",
    re.MULTILINE,
)


class Refused(Trouble):
    """A patch that does not apply; the text is what git said."""


class Source:
    """The stand-in, in a folder of ours, for a tree."""

    def __init__(self, tree: str, folder: str) -> None:
        self.tree = os.path.realpath(tree)
        self.folder = os.path.abspath(folder)
        self._made: set[str] = set()

    def follow(self) -> None:
        """Make it as the tree is now.

        A file that it had of its own stays one, new if its content was another: a link
        to the tree's older file would be older than what was built of the patched one.
        """
        fresh = not os.path.isdir(self.folder)
        wanted = set(files_of(self.tree))
        if not wanted:
            raise Trouble(
                f"{self.tree}: no files; TREE= is the folder of a kernel's source"
            )
        if fresh:
            os.makedirs(self.folder)
        else:
            self._remove_others(wanted)
        for path in sorted(wanted):
            self._follow(path, fresh)

    def patch(self, patch: bytes) -> list[str]:
        """Apply a patch, and say which files it names; Refused with git's words."""
        paths = paths_of(patch)
        for path in paths:
            self._own(path)
        # Else a repository around this folder is what the paths are looked up in.
        ceiling = {"GIT_CEILING_DIRECTORIES": os.path.dirname(self.folder)}
        told = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"],
            cwd=self.folder,
            env={**_git_environment(), **ceiling},
            input=patch,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if told.returncode:
            raise Refused(told.stdout.decode("utf-8", "replace").strip())
        return paths

    def _follow(self, path: str, fresh: bool) -> None:
        theirs, mine = os.path.join(self.tree, path), os.path.join(self.folder, path)
        link = os.readlink(theirs) if os.path.islink(theirs) else theirs
        if os.path.islink(mine):
            if os.readlink(mine) == link:
                return
            os.unlink(mine)
        elif os.path.isdir(mine):
            shutil.rmtree(mine)
        elif os.path.lexists(mine):
            if link == theirs and _same(theirs, mine):
                return
            os.unlink(mine)
        folder = os.path.dirname(mine)
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)
            self._made.add(folder)
        if fresh or link != theirs:
            os.symlink(link, mine)
        else:
            shutil.copyfile(theirs, mine)
            shutil.copymode(theirs, mine)

    def _remove_others(self, wanted: set[str]) -> None:
        for path in list(_walk(self.folder, "")):
            if path not in wanted:
                os.unlink(os.path.join(self.folder, path))

    def _own(self, path: str) -> None:
        """Make a link a file, as old as the tree's, so that nothing is built anew."""
        mine = os.path.join(self.folder, path)
        inside = os.path.realpath(os.path.dirname(mine)).startswith(self.folder)
        if inside and os.path.islink(mine) and os.path.isfile(mine):
            theirs = os.path.join(self.tree, path)
            if os.path.islink(theirs):
                return
            os.unlink(mine)
            shutil.copy2(theirs, mine)


def paths_of(patch: bytes) -> list[str]:
    """The files that a patch names, without the first part of a diff's paths."""
    found: dict[str, None] = {}
    for match in _NAMED.finditer(patch):
        side = (match["side"] or b"").rstrip(b"\r")
        sides = [side.partition(b"/")[2]] if side != b"/dev/null" else []
        for path in (*sides, match["moved"], match["old"], match["new"]):
            if path:
                found[os.fsdecode(path.rstrip(b"\r"))] = None
    safe = (path for path in found if not os.path.isabs(path))
    return [path for path in safe if ".." not in path.split("/")]


def files_of(tree: str) -> Iterator[str]:
    """The tree's files: git's and what is not ignored, or all that is not built."""
    listed = _listed(tree)
    if listed is None:
        yield from _walk(tree, "", built=False)
        return
    for path in listed:
        full = os.path.join(tree, path)
        # One that is deleted is still in the index; a folder is a repository.
        if os.path.islink(full) or os.path.isfile(full):
            yield path


def git(tree: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask git about a tree, which may be another user's, and leave it as it is."""
    command = ["git", "-c", "safe.directory=*", "-C", tree, *words]
    environment = _git_environment()
    try:
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
    except OSError as error:
        raise Trouble(f"git: {why(error)}: ci/setup gate installs it") from None


def _listed(tree: str) -> list[str] | None:
    top = git(tree, "rev-parse", "--show-toplevel")
    if top.returncode or os.path.realpath(top.stdout.rstrip("\n")) != tree:
        return None
    files = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = git(tree, *files)
    if listed.returncode:
        raise Trouble(f"{tree}: {listed.stderr.strip()}")
    return [path for path in dict.fromkeys(listed.stdout.split("\0")) if path]


def _git_environment() -> dict[str, str]:
    """Ours, but for what would lead git elsewhere; and it takes no locks."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    }
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def _walk(top: str, folder: str, built: bool = True) -> Iterator[str]:
    """The files below, by their paths from the top; links are not followed."""
    try:
        with os.scandir(os.path.join(top, folder)) as entries:
            for entry in entries:
                path = os.path.join(folder, entry.name)
                if not built and _is_built(path, entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from _walk(top, path, built)
                else:
                    yield path
    except OSError as error:
        raise Trouble(f"{os.path.join(top, folder)}: {why(error)}") from None


def _is_built(path: str, name: str) -> bool:
    generated = path in _BUILT_PATHS or path.endswith("/include/generated")
    return generated or name == ".git" or name.endswith(_BUILT_SUFFIXES)


def _same(theirs: str, mine: str) -> bool:
    executable = 0o111
    modes = {os.stat(path).st_mode & executable for path in (theirs, mine)}
    return len(modes) == 1 and filecmp.cmp(theirs, mine, shallow=False)
