# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The words before a machine's command, by which it ends with us, and all it started.

A User Mode Linux makes itself a session, and processes that it traces and that outlive
it: no signal to a group of ours reaches these. In a process namespace of their own they
cannot stay behind: they die with its first process, which is a shell here, not the
machine, as a first process does not get the signals that a kernel sends to itself.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

# In the background of a shell, which dies when it is asked to: setpriv and unshare see
# to all that is below it. The machine's descriptor 3 is the shell's input: what runs in
# the background has none.
OUTSIDE = """\
ulimit -c 0
exec 3<&0
"$@" &
wait $!"""
INSIDE = '"$@"; exit $?'

# Where there can be no namespace. What the machine starts at the moment of its death
# may be left.
WITHOUT = """\
end() { kill -KILL -- "-$!" || kill -KILL $!; } 2>/dev/null
trap 'end; kill -KILL 0' TERM
ulimit -c 0
exec 3<&0
"$@" &
wait $!
status=$?
end
exit $status"""

_SHELL = ("/bin/sh", "-c")


def guard() -> list[str]:
    """Words to be followed by the machine's command."""
    return list(_guard())


# Threads that ask at once may each find it out, and find the same.
@functools.lru_cache(maxsize=None)
def _guard() -> tuple[str, ...]:
    setpriv = shutil.which("setpriv")
    namespace = _namespace() if setpriv else []
    if not setpriv:
        return (*_SHELL, WITHOUT, "sockcheck")
    if not namespace:
        return (setpriv, "--pdeathsig", "TERM", *_SHELL, WITHOUT, "sockcheck")
    dies = [setpriv, "--pdeathsig", "KILL"]
    return (
        *(*dies, *_SHELL, OUTSIDE, "sockcheck"),
        *(*dies, *namespace, *_SHELL, INSIDE, "sockcheck"),
    )


def _namespace() -> list[str]:
    """util-linux's words for one, if it can be had."""
    unshare = shutil.which("unshare")
    if not unshare:
        return []
    user = ["--user", "--map-root-user"] if os.geteuid() else []
    words = [unshare, *user, "--pid", "--fork", "--kill-child"]
    try:
        tried = subprocess.run([*words, "true"], capture_output=True)
    except OSError:
        return []
    return words if tried.returncode == 0 else []
