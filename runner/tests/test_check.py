# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of whole runs: verdicts, exit status and what people read."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from fake import Fake, failed, skipped

ODD = "socket.family.unregistered[3]"


def test_all_as_expected(fake: Fake) -> None:
    done = fake.check()
    assert (done.returncode, done.stderr) == (0, "")
    assert "40 cases on host (Linux 6.18) in" in done.stdout
    assert done.stdout.endswith(": 40 passed, as expected\n")
    assert set(fake.verdicts().values()) == {"pass"}
    assert len(fake.verdicts()) == 40


def test_a_fail_says_what_was_to_come_and_who_says_so(fake: Fake) -> None:
    fake.does[ODD] = failed(message="first\nsecond", at="cases/socket/family.c:30")
    done = fake.check()
    assert done.returncode == 1
    block = f"""
FAIL {ODD}   cases/socket/family.c:30
  rule      a family that nobody registered is refused
  cited     socket(2) EAFNOSUPPORT
            net/socket.c:__sock_create
  call      socket(AF_AX25, SOCK_STREAM, 0)
  expected  -1 EAFNOSUPPORT
  came      -1 EINVAL
  message   first
            second
"""
    assert block in done.stdout
    assert done.stdout.endswith(": 39 passed, 1 failed\n")
    assert "\ncall      cases     pass     fail     skip\n" in done.stdout
    assert "socket       40       39        1        0\n" in done.stdout


@pytest.mark.parametrize("verdict", ["broken", "timeout", "crash"])
def test_what_else_a_worker_may_say(fake: Fake, verdict: str) -> None:
    fake.does[ODD] = failed(verdict)
    done = fake.check()
    assert done.returncode == 1
    assert fake.case(ODD)["verdict"] == verdict
    assert f"\n{verdict.upper()} {ODD}" in done.stdout


def test_skips_are_listed_by_reason(fake: Fake) -> None:
    for name in fake.names[:12]:
        fake.does[name] = skipped("needs CAP_NET_RAW")
    fake.does[fake.names[20]] = skipped("needs root")
    done = fake.check()
    assert done.returncode == 0
    part = done.stdout.split("\nSkipped\n")[1].split("\n\n")[0]
    assert part.index("needs CAP_NET_RAW (12 cases)") < part.index(
        "needs root (1 case)"
    )
    # The rule is said once for all of its cases that stand together.
    assert f"{fake.names[0]}, [1], [2], [3], [4], [5], [6], [7], [8], [9]," in part
    assert f"{fake.names[10]}, [1]\n" in part
    assert f"{fake.names[20]}" in part
    assert max(map(len, part.split("\n"))) <= 100
    assert "27 passed, 13 skipped, as expected" in done.stdout


def test_required_cases_may_not_be_skipped(fake: Fake) -> None:
    fake.does[ODD] = skipped("needs root")
    fake.does[fake.names[0]] = skipped("needs root")
    done = fake.check("--require-no-skip", "socket.family.*")
    assert done.returncode == 1
    assert fake.verdicts()[ODD] == "fail"
    assert fake.verdicts()[fake.names[0]] == "skip"
    assert "--require-no-skip allows none: needs root" in done.stdout


def test_results_come_in_the_order_of_the_cases(fake: Fake) -> None:
    fake.does[fake.names[0]] = {**failed(), "sleep": 0.3}
    for name in fake.names[1:6]:
        fake.does[name] = failed()
    done = fake.check("--jobs", "3", "--verbose")
    shown = [word for word in done.stdout.split() if word in fake.names]
    assert shown == fake.names


def test_selection(fake: Fake) -> None:
    fake.check("--run", "*[3]", "--run", "socket.type.range")
    rules = {"flags.unknown", "family.unregistered", "protocol.table"}
    assert set(fake.verdicts()) == {
        *(f"socket.{rule}[3]" for rule in rules),
        *(f"socket.type.range[{number}]" for number in range(10)),
    }


def test_whole_names_and_rules_may_be_mixed_with_globs(fake: Fake) -> None:
    names = ("socket.type.range[1]", "socket.flags.unknown", "*table[2]")
    fake.check(*(word for name in names for word in ("--run", name)))
    assert set(fake.verdicts()) == {
        "socket.type.range[1]",
        "socket.protocol.table[2]",
        *(f"socket.flags.unknown[{number}]" for number in range(10)),
    }


def test_a_few_that_stand_for_all(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fake.folder)
    named = fake.folder / "ci" / "kernel" / "quick.cases"
    named.parent.mkdir(parents=True)
    named.write_text(f"# a few\n{fake.names[3]}\n{fake.names[21]}\n")
    assert fake.check("--quick").returncode == 0
    assert set(fake.verdicts()) == {fake.names[3], fake.names[21]}
    done = fake.check("--quick", "--run", "*")
    assert done.returncode == 2
    assert "--quick has cases of its own: no --cases, no --run" in done.stderr


def test_without_the_few(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fake.folder)
    done = fake.check("--quick")
    assert done.returncode == 2
    assert "quick.cases is not there: make mutation-quick writes it" in done.stderr


def test_without_namespaces_it_says_so(fake: Fake) -> None:
    fake.sandbox = {"namespaces": "none", "why": "user.max_user_namespaces is 0"}
    why = "needs a network namespace: user.max_user_namespaces is 0"
    fake.does[ODD] = skipped(why)
    # Left out for another reason: not counted.
    fake.does[fake.names[0]] = skipped("needs root")
    done = fake.check()
    assert done.returncode == 0
    line = "without namespaces: user.max_user_namespaces is 0; 1 case left out\n"
    assert line in done.stdout


def test_quiet_still_lists_skips_and_fails(fake: Fake) -> None:
    fake.does[ODD] = skipped("needs root")
    fake.does[fake.names[0]] = failed()
    done = fake.check("--quiet")
    assert ODD in done.stdout and f"FAIL {fake.names[0]}" in done.stdout
    assert "reports:" not in done.stdout


def test_no_control_characters_in_a_pipe(fake: Fake) -> None:
    fake.does[ODD] = failed(output="\033[31mred\r\n\0\udcff", message="\x07")
    done = fake.check()
    assert done.stdout.replace("\n", "").isprintable()
    assert "\\x1b[31mred" in done.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--run", "nothing.*"], "no case matches 'nothing.*'"),
        (["--run", "socket.flags.unknown[0-9]"], "no case matches"),
        (["--require-no-skip", "nothing"], "no case matches 'nothing'"),
        (["--target", "vax"], "unknown target 'vax'"),
        (["--jobs", "0"], "argument --jobs: '0' is no number"),
        (["--jobs", "many"], "argument --jobs: 'many' is no number"),
        (["--timeout", "nan"], "argument --timeout: 'nan' is no number"),
        (["--timeout", "-1"], "argument --timeout: '-1' is no number"),
        (["--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["--tap", "--quiet"], "not allowed with argument"),
        (["--binary", "missing/sockcheck"], "missing/sockcheck: No such file"),
    ],
)
def test_bad_options(fake: Fake, options: list[str], says: str) -> None:
    done = fake.check(*options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sockcheck: ")
    assert says in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100000, "not JSON"),
        ("[]", "not a list of cases"),
        ('{"cases": [{"name": 1}]}', "not a list of cases"),
    ],
)
def test_a_binary_that_is_none(fake: Fake, text: str, says: str) -> None:
    fake.list_text = text
    done = fake.check()
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr and done.stderr.count("\n") == 1


def test_names_that_do_not_fit_on_a_line(fake: Fake) -> None:
    fake.names.append("socket.x\nsocket.y")
    assert "not a list of cases" in fake.check().stderr
    fake.names[-1] = fake.names[0]
    assert "not a list of cases" in fake.check().stderr


def test_no_results_folder_costs_the_reports_only(fake: Fake) -> None:
    (fake.folder / "results").write_text("a file is in the way")
    fake.does[ODD] = failed()
    done = fake.check()
    assert done.returncode == 2
    assert f"FAIL {ODD}" in done.stdout and "39 passed, 1 failed" in done.stdout
    assert done.stderr == f"sockcheck: {fake.results}: File exists\n"


def test_a_full_disk_costs_the_reports_only(fake: Fake) -> None:
    fake.make()
    done = fake.run_by(
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))"
    )
    assert done.returncode == 2
    assert "40 passed, as expected" in done.stdout
    assert done.stderr == f"sockcheck: {fake.results}/results.tap: File too large\n"
    assert list(fake.results.iterdir()) == []


@pytest.mark.parametrize("most", [6, 8, 12])
def test_too_few_descriptors(fake: Fake, most: int) -> None:
    fake.make()
    done = fake.run_by(f"resource.setrlimit(resource.RLIMIT_NOFILE, ({most}, {most}))")
    assert done.returncode == 2
    assert done.stderr.startswith("sockcheck: no pipe to ")
    assert done.stderr.endswith(": Too many open files\n")
    assert done.stderr.count("\n") == 1


def test_a_full_standard_output(fake: Fake) -> None:
    fake.make()
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            fake.command("--verbose"),
            env=fake.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr == "sockcheck: standard output: No space left on device\n"
    assert set(fake.verdicts().values()) == {"pass"}


def test_a_reader_that_goes_away(fake: Fake) -> None:
    fake.sleep = 0.02
    fake.make()
    child = subprocess.Popen(
        fake.command("--verbose"),
        env=fake.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout and child.stderr
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr.read() == b""
    assert child.wait(30) == -13
    assert fake.workers_left() == []
    # What was not read is in the reports, all of it.
    assert set(fake.verdicts().values()) == {"pass"}
    assert len(fake.verdicts()) == 40


def test_closed_standard_descriptors(fake: Fake) -> None:
    fake.make()
    for closing in ("<&-", "2>&-", "<&- 2>&-"):
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {closing}', "sh", *fake.command()],
            env=fake.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0
        assert "40 passed, as expected" in done.stdout


@pytest.mark.parametrize("options", [[], ["--tap"], ["--verbose"]])
def test_a_closed_standard_output(fake: Fake, options: list[str]) -> None:
    fake.make()
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *fake.command(*options)],
        env=fake.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == "sockcheck: standard output is closed\n"
    assert set(fake.verdicts().values()) == {"pass"}


def test_a_complaint_does_not_go_to_standard_output(fake: Fake) -> None:
    fake.make()
    command = fake.command("--target", "vax")
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", *command],
        env=fake.environment(),
        stdout=subprocess.PIPE,
    )
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize(
    ("name", "says"),
    [("missing", "No such file or directory"), ("file", "Not a directory")],
)
def test_a_folder_of_deviations_that_is_none(fake: Fake, name: str, says: str) -> None:
    (fake.folder / "file").write_text("")
    fake.deviations = fake.folder / name
    done = fake.check()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"sockcheck: --deviations {fake.folder / name}: {says}\n"


@pytest.mark.parametrize("options", [[], ["--guest"]])
def test_workers_are_told_of_a_guest(fake: Fake, options: list[str]) -> None:
    assert fake.check(*options).returncode == 0
    told = json.loads((fake.folder / "sockcheck.argv").read_text())
    assert [word for word in told if word == "--guest"] == options
    # Cases that change the whole machine run one at a time.
    assert (len(fake.pids()) == 1) == bool(options)


@pytest.mark.parametrize("handler", ["SIG_DFL", "SIG_IGN"])
def test_an_early_interrupt_is_quiet(fake: Fake, handler: str) -> None:
    """It finds the handler of a program that knows nothing of it, or is ignored."""
    program = f"""
import signal
signal.signal(signal.SIGINT, signal.{handler})
import sockcheck.__main__
from sockcheck.signals import Signals
print(signal.getsignal(signal.SIGINT).name)
Signals().install()
print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
"""
    # Python puts its own handler in the place of the default one.
    program = program.replace("signal.SIG_DFL)", "signal.default_int_handler)")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=fake.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.stdout.split() == [handler, str(handler == "SIG_IGN")]


def test_the_binary_is_asked_for_rules_only_when_needed(fake: Fake) -> None:
    fake.make()
    told = json.loads((fake.folder / "sockcheck.json").read_text())
    assert json.loads(told["rules"])["rules"]
    told["rules"] = "no JSON"
    (fake.folder / "sockcheck.json").write_text(json.dumps(told))
    done = subprocess.run(fake.command(), env=fake.environment(), capture_output=True)
    assert done.returncode == 0
