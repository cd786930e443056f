# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The running kernel's configuration, unpacked for the C binary, which has no gunzip.

It tells which families and protocols the kernel could have without asking for them.
Where it cannot be had, the binary knows less and skips more, and says so.
"""

from __future__ import annotations

import os

PACKED = "/proc/config.gz"
VARIABLE = "SOCKCHECK_KERNEL_CONFIG"


def provide(binary: str) -> None:
    """Unpack the configuration beside the binary, and tell the binary where it is."""
    if os.environ.get(VARIABLE) or not os.path.exists(PACKED):
        return
    release = os.uname().release
    path = os.path.join(os.path.dirname(binary), f"config-{release}")
    if not os.path.exists(path) and not _unpack(path):
        return
    os.environ[VARIABLE] = path


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
