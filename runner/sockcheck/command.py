# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The command line: its options, and how the program ends."""

from __future__ import annotations

import argparse
import os

from sockcheck import processes, report_files, selection
from sockcheck.check import Check, Options, complain, stopped_by
from sockcheck.signals import Signals, Stopped, die_of_closed_pipe
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from sockcheck.systems import System

    # A word of Python's stubs, and no class that is to be had while it runs.
    Commands = argparse._SubParsersAction["Parser"]

LONGEST_TIMEOUT = 86400.0

# Of a stack in the process of a case.  One that waits forever is what many of them do
# with a flag or an error that they do not know.  A case that waits takes no processor:
# so there are many at a time.  It is more than the 250 ms between two ticks of their
# timers, and one that is at something then is given longer, a tenth of a second at
# least: sandbox.c:wait_while_awake().
STACK_TIMEOUT = 0.3
STACK_JOBS_PER_CORE = 24


class Parser(argparse.ArgumentParser):
    """argparse, but a wrong option costs one line and not the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise Trouble(f"{message} (see --help)")


def main(arguments: list[str]) -> NoReturn:
    """Run the command, and end the process with its status."""
    processes.hold_standard_descriptors()
    try:
        status = _status(arguments)
    except BrokenPipeError:
        die_of_closed_pipe()
    # Everything is written and closed; taking the interpreter apart takes a while.
    os._exit(status)


def _status(arguments: list[str]) -> int:
    try:
        signals = Signals()
        signals.install()
        if arguments[:1] == ["gate"]:
            from sockcheck import gate

            return gate.main(arguments[1:], signals)
        if arguments[:1] == ["bisect"]:
            from sockcheck import bisect

            return bisect.main(arguments[1:], signals)
        if arguments[:1] == ["coverage"]:
            from sockcheck import coverage

            return coverage.main(arguments[1:])
        return _make(parse(arguments), signals)
    except Trouble as trouble:
        complain(str(trouble))
        return 2
    except Stopped as stopped:
        return stopped_by(stopped.number)


def _make(options: Options, signals: Signals) -> int:
    # What a check does not need is not imported for it.
    if options.command == "deviations":
        from sockcheck import amend

        return amend.make(options, signals)
    if options.command == "matrix":
        from sockcheck import matrix

        return matrix.make(options, signals)
    if options.command == "repeat":
        from sockcheck import repeat

        return repeat.make(options, signals)
    if options.command == "kcidb":
        from sockcheck import kcidb

        return kcidb.make(options.read, kcidb.Build(vars(options)))
    return Check(options, signals).make()


def parse(arguments: list[str]) -> Options:
    options = _parser().parse_args(arguments, Options())
    if "deviations" in vars(options):
        _must_be_folder("--deviations", options.deviations)
    if options.quick:
        options.run = selection.quick(options.run)
    options.target_given = "target" in vars(options)
    if not options.results:
        folder = report_files.name_of(options.target, options.profile, "-")
        options.results = os.path.join("build", "results", folder)
    # A report is read without its target; of several targets, each has its own.
    if not options.read and not options.targets:
        aim(options)
    return options


def aim(options: Options) -> None:
    """Fill in what depends on the target: which may not be here."""
    system = options.system = _system_of(options.target, options.kernel)
    stack = not system and is_stack(options.target)
    if stack and "timeout" not in vars(options):
        options.timeout = STACK_TIMEOUT
    if not options.jobs and stack:
        options.jobs = STACK_JOBS_PER_CORE * len(os.sched_getaffinity(0))
    if not options.jobs:
        options.jobs = system.jobs if system else _usual_jobs(options.guest)
    options.guest |= bool(system and system.ours)
    if system and system.timeout and "timeout" not in vars(options):
        options.timeout = system.timeout


def _system_of(target: str, kernel: str) -> System | None:
    """Its module is imported where there is one: that takes a while."""
    names = ("gvisor", "uml", "qemu")
    if ":" not in target and target not in names and not kernel:
        return None
    from sockcheck.systems import system_of

    return system_of(target, kernel)


def is_stack(target: str) -> bool:
    """Whether it is loaded into the cases' processes: targets.c:names_stack."""
    return target in ("lwip", "lwipv6") or "/" in target or ".so" in target


def _usual_jobs(guest: bool) -> int:
    """How many cases at a time, where nobody says."""
    if guest:
        # A case that changes the whole machine would break those beside it.
        return 1
    # Two a core: closing a packet socket waits, some ten ms, for the kernel's RCU.
    return 2 * len(os.sched_getaffinity(0))


def _must_be_folder(option: str, path: str) -> None:
    """The folder that is the default may be absent; one that was named may not."""
    try:
        os.stat(os.path.join(path, "."))
    except OSError as error:
        raise Trouble(f"{option} {path}: {why(error)}") from None


def _parser() -> Parser:
    parser = Parser(
        prog="sockcheck",
        description="Says whether a socket implementation does what is documented.",
        allow_abbrev=False,
    )
    # Given its prog, argparse need not format a usage to find it out.
    commands = parser.add_subparsers(metavar="COMMAND", required=True, prog="sockcheck")
    check = commands.add_parser(
        "check",
        help="run cases against a target, and say what is not as documented",
        description="Runs cases against a target. Exit status: 0 as expected, "
        "1 not as expected, 2 the run itself could not be made.",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    check.set_defaults(command="check")
    _add_choice(check)
    _add_way(check)
    _add_output(check)
    _add_deviations(commands)
    _add_matrix(commands)
    _add_repeat(commands)
    _add_kcidb(commands)
    # Their options are read by modules of their own.
    commands.add_parser(
        "gate", help="boot a kernel, and say what it or a patch changes"
    )
    commands.add_parser("bisect", help="find the commit that changed a case's verdict")
    return parser


def _add_deviations(commands: Commands) -> None:
    command = commands.add_parser(
        "deviations",
        help="print what must change in a target's deviations, as a diff",
        description="Runs cases against a target, and prints as a unified diff what "
        "must change in the file of its deviations so that the run is as recorded. "
        "Exit status: 0 nothing, 1 there is a diff, 2 the run could not be made.",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    command.set_defaults(command="deviations")
    _add_choice(command)
    _add_way(command)
    command.add_argument(
        "--results",
        metavar="PATH",
        dest="read",
        help="a results.json, or the folder of one, to read in place of a run",
    )
    command.add_argument(
        "--keep-seen",
        action="store_true",
        help="let answers stay that did not come this time",
    )


def _add_matrix(commands: Commands) -> None:
    command = commands.add_parser(
        "matrix",
        help="print which target keeps which rule",
        description="Runs cases against several targets, and tells for each rule and "
        "target whether it is kept, differs as recorded, is broken or was not asked. "
        "Exit status: 0 all as recorded, 1 not all, 2 a target could not be run.",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    command.set_defaults(command="matrix")
    command.add_argument("targets", metavar="TARGET", nargs="+", help="what to check")
    _add_choice(command, one=False)
    _add_way(command)
    command.add_argument(
        "--results",
        metavar="DIR",
        dest="read",
        help="read DIR/TARGET/results.json, where it is there, in place of a run",
    )
    command.add_argument(
        "--output",
        metavar="DIR",
        help="where to write matrix.csv and matrix.json, and each TARGET's reports "
        "(build/results)",
    )
    command.add_argument("--verbose", action="store_true", help="a line a rule")


def _add_repeat(commands: Commands) -> None:
    command = commands.add_parser(
        "repeat",
        help="run the cases many times, and say which verdicts are not the same",
        description="Runs cases against targets in turn until each has had so many "
        "runs, and compares the verdicts with the first run's. It goes on from earlier "
        "runs of the same binary on the same kernel. Exit status: 0 all the same, "
        "1 not all, 2 a run could not be made.",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    command.set_defaults(command="repeat", output=os.path.join("build", "repeat"))
    command.add_argument("targets", metavar="TARGET", nargs="+", help="what to check")
    command.add_argument(
        "--times", metavar="N", type=_jobs, help="how many runs on each target (20)"
    )
    command.add_argument(
        "--load",
        metavar="N",
        type=_load,
        help="how many processes beside that only take a processor (0); such runs are "
        "counted by themselves",
    )
    _add_choice(command, one=False)
    _add_way(command)
    command.add_argument(
        "--output", metavar="DIR", help="where to keep what was seen (build/repeat)"
    )


def _add_kcidb(commands: Commands) -> None:
    command = commands.add_parser(
        "kcidb",
        help="print a saved run as KernelCI's database takes it",
        description="Prints a results.json as a submission to KCIDB, schema 5.3. "
        "Exit status: 0 it is printed, 2 it could not be made.",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    command.set_defaults(command="kcidb")
    command.add_argument("read", metavar="RESULTS", help="a results.json")
    command.add_argument("--origin", required=True, help="who submits, by KCIDB's name")
    for option, what in (
        ("--revision", "the commit that was built: 40 digits"),
        ("--repository", "the https:// address that it is from"),
        ("--branch", "the branch there"),
        ("--tree", "the tree's usual name: mainline, net-next"),
        ("--architecture", "x86_64, um"),
        ("--config", "the name of the kernel's configuration"),
    ):
        command.add_argument(option, help=what)


def _add_choice(check: argparse.ArgumentParser, one: bool = True) -> None:
    if one:
        check.add_argument("--target", metavar="NAME", help="what to check (host)")
    check.add_argument(
        "--profile",
        choices=report_files.PROFILES,
        help="whose word a result is judged by: linux, or posix for POSIX.1-2024",
    )
    check.add_argument(
        "--run",
        metavar="GLOB",
        action="append",
        default=[],
        help="only cases whose name or rule matches; repeatable; * and ? are special",
    )
    check.add_argument(
        "--quick",
        action="store_true",
        help=f"only the cases in {selection.QUICK}, a few that stand for all",
    )
    check.add_argument(
        "--deviations",
        metavar="DIR",
        help="where the recorded deviations of targets are (expected/deviations)",
    )


def _add_way(check: argparse.ArgumentParser) -> None:
    check.add_argument("--binary", metavar="PATH", help="(build/sockcheck)")
    check.add_argument(
        "--kernel",
        metavar="FILE",
        help="for uml a kernel that is a program, for qemu a bzImage",
    )
    check.add_argument(
        "--jobs",
        metavar="N",
        type=_jobs,
        help="how many cases at a time (two a core; a stack in a shared object: 24; "
        "one where --guest is given)",
    )
    check.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_timeout,
        help="for one case (10; gvisor: 2; a stack in a shared object: 0.3)",
    )
    check.add_argument(
        "--guest",
        action="store_true",
        help="this machine is ours to change: run what needs that, too",
    )


def _add_output(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "--require-no-skip",
        metavar="GLOB",
        action="append",
        default=[],
        help="a skip of a case that matches is a fail; repeatable",
    )
    check.add_argument(
        "--results",
        metavar="DIR",
        help="where to write the reports (build/results/TARGET, TARGET-PROFILE)",
    )
    how = check.add_mutually_exclusive_group()
    how.add_argument("--tap", action="store_true", help="write TAP 14 on stdout")
    how.add_argument("--quiet", action="store_true", help="no progress, no table")
    how.add_argument("--verbose", action="store_true", help="show every case")


def _jobs(text: str) -> int:
    return _number(text, 1, 4096)


def _load(text: str) -> int:
    return _number(text, 0, 1024)


def _number(text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        said = f"'{text}' is no number from {least} to {most}"
        raise argparse.ArgumentTypeError(said)
    return number


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.001 <= seconds <= LONGEST_TIMEOUT:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds")
    return seconds
