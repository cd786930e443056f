# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a command of mutation was asked for, and where in its folder things are."""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import json
import os
import sys
import time
from typing import Any

from sockcheck.trouble import Trouble


class Options(argparse.Namespace):
    """What was asked for; the folders are the repository's own."""

    action = "all"
    binary = "build/sockcheck-static"
    folder = "build/mutation"
    functions = "*"
    list = "ci/kernel/functions.list"
    survivors = "ci/kernel/survivors.ini"
    quick = "ci/kernel/quick.cases"
    source = "debian"
    fault = 0
    sample = 0
    shard = "0/1"
    few = 0
    first = ""
    cases = 0
    seconds = 0.0
    again = False
    fresh = False


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sockcheck.mutation")
    parser.add_argument(
        "action",
        choices=["all", "build", "baseline", "run", "show", "report", "quick"],
    )
    for name in (
        "shard",
        "first",
        "binary",
        "folder",
        "functions",
        "list",
        "survivors",
        "quick",
        "source",
    ):
        parser.add_argument(f"--{name}", default=argparse.SUPPRESS)
    for name in ("fault", "sample", "cases", "few"):
        parser.add_argument(f"--{name}", type=int, default=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=argparse.SUPPRESS)
    for name in ("again", "fresh"):
        parser.add_argument(f"--{name}", action="store_true", default=argparse.SUPPRESS)
    return parser


def path_of(options: Options, name: str) -> str:
    return os.path.join(options.folder, name)


def kernel_of(options: Options) -> str:
    return path_of(options, "kernel/linux")


def read_faults(options: Options) -> dict[str, Any]:
    path = path_of(options, "faults.json")
    try:
        with open(path, encoding="utf-8") as file:
            faults: dict[str, Any] = json.load(file)
            return faults
    except OSError as error:
        raise Trouble(f"{path}: {error.strerror}: the kernel is not built") from None


def stamp_of(options: Options) -> str:
    with open(path_of(options, "faults.json"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def is_asked_for(options: Options, entry: dict[str, Any]) -> bool:
    if options.fault:
        return bool(entry["number"] == options.fault)
    return any(
        fnmatch.fnmatchcase(name, options.functions)
        for name in (entry["function"], f"{entry['file']}:{entry['function']}")
    )


def shard_of(options: Options) -> slice:
    """Of a list, the part that is this process's: I/N, from 0."""
    place, _, shards = options.shard.partition("/")
    return slice(int(place), None, int(shards))


def show_progress(done: int, total: int, what: str, begun: float) -> None:
    """On a terminal each time, in a file twenty times."""
    if sys.stderr.isatty() or done % max(1, total // 20) == 0 or done == total:
        seconds = time.monotonic() - begun
        end = "\r" if sys.stderr.isatty() else "\n"
        text = f"{done} of {total} {what}, {seconds:.0f} s"
        print(text, end=end, file=sys.stderr, flush=True)
