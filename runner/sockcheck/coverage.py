# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`sockcheck coverage`: which branches of the kernel's functions the cases take.

Exit status: 0 every branch is taken or explained, 1 one is not, or an explanation is of
a branch that is taken or gone, 2 the run could not be made.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess

from sockcheck import coverage_run, coverage_table, kernel_functions, unreached
from sockcheck.command import Parser
from sockcheck.gcov import Counts, Source
from sockcheck.trouble import Trouble

FUNCTIONS = os.path.join("ci", "kernel", "functions.list")
UNREACHED = os.path.join("expected", "unreached.ini")
QUIET = os.path.join("ci", "kernel", "gcov-quiet.h")
BUILD = os.path.join("ci", "kernel", "build")


def main(arguments: list[str]) -> int:
    """Build the kernel, run the suite in it, print, and give the exit status."""
    options = _parser().parse_args(arguments)
    functions = kernel_functions.read(FUNCTIONS)
    entries = unreached.read(UNREACHED)
    if options.read:
        folders = sorted(
            os.path.join(options.output, name)
            for name in os.listdir(options.output)
            if name.startswith("guest")
        )
    else:
        os.makedirs(options.output, exist_ok=True)
        kernel = build_kernel(options, functions)
        folders = coverage_run.make(kernel, options.suite, options.output, options.run)
    # make leaves a link to it where it builds.
    tree = os.path.realpath(os.path.join(options.kernel, "source"))
    source = Source(tree)
    counts = Counts(functions, source, tree)
    for report in coverage_run.reports(folders, {it.object for it in functions}):
        counts.add(report)
    untaken, lines = coverage_table.untaken_of(counts, source)
    judged = unreached.judge(untaken, entries, lines)
    text = coverage_table.table(counts)
    print(text + coverage_table.verdict(counts, judged), end="")
    _write(options.output, "coverage.txt", text)
    _write(options.output, "not-taken.txt", coverage_table.not_taken(judged))
    write_html(options.output, tree, counts)
    return 1 if judged.unexplained or judged.stale else 0


def build_kernel(
    options: argparse.Namespace, functions: list[kernel_functions.Function]
) -> str:
    """Have the kernel built that counts the functions' files; return its path."""
    command = [BUILD, "--source", options.source, "--output", options.kernel]
    command += ["--arch", "um", "--config", "suite", "gcov"]
    command += ["--make", f"CFLAGS_gcc_base.o=-include {os.path.abspath(QUIET)}"]
    for name in sorted({it.object for it in functions}):
        command += ["--make", f"GCOV_PROFILE_{name}=y"]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if ended.returncode:
        raise Trouble(f"{BUILD} made no kernel in {options.kernel}")
    return ended.stdout.decode().strip().split("\n")[-1]


def write_html(output: str, tree: str, counts: Counts) -> None:
    """Have gcovr make pages of the functions' lines, where it is there."""
    text = json.dumps(coverage_table.for_gcovr(counts))
    path = _write(output, "coverage.json", text)
    pages = os.path.join(output, "html")
    os.makedirs(pages, exist_ok=True)
    page = os.path.join(pages, "index.html")
    command = ["gcovr", "--add-tracefile", os.path.abspath(path), "--root", "."]
    command += ["--html-details", os.path.abspath(page)]
    try:
        ended = subprocess.run(
            command,
            cwd=tree,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except FileNotFoundError:
        print("no HTML: gcovr is missing: ci/setup kernel")
        return
    if ended.returncode:
        raise Trouble(f"gcovr: {ended.stdout.decode(errors='replace').strip()}")
    print(f"HTML: {page}")


def _write(folder: str, name: str, text: str) -> str:
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="sockcheck coverage", description=__doc__)
    parser.add_argument("--source", default="debian", metavar="DIR")
    parser.add_argument("--kernel", default="build/kernel/um-gcov", metavar="DIR")
    parser.add_argument("--suite", default="build/sockcheck-static", metavar="PROGRAM")
    parser.add_argument("--output", default="build/coverage", metavar="DIR")
    parser.add_argument("--run", default="*", metavar="GLOB", help="only these cases")
    parser.add_argument(
        "--read", action="store_true", help="the counts of the last run"
    )
    return parser
