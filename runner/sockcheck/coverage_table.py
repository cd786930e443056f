# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Texts of coverage: the table of functions, the branches not taken, gcovr's JSON."""

from __future__ import annotations

from sockcheck.unreached import Branches, one_spaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from sockcheck.gcov import Counted, Counts, Line, Source
    from sockcheck.unreached import Judged

# The version of gcovr's own format that Debian 12's gcovr (5.2) reads.
GCOVR_FORMAT = "0.3"


def texts(counted: Counted, source: Source) -> Iterator[tuple[Line, str]]:
    """The function's lines that have branches, each with its text as a key has it."""
    seen: dict[str, int] = {}
    for number in sorted(counted.lines):
        line = counted.lines[number]
        if not line.branches:
            continue
        text = one_spaced(source.line(counted.function.file, number))
        seen[text] = seen.get(text, 0) + 1
        yield line, text if seen[text] == 1 else f"{text} #{seen[text]}"


def untaken_of(
    counts: Counts, source: Source
) -> tuple[list[Branches], dict[tuple[str, str, str], int]]:
    """The branches not taken, and how many each line has."""
    untaken = []
    totals = {}
    for counted in counts.functions:
        function = counted.function
        for line, text in texts(counted, source):
            it = Branches(function.file, function.name, text)
            it.total, it.number = len(line.branches), line.number
            totals[it.key] = it.total
            it.untaken = frozenset(
                index for index, taken in enumerate(line.branches, 1) if not taken
            )
            if it.untaken:
                untaken.append(it)
    return untaken, totals


def table(counts: Counts) -> str:
    """A line a function, grouped by call, and the sums."""
    rows = [("", "lines", "taken", "branches", "taken", "")]
    call = ""
    for counted in counts.functions:
        if counted.function.call != call:
            call = counted.function.call
            rows.append((f"{call}(2)", "", "", "", "", ""))
        rows.append(_row("  " + counted.function.name, [counted]))
    rows.append(_row("all", counts.functions))
    wide = max(len(row[0]) for row in rows)
    return "".join(
        (f"{row[0]:{wide}}" + "".join(f"{cell:>9}" for cell in row[1:])).rstrip() + "\n"
        for row in rows
    )


def _row(name: str, functions: list[Counted]) -> tuple[str, str, str, str, str, str]:
    if len(functions) == 1 and not functions[0].lines:
        return name, "", "", "", "", "none"
    lines = sum(len(it.lines) for it in functions)
    taken = sum(it.lines_taken for it in functions)
    branches = sum(it.branches for it in functions)
    branches_taken = sum(it.branches_taken for it in functions)
    share = f"{100 * branches_taken / branches:.1f} %" if branches else ""
    return name, str(lines), str(taken), str(branches), str(branches_taken), share


def verdict(counts: Counts, judged: Judged) -> str:
    """What is not in order, and the last line."""
    text = [f"{where}: {what}\n" for where, what in judged.stale]
    absent = [it.function for it in counts.functions if not it.lines]
    text += [f"{it.file}:{it.name}: not counted\n" for it in absent]
    unexplained = sum(len(it.untaken) for it in judged.unexplained)
    branches = sum(it.branches for it in counts.functions)
    taken = sum(it.branches_taken for it in counts.functions)
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(judged.kinds.items()))
    text.append(
        f"{branches} branches: {taken} taken, {judged.explained} explained"
        f"{f' ({kinds})' if kinds else ''}, {unexplained} neither\n"
    )
    return "".join(text)


def not_taken(judged: Judged) -> str:
    """The branches neither taken nor explained, ready to be explained."""
    text = []
    for it in judged.unexplained:
        text.append(
            f"# {it.file}:{it.number}\n[{it.header}]\nbranches = {it.numbers}\n\n"
        )
    return "".join(text)


def for_gcovr(counts: Counts) -> dict[str, Any]:
    """The functions' lines in gcovr's own JSON, to make HTML of."""
    files: dict[str, list[dict[str, Any]]] = {}
    for counted in counts.functions:
        lines = files.setdefault(counted.function.file, [])
        for number in sorted(counted.lines):
            line = counted.lines[number]
            branches = [
                {"count": taken, "fallthrough": False, "throw": False}
                for taken in line.branches
            ]
            lines.append(
                {
                    "branches": branches,
                    "count": line.count,
                    "gcovr/excluded": False,
                    "gcovr/noncode": False,
                    "line_number": number,
                }
            )
    return {
        "gcovr/format_version": GCOVR_FORMAT,
        "files": [
            {"file": name, "lines": files[name], "functions": []}
            for name in sorted(files)
        ],
    }
