# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The way in: `python3 -m sockcheck`."""

from __future__ import annotations

import sys

from sockcheck.command import main

if __name__ == "__main__":
    main(sys.argv[1:])
