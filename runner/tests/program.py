# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The real C program, with the targets that lie and the cases that go wrong."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Callable

import pytest

from sockcheck.tap import Point, Reader

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = TOP / os.environ.get("BUILD", "build")
PROGRAM = BUILD / "test" / "sockcheck"

needs_program = pytest.mark.skipif(
    not PROGRAM.exists(), reason=f"{PROGRAM.name} is not built: make test builds it"
)


def ask(*arguments: str) -> Any:
    """The program's answer in JSON."""
    done = subprocess.run(
        [PROGRAM, *arguments, "--json"], capture_output=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask("--rules")["rules"]
    return found


def points(
    names: list[str],
    target: str,
    lie: str = "",
    timeout: float = 10.0,
    prepare: Callable[[], None] | None = None,
    profile: str = "linux",
    guest: bool = False,
) -> dict[str, Point]:
    """Run the named cases, in a process that has been prepared first; each must have a
    point, and no other."""
    environment = dict(os.environ, SOCKCHECK_LIE=lie)
    done = subprocess.run(
        [
            PROGRAM,
            *("--target", target, "--profile", profile),
            *(["--guest"] if guest else []),
            *("--timeout", str(timeout), "--worker"),
        ],
        input="".join(name + "\n" for name in names).encode(),
        capture_output=True,
        timeout=300,
        env=environment,
        preexec_fn=prepare,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    reader = Reader()
    found = reader.feed(done.stdout)
    reader.close()
    assert [point.name for point in found] == names
    return {point.name: point for point in found}


def one(
    name: str, target: str = "model", timeout: float = 10.0, guest: bool = False
) -> Point:
    return points([name], target, timeout=timeout, guest=guest)[name]
