# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Initramfs: a guest's files as an archive that its kernel unpacks when it boots.

The format is cpio's 'newc', as Documentation/driver-api/early-userspace/
buffer-format.rst of the kernel describes it. It is written here and not by cpio(1), so
that it can hold device nodes without root, and needs no file on this machine's disk.
Archives may stand one behind another: the kernel unpacks each.
"""

from __future__ import annotations

import os
import stat

FILE = stat.S_IFREG | 0o644
PROGRAM = stat.S_IFREG | 0o755
FOLDER = stat.S_IFDIR | 0o755
CONSOLE = stat.S_IFCHR | 0o600
TRAILER = "TRAILER!!!"


class Archive:
    """Collects entries; `packed` is the archive so far, with its end."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._folders: set[str] = {""}
        self._inode = 0

    def add_file(self, path: str, data: bytes, mode: int = FILE) -> None:
        """Add a file, and the folders above it. The path has no slash in front."""
        self._add_folders(os.path.dirname(path))
        self._add(path, mode, data)

    def add_device(self, path: str, major: int, minor: int) -> None:
        self._add_folders(os.path.dirname(path))
        self._add(path, CONSOLE, b"", (major, minor))

    @property
    def packed(self) -> bytes:
        return b"".join([*self._parts, _entry(0, TRAILER, 0, b"", (0, 0))])

    def _add_folders(self, path: str) -> None:
        if path in self._folders:
            return
        self._add_folders(os.path.dirname(path))
        self._folders.add(path)
        self._add(path, FOLDER, b"")

    def _add(
        self, path: str, mode: int, data: bytes, device: tuple[int, int] = (0, 0)
    ) -> None:
        self._inode += 1
        self._parts.append(_entry(self._inode, path, mode, data, device))


def _entry(
    inode: int, path: str, mode: int, data: bytes, device: tuple[int, int]
) -> bytes:
    name = os.fsencode(path) + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    # Inode, mode, owner, group, links, time, size, the device it is on, the device that
    # it is, the name's length, no checksum.
    numbers = (
        *(inode, mode, 0, 0, links, 0, len(data), 0, 0),
        *(*device, len(name), 0),
    )
    head = b"070701" + b"".join(b"%08X" % number for number in numbers)
    return _padded(head + name) + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
