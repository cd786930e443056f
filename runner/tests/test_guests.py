# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of guests: what is packed for them, what their kernels say, and one that boots.

The kernel is mostly a program that does what a UML kernel does as far as anyone outside
can see: it says its version, unpacks its files and runs the program among them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NAMES
from fake import Fake
from program import BUILD, TOP
from sockcheck import guests
from sockcheck.console import Console
from sockcheck.initramfs import PROGRAM, Archive
from sockcheck.kernel_log import KernelLog, headline
from sockcheck.modules import Modules
from sockcheck.systems import GUESTS

ODD = "socket.family.unregistered[3]"
OK = "ok {n} - {name}\n  ---\n  duration_ms: 1\n  ...\n"
WARNING = (
    "------------[ cut here ]------------\n"
    "WARNING: CPU: 0 PID: 7 at net/core/sock.c:1 sock_init+0x1/0x2\n"
    "Call Trace:\n"
    " sock_init+0x1/0x2\n"
    "---[ end trace 0000000000000000 ]---\n"
)
PANIC = "Kernel panic - not syncing: Fatal exception in interrupt\n"

# The words in the last archive are the program's arguments, each with a NUL behind.
KERNEL = r"""
import os, subprocess, sys

if "--version" in sys.argv:
    print("6.1.99")
    sys.exit()
if "--showconfig" in sys.argv:
    print("CONFIG_NET=y")
    sys.exit()
told = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
assert os.path.isdir(told["uml_dir"])
packed = open(told["initrd"], "rb").read()
head = packed.rindex(b"070701", 0, packed.rindex(b"sockcheck/arguments\0"))
size, length = (int(packed[head + at : head + at + 8], 16) for at in (54, 94))
begin = head + (110 + length + 3) // 4 * 4
words = packed[begin : begin + size].decode().split("\0")[:-1]
print("Linux version 6.1.99", flush=True)
print(os.environ.get("BOOT", ""), flush=True)
status = subprocess.run([os.environ["BINARY"], *words]).returncode
print(os.environ.get("HALT", "reboot: System halted"), flush=True)
sys.exit(1 if status > 1 else 0)
"""


@pytest.fixture
def kernel(fake: Fake, monkeypatch: Any) -> list[str]:
    """The options for a run in a guest."""
    path = fake.folder / "linux"
    path.write_text(f"#!/usr/bin/env python3\n{KERNEL}")
    path.chmod(0o755)
    monkeypatch.setenv("BINARY", str(fake.binary))
    monkeypatch.setenv("TMPDIR", str(fake.folder))
    return ["--target", "uml", "--kernel", str(path)]


def left_behind(fake: Fake) -> list[str]:
    return [path.name for path in fake.folder.glob("sockcheck-*")]


def test_a_run_in_guests(fake: Fake, kernel: list[str]) -> None:
    done = fake.check(*kernel, "--jobs", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " cases on uml (Linux 6.1.99) in " in done.stdout
    assert fake.report()["sandbox"] == {"namespaces": "user+network", "why": ""}
    assert fake.report()["kernel"] == []
    assert left_behind(fake) == []


@pytest.mark.parametrize("text", [WARNING, WARNING.replace("\n", "\r\n")])
def test_a_report_is_a_fail_of_the_case_that_was_due(
    fake: Fake, kernel: list[str], text: str
) -> None:
    fake.does[ODD] = {"write": text + OK}
    done = fake.check(*kernel)
    assert done.returncode == 1
    assert done.stdout.endswith(": 39 passed, 1 failed\n"), done.stdout
    assert fake.case(ODD)["verdict"] == "fail"
    assert fake.case(ODD)["kernel"] == WARNING.strip()
    assert fake.case(ODD)["message"].startswith("the kernel reported: WARNING: CPU: 0")
    others = [case for case in fake.report()["cases"] if case["name"] != ODD]
    assert not any("kernel" in case for case in others)


def test_a_skip_with_a_report_is_a_fail(fake: Fake, kernel: list[str]) -> None:
    fake.does[ODD] = {"write": "BUG: in it\nok {n} - {name} # SKIP no\n"}
    assert fake.check(*kernel).returncode == 1
    assert fake.case(ODD)["message"] == "the kernel reported: BUG: in it"


def test_a_panic_costs_one_case(fake: Fake, kernel: list[str]) -> None:
    fake.does[ODD] = {"write": WARNING + PANIC, "signal": signal.SIGKILL}
    done = fake.check(*kernel)
    assert done.stdout.endswith(": 39 passed, 1 crashed\n"), done.stdout
    assert fake.case(ODD)["kernel"].startswith((WARNING + PANIC).strip())
    assert "the kernel reported: WARNING: " in fake.case(ODD)["reason"]
    assert left_behind(fake) == []


@pytest.mark.parametrize("when", ["BOOT", "HALT"])
def test_a_report_while_no_case_was_due(
    fake: Fake, kernel: list[str], monkeypatch: Any, when: str
) -> None:
    monkeypatch.setenv(when, WARNING)
    done = fake.check(*kernel, "--jobs", "1")
    assert done.returncode == 1
    assert done.stdout.endswith(": 40 passed, 1 report of the kernel's\n"), done.stdout
    [report] = fake.report()["kernel"]
    assert WARNING.strip() in report
    assert set(fake.verdicts().values()) == {"pass"}


def test_a_guest_dies_with_the_runner(fake: Fake, kernel: list[str]) -> None:
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv here")
    fake.does[NAMES[0]] = {"touch": True, "sleep": 60}
    fake.make()
    command = [*fake.command(*kernel), "--jobs", "1"]
    runner = subprocess.Popen(
        command, env=fake.environment(), stdout=subprocess.DEVNULL
    )
    fake.wait_for_touch()
    runner.kill()
    runner.wait()
    until = time.monotonic() + 20
    while fake.workers_left():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--target", "uml", "--kernel", "/no/such"], "/no/such: no such file"),
        (["--target", "uml", "--kernel", "/bin/true"], "/bin/true: no UML kernel"),
        (["--target", "qemu", "--kernel", "/bin/true"], "/bin/true: no bzImage"),
        (["--target", "host", "--kernel", "/bin/true"], "--kernel is for uml and qemu"),
    ],
)
def test_what_is_no_kernel(fake: Fake, options: list[str], says: str) -> None:
    done = fake.check(*options)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_kernel_that_does_not_boot(fake: Fake, kernel: list[str]) -> None:
    fake.start = "VFS: Cannot open root device\n"
    done = fake.check(*kernel, "--jobs", "1")
    assert done.returncode == 2
    assert "3 invocations in a row ended before they began" in done.stderr
    assert left_behind(fake) == []


def test_version_of_a_bzimage(tmp_path: Path) -> None:
    image = bytearray(0x400)
    image[0x202:0x206] = b"HdrS"
    image[0x20E:0x210] = (0x100).to_bytes(2, "little")
    image[0x300:0x320] = b"6.1.0-9-cloud (who@where) #1 SMP\0"[:32]
    (tmp_path / "vmlinuz").write_bytes(image)
    assert guests.bzimage_version(str(tmp_path / "vmlinuz")) == "6.1.0-9-cloud"


def test_needs_of_modules_come_first(tmp_path: Path) -> None:
    (tmp_path / "modules.dep").write_text(
        "net/sctp.ko: lib/udp.ko lib/crc-c.ko\nlib/udp.ko: lib/crc-c.ko\n"
        "lib/crc-c.ko:\nlib/soft.ko:\nother/cdrom.ko:\n"
    )
    (tmp_path / "modules.softdep").write_text("# none\nsoftdep crc_c pre: soft nix\n")
    assert Modules(str(tmp_path)).wanted() == [
        *("lib/soft.ko", "lib/crc-c.ko", "lib/udp.ko", "net/sctp.ko")
    ]
    assert Modules(str(tmp_path / "none")).wanted() == []


names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1).filter(
    lambda name: "/" not in name and name.strip(".")
)


@given(st.dictionaries(names, st.binary(max_size=9), min_size=1))
def test_an_archive_is_aligned_and_whole(files: dict[str, bytes]) -> None:
    archive = Archive()
    for name, data in files.items():
        archive.add_file(f"folder/{name}", data)
    packed, at, found = archive.packed, 0, {}
    while True:
        assert packed[at : at + 6] == b"070701" and at % 4 == 0
        size, length = (int(packed[at + n : at + n + 8], 16) for n in (54, 94))
        name = packed[at + 110 : at + 110 + length - 1].decode()
        begin = at + (110 + length + 3) // 4 * 4
        at = begin + (size + 3) // 4 * 4
        if name == "TRAILER!!!":
            break
        found[name] = packed[begin : begin + size]
    assert at == len(packed)
    assert found.pop("folder") == b""
    assert found == {f"folder/{name}": data for name, data in files.items()}


def test_cpio_reads_the_archive() -> None:
    if not shutil.which("cpio"):
        pytest.skip("no cpio here")
    archive = Archive()
    archive.add_device("dev/console", 5, 1)
    archive.add_file("init", b"#!", PROGRAM)
    archive.add_file("a/b/c", b"")
    done = subprocess.run(
        ["cpio", "-tv", "--quiet"],
        env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
        input=archive.packed,
        capture_output=True,
        check=True,
    )
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    assert [(line[0], line[-1]) for line in lines] == [
        ("drwxr-xr-x", "dev"),
        ("crw-------", "dev/console"),
        ("-rwxr-xr-x", "init"),
        ("drwxr-xr-x", "a"),
        ("drwxr-xr-x", "a/b"),
        ("-rw-r--r--", "a/b/c"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "[    1.234567] WARNING: CPU: 0 PID: 1 at net/socket.c:1 f+0x1/0x2",
        "[    1.234567][    T1] BUG: KASAN: slab-use-after-free in f+0x1/0x2",
        "BUG: unable to handle page fault for address: 0000000000000008",
        "Oops: 0000 [#1] PREEMPT SMP",
        "WARNING: possible recursive locking detected",
        "WARNING: suspicious RCU usage",
        "UBSAN: array-index-out-of-bounds in net/socket.c:1:2",
        "unregister_netdevice: waiting for lo to become free. Usage count = 2",
        "INFO: task init:1 blocked for more than 120 seconds.",
        "Out of memory: Killed process 7 (init) total-vm:1kB",
        "kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
        PANIC.strip(),
    ],
)
def test_lines_that_are_reports(line: str) -> None:
    log = KernelLog()
    assert not log.line("random: crng init done")
    assert log.line(line) and log.line(" more of it")
    report = log.take()
    assert report.endswith("\n more of it")
    assert headline(report) in line
    assert log.take() == ""


def test_what_user_mode_linux_reports_of_itself() -> None:
    log = KernelLog()
    known = ("WARNING: suspicious RCU usage", " mas_walk+0x1", " force_flush_all+0xef")
    for line in known:
        assert log.line(line)
    assert log.take() == ""
    for line in (*known, "WARNING: CPU: 0 PID: 1 at net/socket.c:1 f+0x1/0x2"):
        assert log.line(line)
    assert "net/socket.c:1" in log.take()
    for line in (known[0], "BUG: another", known[2]):
        assert log.line(line)
    assert headline(log.take()) == known[0]


def test_lines_that_are_none() -> None:
    log = KernelLog()
    for line in ("process '/init' started", "dummy0: link becomes ready", "====", ""):
        assert not log.line(line)
    assert log.take() == ""


def test_a_report_of_any_length_is_bounded() -> None:
    console = Console(of_kernel=True)
    console.feed(b"TAP version 14\nBUG: it\n" + b"x" * 99 + b"\n" * 2)
    for _ in range(100):
        console.feed((b"y" * 999 + b"\n") * 99)
    report = console.take_report()
    assert report.startswith("BUG: it\nxxx") and len(report) <= 16384


@pytest.mark.parametrize("target", GUESTS)
def test_one_that_boots(target: str, tmp_path: Path) -> None:
    """A few cases, one of them a guest's own, and names that no shell would like."""
    program = "linux.uml" if target == "uml" else "qemu-system-x86_64"
    if not shutil.which(program):
        pytest.skip(f"no {program} here")
    done = subprocess.run(
        [
            *("/usr/bin/python3", "-m", "sockcheck", "check", "--target", target),
            *(
                "--binary",
                str(BUILD / "sockcheck"),
                "--results",
                str(tmp_path),
                "--timeout",
                "60",
            ),
            *("--run", "socket.limit.*", "--run", "socket.flags.unknown"),
        ],
        env={**os.environ, "PYTHONPATH": str(TOP / "runner")},
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"on {target} (Linux " in done.stdout
    assert (tmp_path / "results.json").exists()
