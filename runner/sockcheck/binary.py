# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The C binary: asking it which cases there are, on which target, and which rules."""

from __future__ import annotations

import json
import os
import select
import time

from sockcheck import processes
from sockcheck.trouble import Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sockcheck.systems import System

# A list comes in milliseconds. This is for a binary that hangs.
PATIENCE = 60.0


class Case:
    """One case, as the binary lists it."""

    __slots__ = ("name", "rule", "call", "at")

    def __init__(self, name: str, rule: str, call: str, at: str) -> None:
        self.name = name
        self.rule = rule
        self.call = call
        self.at = at


class Listing:
    """What the binary says of itself, of the target, of the sandbox, and its cases."""

    __slots__ = ("sockcheck", "target", "version", "namespaces", "why", "cases")

    def __init__(
        self,
        sockcheck: str,
        target: str,
        version: str,
        namespaces: str,
        why: str,
        cases: list[Case],
    ) -> None:
        self.sockcheck = sockcheck
        self.target = target
        self.version = version
        self.namespaces = namespaces
        self.why = why
        self.cases = cases


def list_cases(binary: str, target: str, system: System | None = None) -> Listing:
    question = [binary, "--target", target, "--list", "--json"]
    if system:
        question = system.inside([binary, "--list", "--json"])
    answer = _ask(question, system)
    try:
        listing = _listing(answer)
    except (KeyError, TypeError, ValueError):
        raise Trouble(f"{' '.join(question)}: not a list of cases") from None
    if not listing.cases:
        raise Trouble(f"{' '.join(question)}: no cases")
    return listing


def rule_ids(binary: str, system: System | None = None) -> set[str]:
    question = [binary, "--rules", "--json"]
    if system:
        question = system.inside(question)
    answer = _ask(question, system)
    try:
        return {_text(rule, "id") for rule in answer["rules"]}
    except (KeyError, TypeError, ValueError):
        raise Trouble(f"{' '.join(question)}: not a list of rules") from None


def _listing(answer: Any) -> Listing:
    cases = [_case(entry) for entry in answer["cases"]]
    if len({case.name for case in cases}) != len(cases):
        raise ValueError("two cases of one name")
    return Listing(
        _text(answer, "sockcheck"),
        _text(answer["target"], "name"),
        _text(answer["target"], "version"),
        _text(answer["sandbox"], "namespaces"),
        answer["sandbox"].get("why") or "",
        cases,
    )


def _case(entry: Any) -> Case:
    name = _text(entry, "name")
    # Names are handed to the workers one a line.
    if not name.isprintable() or name.strip() != name or not name:
        raise ValueError("a name that does not fit on a line")
    return Case(name, _text(entry, "rule"), _text(entry, "call"), entry.get("at", ""))


def _text(entry: Any, key: str) -> str:
    value = entry[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _ask(question: list[str], system: System | None) -> Any:
    """Run the binary for one answer in JSON; pass on what it says when it refuses."""
    child = processes.start(question)
    os.close(child.stdin)
    grace = 0.0
    try:
        answer, complaint = _read_both(child.stdout, child.stderr)
        # It has closed its pipes, so it is about to end, or it hangs.
        grace = 2.0
    finally:
        processes.close(child.stdout, child.stderr)
        status = processes.finish(child, grace)
    if system:
        # Its exit status may say something of the system only.
        answer, others = _without_others(answer)
        complaint = complaint or others
        status = 0 if answer else status or 1
    if status != 0:
        raise Trouble(_refusal(question, status, complaint))
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise Trouble(f"{' '.join(question)}: not JSON") from None


# How the lines of the binary's answers begin.
ANSWERS = (
    *(b'{"sockcheck": ', b'"target": ', b'"sandbox": ', b'"cases": ['),
    *(b'{"rules": [', b'{"name": ', b'{"id": ', b"]}"),
)


def _without_others(said: bytes) -> tuple[bytes, bytes]:
    """An answer without what else came over a system's console, and that."""
    lines = said.replace(b"\r", b"").split(b"\n")
    mine = [line for line in lines if line.startswith(ANSWERS)]
    others = [line for line in lines if not line.startswith(ANSWERS)]
    return b"\n".join(mine), b"\n".join(others).strip()


def _refusal(question: list[str], status: int, complaint: bytes) -> str:
    lines = complaint.decode("utf-8", "replace").splitlines()
    for line in lines:
        if line.startswith("sockcheck: "):
            return line[len("sockcheck: ") :]
    text = f"{' '.join(question)}: {processes.how_it_ended(status)}"
    return f"{text}: {lines[-1]}" if lines else text


def _read_both(stdout: int, stderr: int) -> tuple[bytes, bytes]:
    read: dict[int, list[bytes]] = {stdout: [], stderr: []}
    poll = select.poll()
    for fd in read:
        poll.register(fd, select.POLLIN)
    until = time.monotonic() + PATIENCE
    still_open = len(read)
    while still_open and time.monotonic() < until:
        for fd, _events in poll.poll(1000):
            data = os.read(fd, 1 << 20)
            read[fd].append(data)
            if not data:
                poll.unregister(fd)
                still_open -= 1
    return b"".join(read[stdout]), b"".join(read[stderr])
