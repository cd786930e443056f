# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of recorded deviations: their verdicts, and files that are not right."""

from __future__ import annotations

import pytest

from fake import Fake, failed, skipped

RULE = "socket.family.unregistered"
ODD = f"{RULE}[3]"


def section(name: str, seen: str = "-1 EINVAL", more: str = "") -> str:
    return f"[{name}]\nseen = {seen}\nwhy = a filter refuses it\nsince = 6.1\n{more}"


def fail_rule(fake: Fake) -> None:
    for number in range(10):
        fake.does[f"{RULE}[{number}]"] = failed()


def test_known(fake: Fake) -> None:
    fail_rule(fake)
    fake.deviate("# recorded\n\n" + section(RULE, "-1 EPERM | -1 EINVAL"))
    done = fake.check()
    assert (done.returncode, done.stderr) == (0, "")
    assert fake.case(ODD)["verdict"] == "known"
    assert fake.case(ODD)["reason"] == "a filter refuses it"
    where = f"{fake.deviations}/host.ini:3"
    assert fake.case(ODD)["deviation"] == where
    assert f"a filter refuses it; since 6.1, see {where} (10 cases)" in done.stdout
    assert f"{ODD[:-3]}[0], [1], [2], [3], [4]," in done.stdout
    assert done.stdout.endswith("30 passed, 10 known to differ, as expected\n")


def test_another_difference_is_a_fail(fake: Fake) -> None:
    fail_rule(fake)
    fake.deviate(section(RULE, "-1 EPERM"))
    done = fake.check()
    assert done.returncode == 1
    assert fake.case(ODD)["verdict"] == "fail"
    assert f"not what {fake.deviations}/host.ini:1 has: -1 EPERM" in done.stdout


def test_a_defect_of_a_case_is_no_deviation(fake: Fake) -> None:
    message = "the call lands in rule socket.x; the case names socket.y"
    fake.does[ODD] = failed(message=message)
    fake.does[f"{RULE}[4]"] = failed(expected="")
    fake.deviate(section(RULE, "fail | -1 EINVAL", f"cases = {ODD} {RULE}[4]"))
    done = fake.check()
    assert done.returncode == 1
    assert done.stdout.endswith(": 38 passed, 2 failed\n")
    assert message in done.stdout


def test_fixed(fake: Fake) -> None:
    fake.deviate(section(ODD))
    done = fake.check()
    assert done.returncode == 1
    assert f"FIXED {ODD}" in done.stdout
    assert f"passes now; amend {fake.deviations}/host.ini:1" in done.stdout
    assert done.stdout.endswith("39 passed, 1 fixed\n")


def test_a_cases_section_wins(fake: Fake) -> None:
    fail_rule(fake)
    fake.does[ODD] = failed(came="0")
    fake.deviate(section(RULE) + section(ODD, "0"))
    assert fake.check().returncode == 0
    assert fake.case(ODD)["deviation"].endswith("host.ini:5")


def test_cases_limits_a_section(fake: Fake) -> None:
    fail_rule(fake)
    fake.deviate(section(RULE, more=f"cases = {RULE}[1] *[2]\nsource = a link\n"))
    assert fake.check().returncode == 1
    verdicts = fake.verdicts()
    known = {name for name in verdicts if verdicts[name] == "known"}
    assert known == {f"{RULE}[1]", f"{RULE}[2]"}


@pytest.mark.parametrize("since", ["6.9", "6", "6.18", "Linux 5.19", "last year"])
def test_since_an_older_version_or_none(fake: Fake, since: str) -> None:
    fail_rule(fake)
    fake.deviate(section(RULE).replace("since = 6.1", f"since = {since}"))
    assert fake.check().returncode == 0
    assert fake.case(ODD)["verdict"] == "known"
    fake.does.clear()
    assert fake.check().returncode == 1
    assert fake.case(ODD)["verdict"] == "fixed"


@pytest.mark.parametrize("since", ["6.19", "7", "6.18.1", "10.2"])
def test_since_a_newer_version(fake: Fake, since: str) -> None:
    """The target that is tested is Linux 6.18, which does not have it yet."""
    fake.deviate(section(RULE).replace("since = 6.1", f"since = {since}"))
    assert fake.check().returncode == 0
    assert fake.case(ODD)["verdict"] == "pass"
    fail_rule(fake)
    assert fake.check().returncode == 1
    assert fake.case(ODD)["verdict"] == "fail"


@pytest.mark.parametrize("until", ["6.18", "6.2", "6"])
def test_until_an_older_version(fake: Fake, until: str) -> None:
    fake.deviate(section(RULE, more=f"until = {until}\n"))
    assert fake.check().returncode == 0
    assert fake.case(ODD)["verdict"] == "pass"


@pytest.mark.parametrize("until", ["6.19", "10", "next year"])
def test_until_a_newer_version_or_none(fake: Fake, until: str) -> None:
    fake.deviate(section(RULE, more=f"until = {until}\n"))
    assert fake.check().returncode == 1
    assert fake.case(ODD)["verdict"] == "fixed"


@pytest.mark.parametrize("verdict", ["timeout", "crash"])
def test_what_is_no_result(fake: Fake, verdict: str) -> None:
    fake.does[ODD] = failed(verdict, message="it did not come to its end")
    fake.deviate(section(ODD))
    assert fake.check().returncode == 1
    assert fake.case(ODD)["verdict"] == verdict
    fake.deviate(section(ODD, f"-1 EINVAL | {verdict}"))
    assert fake.check().returncode == 0
    assert fake.case(ODD)["verdict"] == "known"


def test_a_skip_stays_one(fake: Fake) -> None:
    fake.does[ODD] = skipped("needs root")
    fake.deviate(section(ODD))
    assert fake.check().returncode == 0
    assert fake.case(ODD)["verdict"] == "skip"


def test_brackets_and_commas_in_a_section(fake: Fake) -> None:
    fake.names.append("socket.pair.order[a=1,b[2],c:d]")
    fake.does[fake.names[-1]] = failed()
    fake.deviate(section(fake.names[-1]))
    assert fake.check().returncode == 0


def test_a_rule_without_cases_may_be_recorded(fake: Fake) -> None:
    fake.extra_rules.append("bind.inet.addrlen_short")
    fake.deviate(section("bind.inet.addrlen_short"))
    assert fake.check().returncode == 0


def test_lines_that_go_on(fake: Fake) -> None:
    fail_rule(fake)
    text = section(RULE).replace("a filter", "a\n    [bracketed]\n    filter = one")
    fake.deviate(f"{text}\n\n{section('nobody')}")
    done = fake.check()
    assert f"{fake.deviations}/host.ini:9: unknown rule 'nobody'" in done.stderr


GOOD = section(RULE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + "\n" + section("socket.x"), ":6: unknown rule 'socket.x'"),
        (GOOD + section("socket.x[1]"), ":5: unknown case 'socket.x[1]'"),
        (GOOD + section(f"{RULE}[99]"), f":5: unknown case '{RULE}[99]'"),
        (GOOD + GOOD, f":5: [{RULE}] again"),
        (GOOD + "why = twice\n", ":5: 'why' again"),
        (GOOD + "who = me\n", ":5: unknown key 'who'"),
        ("# x\nseen = 1\n" + GOOD, ":2: a line before any section"),
        (GOOD + "nonsense\n", ":5: neither [section] nor key: nonsense"),
        (GOOD + "[socket.x\n", ":5: neither [section] nor key: [socket.x"),
        (GOOD + "[socket.x] y\n", ":5: neither [section] nor key: [socket.x] y"),
        (GOOD + "= 5\n", ":5: "),
        (f"\n[{RULE}]\nwhy = x\nsince = 1\n", f":2: [{RULE}] has no 'seen'"),
        (f"[{RULE}]\nseen = x\nsince = 1\n", f":1: [{RULE}] has no 'why'"),
        (f"[{RULE}]\nseen = x\nwhy = y\n", f":1: [{RULE}] has no 'since'"),
        (GOOD.replace("a filter refuses it", ""), ":3: 'why' is empty"),
        (section(RULE, "0 |"), ":2: 'seen' has an empty part"),
        (section(RULE, "0 | broken"), ":2: 'broken' is no deviation of a target"),
        (GOOD + f"cases = {RULE}[99]\n", f":5: no case of {RULE} matches"),
        (section(ODD) + "\ncases = *\n", ":6: only a rule's section has 'cases'"),
        ("[DEFAULT]\nwhy = x\n", ":1: "),
        ("[]\n", ":1: "),
    ],
)
def test_files_that_are_not_right(fake: Fake, text: str, says: str) -> None:
    fake.deviate(text)
    done = fake.check()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"sockcheck: {fake.deviations}/host.ini{says}")
    assert done.stderr.count("\n") == 1


def test_files_that_cannot_be_read(fake: Fake) -> None:
    (fake.deviations / "host.ini").write_bytes(b"# one\n\xff\n")
    assert "host.ini:2: not UTF-8" in fake.check().stderr
    (fake.deviations / "host.ini").unlink()
    (fake.deviations / "host.ini").mkdir()
    done = fake.check()
    assert done.returncode == 2
    assert "host.ini: Is a directory" in done.stderr
