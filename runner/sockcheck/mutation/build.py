# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Builds the one kernel with all faults in it; drops those that do not compile."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict

from sockcheck.mutation.catalogue import Catalogue
from sockcheck.mutation.rules import Fault
from sockcheck.mutation.weave import Source, Woven
from sockcheck.trouble import Trouble

HERE = os.path.dirname(os.path.abspath(__file__))
MOST_ROUNDS = 25
ZERO = "-ftrivial-auto-var-init=zero"
_place = r"(?:\S*/)?(net/\S+\.[ch]):(\d+):(\d+)"
_error = re.compile(_place + ": (?:fatal )?error: ").match
_note = re.compile(_place + ": note: in expansion of ").match
# What an inlined function was inlined from: the call, its column counted in bytes.
_inlined = re.compile(r"\s+inlined from .* at " + _place).match
_undefined = re.compile(
    r"in function `(\w+)[^']*':.*?undefined reference to `(\w+)'", re.S
)


class Build:
    """A scratch copy of the kernel's source, woven, and the kernel made of it."""

    def __init__(self, tree: str, folder: str, catalogue: Catalogue) -> None:
        self.tree = tree
        self.source = os.path.join(folder, "source")
        self.output = os.path.join(folder, "kernel")
        self.catalogue = catalogue
        self.dropped: dict[int, str] = {}
        self._woven: dict[str, tuple[Source, Woven]] = {}

    def make(self, command: list[str]) -> str:
        """Build until nothing is wrong; gives the kernel's path."""
        self._copy_tree()
        self._drop_not_compiled_in()
        for _ in range(MOST_ROUNDS):
            self._weave()
            log = self._build(command)
            if log is None:
                return os.path.join(self.output, "linux")
            found = self._wrong(log)
            if not found:
                raise Trouble(f"the kernel does not build:\n{log[-3000:]}")
            for fault, why in found.items():
                self.dropped[fault.number] = why
            print(f"{len(found)} faults do not compile", file=sys.stderr, flush=True)
        raise Trouble(f"the kernel does not build after {MOST_ROUNDS} rounds")

    def _copy_tree(self) -> None:
        """Files are linked where they can be: what is woven is written anew."""
        if os.path.exists(self.source):
            return
        draft = f"{self.source}.{os.getpid()}"
        try:
            shutil.copytree(self.tree, draft, symlinks=True, copy_function=_link)
        except (OSError, shutil.Error) as error:
            raise Trouble(f"{self.tree} cannot be copied to {draft}: {error}") from None
        os.rename(draft, self.source)

    def _drop_not_compiled_in(self) -> None:
        for number, (source, fault) in self.catalogue.by_number.items():
            if fault.function in source.not_understood:
                self.dropped[number] = "not understood"

    def _weave(self) -> None:
        """The header, its variables, and each file with the faults that are left."""
        count = len(self.catalogue.by_number)
        with open(os.path.join(HERE, "sockcheck_fault.h"), encoding="utf-8") as file:
            self._write("include/linux/sockcheck_fault.h", file.read())
        with open(os.path.join(HERE, "sockcheck_fault.c"), encoding="utf-8") as file:
            text = f"#define SOCKCHECK_FAULTS {count}\n" + file.read()
            self._write("net/sockcheck_fault.c", text)
        self._begin_with_zero()
        for source in self.catalogue.sources:
            kept = [f for f in source.faults if f.number not in self.dropped]
            woven = source.woven(kept)
            self._woven[source.path] = source, woven
            self._write(source.path, woven.text)

    def _begin_with_zero(self) -> None:
        """What a left-out assignment leaves behind must not be chance."""
        folders: dict[str, list[str]] = defaultdict(list)
        for source in self.catalogue.sources:
            folder, name = os.path.split(source.path)
            if name.endswith(".c"):
                folders[folder].append(f"CFLAGS_{name[:-2]}.o += {ZERO}\n")
        # Its line is there whatever net/'s own files have.
        folders.setdefault("net", [])
        for folder, lines in folders.items():
            path = os.path.join(folder, "Makefile")
            if folder == "net":
                lines.append("obj-y += sockcheck_fault.o\n")
            with open(os.path.join(self.tree, path), encoding="utf-8") as file:
                self._write(path, file.read() + "".join(lines))

    def _write(self, path: str, text: str) -> None:
        """Only where it is other text: make looks at the time."""
        path = os.path.join(self.source, path)
        try:
            with open(path, encoding="utf-8") as file:
                if file.read() == text:
                    return
        except FileNotFoundError:
            pass
        draft = f"{path}.draft"
        with open(draft, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(draft, path)

    def _build(self, command: list[str]) -> str | None:
        """None where it went well, or else what was said."""
        words = [*command, "--source", self.source, "--output", self.output]
        words += ["--config", "suite", "--make=-k"]
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said = []
        assert process.stdout
        for line in process.stdout:
            said.append(line)
        return "".join(said) if process.wait() else None

    def _wrong(self, log: str) -> dict[Fault, str]:
        """The faults that the compiler's errors are about."""
        found: dict[Fault, str] = {}
        lines = log.split("\n")
        for number, line in enumerate(lines):
            if "error:" in line:
                message = line.split("error:", 1)[1].strip()
                for fault in self._blamed(lines, number):
                    found.setdefault(fault, message)
        for function, missing in _undefined.findall(log):
            for fault in self._mentions(function, missing):
                found.setdefault(fault, f"undefined reference to {missing}")
        return found

    def _blamed(self, lines: list[str], number: int) -> list[Fault]:
        """By the place of the error, of a macro's use, or of an inlined call."""
        for place in (number, *range(number + 1, min(number + 12, len(lines)))):
            match = _error(lines[place]) if place == number else _note(lines[place])
            woven = self._woven_of(match)
            if match and woven:
                fault = woven.at(woven.offset(int(match[2]), int(match[3])))
                return [fault] if fault else []
        for place in range(number - 1, max(number - 12, -1), -1):
            match = _inlined(lines[place])
            woven = self._woven_of(match)
            if match and woven:
                found = woven.behind(int(match[2]), int(match[3]))
                if found:
                    return found
        return []

    def _woven_of(self, match: re.Match[str] | None) -> Woven | None:
        if match is None or match[1] not in self._woven:
            return None
        return self._woven[match[1]][1]

    def _mentions(self, function: str, missing: str) -> list[Fault]:
        return [
            fault
            for source, _ in self._woven.values()
            for fault in source.faults
            if fault.function == function
            and fault.number not in self.dropped
            and missing in fault.node.words
        ]


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
