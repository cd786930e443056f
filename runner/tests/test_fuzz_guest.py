# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of fuzzing a kernel that is booted for it, with a program that boots none: it
runs the script, and says what it is told to on its console."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from program import BUILD, TOP

sys.path.insert(0, str(TOP / "fuzz"))

from guest import Guest  # noqa: E402

KERNEL = """#!/bin/sh
for word; do
    case $word in
    SCRIPT=*) sh "${word#SCRIPT=}" ;;
    OUTPUT=*) test -d "${word#OUTPUT=}" || exit 3 ;;
    esac
done
cat "$0.says"
"""
REPORT = """\
[    1.000000] Linux version 6.1.99
[    7.000000] ==================================================================
[    7.000000] BUG: KASAN: use-after-free in sock_alloc+0x1/0x20
[    7.000000] Read of size 8 at addr 0000000060a1b2c3 by task fuzz_target/1
[    7.000000] Call Trace:
[    7.000000]  [<600387ee>] ? sock_alloc+0x1/0x20
[    7.000000] Kernel panic - not syncing: panic_on_warn set ...
"""
TEXT = "fd0 = socket(AF_INET, SOCK_DGRAM, 0)\nclose(fd0)\n"


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    kernel = tmp_path / "linux"
    kernel.write_text(KERNEL)
    kernel.chmod(0o755)
    (tmp_path / "linux.says").write_text("Linux version 6.1.99\n")
    (tmp_path / "fuzz").mkdir()
    return Guest(kernel, tmp_path / "fuzz", "host@test-0")


def run(guest: Guest, *words: str) -> int:
    process = guest.start(list(words), {"TOLD": "a 'word'"}, guest.folder / "log")
    assert process.wait(60) == 0
    return guest.ended()


@pytest.fixture
def tool() -> Path:
    program = BUILD / "fuzz" / "test" / "program"
    if not program.exists():
        pytest.skip("no build/fuzz/test/program: make test builds it")
    return program


def test_it_runs_the_words_with_their_settings(guest: Guest) -> None:
    assert run(guest, "sh", "-c", 'echo "$TOLD" "$SOCKCHECK_KERNEL_CONFIG"') == 0
    said = (guest.folder / "log").read_text()
    assert said == f"a 'word' {guest.kernel.parent}/.config\n"
    assert guest.report() == ""
    assert guest.last_words() == []


@pytest.mark.parametrize("status", [1, 77])
def test_its_status_is_that_of_what_it_ran(guest: Guest, status: int) -> None:
    assert run(guest, "sh", "-c", f"exit {status}") == status


def test_a_report_is_a_finding_with_the_last_program(guest: Guest, tool: Path) -> None:
    encoded = subprocess.run(
        [tool, "--encode", "-"], input=TEXT.encode(), capture_output=True, check=True
    ).stdout
    guest.kernel.with_name("linux.says").write_text(REPORT)
    (guest.folder / "program").write_bytes(encoded)
    run(
        guest, "sh", "-c", 'cat "$1" >"$SOCKCHECK_LAST"', "-", f"{guest.folder}/program"
    )
    guest.write_finding(guest.folder, tool)
    [path] = guest.folder.glob("kernel-*.txt")
    assert path.name == "kernel-BUG-KASAN-use-after-free-in-sock_alloc.txt"
    text = path.read_text()
    assert text.startswith("FOUND BUG: KASAN: use-after-free in sock_alloc+0x1/0x20\n")
    assert "Read of size 8" in text
    assert text.endswith(f"\nprogram\n{TEXT}")


def test_no_report_is_no_finding(guest: Guest, tool: Path) -> None:
    run(guest, "true")
    guest.write_finding(guest.folder, tool)
    assert not list(guest.folder.glob("kernel-*"))


def test_a_kernel_that_does_not_come_to_run_it(guest: Guest) -> None:
    guest.kernel.write_text("#!/bin/sh\necho no root device\nexit 1\n")
    process = guest.start(["true"], {}, guest.folder / "log")
    assert process.wait(60) == 1
    assert guest.ended() == 2
    assert guest.last_words() == ["no root device"]
