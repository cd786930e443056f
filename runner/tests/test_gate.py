# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of what the gate makes of two runs: the difference, and its formats."""

from __future__ import annotations

import email.policy
import mailbox
import re
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sockcheck import gate_formats, gate_mail, gate_text
from sockcheck.gate_difference import (
    CHANGED,
    FAILING,
    NOT_EXPECTED,
    NOT_RUN,
    PASSING,
    REPORTED,
    SKIPPED,
    difference,
    judged,
)
from sockcheck.gate_kernel import target_of
from sockcheck.gate_report import Report, title
from sockcheck.gate_result import Result
from sockcheck.gate_skips import defects, read_allowed
from sockcheck.gate_source import paths_of
from sockcheck.trouble import Trouble
from sockcheck.verdicts import AS_EXPECTED, VERDICTS

NAMES = [f"socket.rule[{number}]" for number in range(6)]
OOPS = "[   12.345678] BUG: KASAN: use-after-free in sock_bind+0x1f/0x90\n[ 12.4] more"
# What a console, a case or a patch may hold, whatever that does to a format.
texts = st.text(
    st.characters(blacklist_categories=("Cs",))
    | st.sampled_from("#%:,<&\n\r\x00\x1b>"),
    max_size=30,
)


def entry(name: str, verdict: str, **fields: Any) -> dict[str, Any]:
    place = {"rule": name.split("[")[0], "call": "socket", "at": "cases/socket/x.c:7"}
    return {"name": name, "verdict": verdict, **place, **fields}


def report(*entries: dict[str, Any], cut_short: str = "", **head: Any) -> Report:
    verdicts = [one["verdict"] for one in entries]
    data = {
        "target": {"name": "uml", "version": "Linux 6.1"},
        "cut_short": cut_short,
        "cases": list(entries),
        "summary": {verdict: verdicts.count(verdict) for verdict in VERDICTS},
        "chosen": len(entries),
        "duration_s": 1.5,
        **head,
    }
    return Report("results.json", data)


@st.composite
def entries(draw: st.DrawFn, name: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key in ("came", "expected", "reason", "message", "called", "output", "says"):
        if draw(st.booleans()):
            fields[key] = draw(texts)
    if draw(st.booleans()):
        fields["citations"] = draw(st.lists(texts, max_size=2))
    if draw(st.integers(0, 3)) == 0:
        fields["kernel"] = draw(st.lists(texts.filter(bool), min_size=1, max_size=2))
    return entry(name, draw(st.sampled_from(VERDICTS)), **fields)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    cut_short = draw(st.sampled_from(("", "given up: 3 of 6 cases ran")))
    return report(*(draw(entries(name)) for name in names), cut_short=cut_short)


def kinds(old: Report, new: Report) -> dict[str, str]:
    changes = difference(old, new)
    return {change.name: change.kind for change in changes if change.kind != REPORTED}


@given(reports())
def test_a_run_does_not_differ_from_itself(one: Report) -> None:
    assert difference(one, one) == []


@given(reports(), reports())
def test_what_differs_differs_both_ways(old: Report, new: Report) -> None:
    there, back = kinds(old, new), kinds(new, old)
    both = old.entries.keys() & new.entries.keys()
    assert {name for name in there if name in both} == set(back) & both
    for name in both & there.keys():
        if there[name] == PASSING:
            assert back[name] in (FAILING, SKIPPED)


@given(reports(), reports())
def test_a_loss_is_never_called_a_gain(old: Report, new: Report) -> None:
    for name, kind in kinds(old, new).items():
        before = old.entries.get(name, {}).get("verdict")
        after = new.entries.get(name, {}).get("verdict")
        if kind in (PASSING, CHANGED) and before in AS_EXPECTED:
            assert after in (*AS_EXPECTED, "fixed")
            assert after != "skip" or before == "skip"
        if kind == NOT_RUN:
            assert after is None and new.cut_short
        if kind == SKIPPED:
            assert after == "skip" and before != "skip"


@pytest.mark.parametrize(
    "before, after, kind",
    [
        ("pass", "fail", FAILING),
        ("known", "crash", FAILING),
        ("skip", "timeout", FAILING),
        ("fail", "crash", FAILING),
        ("pass", "skip", SKIPPED),
        ("fail", "skip", SKIPPED),
        ("crash", "fail", CHANGED),
        ("fail", "pass", PASSING),
        ("skip", "pass", PASSING),
        ("known", "fixed", CHANGED),
        ("pass", "known", CHANGED),
    ],
)
def test_the_kind_of_a_change(before: str, after: str, kind: str) -> None:
    name = NAMES[0]
    assert kinds(report(entry(name, before)), report(entry(name, after))) == {
        name: kind
    }


def test_another_answer_is_a_change_and_no_loss() -> None:
    old, new = (report(entry(NAMES[0], "fail", came=came)) for came in ("3", "4"))
    result = Result(old, new)
    result.changes = difference(old, new)
    assert kinds(old, new) == {NAMES[0]: CHANGED} and result.status == 0


def test_a_kernel_report_is_a_loss_though_the_case_passes() -> None:
    old, new = report(entry(NAMES[0], "pass")), report(
        entry(NAMES[0], "pass", kernel=OOPS)
    )
    [change] = difference(old, new)
    assert (change.kind, change.name) == (REPORTED, NAMES[0])
    again = OOPS.replace("12.345678", "99.000001").replace("+0x1f", "+0x3f")
    assert difference(new, report(entry(NAMES[0], "pass", kernel=[again]))) == []
    assert judged(new)[0].kind == REPORTED
    [outside] = difference(old, report(entry(NAMES[0], "pass"), kernel=[OOPS]))
    assert outside.kind == REPORTED


def test_a_title_has_nothing_that_differs_from_print_to_print() -> None:
    printed = "[  1.5][ T77] WARNING: CPU: 1 PID: 77 at net/core/sock.c:12 f+0x1/0x2"
    other = "[ 22.5][ T9] WARNING: CPU: 0 PID: 9 at net/core/sock.c:12 f+0x7/0x2"
    assert title("\n" + printed + "\nCall Trace:") == title(other)
    assert "net/core/sock.c:12 f" in title(other)


@given(reports())
def test_a_run_alone_is_judged_by_its_verdicts(one: Report) -> None:
    wrong = {change.name for change in judged(one) if change.kind == NOT_EXPECTED}
    assert wrong == {
        name for name in one.entries if one.entries[name]["verdict"] not in AS_EXPECTED
    }


@st.composite
def results(draw: st.DrawFn) -> Result:
    old, new = draw(st.none() | reports()), draw(reports())
    result = Result(old, new)
    result.changes = difference(old, new) if old else judged(new)
    result.dead = draw(texts)
    result.notes = draw(st.lists(texts, max_size=1))
    result.subject = draw(texts)
    return result


@settings(max_examples=40)
@given(results())
def test_text_names_every_kind_and_ends_in_the_summary(result: Result) -> None:
    text = gate_text.text(result)
    assert all(f"{kind.capitalize()} (" in text for kind in result.counts())
    assert "\x1b" not in text and "\x00" not in text
    assert text.endswith("\n") and result.summary().split(":")[0] in text


@settings(max_examples=40)
@given(results())
def test_junit_parses_back(result: Result) -> None:
    root = ElementTree.fromstring(gate_formats.junit(result).encode())
    failed = {
        case.get("name")
        for case in root.iter("testcase")
        if case.find("failure") is not None
    }
    lost = {change.name for change in result.losses}
    assert lost <= failed and bool(failed) == (bool(lost) or bool(result.dead))
    assert root.get("failures") == str(len(failed))


@settings(max_examples=40)
@given(results())
def test_ktap_parses_back(result: Result) -> None:
    lines = gate_formats.ktap(result).split("\n")
    assert lines[0] == "KTAP version 1" and lines[-1] == ""
    [plan] = [line for line in lines if re.fullmatch(r"1\.\.\d+", line)]
    points = [line for line in lines[2:-1] if not line.startswith("# ")]
    expression = r"(ok|not ok) (\d+) ([^#\n]+)( # .*)?"
    matches = [re.fullmatch(expression, line) for line in points]
    assert all(matches) and len(matches) == int(plan[3:])
    found = [match for match in matches if match]
    assert [int(match[2]) for match in found] == list(range(1, len(found) + 1))
    failed = {match[3].strip() for match in found if match[1] == "not ok"}
    assert {change.name for change in result.losses} <= failed


@settings(max_examples=40)
@given(results())
def test_each_annotation_is_a_line(result: Result) -> None:
    lines = gate_formats.github(result).split("\n")
    assert lines.pop() == ""
    pattern = r"::(error|warning|notice) (file=[^:,]+,line=\d+,)?title=[^:,]*::[^\r\n]*"
    assert all(re.fullmatch(pattern, line) for line in lines)
    errors = sum(line.startswith("::error") for line in lines)
    assert errors == len(result.losses) + bool(result.dead)


@settings(max_examples=40)
@given(results())
def test_a_mail_is_one_message(result: Result) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mbox"
        path.write_bytes(gate_mail.mbox(result).encode())
        box = mailbox.mbox(path, create=False)
        [message] = box
        box.close()
    word = "FAIL" if result.status else "PASS"
    assert message["X-Sockcheck-Result"] == word
    assert message["Subject"] and message["Message-ID"] and message["Date"]
    assert message.policy is not email.policy.default


def test_the_mail_has_what_a_developer_asks() -> None:
    said = {
        "says": "a type that no family has is refused",
        "citations": ["socket(2) EINVAL"],
        "called": "socket(AF_INET, 99, 0)",
        "expected": "-1 EINVAL",
        "came": "3",
    }
    old, new = report(entry(NAMES[0], "pass")), report(entry(NAMES[0], "fail", **said))
    result = Result(old, new)
    result.changes = difference(old, new)
    mail = gate_mail.mbox(result)
    for value in (
        "socket(2) EINVAL",
        "socket(AF_INET, 99, 0)",
        "came      3",
        NAMES[0],
    ):
        assert value in mail


def test_skips_are_allowed_by_reason_case_and_architecture(tmp_path: Path) -> None:
    path = tmp_path / "allowed.ini"
    path.write_text(
        "[this kernel has *]\nexcept = this kernel has no *\nwhy = cannot be\n"
        "[needs pointers*]\nwhy = 32 bits\ncases = *[1]\n"
        "[needs pointers* (um)]\nwhy = um\narch = um\n"
    )
    run = report(
        entry(NAMES[0], "skip", reason="this kernel has AF_AX25"),
        entry(NAMES[1], "skip", reason="this kernel has no AF_VSOCK"),
        entry(NAMES[2], "skip", reason="needs pointers of 64 bits"),
        entry(NAMES[3], "pass"),
    )
    found = defects(run, read_allowed(str(path), "x86_64"))
    assert [(defect.reason, defect.names) for defect in found] == [
        ("needs pointers of 64 bits", [NAMES[2]]),
        ("this kernel has no AF_VSOCK", [NAMES[1]]),
    ]
    assert read_allowed(str(tmp_path / "none.ini"), "um") == []
    path.write_text("[a reason]\narch = um\n")
    with pytest.raises(Trouble, match="no 'why'"):
        read_allowed(str(path), "um")


def test_a_kernel_is_known_by_its_content(tmp_path: Path) -> None:
    uml, bzimage, other = (tmp_path / name for name in ("vmlinuz", "linux", "vmlinux"))
    uml.write_bytes(b"\x7fELF" + bytes(1 << 20) + b".uml.setup.init\0")
    bzimage.write_bytes(b"MZ" + bytes(0x200) + b"HdrS" + bytes(100))
    other.write_bytes(b"\x7fELF" + bytes(4000))
    assert target_of(str(uml)) == "uml" and target_of(str(bzimage)) == "qemu"
    with pytest.raises(Trouble, match="bzImage, not the vmlinux"):
        target_of(str(other))
    (tmp_path / "text").write_text("no kernel")
    with pytest.raises(Trouble, match="neither"):
        target_of(str(tmp_path / "text"))


def test_paths_that_a_patch_names() -> None:
    patch = (
        b"diff --git a/net/a b.c b/net/a b.c\n--- a/net/socket.c\t2026\n"
        b"+++ b/net/socket.c\nrename from old.c\nrename to new.c\n--- /dev/null\n"
        b"+++ b/../../etc/passwd\n"
    )
    assert set(paths_of(patch)) == {
        "net/a b.c",
        "net/socket.c",
        "old.c",
        "new.c",
    }
