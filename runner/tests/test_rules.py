# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The rulebook: no citation is invented, no rule without a case, none passes a lie."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from program import BUILD, PROGRAM, ask, needs_program, points, rules

pytestmark = needs_program

MANUALS = Path(os.environ.get("MANPATH_LINUX", "/usr/share/man"))
SOURCE = Path("/usr/src/linux-source-6.1.tar.xz")

_rules: list[dict[str, Any]] = rules() if PROGRAM.exists() else []
RULES = {rule["id"]: rule for rule in _rules}
ERRNO = re.compile(r"E[A-Z0-9]+")


def sources(kind: str) -> list[Any]:
    return [
        pytest.param(source, id=f"{rule['id']}: {source['where']}")
        for rule in _rules
        for source in rule["sources"]
        if source["kind"] == kind
    ]


@functools.lru_cache(maxsize=None)
def manual(page: str) -> str:
    """A page of the manual as one line of text, as man(1) shows it."""
    name, section = re.fullmatch(r"([\w-]+)\((\d)\)", page).groups()  # type: ignore
    path = MANUALS / f"man{section}" / f"{name}.{section}.gz"
    if not (MANUALS / "man2" / "socket.2.gz").exists():
        pytest.skip("needs Debian's manpages and manpages-dev")
    assert path.exists(), f"there is no page {page}"
    done = subprocess.run(
        ["man", "--no-hyphenation", "--no-justification", str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ, MANWIDTH="5000", LC_ALL="C.UTF-8"),
    )
    return re.sub(r".\x08", "", done.stdout)


def words(text: str) -> str:
    return " ".join(text.split())


def errors_section(page: str) -> str:
    found = re.search(r"^ERRORS$(.*?)^[A-Z]", manual(page), re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


@pytest.mark.parametrize("source", sources("manual"))
def test_the_manual_says_so(source: dict[str, str]) -> None:
    if "error" in source:
        section = errors_section(source["where"])
        entry = re.search(rf"^ +.*\b{source['error']}\b", section, re.MULTILINE)
        assert entry, f"{source['where']} has no {source['error']} among its ERRORS"
        if "quote" in source:
            assert words(source["quote"]) in words(section[entry.start() :])
    elif "quote" in source:
        assert words(source["quote"]) in words(manual(source["where"]))
    else:
        pytest.fail(f"{source['where']} is cited for nothing")


def test_an_invented_quote_would_be_noticed() -> None:
    assert "No such sentence stands there." not in words(manual("socket(2)"))
    assert "EXDEV" not in errors_section("socket(2)")
    assert "EMFILE" in errors_section("socket(2)")


@functools.lru_cache(maxsize=None)
def kernel_files() -> dict[str, str]:
    """The files of Linux 6.1 that rules cite, unpacked once into the build folder."""
    wanted = {source.values[0]["where"] for source in sources("kernel")}
    folder = BUILD / "test" / "linux-source-6.1"
    if not all((folder / name).exists() for name in wanted):
        if not SOURCE.exists():
            pytest.skip("needs Debian's linux-source-6.1")
        with tarfile.open(SOURCE) as archive:
            left = set(wanted)
            for member in archive:
                name = member.name.partition("/")[2]
                if name in left:
                    content = archive.extractfile(member)
                    assert content
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_bytes(content.read())
                    left.remove(name)
                    if not left:
                        break
    return {name: (folder / name).read_text("utf-8", "replace") for name in wanted}


@pytest.mark.parametrize("source", sources("kernel"))
def test_the_kernel_has_the_function(source: dict[str, str]) -> None:
    text = kernel_files()[source["where"]]
    # A definition: not indented, and no call or comment.
    pattern = rf"^(?![/ \t*#]).*\b{source['function']}\("
    assert re.search(pattern, text, re.MULTILINE)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_is_whole(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", rule["id"])
    assert rule["says"] and not rule["says"].endswith(".")
    documented = [s for s in rule["sources"] if s["kind"] in ("manual", "posix")]
    assert rule["sources"]
    if rule["undocumented"]:
        # The mark says that no page states this outcome; a page may bear on it.
        assert any(s["kind"] == "kernel" for s in rule["sources"])
        # POSIX may have an error of its own: what it demands instead.
        assert not any(
            "error" in s and not (s["kind"] == "posix" and rule["posix_differs"])
            for s in documented
        )
    else:
        assert documented


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_errnos_cited_are_those_that_come(rule: dict[str, Any]) -> None:
    due = set(ERRNO.findall(rule["result"]))
    by_posix = set(ERRNO.findall(rule["posix"] or ""))
    for source in rule["sources"]:
        # What POSIX makes of the outcome of a call, only the call can tell.
        computed = rule["posix"] == "as POSIX has it" and source["kind"] == "posix"
        if "error" in source and not computed:
            assert source["error"] in due | (
                by_posix if source["kind"] == "posix" else set()
            )


def test_no_two_rules_share_an_id() -> None:
    assert len(RULES) == len(_rules)


@functools.lru_cache(maxsize=None)
def cases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in ask("--target", "model", "--list")["cases"]:
        if "selftest" not in case["name"]:
            found.setdefault(case["rule"], []).append(case["name"])
    return found


def test_every_case_names_a_rule() -> None:
    assert set(cases()) <= set(RULES)


@pytest.mark.parametrize(
    ("call", "promised"), [("socket", 250), ("bind", 450), ("recvfrom", 450)]
)
def test_there_are_as_many_cases_as_promised(call: str, promised: int) -> None:
    of_call = [n for rule, names in cases().items() for n in names if rule in RULES]
    assert len([n for n in of_call if n.startswith(f"{call}.")]) >= promised


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_cases_that_pass_on_a_target_that_keeps_it(rule: str) -> None:
    """On the rulebook itself as a target, nothing is left out."""
    for point in points(cases()[rule], "model").values():
        assert point.ok, point.fields
        assert point.skip is None, point.skip


def caught(rule: str, target: str, lie: str) -> int:
    """How many cases fail; all that are not skipped must at least not pass.

    Where a case prepares itself with a call of the rule that it asserts, the lie may
    meet the preparation: then the case is broken, which no run takes for a pass.
    """
    found = points(cases()[rule], target, f"{rule}:{lie}").values()
    for point in found:
        assert not point.ok or point.skip, f"{point.name} passes where {rule} is broken"
        assert point.skip or point.verdict in ("fail", "broken"), point.fields
        assert point.skip or point.fields["rule"] == rule
    return sum(point.verdict == "fail" for point in found)


@pytest.mark.parametrize("lie", ["errno", "value"])
@pytest.mark.parametrize("rule", RULES)
def test_every_case_fails_on_a_target_that_breaks_its_rule(rule: str, lie: str) -> None:
    """The rulebook as a target, but for one rule: each of its cases must notice."""
    assert caught(rule, "model", lie)


@pytest.mark.parametrize("lie", ["errno", "value"])
@pytest.mark.parametrize("rule", RULES)
def test_a_host_that_breaks_a_rule_is_caught(rule: str, lie: str) -> None:
    """The same over real calls, for the cases that can run on this machine."""
    if not caught(rule, "liar", lie):
        pytest.skip("none of the rule's cases can run on this machine")


GIVING = [
    id
    for id, rule in RULES.items()
    if rule["call"] == "recvfrom" and rule["result"] == "as the socket is"
]


@pytest.mark.parametrize("target", ["model", "liar"])
@pytest.mark.parametrize("rule", GIVING)
def test_another_byte_than_was_sent_is_caught(rule: str, target: str) -> None:
    """Or one that is written where none is due: the buffer's first is changed."""
    found = points(cases()[rule], target, f"{rule}:data").values()
    if all(point.skip for point in found):
        pytest.skip("none of the rule's cases can run on this machine")
    # Without a buffer there is nothing to write to; and what a dump holds, nobody says,
    # nor how a connection does.
    unable = "buffer-null", "[netlink,dump", ",statistics"
    able = [point for point in found if not any(one in point.name for one in unable)]
    assert all(point.skip or not point.ok for point in able)
