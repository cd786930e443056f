# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the runner's tests share: a stand-in for the C binary with forty cases."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from fake import RUNNER, Fake

NAMES = [
    f"socket.{rule}[{variant}]"
    for rule in ("flags.unknown", "family.unregistered", "type.range", "protocol.table")
    for variant in range(10)
]

# A shell starts what runs in the background with SIGINT ignored, and that is inherited:
# what the tests interrupt would not be.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline, for machines under load; nothing left in the tree but in build/.
set_hypothesis_home_dir(str(RUNNER.parent / "build" / "hypothesis"))
settings.register_profile("sockcheck", database=None, deadline=None)
settings.load_profile("sockcheck")


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path, list(NAMES))
