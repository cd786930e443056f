# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A kernel's file: what boots it is seen by its content, whatever its name is."""

from __future__ import annotations

from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

# Documentation/x86/boot.rst: the setup header's magic number.
BZIMAGE_AT, BZIMAGE = 0x202, b"HdrS"
ELF = b"\x7fELF"
# arch/um/include/shared/init.h: where a User Mode Linux program has its options.
UML = b".uml.setup.init"
CHUNK = 1 << 20

UML_TARGET, BZIMAGE_TARGET = "uml", "qemu"


def target_of(path: str) -> str:
    """The target that boots the kernel in this file."""
    try:
        with open(path, "rb") as file:
            head = file.read(BZIMAGE_AT + len(BZIMAGE))
            if head[BZIMAGE_AT:] == BZIMAGE:
                return BZIMAGE_TARGET
            if head.startswith(ELF):
                file.seek(0)
                if _has(iter(lambda: file.read(CHUNK), b""), UML):
                    return UML_TARGET
                raise Trouble(
                    f"{path}: an ELF file that is no User Mode Linux; of another "
                    "kernel, the gate boots the bzImage, not the vmlinux"
                )
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None
    raise Trouble(f"{path}: neither a User Mode Linux program nor a bzImage")


def _has(chunks: Iterator[bytes], wanted: bytes) -> bool:
    before = b""
    for chunk in chunks:
        if wanted in before + chunk:
            return True
        before = chunk[-len(wanted) :]
    return False
