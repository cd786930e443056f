# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the guard of machines: what a machine started dies with it, however.

The machine is a program that does as a User Mode Linux does: it makes itself a session,
and a process that leaves even that.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sockcheck import guard

# Says when both are there; each holds the file of the lock open.
MACHINE = """
import fcntl, os, sys, time
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
os.setsid()
if not os.fork():
    os.setsid()
    os.write(1, b"begun\\n")
    time.sleep(60)
if sys.argv[2] == "ends":
    sys.exit(7)
time.sleep(60)
"""
# Starts the machine and waits until it is killed.
RUNNER = """
import subprocess, sys, time
subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
time.sleep(60)
"""


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock: whoever had it is dead."""
    with open(path, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def wait_free(path: Path) -> None:
    until = time.monotonic() + 20
    while not is_free(path):
        assert time.monotonic() < until, "something is left of the machine"
        time.sleep(0.01)


def words(path: Path, what: str) -> list[str]:
    return [*guard.guard(), sys.executable, "-c", MACHINE, str(path), what]


@pytest.fixture(autouse=True)
def needs_a_namespace(monkeypatch: Any) -> None:
    if "--pid" not in guard.guard():
        pytest.skip("no process namespace here, or no setpriv")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_guard_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    lock = tmp_path / "lock"
    machine = subprocess.Popen(words(lock, "stays"), stdout=subprocess.PIPE)
    assert machine.stdout and machine.stdout.readline() == b"begun\n"
    assert not is_free(lock)
    machine.send_signal(number)
    assert machine.wait() == -number
    wait_free(lock)
    machine.stdout.close()


def test_who_started_it_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, *words(lock, "stays")], stdout=subprocess.PIPE
    )
    assert runner.stdout and runner.stdout.readline() == b"begun\n"
    runner.kill()
    runner.wait()
    wait_free(lock)
    runner.stdout.close()


def test_the_machine_ends(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    done = subprocess.run(words(lock, "ends"), stdout=subprocess.DEVNULL)
    assert done.returncode == 7
    wait_free(lock)


def test_its_descriptor_3_is_our_input() -> None:
    command = [*guard.guard(), "/bin/sh", "-c", "cat <&3"]
    done = subprocess.run(command, input=b"told", stdout=subprocess.PIPE)
    assert done.stdout == b"told"


def test_without_namespaces(monkeypatch: Any) -> None:
    guard._guard.cache_clear()
    monkeypatch.setattr(guard, "_namespace", lambda: [])
    command = [*guard.guard(), "/bin/sh", "-c", "cat <&3; exit 7"]
    assert "--pid" not in command
    guard._guard.cache_clear()
    done = subprocess.run(command, input=b"told", stdout=subprocess.PIPE)
    assert (done.stdout, done.returncode) == (b"told", 7)


def test_threads_that_ask_at_once() -> None:
    guard._guard.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(guard.guard) for _ in range(8)]
    assert {tuple(one.result()) for one in asked} == {tuple(guard.guard())}


def test_no_namespace_where_unshare_is_refused(
    monkeypatch: Any, tmp_path: Path
) -> None:
    refused = tmp_path / "unshare"
    refused.write_text("#!/bin/sh\nexit 1\n")
    refused.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert guard._namespace() == []
