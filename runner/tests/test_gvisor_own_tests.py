# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""gVisor's own tests: each line of the table is answered, and by cases that are."""

from __future__ import annotations

import functools
import re

import pytest

from program import BUILD, TOP
from sockcheck import binary, deviations, ini
from sockcheck.selection import glob

TABLE = TOP / "expected" / "gvisor-own-tests.ini"
RECORDED = TOP / "expected" / "deviations" / "gvisor.ini"
SUITE = BUILD / "sockcheck"

is_line = re.compile(r"[a-z0-9_]+\.cc:[1-9][0-9]*").fullmatch
# Kinds that name cases, and those that say why there are none.
SEEN, ASKED, UNASKED = {"found", "written"}, {"behind"}, {"missing", "outside", "none"}


@functools.lru_cache(maxsize=None)
def table() -> dict[str, dict[str, str]]:
    document = ini.Document(str(TABLE), TABLE.read_text(encoding="utf-8"))
    return {
        header: {name: "\n".join(key.value) for name, key in section.keys.items()}
        for header, section in document.sections.items()
    }


def named(kinds: set[str]) -> set[str]:
    return {
        case
        for keys in table().values()
        if keys["kind"] in kinds
        for case in keys["cases"].splitlines()
    }


@functools.lru_cache(maxsize=None)
def suite() -> tuple[list[binary.Case], set[str]]:
    if not SUITE.exists():
        pytest.skip(f"{SUITE.name} is not built: make builds it")
    return binary.list_cases(str(SUITE), "host").cases, binary.rule_ids(str(SUITE))


def test_each_line_is_answered() -> None:
    for header, keys in table().items():
        assert is_line(header), header
        assert keys["differs"], header
        due = "why" if keys["kind"] in UNASKED else "cases"
        assert keys["kind"] in SEEN | ASKED | UNASKED, header
        assert set(keys) == {"differs", "kind", due}, header
        assert keys[due], header


def test_each_case_that_is_named_is_one() -> None:
    cases, _ = suite()
    assert named(SEEN | ASKED) <= {case.name for case in cases}


def test_what_was_seen_is_recorded() -> None:
    cases, rules = suite()
    recorded = deviations.read(str(RECORDED), rules, cases, "")
    refused = [
        glob(pattern) for refusal in recorded.refusals for pattern in refusal.cases
    ]
    for case in named(SEEN):
        # What it differs in, or, where it cannot ask, what it needs and does not get.
        assert case in recorded.of_case or any(fits(case) for fits in refused), case
