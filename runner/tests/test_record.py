# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of `sockcheck deviations`: that its diff makes a run be as recorded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake import Fake, failed, skipped
from program import PROGRAM, needs_program, rules
from sockcheck import globs, outcomes, record
from sockcheck.binary import Case
from sockcheck.deviations import Book
from sockcheck.patch import Patch
from sockcheck.selection import glob

RULE = "socket.family.unregistered"
ODD = f"{RULE}[3]"
OTHER = "socket.type.range"


def amend(fake: Fake, *options: str) -> subprocess.CompletedProcess[str]:
    fake.make()
    command = fake.command(*options)
    at = command.index("--results")
    # Its reports are those of its own run.
    command[at : at + 2] = []
    command[command.index("check")] = "deviations"
    return subprocess.run(
        command,
        cwd=fake.folder,
        env=fake.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def apply(fake: Fake, diff: str) -> str:
    """Let patch(1) apply it, or git, and give the file's text."""
    command = ["patch", "-s", "-p1"] if shutil.which("patch") else ["git", "apply"]
    subprocess.run(command, cwd=fake.folder, input=diff, text=True, check=True)
    return (fake.deviations / "host.ini").read_text()


def settle(fake: Fake, *options: str) -> str:
    """The file's text after a diff, with which the run is as recorded."""
    done = amend(fake, *options)
    assert done.returncode == 1, done.stderr
    text = apply(fake, done.stdout)
    again = amend(fake, *options)
    assert (again.returncode, again.stdout) == (0, "")
    chosen = options if "--run" in options else ()
    assert fake.check(*chosen).returncode == 0
    return text


def section(header: str, seen: str, more: str = "") -> str:
    return f"[{header}]\nseen = {seen}\nwhy = not explained\nsince = 6.18\n{more}"


def test_nothing_to_record(fake: Fake) -> None:
    done = amend(fake)
    assert (done.returncode, done.stdout) == (0, "")
    assert "40 cases on host" in done.stderr
    assert not (fake.deviations / "host.ini").exists()


def test_a_new_file(fake: Fake) -> None:
    fake.names.append(f"{RULE}[a]")
    for name in fake.names:
        if name.startswith(RULE):
            fake.does[name] = failed(came="0")
    fake.does[ODD] = failed()
    fake.does[f"{OTHER}[2]"] = failed("crash")
    fake.does[f"{OTHER}[5]"] = failed("crash")
    fake.does[f"{OTHER}[6]"] = skipped("needs root")
    text = settle(fake)
    exact = " ".join(f"*[{n}]" for n in [*range(3), *range(4, 10)])
    assert text == (
        record.HEAD.format("host")
        + "\n"
        + section(f"{RULE} (0)", "0", f"cases = {exact} *[a]\n")
        + "\n"
        + section(ODD, "-1 EINVAL")
        + "\n"
        + section(OTHER, "crash", "cases = *[2] *[5]\n")
    ).replace("*[9] *[a]", "*[9] *[a]")


def test_a_whole_rule_and_skips_in_it(fake: Fake) -> None:
    for name in fake.names:
        if name.startswith(RULE):
            fake.does[name] = failed()
    fake.does[ODD] = skipped("needs root")
    text = settle(fake)
    assert text.endswith(f"\n\n{section(RULE, '-1 EINVAL')}")


def test_answers_that_are_awkward(fake: Fake) -> None:
    long = "5, bytes " + "a5 " * 200 + "..."
    came = ["a | b", "[x] # *", "# x", " \\x20 ", "0 and {[::1]:*}", long, "|", "\n"]
    for number, text in enumerate(came):
        fake.does[f"{RULE}[{number}]"] = failed(came=text)
    settle(fake)


KEPT = f"""\
# The head of the file.

# About this rule.
[{RULE}]
seen = -1 EPERM | 0
why  =  explained,
    at length
since = 5.0
# Inside.
cases = *[1]
    *[2]  *[3]

# Stays.

[{OTHER}[4]]
since = 5.0
seen = 0
why = explained
# Of the next.
[{OTHER}[5]]
seen = 0
why = explained
since = 5.0
"""


def test_what_is_untouched_stays_to_the_byte(fake: Fake) -> None:
    fake.deviate(KEPT)
    for name, came in {1: "0", 2: "-1 EPERM", 3: "-1 EPERM"}.items():
        fake.does[f"{RULE}[{name}]"] = failed(came=came)
    for number in (4, 5):
        fake.does[f"{OTHER}[{number}]"] = failed(came="0")
    assert amend(fake).returncode == 0
    # Another answer.
    fake.does[f"{RULE}[2]"] = failed()
    assert settle(fake) == KEPT.replace("-1 EPERM | 0", "-1 EPERM | 0 | -1 EINVAL")
    # One answer comes no more, and another one does.
    fake.deviate(KEPT)
    fake.does[f"{RULE}[3]"] = failed()
    assert settle(fake) == KEPT.replace("-1 EPERM | 0", "0 | -1 EINVAL")
    fake.deviate(KEPT)
    text = settle(fake, "--keep-seen")
    assert text == KEPT.replace("-1 EPERM | 0", "-1 EPERM | 0 | -1 EINVAL")
    # Where a case of it was skipped, nothing is known of its answer.
    fake.deviate(KEPT)
    fake.does[f"{RULE}[1]"] = skipped("needs root")
    assert settle(fake) == text


def test_what_is_fixed_goes(fake: Fake) -> None:
    fake.deviate(KEPT)
    for number in (1, 2, 3):
        fake.does[f"{RULE}[{number}]"] = failed(came="0")
    fake.does[f"{OTHER}[4]"] = failed(came="0")
    text = KEPT[: KEPT.index("# Of the next.")]
    assert settle(fake) == text
    # One of the rule's cases, by its glob.
    del fake.does[f"{RULE}[2]"]
    text = text.replace("cases = *[1]\n    *[2]  *[3]\n", "cases = *[1] *[3]\n")
    assert settle(fake) == text
    # All of them, with the comment that stands on the section, and one in it.
    for number in (1, 3):
        del fake.does[f"{RULE}[{number}]"]
    gone = text.index("# About this rule."), text.index("# Stays.")
    assert settle(fake) == text[: gone[0]] + text[gone[1] :]
    del fake.does[f"{OTHER}[4]"]
    assert settle(fake) == "# The head of the file.\n\n# Stays.\n"


def test_a_rules_section_loses_a_case(fake: Fake) -> None:
    text = section(RULE, "-1 EINVAL")
    fake.deviate(text)
    for number in range(10):
        fake.does[f"{RULE}[{number}]"] = failed()
    del fake.does[ODD]
    fake.does[f"{RULE}[4]"] = skipped("needs root")
    exact = " ".join(f"*[{number}]" for number in range(10) if number != 3)
    assert settle(fake) == text + f"cases = {exact}\n"


def test_more_of_what_is_not_explained(fake: Fake) -> None:
    text = section(RULE, "0", "cases = *[1]\n") + "\n" + section(OTHER, "0")
    explained = text.replace("not explained", "explained", 1)
    for name in (f"{RULE}[1]", f"{RULE}[2]", *fake.names[20:30]):
        fake.does[name] = failed(came="0")
    fake.deviate(text)
    assert settle(fake) == text.replace("*[1]\n", "*[1] *[2]\n")
    # The reason of a case need not be that of another one.
    fake.deviate(explained)
    assert settle(fake) == f"{explained}\n{section(f'{RULE}[2]', '0')}"


def test_sections_of_another_version_stay(fake: Fake) -> None:
    old = section(RULE, "0", "until = 6.0\n") + section(ODD, "0", "until = 6.0\n")
    fake.deviate(old)
    for number in range(10):
        fake.does[f"{RULE}[{number}]"] = failed()
    more = f"\n[{RULE} (-1 EINVAL)]\n"
    assert settle(fake).startswith(old + more)


def test_a_part_of_the_cases(fake: Fake) -> None:
    for name in fake.names:
        fake.does[name] = failed()
    text = settle(fake, "--run", "*[3]")
    for name in (fake.names[3], ODD):
        assert section(name, "-1 EINVAL") in text
    assert "cases" not in text


def broken(call: str, came: str = "-1 ENOPROTOOPT") -> dict[str, Any]:
    return failed("broken", call=call, came=came, expected="", message="x")


def test_refusals(fake: Fake) -> None:
    options = "IPPROTO_IP, IP_RECVERR"
    fake.does[fake.names[0]] = broken(f"setsockopt(3, {options}, &1, 4)")
    fake.does[fake.names[1]] = broken(f"setsockopt(17, {options}, &0, 4)")
    fake.does[fake.names[2]] = broken(f"setsockopt(5, {options}, &0, 4)", "-1 EIO")
    fake.does[ODD] = broken("bind(3, {AF_INET, 127.0.0.1:5000}, 16)", "-1 EADDRINUSE")
    text = settle(fake)
    assert text.endswith(
        "\n".join(
            [
                "",
                section("needs bind(*, {AF_INET, *}, 16)", "-1 EADDRINUSE"),
                section(
                    f"needs setsockopt(*, {options}, *)", "-1 ENOPROTOOPT | -1 EIO"
                ),
            ]
        )
    )
    # One is met no more, and of another one other answers.
    del fake.does[ODD]
    fake.does[fake.names[2]] = broken(f"setsockopt(5, {options}, &0, 4)", "-1 EPERM")
    fake.does[fake.names[1]] = broken("listen(5, 8)", "-1 EPERM")
    text = settle(fake)
    assert "bind" not in text
    assert "seen = -1 ENOPROTOOPT | -1 EPERM\n" in text
    assert section("needs listen(*, 8)", "-1 EPERM") in text
    # A part of the cases says nothing of what the others meet.
    done = amend(fake, "--run", ODD)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_new_refusal_takes_calls_from_a_shorter_one(fake: Fake) -> None:
    """What is found by no glob that is there gets one that others are found by, too."""
    fake.deviate(section("needs bind(3, {*)", "-1 EPERM"))
    fake.does[ODD] = broken("bind(3, {AF_INET, 127.0.0.1:5000}, 16)", "-1 EPERM")
    fake.does[f"{RULE}[4]"] = broken("bind(4, {AF_INET, 127.0.0.1:0}, 16)", "-1 EIO")
    text = settle(fake)
    seen = "-1 EPERM | -1 EIO"
    assert text == section("needs bind(*, {AF_INET, *}, 16)", seen)


@pytest.mark.parametrize(
    ("call", "is_glob"),
    [
        ("socket(AF_INET6, SOCK_RAW, 5)", "socket(AF_INET6, SOCK_RAW, 5)"),
        ("bind(-1, {AF_INET6, [::1]:80}, 28)", "bind(*, {AF_INET6, *}, 28)"),
        ('bind(3, {AF_UNIX, "@a}{, x"}, 9)', "bind(*, {AF_UNIX, *}, 9)"),
        ("bind(3, {AF_UNIX}, 2)", "bind(*, {AF_UNIX}, 2)"),
        ("bind(3, {0a 00 ff}, 3)", "bind(*, {0a 00 *}, 3)"),
        ("connect(3, {AF_VSOCK, cid 1, port 2}, 16)", "connect(*, {AF_VSOCK, *}, 16)"),
        ("listen(12, 8)", "listen(*, 8)"),
        (
            'setsockopt(3, SOL_SOCKET, SO_X, "lo", 3)',
            "setsockopt(*, SOL_SOCKET, SO_X, *)",
        ),
        ("sendto(3, &buf, 4, 0x0, NULL, 0)", "sendto(*, &buf, *, 0x0, NULL, 0)"),
        ('readlink("/proc/self/fd/3")', 'readlink("/proc/self/fd/*")'),
        ("fcntl(3, F_SETFL, 2048)", "fcntl(*, F_SETFL, 2048)"),
        ("fstat(3).st_mode", "fstat(*).st_mode"),
    ],
)
def test_a_call_as_a_glob(call: str, is_glob: str) -> None:
    found = record.generalised(call)
    assert found == is_glob
    assert glob(found)(call)


def test_what_is_no_difference_of_the_target(fake: Fake) -> None:
    fake.does[fake.names[0]] = failed(
        "broken", message="no room", call="x(3)", came="3"
    )
    done = amend(fake)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"not recorded: {fake.names[0]}: no room\n" in done.stderr


def test_what_a_case_finds_beside_its_call_is_recorded_in_quotes(fake: Fake) -> None:
    fake.does[ODD] = failed(message="the call lands in rule socket.x")
    done = amend(fake)
    assert done.returncode == 1
    assert '+seen = "the call lands in rule socket.x"\n' in done.stdout


def test_a_report_is_read(fake: Fake) -> None:
    fake.does[ODD] = failed()
    fake.does[fake.names[0]] = failed("timeout")
    fake.deviate(section(fake.names[0], "timeout"))
    assert fake.check().returncode == 1
    fake.does.clear()
    for path in (fake.results, fake.results / "results.json"):
        done = amend(fake, "--results", str(path))
        assert done.returncode == 1
        assert f"+[{ODD}]\n+seen = -1 EINVAL\n" in done.stdout
    apply(fake, done.stdout)
    assert amend(fake, "--results", str(fake.results)).returncode == 0
    # What is known is known by what came, whatever the file says now.
    (fake.deviations / "host.ini").unlink()
    done = amend(fake, "--results", str(fake.results))
    assert f"+[{fake.names[0]}]\n+seen = timeout\n" in done.stdout


def test_reports_that_are_none(fake: Fake) -> None:
    done = amend(fake, "--results", str(fake.folder / "no"))
    assert done.returncode == 2
    assert done.stderr.endswith("/no: No such file or directory\n")
    (fake.folder / "x.json").write_text("[]")
    done = amend(fake, "--results", str(fake.folder / "x.json"))
    assert done.stderr.endswith("x.json: no report of sockcheck\n")
    fake.check()
    fake.names.remove(ODD)
    done = amend(fake, "--results", str(fake.results))
    assert f"no case is named {ODD}" in done.stderr


def test_a_run_that_cannot_be_made(fake: Fake) -> None:
    done = amend(fake, "--target", "vax")
    assert (done.returncode, done.stdout) == (2, "")
    fake.deviate("nonsense")
    done = amend(fake)
    assert (done.returncode, done.stdout) == (2, "")


# Any run, and any file that another run has left.

WORD = st.sampled_from(
    ["udp", "tcp6", "peek", "recv", "before-x", "before-y", "*", "a b"]
)
VARIANTS = st.lists(
    st.lists(WORD, min_size=1, max_size=4).map(",".join), unique=True, max_size=12
)
ANSWERS = ["-1 EINVAL", "0", "0 and {a | b}", "5, bytes *", "# [x]", "-1 EIO"]
CALLS = [
    "setsockopt(3, IPPROTO_IP, IP_TTL, &1, 4)",
    "setsockopt(3, IPPROTO_IP, IP_RECVERR, &1, 4)",
    "bind(3, {AF_INET, 127.0.0.1:1}, 16)",
    "bind(4, {AF_INET6, [::1]:1}, 28)",
]


@st.composite
def listings(draw: st.DrawFn) -> list[Case]:
    cases = []
    for rule in ("bind.inet.x", "bind.x", "socket.y"):
        names = [f"{rule}[{variant}]" for variant in draw(VARIANTS)]
        if not names or draw(st.booleans()):
            # A rule's own id may be a case's name.
            names.append(rule)
        cases += [Case(name, rule, rule.split(".")[0], "x.c:1") for name in names]
    return cases


def entry_of(draw: st.DrawFn, case: Case) -> dict[str, Any]:
    entry = {"name": case.name, "rule": case.rule, "call": case.call, "at": case.at}
    kinds = [
        "pass",
        "pass",
        "fail",
        "fail",
        "fail",
        "skip",
        "broken",
        "crash",
        "defect",
    ]
    entry["verdict"] = draw(st.sampled_from(kinds))
    if entry["verdict"] == "defect":
        return {**entry, "verdict": "fail", "message": "a defect", "came": "0"}
    if entry["verdict"] == "fail":
        came = draw(st.sampled_from(ANSWERS))
        return {**entry, "came": came, "expected": "a number above 0"}
    if entry["verdict"] == "broken":
        came = draw(st.sampled_from(["-1 EPERM", "-1 EIO", "3"]))
        return {**entry, "called": draw(st.sampled_from(CALLS)), "came": came}
    return entry


@st.composite
def reports(draw: st.DrawFn, cases: list[Case]) -> outcomes.Learned:
    chosen = [case for case in cases if draw(st.integers(0, 9))]
    return outcomes.Learned(
        {
            "profile": "linux",
            "target": {"name": "t", "version": "Linux 6.18"},
            "sandbox": {"why": draw(st.sampled_from(["", "", "refused"]))},
            "cut_short": "",
            "never_met": [],
            "cases": [entry_of(draw, case) for case in chosen],
        }
    )


@settings(max_examples=300)
@given(st.data())
def test_any_run_is_as_recorded_then(data: st.DataObject) -> None:
    cases = data.draw(listings())
    ids = {case.rule for case in cases}
    text = ""
    verdicts: dict[str, bool] = {}
    for _ in range(3):
        learned = data.draw(reports(cases))
        patch = record.Recorder("x.ini", text, ids, cases, learned).record()
        before, text = text, "".join(patch.new)
        assert record.mistakes(text, ids, cases, learned) == []
        again = record.Recorder("x.ini", text, ids, cases, learned).record()
        assert again.diff("a", "b") == ""
        assert applied(before, patch.diff("a/x.ini", "b/x.ini")) == text
        # What did not run is recorded as it was, or was not.
        recorded = Book("x.ini", text, ids, cases, learned.version).recorded
        for name, was in verdicts.items():
            if name not in learned.outcomes:
                assert (name in recorded.of_case) == was
        verdicts = {case.name: case.name in recorded.of_case for case in cases}


def applied(old: str, diff: str) -> str:
    """A unified diff applied to a text, line by line and without any tolerance."""
    lines = old.splitlines(keepends=True)
    new: list[str] = []
    at = 0
    for line in diff.splitlines(keepends=True)[2:]:
        if line.startswith("@@"):
            start, _, count = line.split()[1][1:].partition(",")
            first = int(start) - (count != "0")
            new += lines[at:first]
            at = first
        elif line[0] == "+":
            new.append(line[1:])
        else:
            assert lines[at] == line[1:]
            at += 1
            if line[0] == " ":
                new.append(line[1:])
    return "".join(new + lines[at:])


LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n"]), max_size=30)


@given(LINES, st.data())
def test_diffs(old: list[str], data: st.DataObject) -> None:
    patch = Patch(old)
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(old)))
        if data.draw(st.booleans()):
            patch.insert(at, data.draw(LINES))
        else:
            patch.remove(at, min(len(old), at + data.draw(st.integers(0, 3))))
    assert applied("".join(old), patch.diff("a", "b")) == "".join(patch.new)


def test_a_file_whose_last_line_has_no_end(fake: Fake) -> None:
    text = section(RULE, "0").rstrip("\n")
    for name in fake.names[10:20]:
        fake.does[name] = failed(came="0")
    fake.does[f"{OTHER}[1]"] = failed()
    fake.deviate(text)
    assert settle(fake) == f"{text}\n\n{section(f'{OTHER}[1]', '-1 EINVAL')}"


@given(VARIANTS, st.data())
def test_globs(variants: list[str], data: st.DataObject) -> None:
    names = [f"bind.x[{variant}]" for variant in variants]
    wanted = [name for name in names if data.draw(st.booleans())]
    free = [name for name in names if data.draw(st.booleans())]
    avoided = set(names) - set(wanted) - set(free)
    found, left = globs.find(names, wanted, avoided)
    matched = {name for pattern in found for name in filter(glob(pattern), names)}
    assert set(wanted) - set(left) == matched & (set(wanted) - set(left))
    assert not matched & avoided
    # Only a name that is a glob itself may be out of reach.
    assert all("*" in name for name in left)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("udp,recv tcp,recv", "*,recv]"),
        ("udp,recv udp,peek,recv udp,read", "*[udp,*"),
        ("udp,peek,recv tcp,peek,recv", "*,peek,recv]"),
        ("udp,before-a tcp,before-b", "*,before-*"),
        ("udp,peek,recv", "*[udp,peek,recv]"),
    ],
)
def test_globs_that_are_read_easily(wanted: str, found: str) -> None:
    variants = (
        "udp,recv udp,read udp,peek,recv tcp,peek,recv tcp,recv tcp,read "
        "udp,before-a tcp,before-b"
    ).split()
    if found == "*[udp,*":
        variants.remove("udp,before-a")
    if found == "*,recv]":
        variants = [name for name in variants if "peek" not in name]
    names = [f"bind.x[{variant}]" for variant in variants]
    chosen = [f"bind.x[{variant}]" for variant in wanted.split()]
    others = set(names) - set(chosen) - {"bind.x[udp,peek,recv]"}
    assert globs.find(names, chosen, others) == ([found], [])


TEXT = st.text(st.sampled_from("ab[],*"), max_size=8)


@given(TEXT, TEXT)
def test_a_glob_is_what_fnmatch_knows(pattern: str, text: str) -> None:
    import fnmatch

    quoted = pattern.replace("[", "[[]")
    assert bool(glob(pattern)(text)) == fnmatch.fnmatchcase(text, quoted)


@needs_program
def test_the_program_against_a_liar(tmp_path: Path) -> None:
    """One rule is lied of: its cases are recorded, and nothing else."""
    [rule] = [rule for rule in rules() if rule["id"] == "socket.type.out_of_range"]
    from fake import RUNNER

    def run(command: str) -> subprocess.CompletedProcess[str]:
        arguments = [
            *(sys.executable, "-m", "sockcheck", command, "--binary", str(PROGRAM)),
            *("--target", "liar", "--run", "socket.type.*", "--deviations", "."),
        ]
        environment = dict(os.environ, PYTHONPATH=str(RUNNER))
        environment["SOCKCHECK_LIE"] = f"{rule['id']}:errno"
        return subprocess.run(
            arguments, cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    assert run("check").returncode == 1
    done = run("deviations")
    assert done.returncode == 1, done.stderr
    subprocess.run(
        ["patch", "-s", "-p1"], cwd=tmp_path, input=done.stdout, text=True, check=True
    )
    text = (tmp_path / "liar.ini").read_text()
    assert f"[{rule['id']}]\nseen = -1 " in text
    assert text.count("seen") == 1
    assert run("check").returncode == 0
    done = run("deviations")
    assert (done.returncode, done.stdout) == (0, "")
    report = json.loads((tmp_path / "build/results/liar/results.json").read_text())
    known = {case["rule"] for case in report["cases"] if case["verdict"] == "known"}
    assert known == {rule["id"]}
