# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Faults, tried one after the other on each processor; and what came of them."""

from __future__ import annotations

import os
import random
import threading
import time
from typing import Any

from sockcheck.mutation import report
from sockcheck.mutation.choose import FAIL, Suite, read_seen
from sockcheck.mutation.machine import Image
from sockcheck.mutation.options import (
    Options,
    is_asked_for,
    kernel_of,
    path_of,
    read_faults,
    shard_of,
    show_progress,
    stamp_of,
)
from sockcheck.mutation.survivors import Explained
from sockcheck.mutation.trials import Limits, Results, Session, on_each_processor
from sockcheck.trouble import Trouble


def suite_of(options: Options, faults: dict[str, Any]) -> Suite:
    """What is not as expected without a fault proves nothing."""
    seen = read_seen(path_of(options, "seen"))
    if not seen:
        raise Trouble("no case was run without a fault yet")
    ran = [one for one in seen if one.came != FAIL]
    return Suite(ran, faults["faults"], options.first.split())


def run(options: Options) -> int:
    faults = read_faults(options)
    suite = suite_of(options, faults)
    explained = Explained(options.survivors, [one["id"] for one in faults["faults"]])
    results = Results(path_of(options, "results.jsonl"), stamp_of(options))
    entries = _due(options, faults, results, explained)
    limits = Limits()
    limits.cases = options.cases or limits.cases
    limits.seconds = options.seconds or limits.seconds
    image = Image(kernel_of(options), options.binary)
    try:
        _try_all(image, suite, entries, results, limits, options.fresh)
    finally:
        image.close()
    return _report(options, faults, results, explained)


def _due(
    options: Options, faults: dict[str, Any], results: Results, explained: Explained
) -> list[dict[str, Any]]:
    """Asked for and not known; with --again, those not noticed, too.

    Of those, what is explained is asked again by its number only.
    """
    entries = [
        one
        for one in faults["faults"]
        if "dropped" not in one and is_asked_for(options, one)
    ]
    # The same order each time, and all functions from the first on.
    random.Random(6).shuffle(entries)
    if options.sample:
        entries = entries[: options.sample]
    entries = entries[shard_of(options)]
    known = {
        name
        for name, result in results.of.items()
        if result["verdict"] == report.NOTICED
        or not options.again
        or (name in explained.why and not options.fault)
    }
    return [one for one in entries if one["id"] not in known]


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
                    show_progress(
                        len(entries) - len(todo), len(entries), "faults", begun
                    )
        finally:
            session.end()

    on_each_processor(work)


def print_report(options: Options) -> int:
    faults = read_faults(options)
    explained = Explained(options.survivors, [one["id"] for one in faults["faults"]])
    results = Results(path_of(options, "results.jsonl"), stamp_of(options))
    return _report(options, faults, results, explained)


def _report(
    options: Options, faults: dict[str, Any], results: Results, explained: Explained
) -> int:
    known = [
        results.of[one["id"]]
        for one in faults["faults"]
        if one["id"] in results.of and is_asked_for(options, one)
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
