# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""JUnit: the report that continuous integration systems show."""

from __future__ import annotations

import re
import time

from sockcheck.run import Run
from sockcheck.verdicts import Result

# Everything that XML 1.0 cannot hold, even escaped.
ILLEGAL = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
# Line ends in an attribute become blanks unless they are written so.
_escapes = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\n": "&#10;",
        "\r": "&#13;",
        "\t": "&#9;",
    }
)
ELEMENTS = {
    "fail": "failure",
    "fixed": "failure",
    "broken": "error",
    "timeout": "error",
    "crash": "error",
    "skip": "skipped",
    "known": "skipped",
}


def text(run: Run) -> str:
    suites: dict[str, list[Result]] = {}
    for result in run.results:
        suites.setdefault(result.case.call, []).append(result)
    started = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(run.started))
    name = f"sockcheck on {run.listing.target}"
    if run.profile != "linux":
        name += f", profile {run.profile}"
    others = len(run.never_met) + len(run.kernel_reports)
    totals = _counts(run.results, others) + _seconds(run.duration * 1000)
    body = "".join(
        _suite(call, results, started) for call, results in sorted(suites.items())
    )
    if run.never_met:
        body += _never_met(run)
    if run.kernel_reports:
        body += _kernel(run)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites{_attribute('name', name)}{totals}>\n{body}</testsuites>\n"
    )


def _suite(call: str, results: list[Result], started: str) -> str:
    seconds = _seconds(sum(result.duration_ms for result in results))
    cases = "".join(map(_case, results))
    return (
        f" <testsuite{_attribute('name', call)}{_counts(results)}{seconds}"
        f"{_attribute('timestamp', started)}>\n{cases} </testsuite>\n"
    )


def _never_met(run: Run) -> str:
    """The recorded refusals that nothing met, so that this is not overlooked."""
    cases = "".join(
        f"  <testcase{_attribute('classname', 'needs')}"
        f"{_attribute('name', refusal.name)}>"
        f"<failure{_attribute('message', f'never met: amend {refusal.where}')}/>"
        "</testcase>\n"
        for refusal in run.never_met
    )
    suite = f' <testsuite name="needs"{_counts([], len(run.never_met))}>'
    return f"{suite}\n{cases} </testsuite>\n"


def _case(result: Result) -> str:
    attributes = (
        _attribute("classname", result.case.rule)
        + _attribute("name", result.case.name)
        + _seconds(result.duration_ms)
    )
    if result.verdict == "pass":
        return f"  <testcase{attributes}/>\n"
    return f"  <testcase{attributes}>{_element(result)}</testcase>\n"


def _element(result: Result) -> str:
    element = ELEMENTS[result.verdict]
    if element == "skipped":
        known = "known deviation: " if result.verdict == "known" else ""
        return f"<skipped{_attribute('message', known + result.reason)}/>"
    message = _attribute("message", result.reason or _in_short(result))
    type_ = _attribute("type", result.verdict)
    return f"<{element}{message}{type_}>{escape(_at_length(result))}</{element}>"


def _in_short(result: Result) -> str:
    fields = result.fields
    if "expected" in fields and "came" in fields:
        return f"expected {fields['expected']}, came {fields['came']}"
    return str(fields.get("message", result.verdict))


def _at_length(result: Result) -> str:
    lines = [f"{result.verdict} {result.case.name} {result.at}"]
    for key, value in result.fields.items():
        if key not in ("verdict", "at", "duration_ms"):
            said = "; ".join(value) if isinstance(value, list) else value
            lines.append(f"{key}: {said}")
    return "\n".join(lines)


def _kernel(run: Run) -> str:
    """What the kernel reported while no case was due."""
    cases = "".join(
        f"  <testcase{_attribute('classname', 'kernel')}"
        f"{_attribute('name', f'report {number}')}>"
        f"<failure{_attribute('message', report)}/></testcase>\n"
        for number, report in enumerate(run.kernel_reports, 1)
    )
    suite = f' <testsuite name="kernel"{_counts([], len(run.kernel_reports))}>'
    return f"{suite}\n{cases} </testsuite>\n"


def _counts(results: list[Result], others: int = 0) -> str:
    elements = [ELEMENTS.get(result.verdict, "") for result in results]
    failures = elements.count("failure") + others
    return (
        f' tests="{len(results) + others}" failures="{failures}"'
        f' errors="{elements.count("error")}" skipped="{elements.count("skipped")}"'
    )


def _seconds(milliseconds: float) -> str:
    return f' time="{milliseconds / 1000:.6f}"'


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"'


def escape(text: str) -> str:
    """Text as XML holds it; what it cannot hold stands there as its code."""
    if not text.isprintable():
        # Seldom; and compiling this takes as long as fifty cases' reports.
        text = re.sub(ILLEGAL, lambda match: ascii(match[0])[1:-1], text)
    return text.translate(_escapes)
