# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""All faults of the functions in a list, with their numbers; written out, and read."""

from __future__ import annotations

import difflib
import json
import os
from collections import defaultdict
from typing import Any

from sockcheck.mutation.rules import Fault
from sockcheck.mutation.weave import Source
from sockcheck.trouble import Trouble


def read_functions(path: str) -> dict[str, set[str]]:
    """A list's functions, by their files: a line FILE:FUNCTION each."""
    found: dict[str, set[str]] = defaultdict(set)
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line[0] in "#[":
                continue
            name, colon, function = line.partition(":")
            if not colon or not function:
                raise Trouble(f"{path}:{number}: no FILE:FUNCTION: {line}")
            found[name].add(function)
    return dict(found)


class Catalogue:
    """The sources with their faults. A number is a fault's place in all of them."""

    def __init__(self, tree: str, functions: dict[str, set[str]]) -> None:
        self.sources: list[Source] = []
        self.by_number: dict[int, tuple[Source, Fault]] = {}
        self.missing: list[str] = []
        for path in sorted(functions):
            try:
                with open(os.path.join(tree, path), encoding="utf-8") as file:
                    text = file.read()
            except OSError as error:
                raise Trouble(f"{tree}/{path}: {error.strerror}") from None
            source = Source(path, text, functions[path])
            self.sources.append(source)
            known = {function.name for function in source.functions}
            self.missing += [f"{path}:{name}" for name in functions[path] - known]
            for fault in source.faults:
                fault.number = len(self.by_number) + 1
                self.by_number[fault.number] = source, fault

    def entry(self, number: int) -> dict[str, Any]:
        source, fault = self.by_number[number]
        return {
            "number": number,
            "id": source.id_of(fault),
            "file": source.path,
            "function": fault.function,
            "line": source.line_of(fault),
            "rule": fault.rule,
        }

    def diff(self, number: int) -> str:
        """The fault as a patch of the original."""
        source, fault = self.by_number[number]
        lines = difflib.unified_diff(
            source.text.splitlines(True),
            source.with_fault(fault).splitlines(True),
            f"a/{source.path}",
            f"b/{source.path}",
        )
        return "".join(lines)

    def write(self, path: str, dropped: dict[int, str]) -> None:
        """What the kernel was built of, for those who only run it."""
        entries = [self.entry(number) for number in self.by_number]
        for entry in entries:
            if entry["number"] in dropped:
                entry["dropped"] = dropped[entry["number"]]
        draft = f"{path}.{os.getpid()}"
        with open(draft, "w", encoding="utf-8") as file:
            json.dump({"faults": entries, "missing": self.missing}, file, indent=1)
        os.rename(draft, path)
