# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a gate has found, for CI systems: GitHub's annotations, JUnit, KTAP.

Each knows the cases of the run under test, and of these the ones that were lost.
"""

from __future__ import annotations

from sockcheck import gate_report, gate_text
from sockcheck.gate_difference import REPORTED, answer
from sockcheck.gate_result import Result
from sockcheck.report_junit import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.gate_difference import Change
    from sockcheck.gate_report import Entry

# KTAP has a directive for what did not end.
DIRECTIVES = {"timeout": "TIMEOUT", "broken": "ERROR", "crash": "ERROR"}
NO_END = "gate.run_comes_to_its_end"


def github(result: Result) -> str:
    """Workflow commands: an annotation for each loss, at the line of its case.

    GitHub shows the first ten of a step, so they come in the order of their weight.
    """
    lines = []
    if result.dead:
        lines.append(
            _command("error", "", "the run did not come to its end", result.dead)
        )
    for change in result.changes:
        level = "error" if change.is_loss else "notice"
        title = f"{change.kind}: {change.name or 'while no case was running'}"
        body = "\n".join(line.strip() for line in gate_text.block(change)[1:])
        lines.append(_command(level, change.at, title, body))
    for defect in result.defects:
        title = f"skipped for want of an option: {len(defect.names)} cases"
        body = "\n".join([defect.reason, *defect.names[: gate_text.MOST_NAMES]])
        lines.append(_command("warning", "", title, body))
    lines.append(_command("notice", "", "sockcheck gate", result.summary()))
    return "\n".join(lines) + "\n"


def _command(level: str, at: str, title: str, text: str) -> str:
    path, _, line = at.rpartition(":")
    place = (
        [f"file={_property(path)}", f"line={line}"] if path and line.isdigit() else []
    )
    properties = ",".join([*place, f"title={_property(title)}"])
    return f"::{level} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _lost(result: Result) -> dict[str, list[Change]]:
    """The losses of each case."""
    lost: dict[str, list[Change]] = {}
    for change in result.losses:
        lost.setdefault(change.name, []).append(change)
    return lost


def junit(result: Result) -> str:
    """A test case for each case of the run; a loss is a failure."""
    lost = _lost(result)
    entries = dict(result.new.entries if result.new else {})
    for name, changes in lost.items():
        entries.setdefault(name, changes[0].entry)
    suites: dict[str, list[str]] = {}
    failures: dict[str, int] = {}
    for name, entry in sorted(entries.items()):
        call = str(entry.get("call", "kernel"))
        suites.setdefault(call, []).append(_junit_case(name, entry, lost.get(name, [])))
        failures[call] = failures.get(call, 0) + (name in lost)
    if result.dead:
        suites["gate"] = [_junit_failure("gate", NO_END, "no end", result.dead)]
        failures["gate"] = 1
    body = "".join(
        f' <testsuite name="{escape(call)}" tests="{len(cases)}" '
        f'failures="{failures[call]}">\n{"".join(cases)} </testsuite>\n'
        for call, cases in sorted(suites.items())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="{escape("sockcheck gate: " + result.summary())}" '
        f'tests="{sum(map(len, suites.values()))}" '
        f'failures="{sum(failures.values())}">\n'
        f"{body}</testsuites>\n"
    )


def _junit_case(name: str, entry: Entry, lost: list[Change]) -> str:
    rule = str(entry.get("rule", ""))
    shown = name or "while no case was running"
    if lost:
        text = "\n".join("\n".join(gate_text.block(change)) for change in lost)
        return _junit_failure(rule, shown, _in_short(lost), text)
    attributes = f'classname="{escape(rule)}" name="{escape(shown)}"'
    if entry.get("verdict") != "skip":
        return f"  <testcase {attributes}/>\n"
    message = escape(str(entry.get("reason", "")))
    return f'  <testcase {attributes}><skipped message="{message}"/></testcase>\n'


def _junit_failure(rule: str, name: str, message: str, text: str) -> str:
    return (
        f'  <testcase classname="{escape(rule)}" name="{escape(name)}">'
        f'<failure message="{escape(message)}">{escape(text)}</failure></testcase>\n'
    )


def _in_short(lost: list[Change]) -> str:
    return "; ".join(
        f"{change.kind}: {gate_report.title(change.report)}"
        if change.kind == REPORTED
        else f"{change.kind}: {answer(change.old)}, now {answer(change.new)}"
        if change.old
        else f"{change.kind}: {answer(change.new)}"
        for change in lost
    )


def ktap(result: Result) -> str:
    """KTAP version 1 (Documentation/dev-tools/ktap.rst): not ok is what was lost."""
    lost = _lost(result)
    entries = dict(result.new.entries if result.new else {})
    for name, changes in lost.items():
        entries.setdefault(name, changes[0].entry)
    lines = []
    for number, (name, entry) in enumerate(sorted(entries.items()), 1):
        for change in lost.get(name, []):
            lines += [f"# {_one_line(line)}" for line in gate_text.block(change)]
        lines.append(_ktap_line(number, name, entry, lost.get(name, [])))
    number = len(entries) + 1
    lines += [f"# {_one_line(line)}" for line in result.dead.splitlines()]
    lines.append(f"{'not ok' if result.dead else 'ok'} {number} {NO_END}")
    tail = [f"# {_one_line(line)}" for line in (*result.notes, result.summary())]
    return "\n".join(["KTAP version 1", f"1..{number}", *lines, *tail]) + "\n"


def _ktap_line(number: int, name: str, entry: Entry, lost: list[Change]) -> str:
    # A description can hold no '#'.
    shown = (name or "kernel.outside_of_cases").replace("#", "_")
    if not lost:
        if entry.get("verdict") == "skip":
            return (
                f"ok {number} {shown} # SKIP {_one_line(str(entry.get('reason', '')))}"
            )
        return f"ok {number} {shown}"
    directive = DIRECTIVES.get(str(lost[0].new.get("verdict", "")), "")
    what = f"{directive} {_in_short(lost)}".strip()
    return f"not ok {number} {shown} # {_one_line(what)}"


def _one_line(text: str) -> str:
    """Text without line ends; its indentation stays."""
    plain = (letter if letter.isprintable() else " " for letter in text)
    return "".join(plain).rstrip()
