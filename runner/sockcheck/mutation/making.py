# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What comes before faults are tried: the kernel with all of them compiled in, what
each case comes to without one, and the few cases that stand for all."""

from __future__ import annotations

import os
import subprocess
import threading
import time

from sockcheck.binary import list_cases
from sockcheck.mutation.build import Build
from sockcheck.mutation.catalogue import Catalogue, read_functions
from sockcheck.mutation.choose import cover, few_of_each_rule, line_of, read_seen
from sockcheck.mutation.machine import Image
from sockcheck.mutation.options import (
    Options,
    kernel_of,
    path_of,
    read_faults,
    shard_of,
    show_progress,
)
from sockcheck.mutation.running import suite_of
from sockcheck.mutation.trials import baseline, on_each_processor
from sockcheck.trouble import Trouble

BUILD = ["ci/kernel/build", "--arch", "um"]


def catalogue_of(options: Options) -> Catalogue:
    return Catalogue(source_of(options), read_functions(options.list))


def source_of(options: Options) -> str:
    """The kernel's source; Debian's is unpacked by whoever builds kernels here."""
    if options.source != "debian":
        return options.source
    unpacked = "build/kernel/linux-source-6.1"
    if not os.path.exists(unpacked):
        output = path_of(options, "unpacked")
        command = [*BUILD, "--source", "debian", "--output", output, "--configure-only"]
        if subprocess.run(command).returncode:
            raise Trouble("there is no kernel's source: ci/setup kernel installs it")
    return unpacked


def is_newer(path: str, others: list[str]) -> bool:
    """Whether a file is there, and newer than those that it is made of."""
    try:
        made = os.stat(path).st_mtime
    except FileNotFoundError:
        return False
    return all(made >= os.stat(other).st_mtime for other in others)


def build(options: Options) -> int:
    catalogue = catalogue_of(options)
    if catalogue.missing:
        raise Trouble(f"the kernel's source has no {', '.join(catalogue.missing)}")
    os.makedirs(options.folder, exist_ok=True)
    made = Build(source_of(options), options.folder, catalogue)
    kernel = made.make(BUILD)
    catalogue.write(path_of(options, "faults.json"), made.dropped)
    total = len(catalogue.by_number)
    print(f"{kernel}: {total - len(made.dropped)} faults, {len(made.dropped)} dropped")
    return 0


def show(options: Options) -> int:
    """One fault, as a patch."""
    catalogue = catalogue_of(options)
    if options.fault not in catalogue.by_number:
        raise Trouble(
            f"there is no fault {options.fault}: 1 to {len(catalogue.by_number)}"
        )
    print(catalogue.entry(options.fault)["id"])
    print(catalogue.diff(options.fault), end="")
    return 0


def make_baseline(options: Options) -> int:
    """Every case without a fault: what it comes to, and what it could notice."""
    path = path_of(options, "seen")
    if not is_newer(path, [kernel_of(options)]):
        open(path, "w", encoding="utf-8").close()
    known = {one.name for one in read_seen(path)}
    listed = [case.name for case in list_cases(options.binary, "host").cases]
    chosen = few_of_each_rule(listed, options.few)
    names = [name for name in chosen if name not in known][shard_of(options)]
    if names:
        _see(options, names, path)
    return 0


def _see(options: Options, names: list[str], path: str) -> None:
    image = Image(kernel_of(options), options.binary, marks=True)
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
                    show_progress(done[0], len(names), "cases without a fault", begun)

    try:
        on_each_processor(work)
    finally:
        image.close()


def write_quick(options: Options) -> int:
    chosen = cover(suite_of(options, read_faults(options)).seen, 2)
    with open(options.quick, "w", encoding="utf-8") as file:
        file.write(QUICK_HEAD + "".join(f"{name}\n" for name in chosen))
    print(f"{options.quick}: {len(chosen)} cases")
    return 0


QUICK_HEAD = """# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A few cases that stand for all: made by `make mutation-quick`, from what each case
# reaches in the functions of functions.list.  Whatever fault any case could notice,
# two of these could, where two can; and each rule has one.
"""
