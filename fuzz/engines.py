# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How each fuzzing engine is called, and what it says of a run."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

# A program's bytes at most: PROGRAM_BYTES_MAX.
LENGTH_MAX = 6144

# What a fuzzer of our own parsers is given besides its corpus.
OF_PARSERS = {
    "program": ["-dict={build}/fuzz/dictionary"],
    "tap": ["-dict=fuzz/tap/words.dict", "{corpus}", "fuzz/tap"],
}


def is_parser(asked: argparse.Namespace) -> bool:
    return asked.fuzzer in OF_PARSERS


def binary(asked: argparse.Namespace) -> Path:
    """The fuzzer.  A kernel and a stack gain nothing from our own code's sanitizers."""
    fuzz: Path = asked.build / "fuzz"
    name = f"fuzz_{asked.fuzzer}" if is_parser(asked) else "fuzz_target"
    if asked.engine == "afl":
        return (fuzz / "afl" / name).resolve()
    return (fuzz / ("libfuzzer" if is_parser(asked) else "quick") / name).resolve()


def environment(asked: argparse.Namespace) -> dict[str, str]:
    """What an engine reads: nothing of ours is a leak."""
    known = dict(
        ASAN_OPTIONS="detect_leaks=0:handle_abort=1:abort_on_error=1:symbolize=0",
        AFL_SKIP_CPUFREQ="1",
        AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES="1",
        AFL_NO_AFFINITY="1",
        AFL_NO_UI="1",
        AFL_AUTORESUME="1",
    )
    if asked.fuzzer == "tap":
        return known
    known["AFL_CUSTOM_MUTATOR_LIBRARY"] = str(
        (asked.build / "fuzz/mutator.so").resolve()
    )
    if not is_parser(asked):
        known["AFL_CUSTOM_MUTATOR_ONLY"] = "1"
    return known


def libfuzzer(
    asked: argparse.Namespace, fresh: Path, seeds: Path | None, findings: Path
) -> list[str]:
    """What it finds goes to `fresh`; it begins with the files that `seeds` lists."""
    more = ["{corpus}"]
    if is_parser(asked):
        more = OF_PARSERS[asked.fuzzer]
        more = more if "{corpus}" in more else [*more, "{corpus}"]
    return [
        str(binary(asked)),
        f"-max_total_time={asked.time}",
        f"-max_len={2048 if is_parser(asked) else LENGTH_MAX}",
        "-len_control=0",
        "-timeout=300",
        "-rss_limit_mb=0",
        "-print_final_stats=1",
        # What it spends on weighing its corpus would be most of the time.
        "-entropic=0",
        # Names of functions come from a process whose pipe takes a descriptor.
        "-print_funcs=0",
        # Of several jobs, each would run what all others find, and do little else.
        "-reload=0",
        *([f"-seed_inputs=@{seeds.resolve()}"] if seeds else []),
        f"-artifact_prefix={findings.resolve()}/",
        *(word.format(build=asked.build, corpus=fresh.resolve()) for word in more),
    ]


def afl_name(asked: argparse.Namespace, job: int) -> str:
    """The instance's own name: one is the machine's main one."""
    name: str = asked.name
    return name if job == 0 else f"{name}-{job}"


def afl_folder(asked: argparse.Namespace, name: str) -> Path:
    """Where all instances of a campaign have their queues; AFL++'s -o."""
    folder: Path = asked.sync or asked.build / "fuzz" / "afl" / "out" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def afl(asked: argparse.Namespace, corpus: Path, out: Path, job: int) -> list[str]:
    command = ["afl-fuzz", "-i", str(corpus.resolve()), "-o", str(out)]
    command += ["-M" if job == 0 else "-S", afl_name(asked, job)]
    command += ["-V", str(asked.time), "-t", "10000"]
    # Only a main instance reads corpora of others.
    for folder in asked.foreign if job == 0 else []:
        command += ["-F", str(folder.resolve())]
    return [*command, "--", str(binary(asked))]


def said(line: str) -> bool:
    """Is it one of the lines of a log that people want?"""
    return bool(
        re.search(
            r"programs, .* calls, |rules reached|known differences|stat::number_of_exec"
            r"|^sockcheck: |ERROR: libFuzzer|PROGRAM ABORT",
            line,
        )
    )


def afl_says(out: Path, name: str) -> list[str]:
    """What an instance has written of itself."""
    path = out / name / "fuzzer_stats"
    if not path.exists():
        return [f"no {path}: it has not started"]
    wanted = "execs_done", "execs_per_sec", "corpus_count", "saved_crashes"
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = {
        line.split(":")[0].strip(): line.split(":", 1)[1].strip()
        for line in lines
        if ":" in line
    }
    return [", ".join(f"{key} {pairs.get(key, '?')}" for key in wanted)]
