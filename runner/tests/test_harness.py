# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The harness: each case that goes wrong on purpose gets the verdict it should."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from program import PROGRAM, needs_program, one, points

pytestmark = needs_program

VERDICTS = {
    "selftest.lands_elsewhere": "fail",
    "socket.flags.unknown[selftest,lands-elsewhere]": "fail",
    "socket.flags.unknown[selftest,expects-other]": "fail",
    "socket.inet.created[selftest,expects-failure]": "fail",
    "socket.new.so_type[selftest,expects-other]": "fail",
    "selftest.no_rule": "fail",
    "selftest.fails": "fail",
    "selftest.prints": "fail",
    "selftest.asserts_nothing": "broken",
    "selftest.asks_nothing": "broken",
    "selftest.cannot_prepare": "broken",
    "selftest.segfaults": "crash",
    "selftest.aborts": "crash",
    "selftest.exits": "crash",
    "selftest.exits_3": "crash",
    "selftest.scribbles": "crash",
    "selftest.writes_much": "crash",
    "selftest.kills_group": "crash",
    "selftest.hangs": "timeout",
    "selftest.hangs_deaf": "timeout",
    "selftest.hangs_with_orphan": "timeout",
    "selftest.spins": "timeout",
    "selftest.stops_itself": "timeout",
}


def processes() -> set[str]:
    """The command lines of all processes of the program, by their pids."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(PROGRAM).encode() in path.read_bytes():
                found.add(path.parent.name)
        except OSError:
            pass
    return found


@pytest.mark.parametrize("name", VERDICTS)
def test_verdict(name: str) -> None:
    point = one(name, timeout=0.3)
    assert not point.ok
    assert point.verdict == VERDICTS[name]


def test_cases_after_a_bad_one_run() -> None:
    for bad in VERDICTS:
        found = points([bad, "socket.flags.unknown[-1]"], "model", timeout=0.3)
        assert found["socket.flags.unknown[-1]"].ok


def test_both_rules_are_named() -> None:
    message = one("socket.flags.unknown[selftest,lands-elsewhere]").fields["message"]
    assert "socket.family.out_of_range" in message
    assert "socket.flags.unknown" in message


def test_a_failure_tells_all() -> None:
    fields = one("socket.flags.unknown[selftest,expects-other]").fields
    assert fields["call"] == "socket(AF_INET, SOCK_STREAM|0x10, 0)"
    assert fields["expected"] == "-1 EPERM"
    assert fields["came"] == "-1 EINVAL"
    assert fields["at"].startswith("runner/tests/selftest_cases.c:")
    assert 'socket(2) EINVAL: "Invalid flags in type."' in fields["citations"]


def test_a_skip_has_its_reason() -> None:
    point = one("selftest.skips")
    assert point.ok
    assert point.skip == "a reason with a # and a \\ in it"


def test_what_a_case_prints_is_kept_from_the_stream() -> None:
    output = one("selftest.prints").fields["output"]
    assert "ok 99 - forged" in output
    assert 'and to stderr "quoted"' in output


def test_a_line_break_stays_in_its_value() -> None:
    assert one("selftest.fails").fields["message"] == 'two lines\nand a "quote" of 42'


@pytest.mark.parametrize(
    "name", ["socket.inet.created[selftest,orphan]", "selftest.hangs_with_orphan"]
)
def test_nothing_is_left_running(name: str) -> None:
    before = processes()
    one(name, timeout=0.3)
    assert processes() <= before


def test_a_time_limit_is_kept() -> None:
    started = time.monotonic()
    one("selftest.hangs_deaf", timeout=0.5)
    assert 0.5 <= time.monotonic() - started < 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_worker_takes_its_case_along(number: signal.Signals) -> None:
    before = processes()
    worker = subprocess.Popen(
        [PROGRAM, "--target", "model", "--worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdin and worker.stdout
    worker.stdin.write(b"selftest.hangs_deaf\n")
    worker.stdin.flush()
    limit = time.monotonic() + 10
    while len(processes() - before) < 2 and time.monotonic() < limit:
        time.sleep(0.01)
    assert len(processes() - before) == 2
    worker.send_signal(number)
    worker.wait(timeout=10)
    worker.stdin.close()
    worker.stdout.close()
    while processes() - before and time.monotonic() < limit:
        time.sleep(0.01)
    assert processes() <= before


def test_a_worker_without_a_runner_ends() -> None:
    before = processes()
    script = f'"{PROGRAM}" --target model --worker <&3 & sleep 30'
    reading, writing = os.pipe()
    shell = subprocess.Popen(
        ["sh", "-c", f"exec 3<&{reading}; {script}"],
        pass_fds=[reading],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.write(writing, b"selftest.hangs_deaf\n")
    limit = time.monotonic() + 10
    while len(processes() - before) < 2 and time.monotonic() < limit:
        time.sleep(0.01)
    shell.kill()
    shell.wait()
    while processes() - before and time.monotonic() < limit:
        time.sleep(0.01)
    left = processes() - before
    with contextlib.suppress(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGKILL)
    os.close(reading)
    os.close(writing)
    assert not left


def test_without_namespaces_what_needs_one_is_left_out() -> None:
    done = subprocess.run(
        [
            PROGRAM,
            "--target",
            "liar",
            "--run",
            "socket.inet.created[selftest,isolated]",
        ],
        env=dict(os.environ, SOCKCHECK_NO_NAMESPACES="1"),
        capture_output=True,
        text=True,
    )
    assert "# SKIP needs a network namespace of its own: unshare(" in done.stdout
    assert done.returncode == 0


BAD_COMMANDS: dict[str, list[str]] = {
    "nothing to do": [],
    "unknown option '--frob'": ["--frob"],
    "no case matches 'socket.nonsense'": ["--run", "socket.nonsense"],
    "no rule is named 'socket.nonsense'": ["--explain", "socket.nonsense"],
    "unknown target 'venus'": ["--target", "venus", "--list"],
    "--target needs a value": ["--list", "--target"],
    "--timeout takes seconds": ["--timeout", "soon", "--list"],
    "--rules goes with no other action": ["--list", "--rules"],
}


@pytest.mark.parametrize("complaint", BAD_COMMANDS)
def test_a_bad_command_line_is_one_line_and_exit_2(complaint: str) -> None:
    done = subprocess.run(
        [str(PROGRAM), *BAD_COMMANDS[complaint]], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("sockcheck: " + complaint)
    assert done.stderr.count("\n") == 1


def test_a_full_standard_output_is_exit_2() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "--rules"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert b"standard output" in done.stderr


def test_closed_standard_descriptors_do_not_confuse() -> None:
    done = subprocess.run(
        [
            "sh",
            "-c",
            f'"{PROGRAM}" --run "socket.inet.created[descriptor-3]" 0<&- 2>&-',
        ],
        capture_output=True,
        text=True,
    )
    assert "\nok 1 - socket.inet.created[descriptor-3]\n" in done.stdout
    assert done.returncode == 0
