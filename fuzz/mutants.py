# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make fuzz-mutants`: does fuzzing notice a small fault in the kernel, and how soon?

The kernel is that of `make mutation`: it has many faults compiled in, of which one is
chosen at boot. Some are drawn by lot of those that a case notices by a wrong result, by
a rule that programs can reach and with nothing that they have no call for, and that the
programs of the repository come to, so that they would make a difference there: the
kernel without a fault marks these. Each is fuzzed, from these programs on, in several
kernels at once, until the first finding; what is found without any fault is none.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fuzz import Campaign, seconds
from guest import Guest
from sockcheck import ini
from sockcheck.kernel_log import headline
from sockcheck.selection import glob
from sockcheck.trouble import Trouble, why

UNREACHED = Path("fuzz/unreached.ini")
# Where that kernel tells, a bit a fault, which would have made a difference.
MARKS = "/proc/sockcheck_marks"
# Of this family programs have nothing to be connected to.
BEYOND = "net/vmw_vsock/"
# What a case does that programs have no call for, by the words of its name.
WITHOUT_CALLS = {
    "while-waiting": "another thread, while a call waits",
    "two-while-waiting": "another thread, while a call waits",
    "closed-while-waiting": "another thread, while a call waits",
    "while-it-waits": "another thread, while a call waits",
    "call-waits": "another thread, while a call waits",
    "vrf": "VRF devices",
    "red": "VRF devices",
    "device-red": "VRF devices",
    "group-program": "BPF",
    "before-connect-program": "BPF",
    "migrates": "BPF",
    "listed": "a look at sock_diag(7)",
    "counted": "a look at /proc/net/snmp",
    "counted-once": "a look at /proc/net/snmp",
    "busy-poll": "a sysctl",
    "other-interface": "a second interface",
    "other-user": "a second user",
    "no-capability": "fewer capabilities",
    "before-capability": "fewer capabilities",
}
# For a guest to boot and to end, in seconds, besides the time that it fuzzes.
AROUND = 60.0
# Of a hundred faults so many are to be found.
ENOUGH = 90


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--mutation", type=Path, default=Path("build/mutation"))
    parser.add_argument("--fuzzer", choices=["host", "uring"], default="host")
    parser.add_argument("--time", type=seconds, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1, help="another lot")
    parser.add_argument("--fault", type=int, action="append", default=[])
    asked = parser.parse_args()
    asked.engine, asked.against, asked.empty = "libfuzzer", "", False
    asked.kernel = asked.mutation / "kernel" / "linux"
    return asked


@dataclass
class Tried:
    """What came of one fault."""

    number: int
    fault: str
    # The finding's key, or the kernel's last word; "" where there was none.
    found: str
    # From the kernel's boot on, the making of a small program of it included.
    seconds: float


class Mutant(Campaign):
    """Kernels with one fault, 0 for none, and what they find."""

    def __init__(self, asked: argparse.Namespace, fault: int) -> None:
        super().__init__(asked, f"fault-{fault}")
        self.fault = fault
        # The jobs whose kernel has ended by itself.
        self.ended: list[int] = []
        # All begin with that of the healthy kernel, to which none adds.
        if fault:
            shutil.rmtree(self.corpus)
            healthy = self.name.replace(f"fault-{fault}", "fault-0", 1)
            self.corpus = self.corpus.with_name(healthy)
        for path in self.findings.iterdir():
            path.unlink()

    def seed(self) -> None:
        """The programs of the repository, which the first of all encodes."""
        if self.fault == 0:
            for path in self.corpus.iterdir():
                path.unlink()
            super().seed()

    def forget(self) -> None:
        """What its kernels have added to the corpus, and would begin with again."""
        for job in range(self.asked.jobs):
            shutil.rmtree(self.fresh(job), ignore_errors=True)

    def environment(self, job: int) -> dict[str, str]:
        """The first finding ends it, but where there is no fault."""
        settings = super().environment(job)
        if self.fault:
            del settings["SOCKCHECK_FINDINGS"]
        return settings

    def fuzz(self) -> None:
        """With a fault, until the first of its kernels has found it."""
        self.seed()
        self.forget()
        fault = f"sockcheck_fault={self.fault}"
        jobs = range(self.asked.jobs)
        kernels = {job: self.start_guest(job, fault) for job in jobs}
        deadline = time.monotonic() + self.asked.time + AROUND
        while kernels and not (self.fault and self.found()):
            self.ended.append(take_ended(kernels, deadline))
        for kernel in kernels.values():
            finish(kernel, 0)

    def finding(self) -> str:
        """A difference from the rulebook, as finding_print() writes it, or nothing."""
        for job in self.ended:
            log = self.log(job)
            text = log.read_text(errors="replace") if log.exists() else ""
            # Behind it the engine says that it was ended.
            found = re.search("^FOUND .*?(?=^==|\\Z)", text, re.MULTILINE | re.DOTALL)
            if found:
                return found[0]
        return ""

    def found(self) -> str:
        """What it came to."""
        finding = self.finding()
        if finding:
            return key_of(finding)
        return next(filter(None, map(self.trouble, self.ended)), "")

    def trouble(self, job: int) -> str:
        """What has ended a kernel, or its fuzzer, before its time."""
        guest = self.guests[job]
        report = guest.report()
        if report:
            return f"the kernel: {headline(report)}"
        if not guest.status.exists():
            return f"the kernel: {(guest.last_words() or ['no word'])[-1]}"
        if guest.ended() != 0:
            return f"the fuzzer ended with {guest.ended()}"
        return ""


def key_of(finding: str) -> str:
    return finding.splitlines()[0].removeprefix("FOUND ")


def take_ended(kernels: dict[int, subprocess.Popen[bytes]], deadline: float) -> int:
    """Takes the first job out whose kernel has ended; at the deadline, any."""
    while time.monotonic() < deadline:
        for job, kernel in kernels.items():
            if kernel.poll() is not None:
                del kernels[job]
                return job
        time.sleep(0.05)
    job, kernel = kernels.popitem()
    finish(kernel, 0)
    return job


def finish(kernel: subprocess.Popen[bytes], limit: float) -> None:
    try:
        kernel.wait(limit)
    except subprocess.TimeoutExpired:
        kernel.send_signal(signal.SIGTERM)
        kernel.wait()


def differs_without_a_fault(asked: argparse.Namespace, finding: str, name: str) -> bool:
    """Is it found on the healthy kernel, too?"""
    fuzz = asked.build / "fuzz"
    guest = Guest(asked.kernel, fuzz, f"{name}-healthy", ("sockcheck_fault=0",))
    path = guest.folder / "finding.txt"
    path.write_text(finding)
    words = [str((fuzz / "sockcheck-fuzz").resolve()), "replay", str(path)]
    finish(guest.start(words, {}, guest.folder / "log"), AROUND)
    if guest.ended() > 1:
        raise Trouble(f"{path} was not tried again: {guest.folder}/log says why")
    return guest.ended() == 1


def marks_of_programs(asked: argparse.Namespace) -> int:
    """The faults, as bits, that make a difference to the programs it begins with."""
    healthy = Mutant(asked, 0)
    healthy.seed()
    guest = Guest(asked.kernel, asked.build / "fuzz", "marks", ("sockcheck_fault=0",))
    path = guest.folder / "marks"
    tool = str((asked.build / "fuzz" / "sockcheck-fuzz").resolve())
    script = f'echo 0 >{MARKS} && "$0" corpus "$1"; cat {MARKS} >"$2"'
    words = ["sh", "-c", script, tool, str(healthy.corpus.resolve()), str(path)]
    finish(guest.start(words, {}, guest.folder / "log"), 5 * AROUND)
    if guest.ended() != 0 or not path.exists():
        raise Trouble(f"no marks of {asked.kernel}: {guest.folder}/log says why")
    return int.from_bytes(path.read_bytes(), "little")


def keys_without_a_fault(asked: argparse.Namespace) -> list[str]:
    """What programs find on the healthy kernel, as each key: no fault has done it."""
    healthy = Mutant(asked, 0)
    healthy.known.parent.mkdir(parents=True, exist_ok=True)
    healthy.known.write_text("")
    healthy.fuzz()
    for job, guest in enumerate(healthy.guests):
        if guest.ended() != 0:
            words = "\n".join(guest.last_words())
            raise Trouble(
                f"no fuzzing on {asked.kernel}: {healthy.trouble(job)}\n{words}"
            )
    return [key_of(path.read_text()) for path in healthy.findings.glob("*.txt")]


def try_fault(
    asked: argparse.Namespace, entry: dict[str, Any], known: list[str]
) -> Tried:
    """Until something is found that the fault alone can have done."""
    known = list(known)
    left = float(asked.time)
    while True:
        begun = time.monotonic()
        mutant = Mutant(
            argparse.Namespace(**{**vars(asked), "time": max(1, round(left))}),
            entry["number"],
        )
        mutant.known.write_text("".join(f"{key}\n" for key in known))
        mutant.fuzz()
        found, finding = mutant.found(), mutant.finding()
        left -= time.monotonic() - begun
        if finding and differs_without_a_fault(asked, finding, mutant.name):
            known.append(found)
            found = ""
        if found or left <= 0:
            mutant.forget()
            took = round(asked.time - left, 1)
            return Tried(entry["number"], entry["id"], found, took)


def in_reach(case: str, unreached: list[Any]) -> bool:
    """Could a program do what the case does?"""
    rule, _, variant = case.partition("[")
    words = variant.rstrip("]").split(",")
    return not any(fits(rule) for fits in unreached) and not any(
        word in WITHOUT_CALLS for word in words
    )


def population(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The faults of which some are drawn, in their order."""
    path = asked.mutation / "results.jsonl"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}: make mutation writes it") from None
    document = ini.Document(str(UNREACHED), UNREACHED.read_text(encoding="utf-8"))
    unreached = [glob(header) for header in document.sections]
    # Of a fault that was asked again, the last answer.
    entries = {entry["id"]: entry for entry in read_lines(text) if "id" in entry}
    marks = marks_of_programs(asked)
    return [
        entry
        for entry in sorted(entries.values(), key=lambda entry: int(entry["number"]))
        if entry.get("how") == "fail"
        and not entry["id"].startswith(BEYOND)
        and marks >> int(entry["number"]) & 1
        and in_reach(entry["by"], unreached)
    ]


def read_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines(True) if line.endswith("}\n")]


def draw(asked: argparse.Namespace) -> list[dict[str, Any]]:
    entries = population(asked)
    if asked.fault:
        entries = [entry for entry in entries if entry["number"] in asked.fault]
    if not entries:
        raise Trouble(
            "no such fault among those that a case notices by its result and that "
            "programs come to"
        )
    print(f"{len(entries)} faults could be drawn", flush=True)
    random.Random(asked.seed).shuffle(entries)
    return entries[: asked.sample]


def run(asked: argparse.Namespace) -> int:
    entries = draw(asked)
    known = keys_without_a_fault(asked)
    for key in known:
        print(f"found without a fault, so it is none: {key}", flush=True)
    tried: list[Tried] = []
    for entry in entries:
        one = try_fault(asked, entry, known)
        tried.append(one)
        said = f"found in {one.seconds:5.1f} s" if one.found else "NOT FOUND     "
        print(f"{said}  {one.number} {one.fault}", flush=True)
        if one.found:
            print(f"    {one.found}", flush=True)
    return tell(asked, tried)


def tell(asked: argparse.Namespace, tried: list[Tried]) -> int:
    """1 where fewer are found than should be."""
    report = asked.build / "fuzz" / "mutants.json"
    report.write_text(json.dumps([asdict(one) for one in tried], indent=1) + "\n")
    found = sorted(one.seconds for one in tried if one.found)
    print(f"{len(found)} of {len(tried)} faults found in {asked.time} s each: {report}")
    if found:
        print(f"half of these in {found[len(found) // 2]} s, boot included")
    return 0 if len(found) * 100 >= len(tried) * ENOUGH else 1


def main() -> int:
    try:
        return run(arguments())
    except Trouble as trouble:
        print(f"sockcheck: {trouble}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
