# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Kernel log: which lines of a guest's console are reports that something is wrong.

A report begins with a line that one of the kernel's checks writes (lib/bug.c,
kernel/panic.c, kernel/locking/lockdep.c, mm/kasan/report.c, lib/ubsan.c,
kernel/hung_task.c, mm/oom_kill.c, mm/kmemleak.c, net/core/dev.c), and goes on with what
the kernel says until the case is done.
"""

from __future__ import annotations

import re

# How much of a report is kept: its beginning, which says what and where.
MOST_LINES = 120
MOST_TEXT = 16384

_time = re.compile(r"^(<\d+>)?\[ *\d+\.\d+\](\[ *[TC]\d+\])? ?")
_begins = re.compile(
    r"WARNING: |BUG: |Oops: |Oops - |general protection fault|Kernel panic"
    r"|UBSAN: |KASAN: |KCSAN: |KFENCE: "
    r"|possible (?:recursive|circular) locking|inconsistent lock state"
    r"|suspicious RCU usage|possible irq lock inversion|bad unlock balance"
    r"|held lock freed|sleeping function called from invalid context"
    r"|unregister_netdevice: waiting|blocked for more than \d+ seconds"
    r"|detected stalls? on|self-detected stall|soft lockup"
    r"|Out of memory: |invoked oom-killer|unreferenced object"
    r"|new suspected memory leaks|refcount_t: |list_(?:add|del) corruption"
    r"|Unable to handle kernel|segfault at .* in vmlinux|stack-protector: "
).search
# What stands in front of a report's first line, and belongs to it.
_opens = re.compile(r"-+\[ cut here \]-+|=+").fullmatch

# Of a kernel about itself, whatever runs in it.  User Mode Linux 6.1 walks the areas of
# a process at its first fork(2) without holding their lock, which nobody wants yet
# (arch/um/kernel/tlb.c:force_flush_all); lockdep reports it once a boot.
_own = re.compile(
    r"^WARNING: suspicious RCU usage$(?:(?!^(?:WARNING|BUG): ).)*\bforce_flush_all\b",
    re.MULTILINE | re.DOTALL,
)


class KernelLog:
    """Collects the reports that come while one case is due."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._before = ""

    def line(self, line: str) -> bool:
        """Take a line of the console; whether it is part of a report."""
        text = _time.sub("", line)
        if not self._lines and not _begins(text):
            self._before = text if _opens(text) else ""
            return False
        if not self._lines and self._before:
            self._lines.append(self._before)
        if len(self._lines) < MOST_LINES:
            self._lines.append(text)
        return True

    def take(self) -> str:
        """The reports since this was last asked, or ""."""
        text = _own.sub("", "\n".join(self._lines))[:MOST_TEXT]
        self._lines = []
        self._before = ""
        return text if any(map(_begins, text.splitlines())) else ""


def headline(report: str) -> str:
    """The line of a report that says what is wrong."""
    lines = report.splitlines()
    return next((line for line in lines if _begins(line)), lines[0] if lines else "")
