# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Nothing leaves while programs run as root; and what would leave is noticed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = TOP / os.environ.get("BUILD", "build")
TOOL = BUILD / "fuzz" / "test" / "sockcheck-fuzz"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def watch(
    tool: Path, folder: Path, programs: int = 1
) -> subprocess.CompletedProcess[str]:
    words = ["--tool", tool, "--folder", folder, "--programs", str(programs)]
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, str(TOP / "fuzz" / "watch.py"), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"),
    )
    if done.returncode == 2:
        pytest.skip(done.stderr.strip())
    return done


@pytest.mark.skipif(not TOOL.exists(), reason=f"{TOOL} is not built")
def test_nothing_leaves(tmp_path: Path) -> None:
    done = watch(TOOL, tmp_path / "run", 300)
    assert done.returncode == 0, done.stderr
    assert "300 programs" in done.stdout
    assert "no packet on" in done.stdout


SENDS = (
    "import socket;"
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.77', 9))"
)


@pytest.mark.parametrize(
    "leak, told",
    [
        ("touch /sockcheck-left", "/sockcheck-left was made or changed"),
        (f'{sys.executable} -c "{SENDS}"', "watch0: packets"),
        ("sleep 60 >/dev/null 2>&1 &", "a process"),
        ("echo 63 >/proc/sys/net/ipv4/ip_default_ttl", "ip_default_ttl: 64 before"),
    ],
    ids=["file", "packet", "process", "setting"],
)
def test_what_leaves_is_noticed(tmp_path: Path, leak: str, told: str) -> None:
    tool = tmp_path / "leaks"
    tool.write_text(f"#!/bin/sh\n{leak}\n")
    tool.chmod(0o755)
    done = watch(tool, tmp_path / "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert told in done.stderr
    assert not Path("/sockcheck-left").exists()
