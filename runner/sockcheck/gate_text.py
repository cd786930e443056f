# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a gate has found, for people: each group of like changes once.

The same lines are the body of the mail.
"""

from __future__ import annotations

from sockcheck import gate_report
from sockcheck.gate_difference import KINDS, NOT_EXPECTED, REPORTED, answer
from sockcheck.gate_result import Result
from sockcheck.screen import clean, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.gate_difference import Change

WIDTH = 96
MARGIN = 10
# Of a group's other cases so many are named; of a kind so many groups are shown.
MOST_NAMES, MOST_GROUPS = 8, 60
# Of what a kernel, a case or a system printed, so many lines.
MOST_LINES = 24
# Keys of an entry, and how they are called: as in the blocks of a check.
LABELS = (
    ("says", "rule"),
    ("citations", "cited"),
    ("called", "call"),
    ("expected", "expected"),
    ("came", "came"),
    ("message", "message"),
    ("output", "output"),
    ("reason", "because"),
)


def text(result: Result, shown: bool = False) -> str:
    """All that was found, or that the check has not shown; its last line sums it up."""
    lines: list[str] = []
    for kind in KINDS:
        if shown and kind == NOT_EXPECTED:
            continue
        changes = [change for change in result.changes if change.kind == kind]
        if changes:
            lines += _section(kind, changes)
    for defect in result.defects:
        lines += ["", f"Skipped on a kernel of this gate's own: {clean(defect.reason)}"]
        lines.append(wrapped(_cut(defect.names), " " * 6, WIDTH))
        lines.append(
            "      set the option in ci/kernel/, or say why in allowed-skips.ini"
        )
    if result.dead:
        lines += ["", "The run did not come to its end. Its last words:"]
        lines += _indented(result.dead, 6)
    lines += ["", *(clean(note) for note in result.notes)]
    lines.append(clean(result.summary()))
    return "\n".join(lines).lstrip("\n") + "\n"


def block(change: Change) -> list[str]:
    """One change: where, which rule, who says so, what came before and what now."""
    name = change.name or "while no case was running"
    lines = [f"  {clean(name)}   {clean(change.at)}".rstrip()]
    if change.kind == REPORTED:
        lines += _labelled("kernel", change.report)
        return lines
    if change.old:
        lines += _labelled("before", _told(change.old))
    if change.new:
        for key, label in LABELS:
            value = change.new.get(key)
            said = "\n".join(value) if isinstance(value, list) else str(value or "")
            lines += _labelled(label, said) if said else []
        shown = any(change.new.get(key) for key in ("came", "message", "reason"))
        now = str(change.new["verdict"]) if shown else _told(change.new)
        lines += _labelled("now", now)
    else:
        lines += _labelled("now", "not run: the run was cut short")
    return lines


def _told(entry: gate_report.Entry) -> str:
    verdict, came = str(entry["verdict"]), answer(entry)
    return verdict if came in ("as documented", verdict) else f"{verdict}: {came}"


def _section(kind: str, changes: list[Change]) -> list[str]:
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_alike(change), []).append(change)
    number = f"{len(changes)} case" + ("" if len(changes) == 1 else "s")
    lines = ["", f"{kind.capitalize()} ({number})"]
    for group in list(groups.values())[:MOST_GROUPS]:
        lines += ["", *block(group[0])]
        if len(group) > 1:
            also = _cut([_variant(change, group[0].rule) for change in group[1:]])
            lines.append(
                f"    {'also':<{MARGIN}}{wrapped(also, ' ' * 14, WIDTH).lstrip()}"
            )
    if len(groups) > MOST_GROUPS:
        lines += [
            "",
            f"  and {len(groups) - MOST_GROUPS} more like these, in the reports",
        ]
    return lines


def _alike(change: Change) -> tuple[str, ...]:
    if change.report:
        return ("", gate_report.title(change.report))
    return (change.rule, answer(change.old), answer(change.new))


def _variant(change: Change, rule: str) -> str:
    """Its name, of which the rule's part has been said."""
    same = bool(rule) and change.name.startswith(f"{rule}[")
    return change.name[len(rule) :] if same else change.name


def _cut(names: list[str]) -> list[str]:
    if len(names) <= MOST_NAMES:
        return names
    return [*names[:MOST_NAMES], f"... {len(names) - MOST_NAMES} more"]


def _labelled(label: str, said: str) -> list[str]:
    first, *more = clean(said.rstrip("\n")).split("\n")
    if len(more) >= MOST_LINES:
        more = [*more[: MOST_LINES - 1], "..."]
    indent = " " * (MARGIN + 4)
    return [
        f"    {label:<{MARGIN}}{first}".rstrip(),
        *(f"{indent}{line}" for line in more),
    ]


def _indented(said: str, by: int) -> list[str]:
    return [" " * by + line for line in clean(said).split("\n")]
