# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The kernel functions that the cases are to take every branch of: a list in a file.

    [bind]                      the call that they belong to
    net/socket.c:__sys_bind     the file, from the kernel's source, and the function
"""

from __future__ import annotations

import re

from sockcheck.trouble import Trouble, why

_header = re.compile(r"\[(\w+)\]").fullmatch
_function = re.compile(r"([\w./-]+\.[ch]):(\w+)").fullmatch


class Function:
    """One function of the list."""

    __slots__ = ("call", "file", "name")

    def __init__(self, call: str, file: str, name: str) -> None:
        self.call = call
        self.file = file
        self.name = name

    @property
    def object(self) -> str:
        """The object file that it is compiled into, without its folder."""
        return self.file.rpartition("/")[2][:-1] + "o"


def read(path: str) -> list[Function]:
    """Read the list, in its order."""
    try:
        with open(path, encoding="utf-8") as file:
            return parse(path, file.read())
    except (OSError, UnicodeDecodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "not UTF-8"
        raise Trouble(f"{path}: {reason}") from None


def parse(path: str, text: str) -> list[Function]:
    functions: dict[tuple[str, str], Function] = {}
    call = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        header, match = _header(line), _function(line)
        if header:
            call = header[1]
        elif not match:
            raise Trouble(f"{path}:{number}: neither [call] nor FILE:FUNCTION: {line}")
        elif not call:
            raise Trouble(f"{path}:{number}: a function before any [call]")
        elif (match[1], match[2]) in functions:
            raise Trouble(f"{path}:{number}: {line} again")
        else:
            functions[match[1], match[2]] = Function(call, match[1], match[2])
    return list(functions.values())
