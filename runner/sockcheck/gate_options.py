# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The command line of `sockcheck gate` and of `sockcheck bisect`."""

from __future__ import annotations

import argparse
import os
import sys

from sockcheck.command import Parser
from sockcheck.gate_build import ARCHITECTURES
from sockcheck.gate_run import Asked
from sockcheck.selection import QUICK, named_in, quick
from sockcheck.trouble import Trouble

FORMATS = ("text", "github", "junit", "ktap", "mbox")
# A run takes a minute at most; a build from nothing may take half an hour.
LIMIT, LIMIT_TREE, LIMIT_BISECT = 900.0, 7200.0, 86400.0


class Options:
    """The options, with their values where none is given."""

    kernel = ""
    tree = ""
    patch = ""
    arch = "um"
    base = ""
    format = "text"
    run: list[str] = []
    quick = False
    cases = ""
    limit = 0.0
    target = ""
    binary = os.path.join("build", "sockcheck")
    deviations = os.path.join("expected", "deviations")
    results = os.path.join("build", "results", "gate")
    build = os.path.join("build", "gate")
    builder = os.path.join("ci", "kernel", "build")
    allowed = os.path.join("ci", "kernel", "allowed-skips.ini")
    timeout = ""
    jobs = ""
    # Of bisect.
    good = ""
    bad = ""
    case = ""

    def asked(self, shows: bool) -> Asked:
        """What to run on each kernel."""
        words = ["--deviations", self.deviations]
        for glob in [*self.run, *(named_in(self.cases) if self.cases else [])]:
            words += ["--run", glob]
        for option, value in (
            ("--timeout", self.timeout),
            ("--jobs", self.jobs),
        ):
            words += [option, value] if value else []
        return Asked(self.binary, words, self.target, shows)

    def builder_command(self) -> list[str]:
        """The words before those of each build."""
        if self.builder.endswith(os.path.join("kernel", "build")):
            return [sys.executable, os.path.abspath(self.builder)]
        return [os.path.abspath(self.builder)]


def parse_gate(words: list[str]) -> Options:
    parser = _parser(
        "gate",
        "Boots a kernel, runs the cases inside, and compares with another run. Exit "
        "status: 0 nothing is lost, 1 something is, 2 the gate could not be made.",
    )
    parser.add_argument(
        "--kernel",
        metavar="FILE",
        help="a User Mode Linux program or a bzImage (Debian's user-mode-linux)",
    )
    parser.add_argument(
        "--tree", metavar="DIR", help="build and boot this kernel's source"
    )
    parser.add_argument(
        "--patch",
        metavar="FILE",
        help="and compare it with this patch applied; - is stdin",
    )
    parser.add_argument(
        "--base",
        metavar="JSON",
        help="a results.json, or the folder of one, to compare with",
    )
    parser.add_argument("--format", choices=FORMATS, help="of the result (text)")
    parser.add_argument(
        "--run", metavar="GLOB", action="append", help="only these cases"
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"only the cases in {QUICK}"
    )
    parser.add_argument("--cases", metavar="FILE", help="only the cases named in it")
    _add_common(parser)
    options = parser.parse_args(words, Options())
    _check_gate(options)
    return options


def _check_gate(options: Options) -> None:
    if options.patch and not options.tree:
        raise Trouble(
            "--patch needs --tree, the source that the patch is for (PATCH, TREE)"
        )
    if options.tree and options.kernel:
        raise Trouble("--kernel or --tree, not both (KERNEL, TREE)")
    if options.patch and options.base:
        raise Trouble("--patch compares with the tree without it, not with --base")
    if options.quick:
        options.run = quick([*options.run, *filter(None, [options.cases])])
    if not options.limit:
        options.limit = LIMIT_TREE if options.tree else LIMIT


def parse_bisect(words: list[str]) -> Options:
    parser = _parser(
        "bisect",
        "Finds the commit that changed what comes of a case, by git bisect in a clone. "
        "Exit status: 0 it is found, 1 it cannot be told, 2 it could not be tried.",
    )
    parser.add_argument(
        "--tree", metavar="DIR", required=True, help="a kernel's repository"
    )
    parser.add_argument(
        "--good", metavar="REV", required=True, help="where the case passes"
    )
    parser.add_argument("--bad", metavar="REV", required=True, help="where it does not")
    parser.add_argument(
        "--case", metavar="NAME", required=True, help="the case's whole name"
    )
    _add_common(parser)
    options = parser.parse_args(words, Options())
    options.limit = options.limit or LIMIT_BISECT
    return options


def _parser(name: str, description: str) -> Parser:
    return Parser(
        prog=f"sockcheck {name}",
        description=description,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--arch", choices=ARCHITECTURES, help="to build --tree for (um)"
    )
    parser.add_argument(
        "--limit",
        metavar="SECONDS",
        type=_seconds,
        help="for all of it, builds included",
    )
    parser.add_argument(
        "--target",
        metavar="NAME",
        help="exec:'COMMAND {kernel} {}' boots it in its own way",
    )
    parser.add_argument("--binary", metavar="PATH", help="(build/sockcheck)")
    parser.add_argument("--deviations", metavar="DIR", help="(expected/deviations)")
    parser.add_argument(
        "--results", metavar="DIR", help="for reports (build/results/gate)"
    )
    parser.add_argument("--build", metavar="DIR", help="to build in (build/gate)")
    parser.add_argument("--builder", metavar="PROGRAM", help="(ci/kernel/build)")
    parser.add_argument(
        "--allowed", metavar="FILE", help="(ci/kernel/allowed-skips.ini)"
    )
    parser.add_argument("--timeout", metavar="SECONDS", help="for one case")
    parser.add_argument("--jobs", metavar="N", help="how many guests at a time")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 7 * 86400:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds")
    return seconds
