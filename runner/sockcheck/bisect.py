# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`sockcheck bisect`: the first commit from which on a case has another verdict.

`git bisect run` does the search, in a clone that borrows the objects of the user's
repository and is otherwise its own.  Each step builds that revision and runs the case;
one that does not build, boot or let the case run says nothing and is passed over.
"""

from __future__ import annotations

import json
import os
import sys
import time

from sockcheck import binary, gate_difference, gate_report
from sockcheck.gate_build import NotBuilt, Workshop
from sockcheck.gate_options import Options, parse_bisect
from sockcheck.gate_run import run
from sockcheck.gate_source import git
from sockcheck.gate_steps import OutOfTime, Steps
from sockcheck.trouble import Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.signals import Signals

# What git bisect run understands of a step's exit status.
GOOD, BAD, PASS_OVER, ABORT = 0, 1, 125, 128
WORDS = {GOOD: "good", BAD: "bad", PASS_OVER: "passed over"}
# Of a step: told apart from the command's own options.
STEP = "--step"
NO_VERDICT = "no verdict"


def main(words: list[str], signals: Signals) -> int:
    """Find the commit, print it, and give the exit status."""
    if words[:1] == [STEP]:
        return _step(words[1:], signals)
    options = parse_bisect(words)
    bisection = Bisection(options, Steps(options.limit, signals))
    bisection.prepare()
    return bisection.search()


class Trial:
    """One revision that was built and run, or was not."""

    def __init__(self, verdict: str, said: str) -> None:
        self.verdict = verdict
        # What came, or why there is no verdict.
        self.said = said


def classify(verdict: str, bad: str) -> int:
    """What a verdict says of a revision, where BAD has the one it has.

    Where the case is skipped or broken in between, nothing was asked; but that may be
    what is looked for.
    """
    if verdict in ("pass", "fixed", "known"):
        return GOOD
    if verdict == NO_VERDICT or (verdict in ("skip", "broken") and verdict != bad):
        return PASS_OVER
    return BAD


def try_revision(
    shop: Workshop, clone: str, name: str, options: Options, steps: Steps
) -> Trial:
    """Build what is checked out in the clone, and run the case on it."""
    try:
        kernel = shop.build(name, clone, steps)
    except NotBuilt as trouble:
        return Trial(NO_VERDICT, "does not build: " + str(trouble).splitlines()[0])
    options.run = [options.case]
    folder = os.path.join(options.results, "bisect")
    ran = run(kernel, name, folder, options.asked(False), steps)
    entry = ran.report.entries.get(options.case) if ran.report else None
    if entry is None:
        if steps.left <= 0:
            raise OutOfTime(ran.dead)
        return Trial(NO_VERDICT, "does not boot: " + ran.dead.splitlines()[-1])
    verdict = str(entry["verdict"])
    reports = gate_report.kernel_reports(entry)
    if reports and verdict in ("pass", "known", "fixed"):
        return Trial("kernel report", gate_report.title(reports[0]))
    return Trial(verdict, gate_difference.answer(entry))


class Bisection:
    """The clone, the two ends, and the search between them."""

    def __init__(self, options: Options, steps: Steps) -> None:
        self.options = options
        self.steps = steps
        known = {case.name for case in binary.list_cases(options.binary, "host").cases}
        if options.case not in known:
            raise Trouble(
                f"no case is called '{options.case}': make list names all (CASE)"
            )
        self.good = self._commit(options.good, "GOOD")
        self.bad = self._commit(options.bad, "BAD")
        self.shop = Workshop(
            *(options.tree, options.arch, options.build, options.builder_command())
        )
        self.shop.lock()
        self.clone = os.path.join(self.shop.folder, "clone")
        self._bad_verdict = ""

    def _commit(self, revision: str, name: str) -> str:
        told = git(self.options.tree, "rev-parse", "--verify", f"{revision}^{{commit}}")
        if told.returncode:
            said = told.stderr.strip().splitlines() or ["git failed"]
            raise Trouble(f"{name}={revision}: {said[-1]}")
        return told.stdout.strip()

    def prepare(self) -> None:
        """Have the clone, and see that the case tells the two ends apart."""
        since = time.monotonic()
        if self._git("cat-file", "-e", self.bad, may_fail=True).returncode:
            self._make_clone()
            self.steps.end("cloned", since)
        else:
            self._git("bisect", "reset", may_fail=True)
        bad = self._try(self.bad, "BAD")
        self._bad_verdict = bad.verdict
        if classify(bad.verdict, bad.verdict) != BAD:
            raise Trouble(
                f"BAD={self.options.bad} is not bad: {bad.verdict}: {bad.said}"
            )
        good = self._try(self.good, "GOOD")
        if classify(good.verdict, bad.verdict) != GOOD:
            raise Trouble(
                f"GOOD={self.options.good} is not good: {good.verdict}: {good.said}"
            )

    def _make_clone(self) -> None:
        import shutil

        shutil.rmtree(self.clone, ignore_errors=True)
        top = git(self.options.tree, "rev-parse", "--show-toplevel").stdout.strip()
        words = ("clone", "--quiet", "--shared", "--no-checkout")
        told = git(".", *words, os.path.abspath(top), os.path.abspath(self.clone))
        if told.returncode:
            raise Trouble(f"{self.options.tree}: {told.stderr.strip()}")

    def _try(self, commit: str, name: str) -> Trial:
        self._git("checkout", "--quiet", "--force", "--detach", commit)
        trial = try_revision(self.shop, self.clone, name, self.options, self.steps)
        self.steps.say(f"{name} {commit[:12]}: {trial.verdict}: {trial.said}")
        return trial

    def _git(self, *words: str, may_fail: bool = False) -> "_Told":
        told = git(self.clone, *words) if os.path.isdir(self.clone) else None
        failed = told is None or told.returncode
        if failed and not may_fail:
            said = told.stderr.strip() if told else "no clone"
            raise Trouble(f"git {' '.join(words)} in {self.clone}: {said}")
        return _Told(told.returncode if told else 1, told.stdout if told else "")

    def search(self) -> int:
        """Let git do it; print the commit, and the steps that led there."""
        self._git("bisect", "start", self.bad, self.good)
        trail = os.path.join(self.shop.folder, "bisect.trail")
        open(trail, "w", encoding="utf-8").close()
        since = time.monotonic()
        log_path = os.path.join(self.shop.folder, "bisect.log")
        command = ["git", "-c", "safe.directory=*", "-C", self.clone, "bisect", "run"]
        with open(log_path, "wb") as log:
            status = self.steps.run(
                [*command, *self._step_command(trail)], log, lambda: _how_far(trail)
            )
        self.steps.end("searched", since)
        for line in _lines(trail):
            print(line)
        status = self._conclude(status, log_path)
        # The program may end without what a file object holds back.
        sys.stdout.flush()
        return status

    def _step_command(self, trail: str) -> list[str]:
        options = self.options
        told = {
            "clone": self.clone,
            "trail": trail,
            "bad_verdict": self._bad_verdict,
            "options": {
                key: value for key, value in vars(options).items() if key != "run"
            },
            "limit": max(1.0, self.steps.left),
            "folder": os.getcwd(),
        }
        path = os.path.join(self.shop.folder, "bisect.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(told, file)
        # Where this package is, whatever the folder of the step is.
        package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        path_given = f"PYTHONPATH={package}"
        step = [sys.executable, "-m", "sockcheck", "bisect", STEP, path]
        return ["env", path_given, *step]

    def _conclude(self, status: int, log_path: str) -> int:
        first = self._git("rev-parse", "--verify", "refs/bisect/bad").text.strip()
        if status == 0:
            shown = self._git("show", "--stat", "--format=fuller", first).text
            print(
                f"\nThe first bad commit for {self.options.case}:\n\n{shown.rstrip()}"
            )
            print(f"\n{first} is the first bad commit")
            return 0
        with open(log_path, encoding="utf-8", errors="replace") as file:
            lines = [line.rstrip() for line in file if line.strip()]
        if any("only 'skip'ped commits left" in line for line in lines):
            print(
                "It cannot be told which of these it is, for some could not be tried:"
            )
            print("\n".join(line for line in lines[-40:] if _is_commit(line)))
            return 1
        raise Trouble(f"git bisect run: {' '.join(lines[-3:])} (all of it: {log_path})")


class _Told:
    """What git said, where it may have failed."""

    def __init__(self, returncode: int, text: str) -> None:
        self.returncode = returncode
        self.text = text


def _step(words: list[str], signals: Signals) -> int:
    """What `git bisect run` calls for each revision."""
    with open(words[0], encoding="utf-8") as file:
        told = json.load(file)
    os.chdir(told["folder"])
    options = Options()
    for key, value in told["options"].items():
        setattr(options, key, value)
    steps = Steps(told["limit"], signals)
    clone = told["clone"]
    shop = Workshop(
        *(options.tree, options.arch, options.build, options.builder_command())
    )
    commit = git(clone, "show", "-s", "--format=%h %s", "HEAD").stdout.strip()
    begun = time.monotonic()
    try:
        trial = try_revision(shop, clone, "step", options, steps)
    except Trouble as trouble:
        print(f"gate: {trouble}", file=sys.stderr)
        return ABORT
    status = classify(trial.verdict, told["bad_verdict"])
    seconds = time.monotonic() - begun
    line = f"{commit}: {WORDS[status]}: {trial.verdict}: {trial.said} ({seconds:.1f} s)"
    with open(told["trail"], "a", encoding="utf-8") as file:
        file.write(" ".join(line.split()) + "\n")
    return status


def _lines(path: str) -> list[str]:
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def _how_far(trail: str) -> str:
    lines = _lines(trail)
    last = f", last {lines[-1]}" if lines else ""
    return f"{len(lines)} revisions tried{last}"


def _is_commit(line: str) -> bool:
    return len(line) >= 40 and all(letter in "0123456789abcdef" for letter in line[:40])
