# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make fuzz`: runs a fuzzer for so long, in several processes, tells what it found.

The corpus of each fuzzer is kept in build/fuzz/corpus/FUZZER and taken up again by the
next run; findings lie in build/fuzz/findings/FUZZER, one for each rule and difference.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

SUFFIXES = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> int:
    """A time such as 90, 90s, 10m or 2h in seconds."""
    found = re.fullmatch(r"(\d+)([smh]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: 90s, 10m or 2h")
    return int(found.group(1)) * SUFFIXES.get(found.group(2), 1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--engine", choices=["libfuzzer", "afl"], default="libfuzzer")
    parser.add_argument("--fuzzer", default="host")
    parser.add_argument("--time", type=seconds, default=600)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def environment(asked: argparse.Namespace, findings: Path) -> dict[str, str]:
    """What the fuzzer reads: nothing of ours is a leak or a file of the host."""
    return dict(
        os.environ,
        SOCKCHECK_TARGET=asked.fuzzer,
        SOCKCHECK_FINDINGS=str(findings.resolve()),
        ASAN_OPTIONS="detect_leaks=0:handle_abort=1:abort_on_error=1",
        AFL_SKIP_CPUFREQ="1",
        AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES="1",
        AFL_CUSTOM_MUTATOR_LIBRARY=str((asked.build / "fuzz/mutator.so").resolve()),
        AFL_CUSTOM_MUTATOR_ONLY="1",
        AFL_NO_UI="1",
    )


def libfuzzer(asked: argparse.Namespace, corpus: Path, findings: Path) -> list[str]:
    return [
        str(asked.binary.resolve()),
        f"-max_total_time={asked.time}",
        "-max_len=6144",
        "-len_control=0",
        "-timeout=60",
        "-rss_limit_mb=0",
        "-print_final_stats=1",
        "-reload=1",
        f"-artifact_prefix={findings.resolve()}/",
        str(corpus.resolve()),
    ]


def afl(asked: argparse.Namespace, corpus: Path, job: int) -> list[str]:
    out = asked.build / "fuzz" / "afl" / "out" / asked.fuzzer
    out.mkdir(parents=True, exist_ok=True)
    seeds = str(corpus.resolve())
    role = ["-M", "main"] if job == 0 else ["-S", f"job{job}"]
    if (out / role[1] / "queue").exists():
        seeds = "-"
    time_limit = ["-V", str(asked.time), "-t", "10000"]
    return ["afl-fuzz", "-i", seeds, "-o", str(out.resolve()), *role, *time_limit] + [
        "--",
        str(asked.binary.resolve()),
    ]


def seed(corpus: Path, tool: Path) -> None:
    """An empty corpus begins with the programs of the repository."""
    corpus.mkdir(parents=True, exist_ok=True)
    if any(corpus.iterdir()):
        return
    for path in sorted(Path("fuzz/corpus").glob("*.txt")):
        done = subprocess.run(
            [tool, "--encode", path], capture_output=True, check=True, timeout=60
        )
        (corpus / path.with_suffix(".program").name).write_bytes(done.stdout)
    if not any(corpus.iterdir()):
        (corpus / "empty.program").write_bytes(bytes(24))


def run(asked: argparse.Namespace, corpus: Path, findings: Path) -> int:
    """Starts all jobs, waits for them, and stops them where they do not end."""
    logs = asked.build / "fuzz" / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    jobs = []
    for job in range(asked.jobs):
        command = (
            afl(asked, corpus, job)
            if asked.engine == "afl"
            else libfuzzer(asked, corpus, findings)
        )
        with (logs / f"{asked.fuzzer.replace('/', '_')}-{job}.log").open("w") as log:
            jobs.append(
                subprocess.Popen(
                    command,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=environment(asked, findings),
                )
            )
    deadline = time.monotonic() + asked.time + 60
    status = 0
    for process in jobs:
        try:
            code = process.wait(max(1.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            code = process.wait()
        status = max(status, 0 if code == 0 else 2)
    return status


def tell(asked: argparse.Namespace, findings: Path) -> None:
    for job in range(asked.jobs):
        log = (
            asked.build
            / "fuzz"
            / "logs"
            / f"{asked.fuzzer.replace('/', '_')}-{job}.log"
        )
        for line in log.read_text(errors="replace").splitlines():
            if re.search(r"programs, .* calls, |rules reached|executed_units", line):
                print(f"job {job}: {line.strip()}")
    found = sorted(findings.glob("*.txt"))
    print(f"{len(found)} findings in {findings}")
    for path in found:
        print(f"  {path.name}: {path.read_text(errors='replace').splitlines()[0]}")


def main() -> int:
    asked = arguments()
    name = asked.fuzzer.replace("/", "_")
    corpus = asked.build / "fuzz" / "corpus" / name
    findings = asked.build / "fuzz" / "findings" / name
    findings.mkdir(parents=True, exist_ok=True)
    seed(corpus, asked.build / "fuzz" / "program")
    before = set(findings.glob("*.txt"))
    status = run(asked, corpus, findings)
    tell(asked, findings)
    if set(findings.glob("*.txt")) - before:
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
