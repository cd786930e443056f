# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The target `uring`: that it goes the way it says, and says so where it cannot."""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct
import sys

import pytest

from program import needs_program, points

pytestmark = needs_program

# The same on every architecture but alpha.
IO_URING_SETUP = 425
NUMBERS = {
    "x86_64": {"socket": 41, "bind": 49, "recvfrom": 45, "recvmsg": 47},
    "aarch64": {"socket": 198, "bind": 200, "recvfrom": 207, "recvmsg": 212},
}

# <linux/filter.h>, <linux/seccomp.h>, <linux/prctl.h>
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, FIRST_ARGUMENT = 0, 16 if sys.byteorder == "little" else 20
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
SET_NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2

# A case of each call. The harness makes sockets too, but none of this family first.
ANSWERS = {
    "socket": "socket.netlink.created[raw,usersock]",
    "bind": "bind.inet6.bound[2001:db8::1,freebind,dgram]",
    "recvfrom": "recvfrom.datagram.received[udp,length-64]",
    "recvmsg": "recvfrom.datagram.received[udp,length-64,recvmsg]",
}


def refuse(number: int, error: int, domain: int | None = None) -> None:
    """From here on, this process and its children have this call refused: where a
    domain is given, only with that as its first argument."""
    where, value = (NUMBER, number) if domain is None else (FIRST_ARGUMENT, domain)
    steps = [
        (LOAD, 0, 0, NUMBER),
        (JUMP_EQUAL, 0, 3, number),
        (LOAD, 0, 0, where),
        (JUMP_EQUAL, 0, 1, value),
        (RETURN, 0, 0, ERRNO | error),
        (RETURN, 0, 0, ALLOW),
    ]
    text = b"".join(struct.pack("HBBI", *step) for step in steps)
    code = ctypes.create_string_buffer(text, len(text))
    program = struct.pack("HP", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        SET_SECCOMP, FILTER, program, 0, 0
    ):
        raise OSError(ctypes.get_errno(), "prctl")


def need_uring() -> None:
    name = ANSWERS["bind"]
    reason = points([name], "uring")[name].skip
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            errno.EPERM,
            "io_uring_setup(2) is refused: kernel.io_uring_disabled or a filter of "
            "system calls",
        ),
        (
            errno.ENOSYS,
            "needs io_uring with its sockets: Linux 5.19 with CONFIG_IO_URING",
        ),
        (errno.EMFILE, "io_uring_setup(2) fails with error 24"),
    ],
)
def test_without_io_uring_all_is_skipped(error: int, reason: str) -> None:
    names = list(ANSWERS.values())

    def without_ring() -> None:
        refuse(IO_URING_SETUP, error)

    found = points(names, "uring", prepare=without_ring)
    assert {point.skip for point in found.values()} == {reason}
    others = points(names, "host", prepare=without_ring)
    assert all(point.ok and point.skip is None for point in others.values())


@pytest.mark.parametrize("call", ANSWERS)
def test_goes_by_the_ring(call: str) -> None:
    """A filter of system calls does not see what is asked of the ring."""
    need_uring()
    numbers = NUMBERS.get(platform.machine())
    if not numbers:
        pytest.skip(f"the numbers of {platform.machine()} are not known here")
    number, name = numbers[call], ANSWERS[call]
    domain = socket.AF_NETLINK if call == "socket" else None

    def without_call() -> None:
        refuse(number, errno.EPERM, domain)

    assert not points([name], "host", prepare=without_call)[name].ok
    point = points([name], "uring", prepare=without_call)[name]
    assert point.ok and point.skip is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "recvfrom.wait.timed_out[udp,length-64]",
            "a request that waits knows no SO_RCVTIMEO",
        ),
        (
            "recvfrom.address.addrlen_unreadable[udp,null]",
            "recvmsg(2) has msg_namelen where recvfrom(2) has a pointer",
        ),
        (
            "recvfrom.address.addrlen_negative[udp,-1]",
            "recvmsg(2) refuses a negative msg_namelen before it receives",
        ),
    ],
)
def test_what_a_request_cannot_say(name: str, reason: str) -> None:
    need_uring()
    assert points([name], "uring")[name].skip == f"io_uring: {reason}"
    assert points([name], "host")[name].skip is None
