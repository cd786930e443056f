# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""python3 -m sockcheck.mutation: what `make mutation` and its kin do."""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from sockcheck import processes
from sockcheck.binary import list_cases
from sockcheck.mutation import report
from sockcheck.mutation.build import Build
from sockcheck.mutation.catalogue import Catalogue, read_functions
from sockcheck.mutation.choose import (
    FAIL,
    Suite,
    cover,
    few_of_each_rule,
    line_of,
    read_seen,
)
from sockcheck.mutation.machine import Image
from sockcheck.mutation.survivors import Explained
from sockcheck.mutation.trials import (
    Limits,
    Results,
    Session,
    baseline,
    on_each_processor,
)
from sockcheck.trouble import Trouble

BUILD = ["ci/kernel/build", "--arch", "um"]


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
    cases = 0
    seconds = 0.0
    again = False
    fresh = False


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments, Options())
    try:
        processes.hold_standard_descriptors()
        actions = {
            "all": everything,
            "build": build,
            "baseline": make_baseline,
            "run": run,
            "show": show,
            "report": print_report,
            "quick": write_quick,
        }
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return actions[options.action](options)
    except KeyboardInterrupt:
        # What is known is kept; machines die with their threads.
        return 130
    except Trouble as trouble:
        print(f"sockcheck: {trouble}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sockcheck.mutation")
    parser.add_argument(
        "action",
        choices=["all", "build", "baseline", "run", "show", "report", "quick"],
    )
    for name in (
        "shard",
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


def _path(options: Options, name: str) -> str:
    return os.path.join(options.folder, name)


def _kernel(options: Options) -> str:
    return _path(options, "kernel/linux")


def _read_faults(options: Options) -> dict[str, Any]:
    path = _path(options, "faults.json")
    try:
        with open(path, encoding="utf-8") as file:
            faults: dict[str, Any] = json.load(file)
            return faults
    except OSError as error:
        raise Trouble(f"{path}: {error.strerror}: the kernel is not built") from None


def _catalogue(options: Options) -> Catalogue:
    return Catalogue(_source(options), read_functions(options.list))


def _source(options: Options) -> str:
    """The kernel's source; Debian's is unpacked by whoever builds kernels here."""
    if options.source != "debian":
        return options.source
    unpacked = "build/kernel/linux-source-6.1"
    if not os.path.exists(unpacked):
        output = _path(options, "unpacked")
        command = [*BUILD, "--source", "debian", "--output", output, "--configure-only"]
        if subprocess.run(command).returncode:
            raise Trouble("there is no kernel's source: ci/setup kernel installs it")
    return unpacked


def everything(options: Options) -> int:
    """What is missing is made first; a fault that was asked for is shown."""
    if options.fault:
        show(options)
    if not _newer(_kernel(options), [options.list]):
        build(options)
    make_baseline(options)
    return run(options)


def _newer(path: str, others: list[str]) -> bool:
    """Whether a file is there, and newer than those that it is made of."""
    try:
        made = os.stat(path).st_mtime
    except FileNotFoundError:
        return False
    return all(made >= os.stat(other).st_mtime for other in others)


def build(options: Options) -> int:
    catalogue = _catalogue(options)
    if catalogue.missing:
        raise Trouble(f"the kernel's source has no {', '.join(catalogue.missing)}")
    os.makedirs(options.folder, exist_ok=True)
    made = Build(_source(options), options.folder, catalogue)
    kernel = made.make(BUILD)
    catalogue.write(_path(options, "faults.json"), made.dropped)
    total = len(catalogue.by_number)
    print(f"{kernel}: {total - len(made.dropped)} faults, {len(made.dropped)} dropped")
    return 0


def show(options: Options) -> int:
    """One fault, as a patch."""
    catalogue = _catalogue(options)
    if options.fault not in catalogue.by_number:
        raise Trouble(
            f"there is no fault {options.fault}: 1 to {len(catalogue.by_number)}"
        )
    print(catalogue.entry(options.fault)["id"])
    print(catalogue.diff(options.fault), end="")
    return 0


def make_baseline(options: Options) -> int:
    """Every case without a fault: what it comes to, and what it could notice."""
    path = _path(options, "seen")
    if not _newer(path, [_kernel(options)]):
        open(path, "w", encoding="utf-8").close()
    known = {one.name for one in read_seen(path)}
    listed = [case.name for case in list_cases(options.binary, "host").cases]
    chosen = few_of_each_rule(listed, options.few)
    names = [name for name in chosen if name not in known][_shard(options)]
    if names:
        _see(options, names, path)
    return 0


def _see(options: Options, names: list[str], path: str) -> None:
    image = Image(_kernel(options), options.binary, marks=True)
    processors = len(os.sched_getaffinity(0))
    lock = threading.Lock()
    begun = time.monotonic()
    done = [0]

    def work(place: int) -> None:
        with open(path, "a", encoding="utf-8") as file:
            name = f"base{os.getpid()}.{place}"
            for one in baseline(image, names[place::processors], name):
                with lock:
                    file.write(line_of(one))
                    file.flush()
                    done[0] += 1
                    _progress(done[0], len(names), "cases without a fault", begun)

    try:
        on_each_processor(work)
    finally:
        image.close()


def _suite(options: Options, faults: dict[str, Any]) -> Suite:
    """What is not as expected without a fault proves nothing."""
    seen = read_seen(_path(options, "seen"))
    if not seen:
        raise Trouble("no case was run without a fault yet")
    return Suite([one for one in seen if one.came != FAIL], faults["faults"])


def write_quick(options: Options) -> int:
    chosen = cover(_suite(options, _read_faults(options)).seen, 2)
    with open(options.quick, "w", encoding="utf-8") as file:
        file.write(QUICK_HEAD + "".join(f"{name}\n" for name in chosen))
    print(f"{options.quick}: {len(chosen)} cases")
    return 0


QUICK_HEAD = """# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A few cases that stand for all: made by `make mutation-quick`, from what each case
# reaches in the functions of functions.list.  Whatever fault any case could notice,
# two of these could, where two can; and each rule has one.
"""


def _stamp(options: Options) -> str:
    with open(_path(options, "faults.json"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def run(options: Options) -> int:
    faults = _read_faults(options)
    suite = _suite(options, faults)
    explained = Explained(options.survivors, [one["id"] for one in faults["faults"]])
    results = Results(_path(options, "results.jsonl"), _stamp(options))
    entries = _due(options, faults, results)
    limits = Limits()
    limits.cases = options.cases or limits.cases
    limits.seconds = options.seconds or limits.seconds
    image = Image(_kernel(options), options.binary)
    try:
        _try_all(image, suite, entries, results, limits, options.fresh)
    finally:
        image.close()
    return _report(options, faults, results, explained)


def _asked(options: Options, entry: dict[str, Any]) -> bool:
    if options.fault:
        return bool(entry["number"] == options.fault)
    return any(
        fnmatch.fnmatchcase(name, options.functions)
        for name in (entry["function"], f"{entry['file']}:{entry['function']}")
    )


def _due(
    options: Options, faults: dict[str, Any], results: Results
) -> list[dict[str, Any]]:
    """Asked for and not known; with --again, those not noticed, too."""
    entries = [
        one for one in faults["faults"] if "dropped" not in one and _asked(options, one)
    ]
    # The same order each time, and all functions from the first on.
    random.Random(6).shuffle(entries)
    if options.sample:
        entries = entries[: options.sample]
    entries = entries[_shard(options)]
    known = {
        name
        for name, result in results.of.items()
        if result["verdict"] == report.NOTICED or not options.again
    }
    return [one for one in entries if one["id"] not in known]


def _shard(options: Options) -> slice:
    """Of a list, the part that is this process's: I/N, from 0."""
    place, _, shards = options.shard.partition("/")
    return slice(int(place), None, int(shards))


def _try_all(
    image: Image,
    suite: Suite,
    entries: list[dict[str, Any]],
    results: Results,
    limits: Limits,
    fresh: bool,
) -> None:
    todo = list(reversed(entries))
    lock = threading.Lock()
    begun = time.monotonic()

    def work(place: int) -> None:
        session = Session(image, suite, f"fault{os.getpid()}.{place}", limits)
        try:
            while True:
                with lock:
                    if not todo:
                        return
                    entry = todo.pop()
                found = session.try_fault(entry["number"], fresh)
                results.add({**entry, **found})
                with lock:
                    _progress(len(entries) - len(todo), len(entries), "faults", begun)
        finally:
            session.end()

    on_each_processor(work)


def _progress(done: int, total: int, what: str, begun: float) -> None:
    if sys.stderr.isatty() or done % 50 == 0 or done == total:
        seconds = time.monotonic() - begun
        end = "\r" if sys.stderr.isatty() else "\n"
        text = f"{done} of {total} {what}, {seconds:.0f} s"
        print(text, end=end, file=sys.stderr, flush=True)


def print_report(options: Options) -> int:
    faults = _read_faults(options)
    explained = Explained(options.survivors, [one["id"] for one in faults["faults"]])
    results = Results(_path(options, "results.jsonl"), _stamp(options))
    return _report(options, faults, results, explained)


def _report(
    options: Options, faults: dict[str, Any], results: Results, explained: Explained
) -> int:
    known = [
        results.of[one["id"]]
        for one in faults["faults"]
        if one["id"] in results.of and _asked(options, one)
    ]
    left = report.remaining(known, explained.why)
    for entry in left:
        print(report.line(entry))
    print("\n".join(report.table(known, explained.why, ["file", "function"])))
    print()
    print("\n".join(report.table(known, explained.why, ["rule"])))
    dropped = sum("dropped" in one for one in faults["faults"])
    print(f"{dropped} more do not compile; {len(left)} are left")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
