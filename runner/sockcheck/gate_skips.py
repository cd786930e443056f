# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Skips that the gate's own configuration of a kernel should have made impossible.

A kernel that the gate builds has all options that cases need; what it skips all the
same is a defect of ci/kernel/*.config, or stands in ci/kernel/allowed-skips.ini.
"""

from __future__ import annotations

import re

from sockcheck.ini import Document
from sockcheck.selection import glob
from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from sockcheck.gate_report import Report

KEYS = frozenset(("why", "arch", "cases", "except"))


class Defect:
    """A reason that no record allows, and the cases that were skipped for it."""

    __slots__ = ("reason", "names")

    def __init__(self, reason: str, names: list[str]) -> None:
        self.reason = reason
        self.names = names


class Allowed:
    """One section of the file: skips of which reason, of which cases, on what."""

    __slots__ = ("_reason", "_except", "_cases", "arch")

    def __init__(self, reason: str, values: dict[str, str]) -> None:
        self._reason = glob(reason)
        self._except = glob(values.get("except", ""))
        cases = values.get("cases", "").split()
        self._cases: list[Callable[[str], object]] = [glob(one) for one in cases]
        self.arch = values.get("arch", "")

    def allows(self, name: str, reason: str) -> bool:
        if not self._reason(reason) or self._except(reason):
            return False
        return not self._cases or any(fits(name) for fits in self._cases)


def read_allowed(path: str, arch: str) -> list[Allowed]:
    """The records that hold for an architecture; no file is no records."""
    try:
        with open(path, encoding="utf-8") as file:
            document = Document(path, file.read())
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        said = why(error) if isinstance(error, OSError) else "not UTF-8"
        raise Trouble(f"{path}: {said}") from None
    allowed = []
    for section in document.sections.values():
        values = {name: " ".join(key.value) for name, key in section.keys.items()}
        wrong = sorted(set(values) - KEYS)
        if wrong or not values.get("why"):
            what = f"unknown key '{wrong[0]}'" if wrong else "no 'why'"
            raise Trouble(f"{document.where(section)}: [{section.header}]: {what}")
        # What stands in brackets behind a reason tells sections of one reason apart.
        reason = re.sub(r" \([^()]*\)$", "", section.header)
        record = Allowed(reason, values)
        if record.arch in ("", arch):
            allowed.append(record)
    return allowed


def defects(report: Report, allowed: list[Allowed]) -> list[Defect]:
    """The skips that nothing allows, by their reasons, the most frequent first."""
    groups: dict[str, list[str]] = {}
    for name, entry in report.entries.items():
        reason = str(entry.get("reason", ""))
        if entry["verdict"] == "skip" and not any(
            record.allows(name, reason) for record in allowed
        ):
            groups.setdefault(reason, []).append(name)
    found = [Defect(reason, sorted(names)) for reason, names in groups.items()]
    return sorted(found, key=lambda defect: (-len(defect.names), defect.reason))
