# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make fuzz`: runs a fuzzer for so long, in several processes, tells what it found.

The corpus of each fuzzer is kept in build/fuzz/corpus/FUZZER and taken up again by the
next run, a part by each job; findings lie in build/fuzz/findings/FUZZER, one for each
rule and difference.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import engines
import known
from guest import Guest

SUFFIXES = {"s": 1, "m": 60, "h": 3600}
STACKS = "lwip", "lwipv6"
KERNELS = "host", "uring"
# So many programs every job begins with; of more, each job has its part.
SHARED_MOST = 1000


def seconds(text: str) -> int:
    """A time such as 90, 90s, 10m or 2h in seconds."""
    found = re.fullmatch(r"(\d+)([smh]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: 90s, 10m or 2h")
    return int(found.group(1)) * SUFFIXES.get(found.group(2), 1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--engine", choices=["libfuzzer", "afl"], default="libfuzzer")
    parser.add_argument("--fuzzer", default="host", help="a target, or program, tap")
    parser.add_argument("--against", default="", help="another target: no rulebook")
    parser.add_argument("--kernel", type=Path, help="a User Mode Linux to fuzz")
    parser.add_argument("--time", type=seconds, default=600)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--empty", action="store_true", help="begin without a corpus")
    parser.add_argument("--sync", type=Path, help="of AFL++: the folder of all queues")
    parser.add_argument("--name", default=platform.node() or "main", help="of AFL++")
    parser.add_argument("--foreign", type=Path, action="append", default=[])
    asked = parser.parse_args()
    if asked.kernel and (asked.against or asked.fuzzer not in KERNELS):
        parser.error(f"KERNEL= is for FUZZER={' or '.join(KERNELS)}")
    return asked


class Campaign:
    """One run: its folders, its processes."""

    def __init__(self, asked: argparse.Namespace, name: str = "") -> None:
        self.asked = asked
        name = name or asked.fuzzer + ("+" + asked.against if asked.against else "")
        if asked.kernel:
            name += "@" + asked.kernel.resolve().parent.name
        self.name: str = re.sub(r"[^A-Za-z0-9.+@_-]", "_", name)
        fuzz: Path = asked.build / "fuzz"
        # AFL++ keeps what it learns in its own folder, and reads all seeds each time.
        kept = "seeds" if asked.engine == "afl" else "corpus"
        self.corpus = fuzz / kept / self.name
        self.findings = fuzz / "findings" / self.name
        self.logs = fuzz / "logs"
        self.known = fuzz / "known" / self.name
        self.tool = fuzz / "program"
        self.guests: list[Guest] = []
        for folder in (self.corpus, self.findings, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def seed(self) -> None:
        """An empty corpus begins with the programs of the repository and, where that
        does not take AFL++ minutes, with their variations."""
        if any(self.corpus.iterdir()) or self.asked.fuzzer == "tap":
            return
        paths = [] if self.asked.empty else sorted(Path("fuzz/corpus").glob("*.txt"))
        if paths:
            how = "--seeds" if self.asked.engine == "afl" else "--variations"
            words = [self.tool, how, self.corpus, *paths]
            subprocess.run([str(word) for word in words], check=True, timeout=60)
        else:
            (self.corpus / "empty.program").write_bytes(bytes(24))

    def fresh(self, job: int) -> Path:
        """Where a job of libFuzzer puts what it adds to the corpus."""
        return self.corpus.parent.parent / "fresh" / f"{self.name}-{job}"

    def gather(self) -> None:
        """Puts what jobs have added, also those of a run that was ended, to the corpus.
        Names are the hashes of what is in the files."""
        for folder in self.fresh(0).parent.glob(f"{self.name}-*"):
            if folder.name[len(self.name) + 1 :].isdigit():
                for path in folder.iterdir():
                    path.replace(self.corpus / path.name)
                folder.rmdir()

    def seeds(self, job: int) -> Path | None:
        """The list of what a job of libFuzzer begins with; None where there is none."""
        folder = self.corpus.resolve()
        files = sorted(f"{folder}/{path.name}" for path in folder.iterdir())
        if len(files) > SHARED_MOST:
            files = files[job :: self.asked.jobs]
        path = self.logs / f"{self.name}-{job}.seeds"
        path.write_text(",".join(files))
        return path if files else None

    def target(self, name: str) -> str:
        """A target as the program takes it: a stack's file."""
        if name in STACKS:
            return str((self.asked.build / "targets" / f"{name}.so").resolve())
        return name

    def environment(self, job: int) -> dict[str, str]:
        more = {}
        if not engines.is_parser(self.asked):
            more = {
                "SOCKCHECK_TARGET": self.target(self.asked.fuzzer),
                "SOCKCHECK_FINDINGS": str(self.findings.resolve()),
                "SOCKCHECK_KNOWN": str(self.known.resolve()),
                "SOCKCHECK_SEEN": str(self.seen(job).resolve()),
            }
        if self.asked.against:
            more["SOCKCHECK_AGAINST"] = self.target(self.asked.against)
        return {**engines.environment(self.asked), **more}

    def seen(self, job: int) -> Path:
        return self.logs / f"{self.name}-{job}.seen"

    def log(self, job: int) -> Path:
        return self.logs / f"{self.name}-{job}.log"

    def command(self, job: int) -> list[str]:
        if self.asked.engine == "afl":
            out = engines.afl_folder(self.asked, self.name)
            return engines.afl(self.asked, self.corpus, out, job)
        self.fresh(job).mkdir(parents=True, exist_ok=True)
        return engines.libfuzzer(
            self.asked, self.fresh(job), self.seeds(job), self.findings
        )

    def run(self) -> int:
        """Starts all jobs, waits for them, and stops them where they do not end."""
        jobs = [
            self.start_guest(job) if self.asked.kernel else self.start(job)
            for job in range(self.asked.jobs)
        ]
        deadline = time.monotonic() + self.asked.time + 60
        status = max(wait(process, deadline) for process in jobs)
        for guest in self.guests:
            guest.write_finding(self.findings, self.tool)
            status = max(status, 0 if guest.ended() == 0 else 2)
        return status

    def start(self, job: int) -> subprocess.Popen[bytes]:
        with self.log(job).open("w") as log:
            return subprocess.Popen(
                self.command(job),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment(job)},
            )

    def start_guest(self, job: int, *parameters: str) -> subprocess.Popen[bytes]:
        """As start(), in a kernel of the job's own, which has these parameters."""
        fuzz = self.asked.build / "fuzz"
        guest = Guest(self.asked.kernel, fuzz, f"{self.name}-{job}", parameters)
        self.guests.append(guest)
        return guest.start(
            self.command(job), self.environment(job), self.log(job).resolve()
        )

    def tell(self) -> None:
        for job in range(self.asked.jobs):
            log = self.log(job)
            text = log.read_text(errors="replace") if log.exists() else ""
            lines = text.splitlines()
            lines = [line.strip() for line in lines if engines.said(line)]
            if self.asked.engine == "afl":
                out = engines.afl_folder(self.asked, self.name)
                lines += engines.afl_says(out, engines.afl_name(self.asked, job))
            if self.guests:
                lines += self.guests[job].last_words()
            for line in lines:
                print(f"job {job}: {line}")
        self.tell_known()
        found = sorted(self.findings.glob("*.txt"))
        print(f"{len(found)} findings in {self.findings}")
        for path in found:
            text = path.read_text(errors="replace")
            print(f"  {path.name}: {text.splitlines()[0] if text else 'empty'}")

    def tell_known(self) -> None:
        """Of what is recorded, what all jobs together have seen again."""
        times: dict[str, int] = {}
        for job in range(self.asked.jobs):
            if not self.seen(job).exists():
                continue
            for line in self.seen(job).read_text().splitlines():
                count, key = line.strip().split(" ", 1)
                times[key] = times.get(key, 0) + int(count)
        if not times:
            return
        report = self.logs / f"{self.name}.seen"
        report.write_text("".join(f"{times[key]:10} {key}\n" for key in sorted(times)))
        rules = {key.split(": ")[0] for key in times}
        again = {key.split(": ")[0] for key, count in times.items() if count}
        seen = sum(count > 0 for count in times.values())
        print(
            f"recorded deviations seen again: {seen} of {len(times)} in {report},"
            f" of {len(again)} of {len(rules)} rules"
        )


def wait(process: subprocess.Popen[bytes], deadline: float) -> int:
    try:
        code = process.wait(max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
    return 0 if code == 0 else 2


def main() -> int:
    asked = arguments()
    campaign = Campaign(asked)
    if not engines.is_parser(asked):
        known.write([asked.fuzzer, asked.against], campaign.known)
    campaign.seed()
    begin = time.time() - 1
    campaign.gather()
    status = campaign.run()
    campaign.gather()
    campaign.tell()
    # One that came again is written anew.
    if any(path.stat().st_mtime >= begin for path in campaign.findings.iterdir()):
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
