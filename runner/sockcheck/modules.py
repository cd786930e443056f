# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Modules: which files of a kernel's own modules a guest loads, in which order."""

from __future__ import annotations

import os
import re

from sockcheck.trouble import Trouble, why

# What cases need or ask about, where a kernel does not have it built in: families,
# protocols and kinds of interface.
WANTED = (
    *("ipv6", "af_packet", "unix", "veth", "vrf", "vsock_loopback", "nfnetlink"),
    *("xfrm_user", "sctp", "dccp_ipv4", "dccp_ipv6", "l2tp_ip", "l2tp_ip6"),
    *("sock_diag", "inet_diag", "tcp_diag", "af_key", "cn"),
)
_soft = re.compile(r"softdep (\S+) pre: (.*)").fullmatch


class Modules:
    """The modules of one release, as depmod(8) has listed them in their folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        # Of each module: its file, and those that come before it.
        self._files: dict[str, str] = {}
        self._before: dict[str, list[str]] = {}
        self._read()

    def _read(self) -> None:
        for line in self._lines("modules.dep"):
            path, _, before = line.partition(":")
            name = name_of(path)
            self._files[name] = path
            # The last named is the first to load.
            self._before[name] = [name_of(other) for other in before.split()][::-1]
        for line in self._lines("modules.softdep"):
            match = _soft(line.split(" post:")[0].strip())
            if match:
                pre = [other.replace("-", "_") for other in match[2].split()]
                name = match[1].replace("-", "_")
                self._before[name] = pre + self._before.get(name, [])

    def _lines(self, name: str) -> list[str]:
        path = os.path.join(self.folder, name)
        try:
            with open(path, encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Trouble(f"{path}: {why(error)}") from None

    def wanted(self) -> list[str]:
        """The files to load, each behind those that it needs."""
        order: dict[str, None] = {}
        for name in WANTED:
            self._add(name, order)
        return [self._files[name] for name in order]

    def _add(self, name: str, order: dict[str, None]) -> None:
        before = self._before.pop(name, None)
        if before is None or name not in self._files:
            return
        for other in before:
            self._add(other, order)
        order[name] = None


def name_of(path: str) -> str:
    """'crc_ccitt', from 'kernel/lib/crc-ccitt.ko' or that with '.xz' behind."""
    return os.path.basename(path).split(".ko")[0].replace("-", "_")
