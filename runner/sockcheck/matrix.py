# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`sockcheck matrix`: which target keeps which rule.

A rule is, on a target,
    kept             if all of its cases that ran passed,
    differing        if some answer otherwise, as is recorded,
    broken promise   if some answer otherwise, and that is not recorded,
    not asked        if none of its cases ran.
"""

from __future__ import annotations

import csv
import io
import json
import os
import time

from sockcheck import outcomes, report_files
from sockcheck.check import Options, complain
from sockcheck.outcomes import Learned
from sockcheck.screen import Screen, clean
from sockcheck.several import check_one
from sockcheck.signals import Signals
from sockcheck.trouble import Trouble
from sockcheck.verdicts import AS_EXPECTED, VERDICTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STATES = ("kept", "differs", "broken promise", "not asked")
# Their columns' heads.
SHORT = ("kept", "diff", "fail", "none")
NAMES = ("matrix.csv", "matrix.json")
CELL = 5
BROKEN = frozenset(("fail", "timeout", "crash"))
PASSED = frozenset(("pass", "fixed"))


class Column:
    """One target: what became of each rule's cases, or why it could not be run."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.version = ""
        self.trouble = ""
        # Whether everything is as recorded, and the run complete.
        self.as_recorded = False
        self.counts: dict[str, dict[str, int]] = {}

    def learn(self, learned: Learned) -> None:
        self.version = learned.version
        verdicts = learned.verdicts
        for case in learned.cases:
            counts = self.counts.setdefault(case.rule, dict.fromkeys(VERDICTS, 0))
            counts[verdicts[case.name]] += 1
        as_recorded = all(verdict in AS_EXPECTED for verdict in verdicts.values())
        self.as_recorded = as_recorded and not (learned.cut_short or learned.never_met)

    def state(self, rule: str) -> str:
        counts = self.counts.get(rule, {})
        there = {verdict for verdict in counts if counts[verdict]}
        if there & BROKEN:
            return "broken promise"
        if "known" in there:
            return "differs"
        return "kept" if there & PASSED else "not asked"

    def states(self, rules: list[str]) -> dict[str, int]:
        counts = dict.fromkeys(STATES, 0)
        for rule in rules:
            counts[self.state(rule)] += 1
        return counts

    def summary(self) -> dict[str, int]:
        summary = dict.fromkeys(VERDICTS, 0)
        for counts in self.counts.values():
            for verdict in counts:
                summary[verdict] += counts[verdict]
        return summary


def make(options: Options, signals: Signals) -> int:
    """Run or read each target, print the table, write the files."""
    columns = []
    for target in options.targets:
        column = Column(target)
        columns.append(column)
        status = _learn(column, options, signals)
        if status > 2:
            return status
    screen = Screen()
    show(columns, screen, options.verbose)
    report_files.write_texts(
        {"matrix.csv": csv_text(columns), "matrix.json": json_text(columns)},
        options.output,
    )
    screen.print(f"reports: {', '.join(NAMES)} in {options.output}")
    screen.finish()
    if screen.trouble:
        raise Trouble(screen.trouble)
    if any(column.trouble for column in columns):
        return 2
    return 0 if all(column.as_recorded for column in columns) else 1


def _learn(column: Column, options: Options, signals: Signals) -> int:
    """Fill a column; what cannot be had is its trouble."""
    folder = report_files.name_of(column.target, options.profile, "-")
    report = os.path.join(options.read, folder, "results.json")
    try:
        if options.read and os.path.lexists(report):
            column.learn(outcomes.read(report))
            return 0
        check, status = check_one(
            column.target, os.path.join(options.output, folder), options, signals
        )
        column.learn(outcomes.of_run(check.run))
        column.trouble = "; ".join(check.troubles)
        return status
    except Trouble as trouble:
        column.trouble = str(trouble)
        complain(f"{column.target}: {trouble}")
        return 2


def rules_of(columns: list[Column]) -> list[str]:
    return sorted({rule for column in columns for rule in column.counts})


def group_of(rule: str) -> str:
    """A rule's call, and the family where its id has one."""
    parts = rule.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]


# What a person reads.


def show(columns: list[Column], screen: Screen, verbose: bool) -> None:
    rules = rules_of(columns)
    groups: dict[str, list[str]] = {}
    for rule in rules:
        groups.setdefault(rule if verbose else group_of(rule), []).append(rule)
    name = max([len("rules"), *map(len, groups)])
    room = max(1, (screen.width - name) // (CELL * len(STATES)))
    for first in range(0, len(columns), room):
        screen.print(table(columns[first : first + room], groups, name, verbose))
        screen.print("")
    width = max(len(column.target) for column in columns)
    for column in columns:
        screen.print(f"{clean(column.target):<{width}}  {said_of(column, rules)}")


def table(
    columns: list[Column], groups: dict[str, list[str]], name: int, verbose: bool
) -> str:
    wide = CELL * len(STATES)
    heads = "".join(f"{short:>{CELL}}" for short in SHORT)
    titles = "".join(
        f"{_cut(clean(column.target), wide - 1):>{wide}}" for column in columns
    )
    lines = [" " * name + titles]
    if not verbose:
        lines.append(f"{'rules':<{name}}" + heads * len(columns))
    for group, rules in groups.items():
        cells = (
            _verbose_cell(column, group) if verbose else _cells(column, rules)
            for column in columns
        )
        lines.append(f"{group:<{name}}" + "".join(cells))
    return "\n".join(line.rstrip() for line in lines)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _cells(column: Column, rules: list[str]) -> str:
    if not column.counts:
        return f"{'-':>{CELL}}" * len(STATES)
    states = column.states(rules)
    return "".join(f"{states[state] or '.':>{CELL}}" for state in STATES)


def _verbose_cell(column: Column, rule: str) -> str:
    """A state, and how many cases made it so: 'differs 3/12'."""
    text = "-"
    if column.counts:
        state = column.state(rule)
        counts = column.counts.get(rule, {})
        asked = sum(counts.get(word, 0) for word in {*BROKEN, *PASSED, "known"})
        of_state = {"kept": PASSED, "differs": {"known"}, "broken promise": BROKEN}
        some = sum(counts.get(word, 0) for word in of_state.get(state, ()))
        text = f"{state} {some}/{asked}" if asked else state
    return f"{text:>{CELL * len(STATES)}}"


def said_of(column: Column, rules: list[str]) -> str:
    """A target in a line."""
    if not column.counts:
        return clean(f"could not be run: {column.trouble}")
    states = column.states(rules)
    text = (
        f"({column.version}) {states['kept']} rules kept, {states['differs']} differ, "
        f"{states['broken promise']} broken, {states['not asked']} not asked"
    )
    counts = column.summary()
    wrong = sum(counts[word] for word in VERDICTS if word not in AS_EXPECTED)
    if wrong:
        text += f"; {wrong} cases not as recorded"
    elif not column.as_recorded and not column.trouble:
        text += "; not as recorded"
    return clean(text + (f"; {column.trouble}" if column.trouble else ""))


# What programs read.


def csv_text(columns: list[Column]) -> str:
    """A row a rule; for each target its state, and how many cases made it so."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ["rule"]
    for column in columns:
        kinds = ("cases", *VERDICTS)
        head += [column.target, *(f"{column.target} {kind}" for kind in kinds)]
    writer.writerow(head)
    for rule in rules_of(columns):
        row: list[object] = [rule]
        for column in columns:
            counts = column.counts.get(rule, dict.fromkeys(VERDICTS, 0))
            state = column.state(rule) if column.counts else "not run"
            row += [state, sum(counts.values()), *counts.values()]
        writer.writerow(row)
    return text.getvalue()


def json_text(columns: list[Column]) -> str:
    """As matrix.schema.json describes it."""
    rules = rules_of(columns)
    report = {
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "targets": [_target(column, rules) for column in columns],
        "rules": [_rule(rule, columns) for rule in rules],
    }
    return json.dumps(report, indent=1) + "\n"


def _target(column: Column, rules: list[str]) -> dict[str, Any]:
    return {
        "name": column.target,
        "version": column.version,
        "trouble": column.trouble,
        "as_recorded": column.as_recorded and not column.trouble,
        "rules": column.states(rules) if column.counts else {},
        "cases": column.summary(),
    }


def _rule(rule: str, columns: list[Column]) -> dict[str, Any]:
    answers = []
    for column in columns:
        state = column.state(rule) if column.counts else "not run"
        counts = column.counts.get(rule, {})
        there = {verdict: counts[verdict] for verdict in counts if counts[verdict]}
        answers.append({"target": column.target, "state": state, "cases": there})
    return {"rule": rule, "group": group_of(rule), "answers": answers}
