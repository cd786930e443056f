# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`sockcheck gate`: what a kernel keeps of its documentation, and what a patch changes.

    KERNEL              its verdicts, as those of a check
    KERNEL, BASE        beside a run that was saved
    TREE                a kernel that is built first
    TREE, PATCH         the tree beside the tree with the patch
"""

from __future__ import annotations

import os
import sys
import time

from sockcheck import gate_difference, gate_formats, gate_mail, gate_report, gate_text
from sockcheck import gate_result, gate_skips, report_files
from sockcheck.gate_build import NotBuilt, Workshop, is_same
from sockcheck.gate_options import Options, parse_gate
from sockcheck.gate_result import Result
from sockcheck.gate_run import run
from sockcheck.gate_source import Refused
from sockcheck.gate_steps import Steps
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.gate_run import Ran
    from sockcheck.signals import Signals

DIFFERENCE = "difference.json"
MOST_PATCH = 64 << 20


def main(words: list[str], signals: Signals) -> int:
    """Make the gate, print what it found, and give the exit status."""
    options = parse_gate(words)
    gate = Gate(options, Steps(options.limit, signals))
    result = gate.make()
    result.steps = gate.steps.done
    folder = options.results
    report_files.write_texts({DIFFERENCE: gate_result.json_text(result)}, folder)
    _print(_formatted(result, options.format, gate.shows))
    gate.steps.say(f"reports: {DIFFERENCE}, new/results.json in {folder}")
    return result.status


class Gate:
    """One gate, step by step."""

    def __init__(self, options: Options, steps: Steps) -> None:
        self.options = options
        self.steps = steps
        # Whether the check itself shows its verdicts: where they are not compared.
        alone = not (options.base or options.patch)
        self.shows = alone and options.format == "text"

    def make(self) -> Result:
        options = self.options
        # What is wrong with these is known before anything is built.
        old = gate_report.read(options.base) if options.base else None
        patch = _read_patch(options.patch) if options.patch else b""
        if not options.tree:
            return self._result(old, self._run(options.kernel, "new"))
        shop = Workshop(
            options.tree, options.arch, options.build, options.builder_command()
        )
        shop.lock()
        self._follow(shop)
        if not options.patch:
            ran = self._run(self._built(shop, "tree"), "new")
            return self._check_skips(self._result(old, ran))
        return self._compare(shop, patch)

    def _compare(self, shop: Workshop, patch: bytes) -> Result:
        base = self._built(shop, "base")
        patched = self._patched(shop, patch)
        ran = self._run(base, "base")
        if ran.dead or not ran.report:
            raise Trouble(
                f"the tree without the patch does not come to its end: {ran.dead}"
            )
        if is_same(base, patched):
            result = self._result(ran.report, ran)
            result.notes.append(
                "The patch changes nothing in this kernel: none of what it touches is "
                "built by this configuration. It was not run again."
            )
        else:
            result = self._result(ran.report, self._run(patched, "new"))
        result.subject, result.message_id = gate_mail.heads_of(patch)
        return self._check_skips(result)

    def _follow(self, shop: Workshop) -> None:
        since = time.monotonic()
        shop.source.follow()
        self.steps.end(f"took {self.options.tree} as it is", since)

    def _built(self, shop: Workshop, name: str) -> str:
        try:
            return shop.build(name, shop.source.folder, self.steps)
        except NotBuilt as trouble:
            complain_at_length(str(trouble))
            raise Trouble(
                f"{self.options.tree} does not build for {shop.arch}"
            ) from None

    def _patched(self, shop: Workshop, patch: bytes) -> str:
        path = self.options.patch
        try:
            shop.source.patch(patch)
            return shop.build("patched", shop.source.folder, self.steps)
        except Refused as trouble:
            complain_at_length(str(trouble))
            raise Trouble(f"{path} does not apply to {self.options.tree}") from None
        except NotBuilt as trouble:
            complain_at_length(str(trouble))
            raise Trouble(f"with {path}, {self.options.tree} does not build") from None

    def _run(self, kernel: str, name: str) -> Ran:
        folder = os.path.join(self.options.results, name)
        return run(kernel, name, folder, self.options.asked(self.shows), self.steps)

    def _result(self, old: gate_report.Report | None, ran: Ran) -> Result:
        new = ran.report
        result = Result(old, new)
        result.dead = ran.dead
        if new:
            result.changes = (
                gate_difference.difference(old, new)
                if old
                else gate_difference.judged(new)
            )
            if old:
                _note_selection(result, old, new)
        return result

    def _check_skips(self, result: Result) -> Result:
        """Of a kernel that we have configured."""
        report = result.old or result.new
        if report:
            allowed = gate_skips.read_allowed(self.options.allowed, self.options.arch)
            result.defects = gate_skips.defects(report, allowed)
        return result


def _note_selection(
    result: Result, old: gate_report.Report, new: gate_report.Report
) -> None:
    """Say where the runs were not of the same cases."""
    only_new = len(new.entries.keys() - old.entries.keys())
    only_old = len(old.entries.keys() - new.entries.keys())
    if only_new:
        result.notes.append(
            f"{only_new} cases are in this run only: nothing to compare"
        )
    if only_old and not new.cut_short:
        result.notes.append(
            f"{only_old} cases of the base were not asked for in this run"
        )
    if old.cut_short:
        result.notes.append(f"the base was cut short: {old.cut_short}")


def _read_patch(path: str) -> bytes:
    try:
        if path == "-":
            patch = sys.stdin.buffer.read(MOST_PATCH + 1)
        else:
            with open(path, "rb") as file:
                patch = file.read(MOST_PATCH + 1)
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None
    if len(patch) > MOST_PATCH:
        raise Trouble(f"{path}: more than {MOST_PATCH >> 20} MiB is no patch")
    if not patch.strip():
        raise Trouble(f"{path}: empty")
    return patch


def _formatted(result: Result, name: str, shown: bool) -> str:
    if name == "github":
        return gate_formats.github(result)
    if name == "junit":
        return gate_formats.junit(result)
    if name == "ktap":
        return gate_formats.ktap(result)
    if name == "mbox":
        return gate_mail.mbox(result)
    return gate_text.text(result, shown)


def _print(text: str) -> None:
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Trouble(f"standard output: {why(error)}") from None


def complain_at_length(said: str) -> None:
    """What another program said, as it said it."""
    for line in said.splitlines():
        print(f"  {line}", file=sys.stderr)
