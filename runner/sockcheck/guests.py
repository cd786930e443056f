# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Guests: kernels that are booted for a run, with the C binary as their first process.

    uml    a kernel that is a program (User Mode Linux): KERNEL, or Debian's linux.uml
    qemu   a bzImage in a virtual machine: KERNEL, or the newest in /boot

A guest has no file but those that are packed here: the binary, the run's arguments, the
kernel's configuration and some of its own modules. It sees nothing of this machine's
files and has no network but its own.
"""

from __future__ import annotations

import glob
import os
import re
import select
import shutil
import subprocess
import tempfile
import time

from sockcheck import initramfs, processes
from sockcheck.guard import guard
from sockcheck.modules import Modules
from sockcheck.systems import GUESTS, System
from sockcheck.trouble import Trouble, why

UML, QEMU = GUESTS
UML_MODULES = "/usr/lib/uml/modules"
MODULES = "/lib/modules"
INSTALL = "ci/setup guests installs it"

# What one guest has of memory; cases that exhaust it make it all their own.
MEMORY = "512M"
# What a kernel is told, beside where its console is. Warnings are shown, for they may
# be of what a case has done; a panic ends the machine. Grace periods that somebody
# waits for end as soon as they can. Of security modules there are those that cases ask
# for: one such as SELinux answers otherwise, even without a policy.
PARAMETERS = (
    *("rdinit=/init", "panic=-1", "loglevel=5", "lsm=landlock,bpf"),
    "rcupdate.rcu_expedited=1",
)
# An emulated processor needs no care against others' programs. One that is not given
# enough time may miss the ticks by which the kernel tests its timer, and panics then.
EMULATED = ("mitigations=off", "no_timer_check")
# /dev/kvm may be there and run nothing: a machine that has not come to our program in
# so many seconds is taken for one of these.
KVM = "/dev/kvm"
KVM_PATIENCE = 10.0
# A kernel that is asked for its version or configuration is no other program.
PATIENCE = 60.0

# Where a guest has the names of its cases.
CASES = "/sockcheck/cases"


class Guest(System):
    """A kernel to boot."""

    __slots__ = ("kernel", "folder", "_files", "_starts", "_only")

    def __init__(self, name: str, kernel: str) -> None:
        super().__init__(name, [])
        self.kernel = kernel
        self.jobs = len(os.sched_getaffinity(0))
        self.ours = True
        self.asked_here = True
        self.is_kernel = True
        self.recorded_as = "host"
        # Of this run: made when the first guest is, removed by close().
        self.folder = ""
        self._files = b""
        # The names of the cases to run; none for those that the arguments choose.
        self._only: list[str] = []
        self._starts = 0

    def title(self, version: str) -> str:
        return f"Linux {self.version}"

    def inside(self, program: list[str]) -> list[str]:
        """The command that boots the kernel, and has it run the program."""
        if not self.folder:
            self.folder = tempfile.mkdtemp(prefix="sockcheck-")
            self._files = packed(program[0], self.config(), self.modules())
        self._starts += 1
        return [*guard(), *self.boot(self._packed_for(program), self._starts)]

    def only(self, names: list[str]) -> None:
        self._only = names

    def close(self) -> None:
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = ""

    def _packed_for(self, program: list[str]) -> str:
        arguments = initramfs.Archive()
        words = program[1:]
        if self._only:
            arguments.add_file(CASES[1:], "\n".join(self._only).encode())
            words = _without_globs(words) + ["--cases", CASES]
        text = "".join(f"{word}\0" for word in words)
        arguments.add_file("sockcheck/arguments", text.encode())
        path = os.path.join(self.folder, f"files.{self._starts}")
        with open(path, "wb") as file:
            file.write(self._files + arguments.packed)
        return path

    def boot(self, files: str, number: int) -> list[str]:
        raise NotImplementedError

    def config(self) -> bytes:
        """The kernel's configuration, or nothing."""
        raise NotImplementedError

    def modules(self) -> str:
        """The folder of its modules, which need not be there."""
        raise NotImplementedError


class Uml(Guest):
    """User Mode Linux. Its processes are traced: it keeps to one processor."""

    __slots__ = ()

    def __init__(self, kernel: str) -> None:
        super().__init__(UML, kernel)
        self.version = self._said("--version").strip()
        self.pinned = True
        if not re.match(r"\d+\.\d+", self.version):
            raise Trouble(f"{kernel}: no UML kernel: --version says {self.version!r}")

    def _said(self, option: str) -> str:
        try:
            done = subprocess.run(
                [self.kernel, option],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise Trouble(f"{self.kernel} {option}: no answer") from None
        except OSError as error:
            raise Trouble(f"{self.kernel}: {why(error)}") from None
        return done.stdout

    def config(self) -> bytes:
        return self._said("--showconfig").encode()

    def modules(self) -> str:
        return os.path.join(UML_MODULES, self.version)

    def boot(self, files: str, number: int) -> list[str]:
        return [
            self.kernel,
            *(f"mem={MEMORY}", f"initrd={files}", "con=null", "con0=null,fd:1"),
            *(f"uml_dir={self.folder}/", f"umid={number}"),
            *PARAMETERS,
        ]


class Qemu(Guest):
    """A bzImage in a virtual machine of QEMU's."""

    __slots__ = ("emulator", "accelerator")

    def __init__(self, kernel: str) -> None:
        super().__init__(QEMU, kernel)
        self.version = bzimage_version(kernel)
        self.emulator = _program("qemu-system-x86_64", QEMU)
        # Found out with the first machine.
        self.accelerator = ""

    def config(self) -> bytes:
        beside = os.path.join(os.path.dirname(self.kernel), f"config-{self.version}")
        for path in (beside, f"/boot/config-{self.version}"):
            try:
                with open(path, "rb") as file:
                    return file.read()
            except OSError:
                pass
        return b""

    def modules(self) -> str:
        return os.path.join(MODULES, self.version)

    def inside(self, program: list[str]) -> list[str]:
        if not self.accelerator:
            self.accelerator = "kvm"
            if not self._kvm_works(program[0]):
                self.accelerator = "tcg"
        return super().inside(program)

    def _kvm_works(self, binary: str) -> bool:
        """Boots the kernel with KVM, to see it start our program."""
        if not os.access(KVM, os.R_OK | os.W_OK):
            return False
        child = processes.start(super().inside([binary, "--version"]))
        os.close(child.stdin)
        try:
            return _says(child.stdout, b"sockcheck ", KVM_PATIENCE)
        finally:
            processes.ask_to_end(child)
            processes.finish(child, 1.0)
            processes.close(child.stdout, child.stderr)

    def boot(self, files: str, number: int) -> list[str]:
        return [
            self.emulator,
            *"-nodefaults -no-user-config -no-reboot -display none -nic none".split(),
            *("-accel", self.accelerator, "-m", MEMORY, "-smp", "1"),
            *("-kernel", self.kernel, "-initrd", files),
            *("-append", " ".join(["console=ttyS0", *EMULATED, *PARAMETERS])),
            *("-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"),
        ]


def _says(fd: int, word: bytes, seconds: float) -> bool:
    """Whether a line that begins with the word comes in time."""
    said, until = b"\n", time.monotonic() + seconds
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    while b"\n" + word not in said and time.monotonic() < until:
        if poll.poll(100):
            data = os.read(fd, 1 << 16)
            if not data:
                break
            said += data.replace(b"\r", b"")
    return b"\n" + word in said


def guest_of(target: str, kernel: str) -> Guest:
    """The guest that a target and, where it is not "", a kernel's file mean."""
    if kernel and not os.path.isfile(kernel):
        raise Trouble(f"target {target}: {kernel}: no such file")
    if target == UML:
        return Uml(os.path.abspath(kernel) if kernel else _program("linux.uml", UML))
    return Qemu(os.path.abspath(kernel) if kernel else _newest_bzimage())


def _program(name: str, target: str) -> str:
    path = shutil.which(name)
    if not path:
        raise Trouble(f"target {target}: no {name} here; {INSTALL}")
    return path


def _newest_bzimage() -> str:
    for pattern in ("/boot/vmlinuz-*-cloud-amd64", "/boot/vmlinuz-*"):
        found = sorted(glob.glob(pattern), key=_numbers)
        if found:
            return found[-1]
    raise Trouble(f"target {QEMU}: no kernel in /boot: KERNEL=FILE, or {INSTALL}")


def _numbers(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", os.path.basename(path))]


def bzimage_version(path: str) -> str:
    """'6.1.0-57-cloud-amd64': Documentation/x86/boot.rst, kernel_version."""
    try:
        with open(path, "rb") as file:
            head = file.read(1 << 16)
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None
    at = int.from_bytes(head[0x20E:0x210], "little") + 0x200
    if head[0x202:0x206] != b"HdrS" or at == 0x200:
        raise Trouble(f"{path}: no bzImage, which is what target {QEMU} boots")
    return head[at : at + 256].split(b"\0")[0].decode("ascii", "replace").split(" ")[0]


def _without_globs(words: list[str]) -> list[str]:
    """Arguments of the binary without the --run that choose cases."""
    globs = {at for at, word in enumerate(words) if word == "--run"}
    return [word for at, word in enumerate(words) if not {at, at - 1} & globs]


def packed(binary: str, config: bytes, modules: str) -> bytes:
    """The files that all guests of a run have."""
    archive = initramfs.Archive()
    archive.add_device("dev/console", 5, 1)
    archive.add_file("init", _static(binary), initramfs.PROGRAM)
    if config:
        archive.add_file("sockcheck/config", config)
    wanted = Modules(modules).wanted()
    for path in wanted:
        archive.add_file(f"modules/{path}", _read(os.path.join(modules, path)))
    archive.add_file(
        "sockcheck/modules", "".join(f"/modules/{path}\n" for path in wanted).encode()
    )
    return archive.packed


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}") from None


def _static(binary: str) -> bytes:
    """The program, if it needs no others: a guest has no libraries."""
    for path in (binary, f"{binary}-static"):
        if os.path.exists(path) and not _needs_loader(path):
            return _read(path)
    raise Trouble(f"{binary} is linked dynamically, and a guest has no libraries")


def _needs_loader(path: str) -> bool:
    """Whether an ELF file of 64 bits names a dynamic loader: PT_INTERP, elf(5)."""
    data = _read(path)
    if not data.startswith(b"\x7fELF"):
        return False
    table = int.from_bytes(data[0x20:0x28], "little")
    size = int.from_bytes(data[0x36:0x38], "little")
    count = int.from_bytes(data[0x38:0x3A], "little")
    return any(data[table + n * size] == 3 for n in range(count))
