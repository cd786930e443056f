# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Trouble: why a run could not be made, as the one line that the user gets."""

from __future__ import annotations


class Trouble(Exception):
    """The run itself could not be made; the text says what is wrong, and where."""


def why(error: OSError) -> str:
    """What the system says of an error, without Python's number in front."""
    return error.strerror or str(error)
