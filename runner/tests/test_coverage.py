# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the coverage: the functions' list, the counts, what is explained."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockcheck import coverage_table, kernel_functions, unreached
from sockcheck.gcov import Counts, Source, made_by_compiler
from sockcheck.trouble import Trouble

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

SOURCE = """int first(int a)
{
    if (a && a < 3)
        return 1;
    if (a)
        return 2;
    if (a)
        return 3;
    return 0;
}
"""


def report(*lines: tuple[int, int, list[int]], name: str = "first") -> dict[str, Any]:
    """What gcov says of net/a.c, as gcc 12's does."""
    return {
        "files": [
            {
                "file": "/kernel/net/a.c",
                "functions": [{"name": name, "start_line": 1, "end_line": 10}],
                "lines": [
                    {
                        "line_number": number,
                        "function_name": name,
                        "count": count,
                        "branches": [
                            {"count": taken, "throw": False, "fallthrough": False}
                            for taken in branches
                        ],
                    }
                    for number, count, branches in lines
                ],
            },
            {"file": "include/net/b.h", "functions": [], "lines": []},
        ]
    }


@pytest.fixture
def source(tmp_path: Any) -> Source:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "a.c").write_text(SOURCE)
    return Source(str(tmp_path))


@pytest.fixture
def counts(source: Source) -> Counts:
    functions = kernel_functions.parse("list", "[bind]\nnet/a.c:first\n")
    return Counts(functions, source, "/kernel")


def judge(counts: Counts, source: Source, text: str) -> unreached.Judged:
    untaken, lines = coverage_table.untaken_of(counts, source)
    return unreached.judge(untaken, unreached.parse("u.ini", text), lines)


def entry(text: str, branches: str, kind: str = "race") -> str:
    return f"[net/a.c:first: {text}]\nbranches = {branches}\nkind = {kind}\nwhy = so\n"


def test_the_list_of_this_project_reads() -> None:
    functions = kernel_functions.read(
        os.path.join(ROOT, "ci", "kernel", "functions.list")
    )
    assert {it.call for it in functions} == {"socket", "bind", "recvfrom"}
    assert "af_inet.o" in {it.object for it in functions}


@pytest.mark.parametrize(
    "text, where, what",
    [
        ("net/a.c:first", "list:1", "before any"),
        ("[bind]\nfirst", "list:2", "neither"),
        ("[bind]\nnet/a.c:first\n\nnet/a.c:first", "list:4", "again"),
    ],
)
def test_a_wrong_list_says_where(text: str, where: str, what: str) -> None:
    with pytest.raises(Trouble, match=f"^{where}: .*{what}"):
        kernel_functions.parse("list", text)


def test_counts_of_two_guests_add_up(counts: Counts) -> None:
    counts.add(report((3, 5, [5, 0, 0, 5]), (4, 0, [])))
    counts.add(report((3, 1, [0, 1, 0, 0]), (4, 0, [])))
    (counted,) = counts.functions
    assert counted.lines[3].branches == [5, 1, 0, 5]
    assert (counted.branches, counted.branches_taken) == (4, 3)
    assert (len(counted.lines), counted.lines_taken) == (2, 1)


def test_lines_of_other_functions_do_not_count(counts: Counts) -> None:
    counts.add(report((12, 5, [5, 0])))
    assert not counts.functions[0].lines


def test_a_function_within_its_caller_counts(counts: Counts) -> None:
    counts.add(report((5, 1, [1, 0]), (5, 1, [0, 1]), name="caller"))
    assert counts.functions[0].lines[5].branches == [1, 1]


@pytest.mark.parametrize(
    "text, made",
    [
        ("int first(int a)", True),
        ("\tsin->sin_port = htons(port);", True),
        ("\tWARN_ON(sk->sk_state);", True),
        ("\tif (port == htons(53))", False),
        ("\t\treturn a ? htons(1) : 0;", False),
        ("\tif (WARN_ON(sk))", False),
        ("\treturn first(a);", False),
    ],
)
def test_the_compilers_branches_are_known(text: str, made: bool) -> None:
    assert made_by_compiler(text) == made


def test_a_declaration_is_no_definition(tmp_path: Any) -> None:
    (tmp_path / "a.c").write_text(
        "int first(int a);\n\nint second(void)\n{\n\treturn first(1);\n}\n\n"
        "int\nfirst(int a)\n{\n}\n"
    )
    (function,) = kernel_functions.parse("list", "[bind]\na.c:first\n")
    assert Source(str(tmp_path)).range_of(function) == (9, 11)


def test_a_line_is_known_by_its_text(counts: Counts, source: Source) -> None:
    counts.add(report((3, 1, [1, 0, 1, 1]), (5, 1, [1, 1]), (7, 1, [0, 1])))
    untaken, lines = coverage_table.untaken_of(counts, source)
    assert [(it.text, it.numbers) for it in untaken] == [
        ("if (a && a < 3)", "2 of 4"),
        ("if (a) #2", "1 of 2"),
    ]
    assert lines["net/a.c", "first", "if (a)"] == 2


def test_what_is_explained_is_not_missing(counts: Counts, source: Source) -> None:
    counts.add(report((3, 1, [1, 0, 1, 1]), (7, 1, [0, 1])))
    text = entry("if (a && a < 3)", "2 of 4")
    judged = judge(counts, source, text)
    assert [it.number for it in judged.unexplained] == [7]
    assert (judged.explained, judged.kinds, judged.stale) == (1, {"race": 1}, [])


def test_a_branch_of_chance_may_be_taken(counts: Counts, source: Source) -> None:
    counts.add(report((3, 1, [1, 0, 1, 1])))
    text = entry("if (a && a < 3)", "1 2 of 4").replace("race", "chance")
    judged = judge(counts, source, text)
    assert (judged.explained, judged.unexplained, judged.stale) == (1, [], [])


@pytest.mark.parametrize(
    "text, what",
    [
        (entry("if (a && a < 3)", "1 2 of 4"), "taken, branch 1 of 4"),
        (entry("if (a && a < 3)", "2 of 6"), "has 4 branches, not 6"),
        (entry("if (a && b)", "2 of 4"), "no such line"),
        (entry("if (a && a < 3)", "all of 4"), "taken, branch 1 3 4 of 4"),
    ],
)
def test_an_entry_that_is_not_so_is_stale(
    counts: Counts, source: Source, text: str, what: str
) -> None:
    counts.add(report((3, 1, [1, 0, 1, 1])))
    ((where, said),) = judge(counts, source, text).stale
    assert where == "u.ini:1" and what in said


@pytest.mark.parametrize(
    "text, where, what",
    [
        ("[net/a.c]\n", "u.ini:1", "not .FILE:FUNCTION"),
        (entry("x", "1 of 2", kind="luck"), "u.ini:3", "'luck' is none of"),
        (entry("x", "3 of 2"), "u.ini:2", "a number that"),
        (entry("x", "some"), "u.ini:2", "neither 'all of M' nor"),
        ("[net/a.c:f: x]\nkind = race\nwhy = so\n", "u.ini:1", "no 'branches'"),
        (entry("x", "all of 2") + "since = 6.1\n", "u.ini:5", "unknown key 'since'"),
    ],
)
def test_a_wrong_file_says_where(text: str, where: str, what: str) -> None:
    with pytest.raises(Trouble, match=f"^{where}: .*{what}"):
        unreached.parse("u.ini", text)


def test_the_file_of_this_project_reads() -> None:
    entries = unreached.read(os.path.join(ROOT, "expected", "unreached.ini"))
    functions = kernel_functions.read(
        os.path.join(ROOT, "ci", "kernel", "functions.list")
    )
    known = {(it.file, it.name) for it in functions}
    assert {(it.file, it.function) for it in entries} <= known


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=6), max_size=4))
def test_what_is_printed_can_be_explained(branches: list[list[int]]) -> None:
    class Text(Source):
        def _lines(self, file: str) -> list[str]:
            return SOURCE.split("\n")

    source = Text("")
    functions = kernel_functions.parse("list", "[bind]\nnet/a.c:first\n")
    counts = Counts(functions, source, "/kernel")
    counts.add(report(*((n, 1, taken) for n, taken in enumerate(branches, 3))))
    printed = coverage_table.not_taken(judge(counts, source, ""))
    text = printed.replace("\n\n", "\nkind = race\nwhy = so\n\n")
    judged = judge(counts, source, text)
    assert not judged.unexplained and not judged.stale
    assert judged.explained == sum(taken.count(0) for taken in branches)
