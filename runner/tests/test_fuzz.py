# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Programs against targets: judged by the rulebook, found, minimised, written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import known
import pytest

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = TOP / os.environ.get("BUILD", "build")
TOOL = BUILD / "fuzz" / "test" / "sockcheck-fuzz"

pytestmark = pytest.mark.skipif(
    not TOOL.exists(), reason=f"{TOOL} is not built: make test builds it"
)

# A datagram to oneself, and a bind that must be refused, among calls that matter not.
TALK = """\
fd0 = socket(AF_INET, SOCK_DGRAM, 0)
fd1 = socket(AF_INET, SOCK_STREAM, 0)
bind(fd0, {AF_INET, 127.0.0.1:5000}, 16)
sendto(fd0, buffer[5], 0, {AF_INET, 127.0.0.1:5000}, 16)
recvfrom(fd0, buffer[8], 0, NULL)
bind(fd1, {AF_INET, 192.0.2.1:5000}, 16)
listen(fd1, 5)
close(fd0)
"""


def fuzz(
    *words: str | Path,
    target: str = "host",
    lie: str = "",
    findings: Path | None = None,
    known: str = "",
) -> subprocess.CompletedProcess[str]:
    folder = ["--findings", str(findings)] if findings else []
    done = subprocess.run(
        [TOOL, "--target", target, *folder, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        env=dict(
            os.environ,
            SOCKCHECK_LIE=lie,
            ASAN_OPTIONS="detect_leaks=0:handle_segv=0",
            **({"SOCKCHECK_KNOWN": known} if known else {}),
        ),
    )
    if "fuzzing needs" in done.stderr:
        pytest.skip(done.stderr.strip())
    return done


@pytest.fixture(name="program")
def fixture_program(tmp_path: Path) -> Path:
    path = tmp_path / "talk.txt"
    path.write_text(TALK)
    return path


def judged(output: str) -> list[str]:
    return [line for line in output.splitlines() if "as is due" in line]


def test_the_host_does_what_is_due(program: Path) -> None:
    done = fuzz("replay", program)
    assert done.returncode == 0, done.stdout
    assert "recvfrom.address.not_wanted" in done.stdout
    assert "bind.inet.address_not_local" in done.stdout
    assert len(judged(done.stdout)) >= 6


def test_a_lie_is_found(program: Path) -> None:
    done = fuzz("replay", program, target="liar", lie="bind:99")
    assert done.returncode == 1
    assert "FOUND bind.inet.address_not_local: succeeded otherwise" in done.stdout
    assert "due       -1 EADDRNOTAVAIL\ncame      0" in done.stdout
    assert "cited     bind(2) EADDRNOTAVAIL" in done.stdout


def test_a_byte_written_behind_what_is_told_is_found(program: Path) -> None:
    done = fuzz("replay", program, target="liar", lie="recvfrom:leak")
    assert done.returncode == 1
    assert "FOUND recvfrom." in done.stdout


def test_what_is_found_is_made_small(program: Path) -> None:
    done = fuzz("minimise", program, target="liar", lie="bind:99")
    assert done.returncode == 0
    text = done.stdout.split("\nprogram\n")[1]
    assert text.splitlines() == [
        "fd0 = socket(AF_INET, SOCK_STREAM, 0)",
        "bind(fd0, {AF_INET, 192.0.2.1:5000}, 16)",
    ]


def test_without_a_finding_nothing_is_minimised(program: Path) -> None:
    done = fuzz("minimise", program)
    assert done.returncode == 2
    assert "nothing differs" in done.stderr


def test_a_finding_is_a_case(program: Path) -> None:
    done = fuzz("case", program, target="liar", lie="bind:99")
    assert 'CASE("bind.inet.address_not_local[found]")' in done.stdout
    assert "expect_errno(EADDRNOTAVAIL, t_bind(fd0, address1, 16));" in done.stdout


def test_a_campaign_writes_each_finding_once(tmp_path: Path) -> None:
    found = tmp_path / "findings"
    done = fuzz(*("campaign", "4", "7"), target="liar", lie="bind:22", findings=found)
    assert done.returncode == 1, done.stdout
    kinds = {path.suffix for path in found.iterdir()}
    assert kinds == {".txt", ".program", ".c"}
    again = fuzz(
        "replay", *sorted(found.glob("*.program"))[:1], target="liar", lie="bind:22"
    )
    assert again.returncode == 1


def test_the_corpus_has_no_finding() -> None:
    done = fuzz("corpus", TOP / "fuzz" / "corpus")
    assert done.returncode == 0, done.stderr + done.stdout


def test_every_rule_is_reached_or_explained(program: Path) -> None:
    done = fuzz("missing", TOP / "fuzz" / "corpus")
    assert (done.returncode, done.stdout) == (0, ""), (
        "give fuzz/corpus a program that reaches it, or fuzz/unreached.ini the reason: "
        + done.stdout
    )
    done = fuzz("missing", program.parent)
    assert done.returncode == 1
    missing = done.stdout.split()
    # One that the program reaches, one that is explained, one that is neither.
    assert "bind.inet.address_not_local" not in missing
    assert not [rule for rule in missing if rule.startswith("bind.landlock.")]
    assert "bind.unix.bound_path" in missing


STACKS = BUILD / "test" / "stacks"
PLAIN = f"{STACKS}/plain.so,prefix=stack_"
# A stack that looks at what the request does not pass.
CRASH = """\
fd0 = socket(AF_INET, SOCK_STREAM, 0)
ioctl(fd0, FIOCLEX, &0)
"""


def test_all_programs_of_a_large_folder_are_run(tmp_path: Path) -> None:
    """More of them than one read of a folder gives: 32 KiB of names."""
    for number in range(600):
        name = f"{number}-{'x' * 80}.txt"
        (tmp_path / name).write_text("fd0 = socket(AF_UNIX, SOCK_DGRAM, 0)\n")
    done = fuzz("corpus", tmp_path)
    assert "0 differences did not come again" in done.stdout
    assert "corpus: 600 passed, 0 failed, 0 skipped" in done.stdout


def test_a_stack_is_judged_in_a_process_of_its_own(program: Path) -> None:
    done = fuzz("replay", program, target=PLAIN)
    assert done.returncode == 0, done.stdout
    assert "bind.inet.address_not_local" in done.stdout


def test_a_stack_that_dies_is_a_finding(tmp_path: Path) -> None:
    program = tmp_path / "crash.txt"
    program.write_text(CRASH)
    done = fuzz("replay", program, target=PLAIN)
    assert done.returncode == 1, done.stdout
    assert "FOUND ioctl.close_on_exec: crash" in done.stdout


def test_what_is_recorded_is_set_aside(program: Path, tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.write_text("bind.inet.address_not_local: succeeded otherwise\n")
    done = fuzz(
        "corpus", program.parent, target="liar", lie="bind:99", known=str(known)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 known differences seen" in done.stdout


def test_two_targets_that_agree_and_two_that_do_not(program: Path) -> None:
    done = fuzz("--against", PLAIN, "replay", program)
    assert done.returncode == 0, done.stdout
    done = fuzz("--against", "host", "replay", program, target="liar", lie="bind:99")
    assert done.returncode == 1
    found = "FOUND bind.inet.address_not_local: a value against EADDRNOTAVAIL"
    assert found in done.stdout


def test_a_target_against_itself_is_refused(program: Path) -> None:
    done = fuzz("--against", "host", "replay", program)
    assert done.returncode == 2
    assert "against itself" in done.stderr


def test_known_differences_are_those_of_the_deviations(tmp_path: Path) -> None:
    path = tmp_path / "stack.ini"
    path.write_text(DEVIATIONS)
    assert known.keys(path) == {
        "bind.inet.bound: EIO",
        "bind.inet.bound: succeeded otherwise",
        "recvfrom.wait: timeout",
        "recvfrom.wait: succeeded otherwise",
        "recvfrom.wait: ENOTCONN",
        "bind.fd.not_open: without an errno",
    }


DEVIATIONS = """\
[bind.inet.bound]
seen = -1 EIO | 0 and {AF_INET, 127.0.0.1:5000}, 16
why = it is so

[recvfrom.wait (words)]
seen = timeout
    "behind what is left came -107"

[bind.fd.not_open[minus-one]]
seen = -1 without an errno

[needs setsockopt(*, SOL_SOCKET, SO_REUSEPORT, *)]
seen = -1 ENOPROTOOPT
"""


def test_what_is_no_program_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("fd0 = sokcet(AF_INET)\n")
    done = fuzz("replay", wrong)
    assert done.returncode == 2
    assert "wrong.txt:1:" in done.stderr
