# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the gate reads of a run: the cases of its results.json, the kernel's reports."""

from __future__ import annotations

import json
import os
import re

from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Entry = dict[str, Any]

# What differs between two prints of one report: when, which process, where in memory.
_VOLATILE = (
    (re.compile(r"^(<\d+>)?\[ *\d+\.\d+\](\[ *[TC]\d+\])? *"), ""),
    (re.compile(r"\b(CPU|PID|UID|Comm|cpu|pid)[:=]? ?\d+"), r"\1"),
    (re.compile(r"\+0x[0-9a-f]+(/0x[0-9a-f]+)?"), ""),
    (re.compile(r"\b(0x)?[0-9a-f]{8,16}\b"), "ADDRESS"),
    (re.compile(r"/\d+\b"), ""),
)
# What a report begins with, of the lines that the kernel prints around it.
_TELLS = re.compile(
    r"\b(BUG|WARNING|KASAN|KCSAN|UBSAN|Oops|INFO|panic|general protection)\b"
)


class Report:
    """One run: of which kernel, and what came of each case."""

    def __init__(self, path: str, data: dict[str, Any]) -> None:
        self.path = path
        self.target = f"{data['target']['name']} ({data['target']['version']})"
        self.cut_short: str = data["cut_short"]
        self.entries: dict[str, Entry] = {
            entry["name"]: entry for entry in data["cases"]
        }
        self.counts: dict[str, int] = data["summary"]
        self.chosen = int(data["chosen"])
        self.duration = float(data["duration_s"])
        # Reports of the kernel at whose time no case was running.
        self.outside = texts_of(data.get("kernel"))
        for entry in self.entries.values():
            if not isinstance(entry["verdict"], str):
                raise TypeError("verdict")


def read(path: str) -> Report:
    """From a results.json, or from the folder where one is."""
    if os.path.isdir(path):
        path = os.path.join(path, "results.json")
    try:
        with open(path, encoding="utf-8") as file:
            return Report(path, json.load(file))
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None
    except (KeyError, TypeError, ValueError, RecursionError):
        raise Trouble(f"{path}: no report of sockcheck") from None


def texts_of(value: object) -> list[str]:
    """One text or several, or none, as a list."""
    if isinstance(value, str):
        return [value] if value else []
    return [str(text) for text in value] if isinstance(value, list) else []


def kernel_reports(entry: Entry) -> list[str]:
    """What the kernel said of itself while the case ran: warnings, oopses, panics."""
    return texts_of(entry.get("kernel"))


def title(report: str) -> str:
    """A report in one line, without what differs from print to print."""
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    telling = [line for line in lines if _TELLS.search(line)]
    line = (telling or lines or [""])[0]
    for pattern, instead in _VOLATILE:
        line = pattern.sub(instead, line)
    return " ".join(line.split())
