# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A run on one of several targets, by commands that make more than one."""

from __future__ import annotations

import copy
import os

from sockcheck import kernel_config
from sockcheck.check import Check, Options
from sockcheck.command import aim
from sockcheck.signals import Signals


def check_one(
    target: str, folder: str, options: Options, signals: Signals
) -> tuple[Check, int]:
    """Run the cases on a target, with no more said than how far it is.

    Its reports are written into the folder. Given are the check, with its troubles, and
    its exit status; a target that cannot be run at all raises Trouble.
    """
    mine = copy.copy(options)
    mine.target, mine.results = target, folder
    # Of a target that is another system, the kernel's configuration is another.
    before = os.environ.get(kernel_config.VARIABLE)
    try:
        aim(mine)
        check = Check(mine, signals)
        return check, check.learn()
    finally:
        os.environ.pop(kernel_config.VARIABLE, None)
        if before is not None:
            os.environ[kernel_config.VARIABLE] = before
