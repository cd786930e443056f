# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`sockcheck deviations`: a diff that makes a run of a target be as recorded."""

from __future__ import annotations

import os

from sockcheck import binary, deviations, outcomes, record
from sockcheck.check import Check, Options, complain, recorded_in
from sockcheck.outcomes import Learned
from sockcheck.signals import Signals
from sockcheck.trouble import Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sockcheck.binary import Case

# As many cases are named that nothing can be recorded of.
MOST_NAMED = 20


def make(options: Options, signals: Signals) -> int:
    """Print the diff, and give the exit status."""
    if options.read:
        learned = outcomes.read(options.read)
        if not options.target_given:
            options.target = learned.target
        options.profile = learned.profile
        # They are the same for all targets, and this one need not be here.
        cases = binary.list_cases(options.binary, Options.target).cases
        gone = set(learned.outcomes) - {case.name for case in cases}
        if gone:
            what = f"no case is named {min(gone)}: it is another sockcheck's"
            raise Trouble(f"{options.read}: {what}")
    else:
        check = Check(options, signals)
        status = check.learn()
        if status not in (0, 1):
            return status
        learned = outcomes.of_run(check.run)
        cases = check.run.listing.cases
    _name_defects(learned)
    diff = difference(options, cases, learned)
    if diff:
        print(diff, end="", flush=True)
    return 1 if diff else 0


def difference(options: Options, cases: list[Case], learned: Learned) -> str:
    path = recorded_in(options)
    there = os.path.lexists(path)
    text = deviations.load(path) if there else ""
    rules = binary.rule_ids(options.binary, options.system)
    keep = options.keep_seen
    patch = record.Recorder(path, text, rules, cases, learned, keep).record()
    wrong = record.mistakes("".join(patch.new), rules, cases, learned)
    if wrong:
        raise Trouble(f"{path}: a defect of sockcheck: {wrong[0]} cannot be recorded")
    name = _from_here(path)
    return patch.diff(f"a/{name}" if there else "/dev/null", f"b/{name}")


def _from_here(path: str) -> str:
    """A file's name for `patch -p1`: from this folder, or else from the root."""
    name = os.path.relpath(path)
    return os.path.abspath(path).lstrip("/") if name.startswith("..") else name


def _name_defects(learned: Learned) -> None:
    defects = [found for found in learned.outcomes.values() if found.defect]
    for found in defects[:MOST_NAMED]:
        complain(f"not recorded: {found.case}: {found.defect}")
    if len(defects) > MOST_NAMED:
        complain(f"not recorded: {len(defects) - MOST_NAMED} more cases")
