# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of what other CI systems are given: LAVA's report, kselftest's collection."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from program import PROGRAM, TOP, needs_program, rules

TAP = """TAP version 14
ok 1 - bind.inet.bound[udp]
  ---
  duration_ms: 1.5
  ...
not ok 2 - bind.inet.bound[a, b]
  ---
  verdict: "fail"
  message: "ok 3 - not a point"
  ...
ok 3 - bind.inet.in_use # SKIP needs root
1..3
"""


def run(command: list[str], path: Path, text: str = "") -> tuple[int, str]:
    environment = dict(os.environ, PATH=f"{path}:{os.environ['PATH']}")
    done = subprocess.run(
        command, env=environment, input=text, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_lava_is_told_of_each_case(tmp_path: Path) -> None:
    executable(tmp_path / "lava-test-case", '#!/bin/sh\nprintf "%s;" "$@"\necho\n')
    status, told = run([str(TOP / "ci/lava/report")], tmp_path, TAP)
    assert status == 1
    assert told.splitlines() == [
        "bind.inet.bound[udp];--result;pass;",
        "bind.inet.bound[a, b];--result;fail;",
        "bind.inet.in_use;--result;skip;",
    ]


def test_lava_is_not_here(tmp_path: Path) -> None:
    status, told = run([str(TOP / "ci/lava/report")], tmp_path, TAP)
    assert status == 2 and "lava-test-case" in told


@needs_program
def test_kselftest_has_a_test_a_call(tmp_path: Path) -> None:
    """Beside other collections, and once however often it is installed."""
    listed = tmp_path / "kselftest-list.txt"
    listed.write_text("net:socket\n")
    install = [str(TOP / "ci/kselftest/install"), str(PROGRAM), str(tmp_path)]
    for _ in range(2):
        assert run(install, tmp_path) == (0, "")
    calls = {rule["id"].split(".")[0] for rule in rules()}
    names = listed.read_text().splitlines()
    assert sorted(names) == sorted(["net:socket"] + [f"sockcheck:{c}" for c in calls])
    assert all(os.access(tmp_path / "sockcheck" / call, os.X_OK) for call in calls)


def installed(tmp_path: Path, points: str, status: int) -> Path:
    """A collection whose program prints these points."""
    files = tmp_path / "files"
    files.mkdir()
    tap = f"cat <<'END'\n{points}\nEND\nexit {status}\n"
    executable(files / "sockcheck", f"#!/bin/sh\n{tap}")
    # No Python: the binary's own verdict stands.
    executable(tmp_path / "python3", "#!/bin/sh\nexit 1\n")
    executable(tmp_path / "bind", (TOP / "ci/kselftest/run").read_text())
    return tmp_path / "bind"


def test_kselftest_statuses(tmp_path: Path) -> None:
    for number, (points, status, due) in enumerate(
        (
            ("ok 1 - bind.x\nok 2 - bind.y # SKIP no", 0, 0),
            ("ok 1 - bind.x # SKIP no", 0, 4),
            ("not ok 1 - bind.x", 1, 1),
            ("", 2, 1),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        test = installed(folder, points, status)
        assert run([str(test)], folder)[0] == due, points
