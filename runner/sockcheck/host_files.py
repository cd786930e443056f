# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A User Mode Linux whose file system is the host's, to be read only."""

from __future__ import annotations

import os

from sockcheck.guard import guard

# For the suite, or an engine and its corpus, and for what the kernel keeps of both.
MEMORY = "1024M"


def boot(kernel: str, init: str, folder: str, *parameters: str) -> list[str]:
    """The command that boots it, with its console as standard output. The folder is for
    its sockets; the parameters are of its command line, and of init's environment."""
    return [
        *(*guard(), os.path.abspath(kernel), f"mem={MEMORY}"),
        *("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"),
        *(f"init={os.path.abspath(init)}", "con=null", "con0=null,fd:1"),
        *(f"uml_dir={os.path.abspath(folder)}/", *parameters),
    ]
