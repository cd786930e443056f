# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The recorded deviations of a target as the fuzzers have them: keys of findings.

A key is a rule and the kind of what came: an errno, `timeout`, `crash`, or `succeeded
otherwise`. Programs are not cases, so a deviation that is recorded of some cases of a
rule is known of them all.
"""

from __future__ import annotations

import errno
import re
import sys
from pathlib import Path

from sockcheck import answers, ini

NEEDS = "needs "
# Of what cases show, and of what only programs do.
FOLDERS = Path("expected/deviations"), Path("fuzz/deviations")
OTHERWISE = "succeeded otherwise"


def kinds(answer: str) -> set[str]:
    """What an answer of a deviation's `seen` is to a fuzzer."""
    failed = re.match(r"-1 (E[A-Z0-9]+|without an errno)", answer)
    if failed:
        return {failed[1]}
    # What a finding says of memory is its kind, too.
    if answer in ("timeout", "crash") or answer.startswith("bytes were "):
        return {answer}
    # A case's message of what came behind calls that were answered otherwise.
    behind = re.search(r"came -(\d+)", answer) if answer.startswith('"') else None
    name = errno.errorcode.get(int(behind[1])) if behind else None
    return {OTHERWISE, name} if name else {OTHERWISE}


def keys(path: Path) -> set[str]:
    """The keys that a file of deviations comes to; none where there is no file."""
    if not path.exists():
        return set()
    found = set()
    document = ini.Document(str(path), path.read_text(encoding="utf-8"))
    for section in document.sections.values():
        if section.header.startswith(NEEDS) or "seen" not in section.keys:
            continue
        # "RULE (words)" and "RULE[of a case]" are the rule's.
        rule = re.split(r"[\[ ]", section.header, maxsplit=1)[0]
        for answer in answers.split("\n".join(section.keys["seen"].value)):
            found |= {f"{rule}: {kind}" for kind in kinds(answer)}
    return found


def name_of(target: str) -> str:
    """The name that a target's file of deviations has."""
    return re.sub(r"\.so\b.*", "", target.rsplit("/", maxsplit=1)[-1])


def write(targets: list[str], path: Path) -> None:
    """The list of what is known of any of the targets: a line each."""
    names = [f"{name_of(target)}.ini" for target in targets if target]
    found = [keys(folder / name) for folder in FOLDERS for name in names]
    lines = sorted(set().union(*found))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def main() -> int:
    """`known.py TARGET FILE` writes the list for builds that have no runner."""
    target, path = sys.argv[1:]
    write([target], Path(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
