# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Mutation: faults made of C texts, woven into them, and the cases chosen for each."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Callable, Iterator, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockcheck.mutation.c_tokens import tokens_of
from sockcheck.mutation import report, running, trials
from sockcheck.mutation.catalogue import Catalogue, read_functions
from sockcheck.mutation.choose import PASS, Seen, Suite, bits_of, cover
from sockcheck.mutation.machine import Failed, Image
from sockcheck.mutation.options import Options
from sockcheck.mutation.rules import Fault
from sockcheck.mutation.survivors import Explained
from sockcheck.mutation.trials import Limits, Results, Session
from sockcheck.mutation.weave import Source, unwoven
from sockcheck.tap import Point
from sockcheck.trouble import Trouble

HEADER = Path(__file__).parents[1] / "sockcheck/mutation/sockcheck_fault.h"

TEXT = """
static int bind_it(struct sock *sk, int length, int flags)
{
        int err = -EINVAL; /* until known */
        bool any = false;

        if (length < (int)sizeof(struct sockaddr_in) || !sk)
                goto out;
        if (flags & ~(MSG_PEEK | MSG_OOB))
                return -EOPNOTSUPP;
#ifdef CONFIG_X
        sk->x = 3;
#endif
        list_for_each_entry(sk, &head, node) {
                if (sk->port == length && unlikely(any)) {
                        sk->count++;
                        continue;
                }
        }
        err = check(sk, length + 1);
        lock_sock(sk);
        notify(sk);
out:
        return err;
}
"""


def texts(source: str, function: str = "bind_it") -> set[tuple[str, str]]:
    found = Source("net/x.c", source, {function}).faults
    return {(fault.rule, fault.text) for fault in found}


def numbered(source: str, function: str = "bind_it") -> tuple[Source, list[Fault]]:
    made = Source("net/x.c", source, {function})
    for number, fault in enumerate(made.faults, 1):
        fault.number = number
    return made, made.faults


@pytest.mark.parametrize(
    "rule, text",
    [
        ("errno", "-EINVAL -> -EFAULT"),
        ("errno", "-EINVAL -> 0"),
        ("errno", "err -> 0"),
        ("comparison", "sk->port == length -> sk->port != length"),
        ("condition", "flags & ~(MSG_PEEK | MSG_OOB) -> 0"),
        ("condition", "flags & ~(MSG_PEEK | MSG_OOB) -> 1"),
        ("operand", "!sk -> 0"),
        ("operand", "unlikely(any) -> ((unlikely(any)), 1)"),
        ("flag", "MSG_PEEK | MSG_OOB -> (MSG_PEEK)"),
        ("flag", "flags & ~(MSG_PEEK | MSG_OOB) -> (flags)"),
        ("assignment", "sk->count++; -> ;"),
        ("assignment", "sk->x = 3; -> ;"),
        ("assignment", "err = check(sk, length + 1); -> ;"),
        ("arithmetic", "length + 1 -> length - 1"),
        ("constant", "3 -> 4"),
        ("constant", "false -> true"),
        ("call", "notify(sk); -> ;"),
        ("jump", "continue; -> ;"),
    ],
)
def test_each_rule_makes_its_fault(rule: str, text: str) -> None:
    assert (rule, text) in texts(TEXT)


@pytest.mark.parametrize(
    "text",
    ["lock_sock(sk); -> ;", "goto out; -> ;", "return err; -> ;"],
)
def test_what_would_be_no_fault_of_its_own_is_not_made(text: str) -> None:
    assert text not in {found for _, found in texts(TEXT)}


def test_ids_are_stable_and_unique() -> None:
    source, faults = numbered(TEXT)
    ids = [source.id_of(fault) for fault in faults]
    assert len(set(ids)) == len(ids)
    # What is written elsewhere in the file changes none.
    other, more = numbered("int before;\n" + TEXT.replace("/* until known */", ""))
    assert ids == [other.id_of(fault) for fault in more]


def test_each_fault_is_another_text() -> None:
    source, faults = numbered(TEXT)
    for fault in faults:
        mutated = source.with_fault(fault)
        words = [token.text for token in tokens_of(mutated)]
        assert words != [token.text for token in tokens_of(TEXT)]


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "1", "0x10u", "p->x", "f(a)", "-EINVAL", "true"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("&& || < >= == + - | &".split()), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda text: f"!{text}"),
        inner.map(lambda text: f"f({text}, b)"),
        inner.map(lambda text: f"(int){text}"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} ? {two[1]} : b)"),
    ),
    max_leaves=8,
)
STATEMENTS = st.recursive(
    st.one_of(
        EXPRESSIONS.map(lambda text: f"a = {text};"),
        EXPRESSIONS.map(lambda text: f"b |= {text};"),
        EXPRESSIONS.map(lambda text: f"return {text};"),
        st.sampled_from(["a++;", "goto out;", "g();", ";", "/* no */ f(a, b);"]),
    ),
    lambda inner: st.one_of(
        st.tuples(EXPRESSIONS, inner).map(lambda two: f"if ({two[0]}) {two[1]}"),
        st.tuples(EXPRESSIONS, inner, inner).map(
            lambda parts: f"if ({parts[0]})\n\t{{ {parts[1]} }} else {parts[2]}"
        ),
        st.lists(inner, max_size=3).map(lambda many: "{ " + "\n".join(many) + " }"),
        st.tuples(EXPRESSIONS, inner).map(lambda two: f"while ({two[0]}) {two[1]}"),
    ),
    max_leaves=6,
)
# What the texts above are made of, for a compiler.
AROUND = """
enum { EINVAL = 22 };
struct p { int x; };
int f(int a, ...);
void g(void);
"""


def body(statements: list[str]) -> str:
    inner = "\n\t".join(statements)
    start = f"{AROUND}int bind_it(int a, int b, struct p *p)\n"
    return f"{start}{{\n\t{inner}\nout:\n\treturn a;\n}}\n"


@given(st.lists(STATEMENTS, max_size=4).map(body))
def test_what_was_woven_in_can_be_taken_out(text: str) -> None:
    source, faults = numbered(text)
    assert not source.not_understood
    woven = source.woven(faults)
    assert unwoven(woven.text) == text
    assert woven.text.count("\n") == text.count("\n") + 1
    for fault in faults:
        assert source.with_fault(fault) != text


def compiled(tmp_path: Path, text: str, fault: int) -> subprocess.Popen[str]:
    """What the text does, with main() behind it, and a fault chosen."""
    source = tmp_path / f"woven{fault}.c"
    include = f'#include "{HEADER}"\n'
    source.write_text(include + text.split("\n", 1)[1])
    program = tmp_path / f"woven{fault}"
    subprocess.run(["cc", "-w", "-o", program, source], check=True)
    return subprocess.Popen([program, str(fault)], stdout=subprocess.PIPE, text=True)


DOES = """
int printf(const char *format, ...);
int atoi(const char *text);
int bind_it(int a, int b)
{
        int err = -22;

        if (a < 3 && b)
                goto out;
        if (a > 7 || !b)
                err = 5;
        else
                err |= 1 + b;
        a = (b ? 3 : 4);
out:
        return err + a;
}
"""
MAIN = """
int sockcheck_fault;
unsigned char sockcheck_marks[1000];
int main(int argc, char **argv)
{
        sockcheck_fault = atoi(argv[1]);
        for (int a = 0; a < 10; a++)
                for (int b = 0; b < 3; b++)
                        printf("%d ", bind_it(a, b));
        for (int i = 1; i < 1000; i++)
                if (sockcheck_marks[i])
                        printf("m%d ", i);
        return 0;
}
"""


def test_each_choice_does_what_its_patch_says(tmp_path: Path) -> None:
    """Each fault's text, compiled alone, and the one program with it chosen."""
    source, faults = numbered(DOES)
    woven = source.woven(faults).text + MAIN
    program = compiled(tmp_path, woven, 0)
    plain = program.communicate()[0].split()
    marks = {int(word[1:]) for word in plain if word[0] == "m"}
    for fault in faults:
        alone = tmp_path / "alone.c"
        alone.write_text(source.with_fault(fault) + MAIN)
        subprocess.run(["cc", "-w", "-o", tmp_path / "alone", alone], check=True)
        chosen = subprocess.run(
            [tmp_path / "woven0", str(fault.number)], capture_output=True, text=True
        ).stdout.split()
        due = subprocess.run(
            [tmp_path / "alone", "0"], capture_output=True, text=True
        ).stdout.split()
        came = [word for word in chosen if word[0] != "m"]
        assert came == due, fault.text
        # Who makes a difference to what is printed was marked without the fault.
        if came != [word for word in plain if word[0] != "m"]:
            assert fault.number in marks, fault.text


def test_a_compiler_s_word_finds_its_fault() -> None:
    source, faults = numbered(TEXT.replace(" " * 8, "\t"))
    woven = source.woven(faults)
    for fault in faults:
        place = woven.text.index(f"({fault.number}", len("#include"))
        line = woven.text.count("\n", 0, place) + 1
        before = woven.text[woven.text.rindex("\n", 0, place) + 1 : place]
        column = len(before.expandtabs(8)) + 1
        assert woven.at(woven.offset(line, column)) is fault


def test_a_catalogue_numbers_all_and_prints_a_patch(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net/x.c").write_text(TEXT)
    listed = tmp_path / "functions.list"
    listed.write_text("# comment\n[bind]\nnet/x.c:bind_it\nnet/x.c:gone\n")
    made = Catalogue(str(tmp_path), read_functions(str(listed)))
    assert made.missing == ["net/x.c:gone"]
    deep = " " * 24
    number = next(n for n in made.by_number if "sk->count++" in made.entry(n)["id"])
    assert f"-{deep}sk->count++;\n+{deep};\n" in made.diff(number)


def test_a_reason_for_a_fault_that_is_gone_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "survivors.ini"
    ids = ["net/x.c:f:0:call:g(); -> ;", "net/x.c:f:0:constant:1 -> 2"]
    path.write_text("[net/x.c:f:0:call:g(); -> ;]\nwhy = a hint only\n")
    assert Explained(str(path), ids).why == {ids[0]: "a hint only"}
    path.write_text("[net/x.c:f:...]\nwhy = said once\n")
    assert set(Explained(str(path), ids).why) == set(ids)
    for text, wrong in [
        ("[net/x.c:gone:0:call:g(); -> ;]\nwhy = x\n", "no such fault any more"),
        ("[net/x.c:f:...]\n", "no reason"),
        ("[net/x.c:f:...]\nwhy = x\n[...1 -> 2]\nwhy = y\n", "is explained at"),
        ("[net/x.c:f:...]\nwhy = x\nbecause = y\n", "only 'why'"),
    ]:
        path.write_text(text)
        with pytest.raises(Trouble, match=wrong):
            Explained(str(path), ids)


MARKS = st.integers(min_value=0, max_value=2**40 - 1)


@given(st.lists(st.tuples(st.sampled_from("abc"), MARKS), max_size=30))
def test_a_cover_has_every_mark_and_every_rule(rows: list[tuple[str, int]]) -> None:
    seen = [Seen(f"{r}[{n}]", PASS, marks) for n, (r, marks) in enumerate(rows)]
    chosen = set(cover(seen, 2))
    for bit in range(40):
        having = {one.name for one in seen if one.marks >> bit & 1}
        assert len(having & chosen) >= min(2, len(having))
    assert {one.rule for one in seen} == {name[0] for name in chosen}


@given(st.lists(st.tuples(st.sampled_from("abc"), MARKS), max_size=30))
def test_all_that_could_notice_are_asked_once(rows: list[tuple[str, int]]) -> None:
    seen = [Seen(f"{r}[{n}]", PASS, marks) for n, (r, marks) in enumerate(rows)]
    entries = [{"number": n, "file": "x.c", "function": str(n % 3)} for n in range(40)]
    suite = Suite(seen, entries)
    for number in range(0, 40, 7):
        order = suite.order(number)
        assert sorted(order) == sorted(c.name for c in suite.could_notice(number))


def test_what_is_explained_is_asked_again_by_its_number_only(tmp_path: Path) -> None:
    ids = {n: f"x.c:f:{n}:call:g(); -> ;" for n in range(1, 4)}
    faults: dict[str, Any] = {
        "faults": [
            {"id": ids[n], "number": n, "file": "x.c", "function": "f"} for n in ids
        ]
    }
    results = Results(str(tmp_path / "results.jsonl"), "stamp")
    for number, verdict in ((1, report.NOTICED), (2, "survived"), (3, "survived")):
        results.add({**faults["faults"][number - 1], "verdict": verdict})
    path = tmp_path / "survivors.ini"
    path.write_text(f"[{ids[2]}]\nwhy = nobody sees it\n")
    explained = Explained(str(path), list(ids.values()))

    def due(again: bool, fault: int = 0) -> list[int]:
        options = Options()
        options.again, options.fault = again, fault
        entries = running._due(options, faults, results, explained)
        return [entry["number"] for entry in entries]

    assert due(again=False) == []
    assert due(again=True) == [3]
    assert due(again=True, fault=2) == [2]


def test_those_that_are_to_be_first_are() -> None:
    names = ["a[1]", "a[2]", "b[1]", "b[2,x]", "c[1]"]
    seen = [Seen(name, PASS, 1) for name in names]
    entries = [{"number": 0, "file": "x.c", "function": "f"}]
    usual = Suite(seen, entries).order(0)
    order = Suite(seen, entries, ["b[*", "c[1]"]).order(0)
    assert set(order[:3]) == {"b[1]", "b[2,x]", "c[1]"}
    # The others, and those among themselves, stay in their order.
    assert order[3:] == [name for name in usual if name[0] == "a"]
    assert order[:3] == [name for name in usual if name[0] != "a"]


def test_marks_are_read_as_the_kernel_writes_them() -> None:
    assert bits_of("0280") == 1 << 1 | 1 << 15


class Pretended:
    """In a machine's place: which cases come out otherwise, with which fault."""

    booted: list[int] = []

    def __init__(self, answers: Callable[[Pretended, str], str], fault: int) -> None:
        self.fault = fault
        self.answers = answers
        self.asked: list[tuple[int, str]] = []
        Pretended.booted.append(fault)

    def choose(self, fault: int) -> None:
        self.fault = fault

    def run(self, names: list[str]) -> Iterator[Point]:
        for name in names:
            self.asked.append((self.fault, name))
            came = self.answers(self, name)
            if came == "panic":
                raise Failed("panic: it is")
            fields = {} if came == PASS else {"verdict": came}
            yield Point(came == PASS, 1, name, fields=fields)

    def end(self) -> None:
        self.answers = lambda _machine, _name: "panic"


def tried(
    monkeypatch: pytest.MonkeyPatch, *answers: Callable[[Pretended, str], str]
) -> list[dict[str, Any]]:
    """What faults 1, 2, ... came to: of each, the answers of machines with it."""
    suite = Suite(
        [Seen(f"a.b[{n}]", PASS, 0b1110) for n in range(5)],
        [{"number": n, "file": "x.c", "function": "f"} for n in (1, 2, 3)],
    )

    def answer(machine: Pretended, name: str) -> str:
        return answers[machine.fault - 1](machine, name) if machine.fault else PASS

    Pretended.booted = []
    monkeypatch.setattr(
        trials, "Machine", lambda image, name, fault: Pretended(answer, fault)
    )
    session = Session(cast(Image, None), suite, "m", Limits(4, 100.0))
    return [session.try_fault(number) for number in range(1, len(answers) + 1)]


def passes(_machine: Pretended, _name: str) -> str:
    return PASS


def fails_third(_machine: Pretended, name: str) -> str:
    return "fail" if name == "a.b[2]" else PASS


def test_a_fault_is_noticed_by_the_case_that_heals_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = tried(monkeypatch, fails_third, passes)
    assert (first["verdict"], first["by"], first["how"]) == (
        *("noticed", "a.b[2]", "fail"),
    )
    assert (second["verdict"], second["cases"], second["could"]) == ("survived", 4, 5)
    assert Pretended.booted == [1]


def test_what_comes_once_by_chance_is_not_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def once(machine: Pretended, name: str) -> str:
        return (
            PASS if machine.asked.count((1, name)) > 1 else fails_third(machine, name)
        )

    assert tried(monkeypatch, once)[0]["verdict"] == "survived"


def test_a_machine_s_end_is_a_fault_s_only_in_a_boot_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def ends_what_others_used(machine: Pretended, _name: str) -> str:
        return "panic" if machine.asked[0][0] != 2 else PASS

    def ends(_machine: Pretended, _name: str) -> str:
        return "panic"

    found = tried(monkeypatch, passes, ends_what_others_used, ends)
    assert [one["verdict"] for one in found] == ["survived", "survived", "noticed"]
    assert [one["alone"] for one in found] == [True, True, True]
    assert Pretended.booted == [1, 2, 3]


def test_damage_that_stays_is_tried_again_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    damaged: list[Pretended] = []

    def damages(machine: Pretended, name: str) -> str:
        damaged.append(machine)
        return fails_third(machine, name)

    monkeypatch.setattr(
        Pretended,
        "choose",
        lambda self, fault: setattr(self, "fault", fault if self not in damaged else 1),
    )
    (found,) = tried(monkeypatch, damages)
    assert (found["verdict"], found["alone"]) == ("noticed", True)


def test_results_are_kept_for_the_same_faults_only(tmp_path: Path) -> None:
    path = str(tmp_path / "results")
    Results(path, "one").add({"id": "x", "verdict": "survived"})
    Results(path, "one").add({"id": "x", "verdict": "noticed"})
    assert Results(path, "one").of["x"]["verdict"] == "noticed"
    assert not Results(path, "another").of


def test_the_share_is_of_what_a_caller_can_see() -> None:
    entry: dict[str, Any] = {"file": "x.c", "function": "f", "rule": "call"}
    entry.update(line=1, number=1)
    entries: list[dict[str, Any]] = [
        {**entry, "id": "x.c:f:0:call:a", "verdict": "noticed"},
        {**entry, "id": "x.c:f:0:call:b", "verdict": "unmarked"},
        {
            **entry,
            "id": "x.c:f:0:call:c",
            "verdict": "survived",
            "cases": 1,
            "could": 2,
        },
        {**entry, "id": "x.c:f:0:call:d", "verdict": "survived"},
    ]
    explained = {"x.c:f:0:call:d": "a hint", "x.c:f:0:call:a": "noticed all the same"}
    whole = report.table(entries, explained, ["rule"])[-1].split()
    assert whole == ["all", "1", "3", "1", "1", "1", "33.3", "%"]
    left = report.remaining(entries, explained)
    assert ["no case" in report.line(one) for one in left] == [True, False]
