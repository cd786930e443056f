# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Stacks in shared objects: loading, constants of their own, and every wrong result.

The stacks are runner/tests/stack/, which answers from the rulebook: `plain` has the
convention of POSIX and Linux's numbers, `odd` has numbers and a layout of its own.
"""

from __future__ import annotations

import functools
import json
import os
import resource
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from program import BUILD, PROGRAM, TOP, needs_program
from sockcheck.selection import glob
from sockcheck.tap import Point, Reader

FOLDER = BUILD / "test" / "stacks"
DYNAMIC = BUILD / "sockcheck-dynamic"
STATIC = BUILD / "sockcheck"
PLAIN = f"{FOLDER}/plain.so,prefix=stack_"
ODD = f"{FOLDER}/odd.so"

pytestmark = [
    needs_program,
    pytest.mark.skipif(
        not (FOLDER / "odd.so").exists(),
        reason="the stacks are not built: make test builds them",
    ),
]

# What a stack that knows nothing but the calls made of it cannot do: each a glob, and
# why.
BEYOND = {
    "bind.*[*beside-mapped-v6only,*": "what may be sent has no rules",
    "recvfrom.*[unix-dgram,sender-*": "there is always room to send",
    "recvfrom.tcp.sent_at[*,statistics*": "no statistics are kept",
    "recvfrom.tcp.sent_at[*,control,*": "no time passes",
    "bind.raw*[packets]": "no packet is made, so none comes to a raw socket",
    "fcntl.*comes]": "nothing raises a signal",
    "ioctl.at_urgent_mark[*": "urgent data is told to the world by the case",
    "ioctl.waiting[*urgent*": "urgent data is told to the world by the case",
    "poll.urgent[*": "urgent data is told to the world by the case",
    "ioctl.stamp[*": "no time passes",
    "recvfrom.control.told[*timestamp*": "no time passes",
    "recvfrom.control.checksum[*": "no checksum is added up",
    "recvfrom.wait.timed_out[*": "no time passes",
    "recvfrom.tcp.less_than_wanted[*,time*": "no time passes",
    "recvfrom.address.addrlen_negative[*": "the bytes of a refused call are not given",
    "recvfrom.datagram.*[*,longest,*": "bytes behind the first 64 are not kept",
    "recvfrom.stream.received[*,many-pieces*": "bytes behind the first 64 are not kept",
    "recvfrom.tcp.at_end[*,error-stays]": "the case tells the world of an error",
    "poll.shut_down[error-taken]": "the case tells the world of an error",
    "recvfrom.tcp.over[*,told-by-SO_ERROR]": "the case tells the world of an error",
    "recvfrom.stream.received[*,told-inq,*": "nothing is told beside the bytes",
    "recvfrom.stream.received[*,told-time,*": "no time passes",
    "recvfrom.tcp.at_end[*,told-inq,*": "nothing is told beside the bytes",
    "bind.inet.shared_by_reuseaddr[*,listens-then]": "any socket may listen",
    "epoll_wait.ready[unix-dgram,room-at-peer,*": "there is always room to send",
    "recvfrom.datagram.peeked[*,memory-kept]": "it takes no memory: no SO_MEMINFO",
    "recvfrom.datagram.received[*,room-again*": "it takes no memory: no SO_MEMINFO",
    "socket.inet*.created[joins-group,stream]": "any socket may join a group",
    "socket.inet*.created[no-device-for-groups]": "all that is sent is sent",
    "socket.inet*.created[packet-options]": "nothing is told beside the bytes",
}


def run(
    target: str, names: list[str], program: Path = DYNAMIC, **environment: str
) -> list[Point]:
    done = subprocess.run(
        [program, "--target", target, "--timeout", "5", "--worker"],
        input="".join(name + "\n" for name in names).encode(),
        capture_output=True,
        timeout=300,
        env=dict(os.environ, **environment),
        cwd=TOP,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    reader = Reader()
    found = reader.feed(done.stdout)
    reader.close()
    assert [point.name for point in found] == names
    return found


def one(target: str, name: str, program: Path = DYNAMIC, **environment: str) -> Point:
    return run(target, [name], program, **environment)[0]


@functools.lru_cache(maxsize=None)
def cases(target: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [DYNAMIC, "--target", target, "--list", "--json"],
        capture_output=True,
        check=True,
        timeout=60,
        cwd=TOP,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["cases"]
    return found


@functools.lru_cache(maxsize=None)
def points(target: str) -> list[Point]:
    """Of all cases, in as many processes as there are cores."""
    names = [case["name"] for case in cases(target)]
    shares = [names[first::4] for first in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda share: run(target, share), shares))
    return [point for share in done for point in share]


def is_beyond(name: str) -> bool:
    return any(fits(name) for fits in map(glob, BEYOND))


@pytest.mark.parametrize("target", [PLAIN, ODD], ids=["plain", "odd"])
def test_a_stack_that_keeps_the_rules_passes(target: str) -> None:
    wrong = [
        (point.name, point.fields)
        for point in points(target)
        if not point.ok and not is_beyond(point.name)
    ]
    assert not wrong
    passed = sum(point.ok and point.skip is None for point in points(target))
    assert passed > 8000


def reached() -> dict[str, list[str]]:
    """By rule, some of its cases that pass on the odd stack."""
    rules = {case["name"]: case["rule"] for case in cases(ODD)}
    found: dict[str, list[str]] = {}
    for point in points(ODD):
        names = found.setdefault(rules[point.name], [])
        if point.ok and point.skip is None and len(names) < 3:
            names.append(point.name)
    return {rule: names for rule, names in found.items() if names}


# The value of this lie is a family above 255, for which the odd layout has no place.
UNSAID = (
    "socket.new.name_unix",
    "recvfrom.address.cut[udp,2]",
    "recvfrom.address.cut[udp,2,",
)


@pytest.mark.parametrize("lie", ["errno", "value"])
def test_every_wrong_result_of_a_stack_is_caught(lie: str) -> None:
    rules = reached()
    assert len(rules) > 250

    def missed(rule: str) -> list[str]:
        found = run(ODD, rules[rule], SOCKCHECK_LIE=f"{rule}:{lie}")
        return [point.name for point in found if point.ok]

    with ThreadPoolExecutor(4) as pool:
        names = [name for names in pool.map(missed, rules) for name in names]
    unsaid = [name for name in names if name.startswith(UNSAID)]
    assert names == unsaid
    for name in unsaid:
        told = f"{name.split('[')[0]}:{lie}"
        assert not any(point.ok for point in run(PLAIN, [name], SOCKCHECK_LIE=told))


@functools.lru_cache(maxsize=None)
def some(rule: str) -> str:
    """A case of the rule that passes on the odd stack."""
    return reached()[rule][0]


@pytest.mark.parametrize(
    ("does", "verdict"),
    [("abort", "crash"), ("crash", "crash"), ("exit", "crash"), ("hang", "timeout")],
)
def test_what_a_stack_does_costs_the_one_case(does: str, verdict: str) -> None:
    names = [some("socket.flags.unknown"), some("bind.inet.bound")]
    before, bound, after = run(ODD, [*names, names[0]], STACK_DOES=does)
    assert before.ok and after.ok
    assert not bound.ok and bound.verdict == verdict


def test_a_stack_that_goes_round_in_circles_has_its_time_and_no_more() -> None:
    """Of a processor's; RLIMIT_CPU, which counts whole seconds, comes later."""
    name = some("bind.inet.bound")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [DYNAMIC, "--target", ODD, "--timeout", "0.3", "--run", name],
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ, STACK_DOES="spin"),
        cwd=TOP,
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert 'verdict: "timeout"' in done.stdout
    assert 0.3 <= used < 0.9


def test_what_a_stack_prints_is_not_taken_for_a_result() -> None:
    point = one(ODD, some("bind.inet.bound"), STACK_DOES="print")
    assert point.ok


@pytest.mark.parametrize(
    ("gives", "rule", "came"),
    [
        ("positive", "bind.inet.bound", "7"),
        ("negative", "bind.inet.bound", "-100000, neither a result nor an errno"),
        ("too-many", "recvfrom.datagram.received", "4"),
        ("addrlen", "recvfrom.datagram.received", "2147483648"),
        ("addrlen", "bind.name.ip", "2147483648"),
    ],
)
def test_garbage_is_a_fail_that_says_what_came(
    gives: str, rule: str, came: str
) -> None:
    """In the program with the sanitizers: nothing is read that is not there."""
    names = [n for n in cases_of(rule) if n.startswith(rule)][:20]
    found = run(ODD, names, PROGRAM, STACK_GIVES=gives)
    assert {point.verdict for point in found if not point.ok} <= {"fail", "broken"}
    failed = [point for point in found if not point.ok and point.verdict == "fail"]
    assert failed
    assert any(came in str(point.fields.get("came")) for point in failed)


def cases_of(rule: str) -> list[str]:
    rules = {case["name"]: case["rule"] for case in cases(ODD)}
    return [
        point.name
        for point in points(ODD)
        if rules[point.name] == rule and point.ok and point.skip is None
    ]


def test_a_failure_without_an_errno_says_so() -> None:
    name = some("bind.inet.bound")
    assert one(PLAIN, name).ok
    point = one(PLAIN, name, STACK_GIVES="no-errno")
    assert not point.ok
    assert point.fields["came"] == "-1 without an errno"


def refusal(target: str) -> str:
    done = subprocess.run(
        [DYNAMIC, "--target", target, "--list", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=TOP,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_another_version_of_the_header_is_refused() -> None:
    said = refusal(f"{FOLDER}/future.so")
    assert "built with version 2 of sockcheck_target.h" in said


def test_a_stack_without_a_prefix_is_refused() -> None:
    assert "prefix=foo_" in refusal(f"{FOLDER}/plain.so")


def test_a_prefix_that_no_function_has_is_refused() -> None:
    assert "no function nobody_socket" in refusal(f"{FOLDER}/plain.so,prefix=nobody_")


def test_a_file_that_is_not_there_is_refused() -> None:
    assert "cannot open shared object file" in refusal("./nothing.so,prefix=x_")


def test_a_file_that_is_no_library_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.so").write_text("text")
    assert "text.so" in refusal(f"{tmp_path}/text.so,prefix=x_")


def test_an_option_that_is_none_is_refused() -> None:
    assert "PATH,prefix=foo_" in refusal(f"{FOLDER}/plain.so,color=red")


@pytest.mark.parametrize("how", ["abort", "hang"])
def test_a_library_that_dies_while_it_is_loaded_is_refused(
    how: str, tmp_path: Path
) -> None:
    source = tmp_path / "bad.c"
    body = "abort();" if how == "abort" else "for (;;) pause();"
    source.write_text(
        "#include <stdlib.h>\n#include <unistd.h>\n"
        f"__attribute__((constructor)) static void load(void) {{ {body} }}\n"
    )
    library = tmp_path / "bad.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    assert "ended by signal" in refusal(f"{library},prefix=x_")


def test_the_static_program_hands_over_to_the_one_that_loads() -> None:
    point = one(PLAIN, some("bind.inet.bound"), STATIC)
    assert point.ok


def test_what_a_stack_has_no_word_for_is_skipped() -> None:
    """MSG_ERRQUEUE is none of the odd stack's flags."""
    skips = [point.skip or "" for point in points(ODD)]
    assert any("odd has no way to say the flags" in skip for skip in skips)
    assert not any("no way to say" in (point.skip or "") for point in points(PLAIN))


def test_what_is_missing_is_skipped_by_name() -> None:
    skips = {point.skip for point in points(PLAIN)}
    assert "plain does not offer recvmmsg" in skips
    assert "plain has no AF_PACKET" in skips


@pytest.mark.parametrize("language", ["c99", "c11", "c++11"])
def test_the_header_stands_alone(language: str, tmp_path: Path) -> None:
    if not shutil.which("clang"):
        pytest.skip("needs clang, which knows both languages")
    header = TOP / "runner" / "targets" / "sockcheck_target.h"
    shutil.copy(header, tmp_path)
    source = tmp_path / "user.c"
    source.write_text(
        '#include "sockcheck_target.h"\n'
        "extern const struct sockcheck_target sockcheck_target;\n"
        "const void *use(void) { return &sockcheck_target; }\n"
    )
    subprocess.run(
        [
            *("clang", "-x", "c++" if "++" in language else "c", f"-std={language}"),
            *("-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-missing-prototypes"),
            *("-fsyntax-only", source),
        ],
        check=True,
        timeout=60,
    )
