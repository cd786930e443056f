# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of recorded deviations: their verdicts, and files that are not right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake import Fake, failed, skipped
from sockcheck import answers, ini

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
        (GOOD + section(f"{RULE} (again)"), f":5: {RULE}[0] is also in "),
        (
            section(RULE, more="cases = *[1]\n")
            + section(f"{RULE} (x)", more="cases = *[2] *[1]\n"),
            f":10: {RULE}[1] is also in ",
        ),
        (GOOD + section("socket.x (words)"), ":5: unknown rule 'socket.x'"),
        (GOOD + section(f"{RULE} ()"), f":5: unknown rule '{RULE} ()'"),
        (section(RULE, "*"), ":2: no value before the '*' of '*'"),
        (section(RULE, "0*"), ":2: no value before the '*' of '0*'"),
        (section(RULE, "-1 E*"), ":2: no value before the '*' of '-1 E*'"),
        (section(RULE, "*, bytes 61"), ":2: no value before the '*' of '*, bytes 61'"),
        (section("needs bind(*)", "crash"), ":2: 'crash' is no refusal of a call"),
        (section("needs *"), ":1: no name of a call before the '(': '*'"),
        (section("needs b*(3)"), ":1: no name of a call before the '(': 'b*(3)'"),
        (section("needs x(*)", more="cases = y\n"), ":5: no case matches 'y'"),
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


OPTION = "setsockopt(5, IPPROTO_IP, IP_RECVERR, &1, 4)"
NEEDS = "needs setsockopt(*, IPPROTO_IP, IP_RECVERR, *)"


def refuse(
    fake: Fake, *names: str, call: str = OPTION, came: str = "-1 EINVAL"
) -> None:
    for name in names:
        message = "setsockopt(fd, IP_RECVERR), which the case needs, did not succeed"
        fake.does[name] = failed(
            "broken", call=call, came=came, expected="", message=message
        )


def test_a_refusal(fake: Fake) -> None:
    refuse(fake, ODD, fake.names[0])
    fake.deviate(section(NEEDS, "-1 ENOSYS | -1 EINVAL"))
    done = fake.check()
    assert (done.returncode, done.stderr) == (0, "")
    reason = f"{NEEDS}, which host answers with -1 EINVAL: a filter refuses it"
    case = fake.case(ODD)
    assert (case["verdict"], case["reason"]) == ("skip", reason)
    assert (case["called"], case["came"]) == (OPTION, "-1 EINVAL")
    assert case["deviation"] == f"{fake.deviations}/host.ini:1"
    assert f"  {reason} (2 cases)" in done.stdout
    assert fake.report()["never_met"] == []


@pytest.mark.parametrize(
    ("header", "seen", "came"),
    [
        ("needs setsockopt(*, IP_TTL, *)", "-1 EPERM", "-1 EPERM"),
        (NEEDS, "-1 EPERM", "-1 EINVAL"),
        # The call succeeded, so it is something else that the case lacks.
        (NEEDS, "-1 EPERM", "0"),
    ],
)
def test_broken_stays_broken(fake: Fake, header: str, seen: str, came: str) -> None:
    refuse(fake, ODD, came=came)
    refuse(fake, f"{RULE}[4]", call="setsockopt(3, IP_TTL, &1, 4)")
    fake.deviate(section(header, seen))
    done = fake.check()
    assert done.returncode == 1
    assert fake.case(ODD)["verdict"] == "broken"
    if came == "-1 EINVAL":
        says = f"not what {fake.deviations}/host.ini:1 has: -1 EPERM"
        assert fake.case(ODD)["reason"] == says


def test_the_longest_refusal_counts(fake: Fake) -> None:
    refuse(fake, ODD)
    refuse(fake, f"{RULE}[4]", call="setsockopt(3, SOL_SOCKET, SO_DEBUG, &1, 4)")
    general = section("needs setsockopt(*)")
    fake.deviate(general + section(NEEDS))
    assert fake.check().returncode == 0
    assert fake.case(ODD)["deviation"].endswith("host.ini:5")
    assert fake.case(f"{RULE}[4]")["deviation"].endswith("host.ini:1")
    fake.deviate(general + section(NEEDS, "-1 EIO"))
    assert fake.check().returncode == 1
    assert fake.case(ODD)["verdict"] == "broken"


def test_a_refusal_that_is_never_met(fake: Fake) -> None:
    fake.deviate(section(NEEDS))
    done = fake.check()
    where = f"{fake.deviations}/host.ini:1"
    assert done.returncode == 1
    assert f"\nFIXED {NEEDS}\n  because   never met: amend {where}\n" in done.stdout
    assert done.stdout.endswith(": 40 passed, 1 refusal never met\n")
    met = [{"needs": NEEDS[6:], "deviation": where}]
    assert fake.report()["never_met"] == met
    tap = (fake.results / "results.tap").read_text()
    assert tap.endswith(f"# {NEEDS}: never met: amend {where}\n")
    junit = (fake.results / "results.xml").read_text()
    assert f'name="{NEEDS[6:]}"><failure message="never met: amend {where}"/>' in junit
    assert 'tests="41" failures="1"' in junit


def test_a_part_of_the_cases_need_not_meet_a_refusal(fake: Fake) -> None:
    fake.deviate(section(NEEDS))
    assert fake.check("--run", "*[1]").returncode == 0
    fake.sandbox = {"namespaces": "none", "why": "refused"}
    assert fake.check().returncode == 0
    fake.sandbox = {"namespaces": "none", "why": ""}
    assert fake.check().returncode == 1


def test_a_refusal_for_some_cases(fake: Fake) -> None:
    refuse(fake, ODD, f"{RULE}[4]")
    fake.deviate(section(NEEDS, "-1 EINVAL", "cases = *[3]\n"))
    assert fake.check().returncode == 1
    assert fake.case(ODD)["verdict"] == "skip"
    assert fake.case(f"{RULE}[4]")["verdict"] == "broken"
    # Its one case does not run here, so it cannot be met.
    fake.does = {name: skipped("needs root") for name in fake.names if "[3]" in name}
    assert fake.check().returncode == 0
    fake.does = {ODD: skipped("needs root")}
    assert fake.check().returncode == 1


def test_a_refusal_of_another_version(fake: Fake) -> None:
    refuse(fake, ODD)
    fake.deviate(section(NEEDS).replace("since = 6.1", "since = 6.19"))
    assert fake.check().returncode == 1
    assert fake.case(ODD)["verdict"] == "broken"
    fake.does.clear()
    assert fake.check().returncode == 0


def test_a_refusal_where_no_skip_is_allowed(fake: Fake) -> None:
    refuse(fake, ODD)
    fake.deviate(section(NEEDS))
    assert fake.check("--require-no-skip", ODD).returncode == 1
    assert fake.case(ODD)["verdict"] == "fail"
    assert "allows none: needs setsockopt(" in fake.case(ODD)["reason"]


def test_what_is_not_explained_is_counted(fake: Fake) -> None:
    fail_rule(fake)
    refuse(fake, fake.names[0])
    text = section(RULE) + section(NEEDS) + section("socket.type.range")
    fake.deviate(text.replace("a filter refuses it", "not explained"))
    fake.check("--run", "socket.f*")
    assert fake.report()["not_explained"] == 2
    done = fake.check("--run", "socket.f*", "--quiet")
    assert "\n2 deviations not explained\n" in done.stdout
    fake.deviate(section(RULE) + section(NEEDS))
    done = fake.check()
    assert "not explained" not in done.stdout
    assert fake.report()["not_explained"] == 0


def test_sections_of_one_rule(fake: Fake) -> None:
    fail_rule(fake)
    fake.does[ODD] = failed(came="0")
    fake.does[f"{RULE}[4]"] = failed(came="-1 EIO")
    fake.deviate(
        section(RULE)
        + section(f"{RULE} (gives 0)", "0", "cases = *[3] *[4]\n")
        + section(f"{RULE}[4] (its own)", "-1 EIO")
    )
    assert fake.check().returncode == 0
    assert fake.case(ODD)["deviation"].endswith("host.ini:5")
    assert fake.case(f"{RULE}[4]")["deviation"].endswith("host.ini:10")


def test_sections_of_one_rule_in_other_versions(fake: Fake) -> None:
    fail_rule(fake)
    fake.deviate(
        section(f"{RULE} (old)", "0", "until = 6.5\n")
        + section(RULE).replace("since = 6.1", "since = 6.5")
    )
    assert fake.check().returncode == 0


def test_an_answer_a_line(fake: Fake) -> None:
    came = ["-1 EINVAL", "a | b", "#c|[d]\\*  e", "0 and {127.0.0.1:49321}, 16", "7"]
    for number, text in enumerate(came):
        fake.does[f"{RULE}[{number}]"] = failed(came=text)
    answers = r"""
    -1 EINVAL | 7
    a \| b
    \#c|[d]\\\*\u0020 e
    0 and {127.0.0.1:*}, 16"""
    fake.deviate(section(RULE, answers, "cases = *[0]\n  *[1] *[2]\n  *[3] *[4]\n"))
    done = fake.check()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("35 passed, 5 known to differ, as expected\n")
    assert fake.case(f"{RULE}[1]")["seen"] == "a | b"


def test_a_star_is_for_no_more_than_it_stands_for(fake: Fake) -> None:
    fake.does[ODD] = failed(came="0 and {127.0.0.2:49321}, 16")
    fake.deviate(section(ODD, "0 and {127.0.0.1:*}, 16"))
    assert fake.check().returncode == 1
    fake.deviate(section(ODD, "1 and {127.0.0.2:*}, 16"))
    assert fake.check().returncode == 1


ROUND = st.text(st.characters(blacklist_categories=()), min_size=1, max_size=20)


@given(st.lists(ROUND, min_size=1, max_size=4), st.booleans())
def test_answers_are_read_as_they_were(texts: list[str], lines: bool) -> None:
    written = [answers.escape(text) for text in texts]
    value = "\n    ".join(["", *written]) if lines else " | ".join(written)
    document = ini.Document("x.ini", f"[s]\nseen = {value}\nwhy = x\n")
    key = document.sections["s"].keys["seen"]
    read = [answers.Answer(part) for part in answers.split("\n".join(key.value))]
    assert [answer.text for answer in read] == texts
    assert not any(answer.varies for answer in read)
    assert all(answer.fits(text) for answer, text in zip(read, texts))
    assert list(document.sections["s"].keys) == ["seen", "why"]


@given(st.lists(st.sampled_from(["a", "*", "|", "\\", "#", " ", "b"]), min_size=1))
def test_awkward_answers(letters: list[str]) -> None:
    text = "".join(letters)
    [part] = answers.split(answers.escape(text))
    assert answers.Answer(part).text == text
    assert not answers.Answer(part).varies
