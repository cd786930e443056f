# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The harness: each case that goes wrong on purpose gets the verdict it should."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from program import PROGRAM, TOP, needs_program, one, points

pytestmark = needs_program

VERDICTS = {
    "selftest.lands_elsewhere": "fail",
    "socket.flags.unknown[selftest,lands-elsewhere]": "fail",
    "socket.flags.unknown[selftest,expects-other]": "fail",
    "socket.inet.created[selftest,expects-failure]": "fail",
    "socket.new.so_type[selftest,expects-other]": "fail",
    "socket.inet.created[selftest,child-passes]": "fail",
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


def limit(name: str) -> float:
    """A case's time limit: short only where the case is meant to meet it."""
    return 0.3 if VERDICTS.get(name) == "timeout" else 10.0


def processes() -> set[str]:
    """The pids of all processes of the program, by what they execute."""
    # It may have been built anew since they were started.
    programs = (str(PROGRAM.resolve()), f"{PROGRAM.resolve()} (deleted)")
    found = set()
    for path in Path("/proc").glob("[0-9]*/exe"):
        with contextlib.suppress(OSError):
            if os.readlink(path) in programs:
                found.add(path.parent.name)
    return found


def worker_and_case(before: set[str]) -> set[str]:
    """Wait for a worker and its case: the same two processes for a while.

    Before its first case a worker tries namespaces in processes that end at once.
    """
    found: set[str] = set()
    since = time.monotonic()
    until = since + 10
    while time.monotonic() < until:
        now = processes() - before
        if now != found:
            found, since = now, time.monotonic()
        elif len(found) == 2 and time.monotonic() - since >= 0.3:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{len(found)} processes, not a worker and its case")


def left_of(pids: set[str]) -> set[str]:
    """Those of the processes that are still there, after ten seconds at most."""
    until = time.monotonic() + 10
    while pids & processes() and time.monotonic() < until:
        time.sleep(0.01)
    return pids & processes()


@pytest.mark.parametrize("guest", [False, True])
@pytest.mark.parametrize("name", VERDICTS)
def test_verdict(name: str, guest: bool) -> None:
    """In a guest, a case that is awake when its time is up has some more."""
    point = one(name, timeout=limit(name), guest=guest)
    assert not point.ok
    assert point.verdict == VERDICTS[name]


def test_cases_after_a_bad_one_run() -> None:
    for bad in VERDICTS:
        # The case that follows has the same limit, and must keep it.
        seconds = max(1.0, limit(bad))
        found = points([bad, "socket.flags.unknown[-1]"], "model", timeout=seconds)
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


def test_a_failure_in_a_header_says_so() -> None:
    """An assertion that several files of cases share stands in none of them."""
    name = "socket.packet.type_unsupported[stream,0]"
    found = points([name], "model", "socket.packet.type_unsupported:errno")[name]
    source, _, line = found.fields["at"].partition(":")
    text = (TOP / source).read_text().splitlines()[int(line) - 1]
    assert source == "cases/socket/table.h"
    assert "expect_errno" in text


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
    one(name, timeout=limit(name))
    assert processes() <= before


def test_a_time_limit_is_kept() -> None:
    started = time.monotonic()
    one("selftest.hangs_deaf", timeout=0.5)
    assert 0.5 <= time.monotonic() - started < 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_worker_takes_its_case_along(number: signal.Signals) -> None:
    before = processes()
    worker = subprocess.Popen(
        [PROGRAM, "--target", "model", "--timeout", "60", "--worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdin and worker.stdout
    worker.stdin.write(b"selftest.hangs_deaf\n")
    worker.stdin.flush()
    started = worker_and_case(before)
    worker.send_signal(number)
    worker.wait(timeout=10)
    worker.stdin.close()
    worker.stdout.close()
    assert not left_of(started)


def test_a_worker_without_a_runner_ends() -> None:
    before = processes()
    # A shell gives what it starts with & an empty stdin, but for a redirection.
    worker = f'"{PROGRAM}" --target model --timeout 60 --worker <&3 3<&-'
    reading, writing = os.pipe()
    shell = subprocess.Popen(
        ["sh", "-c", f"exec 3<&0; {worker} & sleep 60"],
        stdin=reading,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        os.close(reading)
        os.write(writing, b"selftest.hangs_deaf\n")
        started = worker_and_case(before)
        shell.kill()
        shell.wait()
        # The pipe stays open: not its end must end them, but that of their runner.
        assert not left_of(started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        os.close(writing)


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


@pytest.mark.parametrize(
    ("release", "runs"),
    [
        *(("5.19.64", False), ("6.1", False), ("6.1.63", False), ("6.1.64", True)),
        *(("6.1.200", True), ("6.2.64", False), ("6.6.200", False), ("6.7", True)),
    ],
)
def test_what_a_stable_release_has(release: str, runs: bool) -> None:
    name = "socket.inet.created[selftest,backported]"
    command = [str(PROGRAM), "--target", "host", "--release", release, "--run", name]
    done = subprocess.run(command, capture_output=True, text=True)
    skip = " # SKIP is for Linux 6.7 and later, and 6.1 from its release 64 on"
    assert f"ok 1 - {name}{'' if runs else skip}\n" in done.stdout, done.stdout


@pytest.mark.parametrize("release", ["6", "6.1.", "6.1.64.2", "6.1-rc1", "six"])
def test_what_is_no_release(release: str) -> None:
    command = [str(PROGRAM), "--release", release, "--list"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"--release takes one such as 6.1 or 6.1.64: '{release}'" in done.stderr


# Surroundings in which something is refused that a plain user, or root, has.
SURROUNDINGS = {
    # Every capability in its user namespace, and none over the network it is in.
    "capable-but-not-here": [
        *("unshare", "-U", "-r", "sh", "-c"),
        'echo 0 >/proc/sys/user/max_net_namespaces && exec "$0" "$@"',
    ],
    "few-namespaces": [
        *("unshare", "-U", "-r", "sh", "-c"),
        'echo 20 >/proc/sys/user/max_net_namespaces && exec "$0" "$@"',
    ],
    "root-without-sys-admin": [
        *("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"),
    ],
    "few-descriptors": ["sh", "-c", 'ulimit -n 64 && exec "$0" "$@"'],
}


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_what_is_refused_is_skipped(surroundings: str) -> None:
    command = SURROUNDINGS[surroundings]
    if subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip(f"{command[0]} is refused here")
    patterns = ["*.raw_without_capability", "*.created", "socket.refused.*"]
    options = [word for pattern in patterns for word in ("--run", pattern)]
    done = subprocess.run(
        [*command, str(PROGRAM), "--target", "liar", *options],
        capture_output=True,
        text=True,
    )
    wrong = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert [line for line in wrong if "selftest" not in line] == []
    assert done.stdout.count("\nok ") > 100


# include/uapi/linux/nsfs.h: the user namespace that one lies in.
NS_GET_PARENT = 0xB702


def around_child_of(process: int) -> int:
    """The user namespace that holds that of a process's child, once it does."""
    own = os.stat(f"/proc/{process}/ns/user").st_ino
    for _ in range(500):
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            children = file.read().split()
        with contextlib.suppress(FileNotFoundError):
            for child in children:
                if os.stat(f"/proc/{child}/ns/user").st_ino != own:
                    with open(f"/proc/{child}/ns/user", "rb") as namespace:
                        around = fcntl.ioctl(namespace, NS_GET_PARENT)
                    # Until then, the child is in the one around.
                    if os.fstat(around).st_ino != own:
                        return around
                    os.close(around)
        time.sleep(0.01)
    raise AssertionError("no case has begun")


def test_few_network_namespaces_are_there_at_a_time() -> None:
    """A case's lies in a user namespace that has a limit of its own for them."""
    if subprocess.run(["unshare", "-U", "-r", "-n", "true"]).returncode:
        pytest.skip("user namespaces are refused here")
    options = ["--target", "host", "--timeout", "5", "--run", "selftest.hangs"]
    with subprocess.Popen(
        [str(PROGRAM), *options], stdout=subprocess.DEVNULL
    ) as running:
        try:
            around = around_child_of(running.pid)
            read = ["cat", "/proc/sys/user/max_net_namespaces"]
            enter = ["nsenter", f"--user=/proc/self/fd/{around}", "--", *read]
            limit = subprocess.run(
                enter, capture_output=True, text=True, pass_fds=[around]
            )
            os.close(around)
        finally:
            running.terminate()
    assert limit.stdout == "512\n", limit.stderr


def test_a_case_cannot_change_settings_of_the_host() -> None:
    """Though it is declared as right anywhere, and so runs without namespaces."""
    done = subprocess.run(
        [PROGRAM, "--target", "liar", "--run", "selftest.changes_the_host"],
        env=dict(os.environ, SOCKCHECK_NO_NAMESPACES="1"),
        capture_output=True,
        text=True,
    )
    assert 'verdict: "broken"' in done.stdout
    assert "ip_default_ttl is not this case's own" in done.stdout
    assert done.returncode == 1


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
