# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of whole systems as targets: what a console does to TAP, and a system to a run.

The system is a shell script around the stand-in for the binary. Whatever it does wrong
costs the case at hand its verdict, and no other case anything.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from conftest import NAMES
from fake import Fake, failed, skipped
from sockcheck.binary import Case
from sockcheck.console import Console
from sockcheck.invocations import Invocations
from sockcheck.signals import Signals
from sockcheck.systems import GVISOR_RELEASES, _release, system_of
from sockcheck.trouble import Trouble

ODD = "socket.family.unregistered[3]"
OK = "ok {n} - {name}\n  ---\n  duration_ms: 1\n  ...\n"
# A list is asked for with no case in the arguments.
IF_LIST = 'case "$*" in *--list*|*--rules*) exec "$@";; esac\n'


def script(fake: Fake, text: str) -> str:
    """A target that is a script, whose "$@" is the binary and its arguments."""
    path = fake.folder / "system.sh"
    path.write_text(text)
    return f"exec:sh '{path}' {{}}"


def check(fake: Fake, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    return fake.check("--target", script(fake, text), *options)


def all_have_ended(fake: Fake) -> bool:
    """Is no worker left, but for those whose parent has yet to look?"""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        states = []
        for pid in fake.workers_left():
            try:
                states.append(Path(f"/proc/{pid}/stat").read_text().split()[2])
            except OSError:
                pass
        if set(states) <= {"Z"}:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    "text",
    [
        'exec "$@"',
        '"$@" | sed "s/\\$/\\r/"',
        'echo "[0.0] booting"; "$@"; echo "reboot: Power down"; exit 77',
        # Something on each line between, and none of it is TAP where it stands.
        """"$@" | while IFS= read -r line; do
            printf '%s\\n' "[ 1.0] eth0: up" "ok" "$line" "  other: 1" "#" ''
        done""",
        # It wants an input, and gets its end.
        'cat >&2; exec "$@"',
        IF_LIST + '"$@"; sleep 60',
        # More than any pipe holds.
        'yes "a line of the console" | head -20000; "$@"',
        'yes "a line of the console" | head -20000 >&2; "$@"',
    ],
    ids="through crlf boots noise input stays flood error-flood".split(),
)
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_what_a_console_does_costs_nothing(fake: Fake, text: str, jobs: str) -> None:
    fake.does[NAMES[7]] = failed()
    fake.does[NAMES[8]] = skipped("there is no such thing here")
    done = check(fake, text, "--jobs", jobs)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.endswith(": 38 passed, 1 skipped, 1 failed\n")
    assert fake.case(NAMES[7])["came"] == "-1 EINVAL"
    assert done.stderr == ""


def test_other_lines_are_output_of_the_case_that_is_due(fake: Fake) -> None:
    fake.does[ODD] = {"write": "BUG: in net/socket.c\r\n" + OK}
    assert check(fake, 'exec "$@"').returncode == 0
    assert fake.case(ODD)["output"] == "BUG: in net/socket.c"
    assert [case for case in fake.report()["cases"] if case.get("output")] == [
        fake.case(ODD)
    ]


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ({"exit": 3}, "it exited with status 3 in the middle"),
        ({"signal": signal.SIGSEGV}, "in the middle"),
        ({"stderr": "Kernel panic\n", "exit": 1}, "it exited with status 1"),
        ({"write": "Kernel panic\n", "exit": 0}, "it exited with status 0"),
        ({"write": "ok {n} - {na", "exit": 0}, "in the middle"),
        ({"write": OK[:-3], "exit": 0}, "in the middle"),
        # A line of the kernel's in the midst of one of ours.
        ({"write": "ok {n} - {name}[ 1.0] eth0: up\n" + OK[16:]}, "a point for"),
        ({"write": "[ 1.0] eth0: upok {n} - {name}\n" + OK[16:]}, "garbled"),
        ({"write": OK.replace("  ...", "[ 1.0] up  ...")}, "garbled"),
        ({"write": OK.replace("s: 1", "s: [ 2.0] 1")}, "garbled"),
        ({"write": "ok 999 - {name}\n"}, "garbled: point"),
        ({"write": "ok {n} - socket.other # SKIP\n"}, "a point for socket.other"),
        ({"write": "1..999\n"}, "garbled"),
        ({"write": "1..0\n"}, "garbled"),
        ({"write": "not ok {n} - {name}\n  ---\n  ...\n"}, "its verdict ''"),
    ],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_goes_wrong_costs_one_case(
    fake: Fake, does: dict[str, Any], says: str, jobs: str
) -> None:
    fake.does[ODD] = does
    done = check(fake, 'exec "$@"', "--jobs", jobs)
    assert done.returncode == 1, done.stderr
    assert done.stdout.endswith(": 39 passed, 1 crashed\n"), done.stdout
    assert fake.case(ODD)["verdict"] == "crash"
    assert says in fake.case(ODD)["message"]
    said = does.get("stderr", "Kernel panic\n" if "panic" in str(does) else "")
    assert said.strip() in fake.case(ODD).get("output", "")


@pytest.mark.parametrize("text", ['exec "$@"', '"$@" | cat; exit 0', '"$@"; exit 0'])
def test_deaths_in_a_row_cost_those_that_die(fake: Fake, text: str) -> None:
    dying = fake.names[9:19]
    for name in dying:
        fake.does[name] = {"signal": signal.SIGKILL}
    done = check(fake, text)
    assert done.stdout.endswith(": 30 passed, 10 crashed\n"), done.stdout
    died = {name for name, verdict in fake.verdicts().items() if verdict != "pass"}
    assert died == set(dying)


def test_a_system_that_hangs_costs_one_case(fake: Fake) -> None:
    fake.does[ODD] = {"sleep": 60}
    done = check(fake, '"$@" | cat', "--timeout", "0.1")
    assert done.stdout.endswith(": 39 passed, 1 timed out\n"), done.stdout
    assert "the system's stream: nothing for " in fake.case(ODD)["message"]
    assert all_have_ended(fake)


def test_a_wrong_plan_at_the_end_is_told(fake: Fake) -> None:
    done = check(fake, '"$@" | sed "s/^1\\.\\.40/1..41/"')
    assert done.returncode == 2
    assert ": 40 passed" in done.stdout
    assert "after the last case of an invocation: garbled: 40 points" in done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it exited with status 0 in the middle"),
        ("exit 1", "it exited with status 1 in the middle"),
        ("echo no such board >&2; exit 255", "with status 255 in the middle: no such"),
        ("echo Kernel panic", "in the middle: Kernel panic"),
        ('"$@" | grep -v TAP', "in the middle: 1..40"),
    ],
)
def test_what_never_begins_ends_the_run(fake: Fake, text: str, says: str) -> None:
    done = check(fake, IF_LIST + text)
    assert done.returncode == 2
    assert "3 invocations in a row ended before they began: " in done.stderr
    assert says in done.stderr


def test_a_system_that_needs_three_attempts_costs_nothing(fake: Fake) -> None:
    tries = fake.folder / "tries"
    tried = f"echo >>'{tries}'; [ $(wc -l <'{tries}') -ge 3 ] || exit 9\n"
    done = check(fake, IF_LIST + tried + 'exec "$@"')
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(": 40 passed, as expected\n")


def test_a_list_that_does_not_come(fake: Fake) -> None:
    done = check(fake, "echo 'ssh: no route to board' >&2; exit 255")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "exited with status 255: ssh: no route to board" in done.stderr


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("exec:", "no {}"),
        ("exec:ssh board", "no {}, where the binary and its arguments go"),
        ("exec:sh -c 'x {}", "No closing quotation"),
        ("exec:no-such-program {}", "no-such-program: no such program"),
    ],
)
def test_commands_that_are_none(fake: Fake, command: str, says: str) -> None:
    done = fake.check("--target", command)
    assert done.returncode == 2
    assert says in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["env {}", "sh -c 'exec {}'", "sh -c 'cd .; {}'"])
def test_the_binary_and_its_arguments(fake: Fake, command: str) -> None:
    """Names have brackets, which a shell on the way takes for a glob."""
    (fake.folder / "socket.flags.unknown3").write_text("")
    globs = ["socket.flags.unknown[[]3]", "*unknown[3]", "it's *"]
    fake.names.append("it's a name of $HOME; with `all`")
    fake.make()
    done = subprocess.run(
        fake.command(
            "--target", f"exec:{command}", "--run", globs[1], "--run", globs[2]
        ),
        env=fake.environment(),
        cwd=fake.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert ": 2 passed, as expected" in done.stdout


def test_words_and_texts() -> None:
    system = system_of("exec:ssh -p 22 board 'cd /tmp && exec {}' {}")
    assert system
    program = ["./a b", "--run", "x[*]"]
    text = "cd /tmp && exec './a b' --run 'x[*]'"
    assert system.inside(program)[1:] == ["-p", "22", "board", text, *program]


def test_a_signal_ends_the_system(fake: Fake) -> None:
    fake.does[ODD] = {"touch": True, "sleep": 60}
    target = script(fake, 'exec "$@"')
    fake.make()
    with subprocess.Popen(
        fake.command("--target", target, "--jobs", "2"),
        env=fake.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        fake.wait_for_touch()
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[0].decode()
    assert process.returncode == 128 + signal.SIGTERM
    assert "interrupted: " in said
    assert all_have_ended(fake)


@pytest.mark.parametrize("pinned", [True, False])
def test_invocations_are_dealt_out_to_the_processors(pinned: bool) -> None:
    allowed = os.sched_getaffinity(0)
    names = [f"socket.x[{number}]" for number in range(2 * len(allowed))]
    tell = (
        "import os, sys; print('TAP version 14\\nok 1 -', sys.argv[1]);"
        "print('  ---\\n  message:', '\"%s\"' % os.sched_getaffinity(0));"
        "print('  ...\\n1..1')"
    )
    told: list[str] = []
    invocations = Invocations(
        lambda part, _: [sys.executable, "-c", tell, names[int(part.split("/")[0])]],
        shares=len(names),
        jobs=len(names),
        patience=20,
        pinned=pinned,
        of_kernel=False,
        on_point=lambda _, point: told.append(point.fields["message"]),
        on_tick=lambda: None,
        signals=Signals(),
    )
    invocations.run([Case(name, "socket.x", "socket", "x.c:1") for name in names])
    assert os.sched_getaffinity(0) == allowed
    one_each = sorted(str({processor}) for processor in allowed for _ in "ab")
    assert sorted(told) == (one_each if pinned else [str(allowed)] * len(names))


def test_deviations_of_a_command_have_its_name(fake: Fake) -> None:
    fake.does[ODD] = failed()
    target = script(fake, 'exec "$@"')
    name = "".join(c if c.isalnum() or c in "._+-" else "_" for c in target)
    (fake.deviations / f"{name}.ini").write_text(
        f"[{ODD}]\nseen = -1 EINVAL\nwhy = it is another system\nsince = 6\n"
    )
    done = fake.check("--target", target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 known to differ" in done.stdout


def test_gvisor_where_it_is_not(fake: Fake, tmp_path: Path) -> None:
    fake.make()
    environment = {**fake.environment(), "PATH": str(tmp_path)}
    done = subprocess.run(
        fake.command("--target", "gvisor"),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "sockcheck: target gvisor: no runsc here; ci/setup stacks installs it\n"
    )


@pytest.mark.parametrize("said", ["release-20221219.0", "0.0~20221219.0"])
def test_gvisor_says_its_version(tmp_path: Path, monkeypatch: Any, said: str) -> None:
    runsc = tmp_path / "runsc"
    runsc.write_text(f"#!/bin/sh\necho runsc version {said}\necho spec: 1.0.2-dev\n")
    runsc.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("SOCKCHECK_KERNEL_CONFIG", "")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    system = system_of("gvisor")
    assert system and system.release == "6.1"
    assert system.title("Linux 4.4.0") == (
        "gVisor 20221219.0 (Linux 4.4.0, judged as Linux 6.1)"
    )
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Trouble, match="runsc needs root"):
        system_of("gvisor")


def test_older_gvisors() -> None:
    assert _release("20210101.0", GVISOR_RELEASES) == "4.4"
    assert _release("20260101.0", GVISOR_RELEASES) == "6.1"


@pytest.mark.parametrize("size", [1, 7, 100000])
def test_a_console_in_pieces(size: int) -> None:
    text = (
        "boot\r\nok 1 - no TAP yet\nTAP version 14\r\n# target\nnoise\n"
        "ok 1 - a\n  ---\n  duration_ms: 1.5\nnoise in it\n  key: of others\n  ...\n"
        "\x1b[32mok 2 - b # SKIP no\x1b[0m\nmore\nTAP version 14\n"
        "ok 3 - c\n  ---\n  duration_ms: 2.5\n  ...\n1..3\nbye\nok 4 - d"
    ).encode()
    console = Console()
    points = []
    for at in range(0, len(text), size):
        points += console.feed(text[at : at + size])
    console.close()
    assert [point.name for point in points] == ["a", "b", "c"]
    outputs = [point.fields.get("output") for point in points]
    assert outputs == [
        "boot\nok 1 - no TAP yet\nnoise\nnoise in it\n  key: of others",
        None,
        "more\nTAP version 14",
    ]
    assert console.reader.ended and not console.reader.torn
    assert console.said == "bye\nok 4 - d"


def deviate(fake: Fake, name: str, seen: str) -> None:
    text = f"[{name}]\nseen = {seen}\nwhy = it is another system\nsince = 6\n"
    fake.deviate(text)


@pytest.mark.parametrize("does", [{"write": "ok"}, failed()])
def test_an_answer_that_comes_at_times(fake: Fake, does: dict[str, Any]) -> None:
    fake.does[ODD] = does
    deviate(fake, ODD, "-1 EINVAL | pass")
    assert fake.check().returncode == 0
    assert fake.verdicts()[ODD] == ("pass" if does == {"write": "ok"} else "known")
