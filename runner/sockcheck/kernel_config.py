# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The running kernel's configuration, unpacked for the C binary, which has no gunzip.

It tells which families and protocols the kernel could have without asking for them.
Where it cannot be had, the binary knows less and skips more, and says so.
"""

from __future__ import annotations

import os
import re

PACKED = "/proc/config.gz"
BOOT_ID = "/proc/sys/kernel/random/boot_id"
# Not each config-*: beside a binary in /boot those are other programs'.
OURS = re.compile(r"config-.+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.[0-9]+)?")
VARIABLE = "SOCKCHECK_KERNEL_CONFIG"


def provide(binary: str) -> None:
    """Unpack the configuration beside the binary, and tell the binary where it is."""
    if os.environ.get(VARIABLE) or not os.path.exists(PACKED):
        return
    folder, boot = os.path.dirname(binary), _boot_id()
    name = f"config-{os.uname().release}{boot}"
    path = os.path.join(folder, name)
    # Where no boot can be told from another, the file may be of any.
    if not (boot and os.path.exists(path)):
        if not _unpack(path):
            return
        _remove_others(folder, name)
    os.environ[VARIABLE] = path


def _boot_id() -> str:
    """What this boot's file has in its name: another kernel may be of one release."""
    try:
        with open(BOOT_ID, encoding="ascii") as file:
            boot = file.read().strip()
    except (OSError, ValueError):
        return ""
    return boot and f"-{boot}"


def _remove_others(folder: str, name: str) -> None:
    """Remove the files of earlier boots; not a draft that is beside ours now."""
    try:
        for other in os.listdir(folder or "."):
            if OURS.fullmatch(other) and not other.startswith(name):
                os.unlink(os.path.join(folder, other))
    except OSError:
        # They are in nobody's way.
        pass


def _unpack(path: str) -> bool:
    import gzip

    draft = f"{path}.{os.getpid()}"
    try:
        with gzip.open(PACKED, "rb") as packed:
            lines = [line for line in packed if line.startswith(b"CONFIG_")]
        with open(draft, "wb") as plain:
            plain.writelines(lines)
        os.rename(draft, path)
    except (OSError, EOFError):
        return False
    return True
