# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The way in: `python3 -m sockcheck`."""

from __future__ import annotations

import signal

# Until the run has its own handlers, Ctrl-C ends it quietly, also amid the imports.
if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

if __name__ == "__main__":
    import sys

    from sockcheck.command import main

    main(sys.argv[1:])
