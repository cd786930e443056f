# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""PROFILE=posix: cases are judged by what POSIX.1-2024 says, where it says anything."""

from __future__ import annotations

import functools
import re
import subprocess
from typing import Any

import pytest

from program import PROGRAM, ask, needs_program, points, rules
from sockcheck.tap import Point

pytestmark = needs_program

SILENT = "POSIX.1-2024 does not say"
ERRNO = re.compile(r"E[A-Z0-9]+")

_rules: list[dict[str, Any]] = rules() if PROGRAM.exists() else []
RULES = {rule["id"]: rule for rule in _rules}
SPOKEN = [id for id, rule in RULES.items() if rule["posix"] is not None]
DIFFERS = [id for id, rule in RULES.items() if rule["posix_differs"]]
# Of these, what Linux does is forbidden: no case of them passes by POSIX.
FORBIDDEN = [
    "bind.raw.family_ignored",
    "bind.raw6.family_differs",
    "connect.tcp.listening",
    "listen.unix.no_name",
    "pread.offset_negative",
    "pwrite.offset_negative",
    "sendto.ip.udp6_family_wrong",
    "sendto.unix.address_unconnected",
    "setsockopt.level.unix",
    "socket.inet.protocol_out_of_range",
    "socket.inet.raw_without_capability",
    "socket.inet6.protocol_out_of_range",
    "socket.inet6.raw_without_capability",
    "socket.type.out_of_range",
]


@functools.lru_cache(maxsize=None)
def cases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in ask("--target", "model", "--list")["cases"]:
        if "selftest" not in case["name"]:
            found.setdefault(case["rule"], []).append(case["name"])
    return found


@functools.lru_cache(maxsize=None)
def by_posix() -> dict[str, Point]:
    """The points of all cases of the rules that POSIX speaks of, from one run."""
    names = [name for rule in SPOKEN for name in cases()[rule]]
    found: dict[str, Point] = {}
    for first in range(0, len(names), 2000):
        found.update(points(names[first : first + 2000], "model", profile="posix"))
    return found


def judged(rule: str) -> dict[str, Point]:
    """The points of a rule's cases that are not skipped."""
    found = {name: by_posix()[name] for name in cases()[rule]}
    return {name: point for name, point in found.items() if point.skip is None}


def lied(rule: str, profile: str, lie: str, most: int = 10**6) -> dict[str, Point]:
    """The same where the target lies, of so many cases from all over the rule's."""
    names = list(judged(rule))
    names = names[:: max(1, len(names) // most)]
    return points(names, "model", f"{rule}:{lie}", profile=profile)


def posix_errors(rule: dict[str, Any]) -> set[str]:
    return set(ERRNO.findall(rule["posix"] or ""))


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_what_posix_has_is_cited(rule: dict[str, Any]) -> None:
    """Nothing is said to be of POSIX without its place there."""
    cited = [s for s in rule["sources"] if s["kind"] == "posix"]
    if rule["posix"] is not None:
        assert cited
    if rule["posix_differs"]:
        assert rule["posix"] != rule["result"] or rule["result"] == "as the socket is"


@pytest.mark.parametrize("rule", DIFFERS)
def test_errors_that_differ_are_cited(rule: str) -> None:
    """Each errno that a rule's .posix adds to Linux's stands in a citation."""
    entry = RULES[rule]
    cited = {s.get("error") for s in entry["sources"] if s["kind"] == "posix"}
    linux = set(ERRNO.findall(entry["result"]))
    new = posix_errors(entry) - linux - {"EPIPE", "ECONNRESET", "EAGAIN"}
    assert new <= cited


def test_where_posix_is_silent_nothing_is_judged() -> None:
    silent = [id for id in RULES if id not in SPOKEN]
    names = [name for rule in silent for name in cases()[rule]]
    found = points(names, "model", profile="posix")
    assert {point.skip for point in found.values()} == {SILENT}


@pytest.mark.parametrize("rule", SPOKEN)
def test_each_rule_of_posix_is_judged(rule: str) -> None:
    """By at least one case; and a target that answers nonsense passes none."""
    found = lied(rule, "posix", "errno", 20)
    assert found
    for point in found.values():
        assert not point.ok and point.verdict in ("fail", "broken"), point.name


@pytest.mark.parametrize("rule", [id for id in SPOKEN if id not in DIFFERS])
def test_where_posix_agrees_linux_passes(rule: str) -> None:
    """But for what it forbids whatever the rule."""
    forbidden = ("unspec", "oob", "shut", "other-")
    for name, point in judged(rule).items():
        assert point.ok or any(word in name for word in forbidden), point.fields


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_what_posix_forbids_fails(rule: str) -> None:
    """A target that does as Linux does, is judged as POSIX says."""
    found = judged(rule)
    assert found
    for point in found.values():
        assert point.verdict == "fail"
        assert set(ERRNO.findall(point.fields["expected"])) >= posix_errors(RULES[rule])


@pytest.mark.parametrize("rule", [id for id in DIFFERS if id not in FORBIDDEN])
def test_linux_passes_where_posix_allows_it(rule: str) -> None:
    assert any(point.ok for point in judged(rule).values())


@pytest.mark.parametrize("rule", DIFFERS)
def test_the_other_answer_passes_by_posix_and_fails_by_linux(rule: str) -> None:
    found = lied(rule, "posix", "posix")
    assert any(point.ok for point in found.values())
    for point in found.values():
        # What prepares a case may be answered otherwise, too.
        assert point.ok or point.verdict == "broken", point.fields
    by_linux = lied(rule, "linux", "posix")
    assert any(point.verdict == "fail" for point in by_linux.values())


def test_two_errors_at_once_are_not_judged() -> None:
    """XSH 2.3: any of them may be told."""
    names = cases()["bind.inet.address_not_local"]
    name = next(name for name in names if "[before-bound" in name)
    assert points([name], "model", profile="posix")[name].skip == (
        f"{SILENT} which of two errors is told"
    )


def test_beyond_posix_the_reason_is_told() -> None:
    """A flag, an option, a family that POSIX has not: of that it says nothing."""
    reasons = {point.skip for point in by_posix().values()}
    for beyond in (
        "an option that it has not is set",
        "a flag is none of its own",
        "MSG_DONTWAIT is none of its flags",
        "the protocol is none of its own",
        "the function is none of its own",
        "a unix socket's address is no path",
        "what is received after SHUT_RD",
    ):
        assert f"{SILENT}: {beyond}" in reasons


def test_the_stream_names_the_profile() -> None:
    done = subprocess.run(
        [PROGRAM, "--target", "model", "--profile", "posix", "--run", "close.*"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert b"\n# profile posix\n" in done.stdout


def test_an_unknown_profile_is_refused() -> None:
    done = subprocess.run(
        [PROGRAM, "--profile", "bsd", "--run", "close.*"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert (
        done.stderr == b"sockcheck: unknown profile 'bsd'; there are linux and posix\n"
    )


def test_explain_says_what_posix_has() -> None:
    done = subprocess.run(
        [PROGRAM, "--explain", "socket.inet.raw_without_capability"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    text = done.stdout.decode()
    assert "\n  result  -1 EPERM\n" in text
    assert "\n  posix   the lowest free descriptor, or -1 EACCES\n" in text
    assert "POSIX.1-2024 socket EACCES: privileges are missing" in text
