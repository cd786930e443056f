# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of `sockcheck repeat`: what differs is said, and what was seen is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fake import RUNNER, Fake, failed, skipped
from sockcheck import repeat
from sockcheck.trouble import Trouble


def run(fake: Fake, *options: str) -> subprocess.CompletedProcess[str]:
    fake.make()
    return fake.several("repeat", *options)


def kept(fake: Fake) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((fake.results / "host.json").read_text())
    return report


def test_the_same_each_time(fake: Fake) -> None:
    done = run(fake, "host", "--times", "3")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "host 1 of 3: same",
        "host 2 of 3: same",
        "host 3 of 3: same",
        "host: 3 runs",
    ]
    assert lines[-1] == "host: 3 runs, all with the same verdicts"
    assert kept(fake)["runs"] == {"0": 3}
    assert set(kept(fake)["verdicts"]) == set(fake.names)


def test_a_verdict_that_differs(fake: Fake, tmp_path: Path) -> None:
    assert run(fake, "host", "--times", "1").returncode == 0
    report = kept(fake)
    [first, second, *_] = fake.names
    # The binary that answers otherwise is another one: so it is told what was before.
    report["verdicts"][first] = "skip"
    del report["verdicts"][second]
    (fake.results / "host.json").write_text(json.dumps(report))
    done = run(fake, "host", "--times", "3")
    assert done.returncode == 1
    assert "host: going on from 1 runs" in done.stderr
    count = len(fake.names) - 1
    assert f"host 2 of 3: 2 of {count} cases DIFFER, " in done.stdout
    assert f"  {first}: skip, now pass\n" in done.stdout
    assert f"  {second}: absent, now pass\n" in done.stdout
    said = "host: 3 runs, 2 not with the verdicts of the first: "
    assert f"{said}{first}, {second} (all in {fake.results}/host.json)" in done.stdout
    entry = kept(fake)["differences"][0]
    assert (entry["case"], entry["first"], entry["came"]) == (first, "skip", "pass")
    # It was not forgotten when nothing is left to do.
    done = run(fake, "host", "--times", "3")
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)


def test_a_fail_each_time_is_the_same(fake: Fake) -> None:
    fake.does[fake.names[0]] = failed()
    fake.does[fake.names[1]] = skipped("needs root")
    done = run(fake, "host", "--times", "2")
    assert done.returncode == 0
    assert "host: 2 runs, all with the same verdicts" in done.stdout


def test_another_binary_begins_anew(fake: Fake) -> None:
    assert run(fake, "host", "--times", "2").returncode == 0
    # What it does is in a file beside it, what it is in its own text.
    assert run(fake, "host", "--times", "3").stdout.startswith("host 3 of 3: same")
    with fake.binary.open("a") as file:
        file.write("\n# another\n")
    done = fake.several("repeat", "host", "--times", "3")
    assert done.stdout.startswith("host 1 of 3: same"), done.stderr
    assert kept(fake)["runs"] == {"0": 3}


def test_runs_beside_busy_processes_count_by_themselves(fake: Fake) -> None:
    assert run(fake, "host", "--times", "1").returncode == 0
    done = run(fake, "host", "--times", "2", "--load", "2")
    assert done.returncode == 0, done.stderr
    assert "host: 1 runs, 2 runs beside 2 busy processes, all with" in done.stdout
    assert kept(fake)["runs"] == {"0": 1, "2": 2}


def test_a_target_that_cannot_be_run(fake: Fake) -> None:
    done = run(fake, "vax", "--times", "2")
    assert done.returncode == 2
    assert "unknown target 'vax'" in done.stderr
    done = run(fake, "host", "--load", "x")
    assert done.returncode == 2
    assert "'x' is no number from 0 to 1024" in done.stderr


def test_a_file_of_somebody_else(fake: Fake) -> None:
    fake.results.mkdir()
    (fake.results / "host.json").write_text("[]")
    done = run(fake, "host")
    assert done.returncode == 2
    assert "host.json: not of this program; remove it" in done.stderr


def test_busy_processes_end() -> None:
    busy = repeat.Busy(2)
    pids = list(busy._pids)
    assert all(Path(f"/proc/{pid}").exists() for pid in pids)
    busy.end()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_busy_processes_end_with_their_parent() -> None:
    program = (
        "import os, sys; from sockcheck import repeat; busy = repeat.Busy(2);"
        "print(*busy._pids, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(RUNNER)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    until = time.monotonic() + 20
    while any(is_running(pid) for pid in done.stdout.split()):
        assert time.monotonic() < until
        time.sleep(0.01)


def is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_file_of_a_stack() -> None:
    assert repeat.shared_object("host", "build/sockcheck") == ""
    assert repeat.shared_object("lwip", "build/sockcheck") == "build/targets/lwip.so"
    assert repeat.shared_object("./x.so,prefix=x_", "build/sockcheck") == "./x.so"
    with pytest.raises(Trouble, match="no-such-file"):
        repeat.digest("no-such-file")
