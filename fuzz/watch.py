# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make fuzz-watch`: many random programs as root, while somebody watches what leaves.

The fuzzer runs in a network namespace with a pair of interfaces that are up and have
routes, over a file system whose changes are kept apart, as the child of a process that
is given all orphans.  Afterwards no interface there has seen a packet (the programs
have namespaces of their own), no file was made or changed outside of the run's folder,
no setting of the network has changed, and no process is left.  Needs root; the exit
status is 1 where something has left, and 2 where nobody could watch.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

INTERFACES = "watch0", "watch1"
PR_SET_CHILD_SUBREAPER = 36
MNT_DETACH = 2
# What pivot_root(2) leaves behind, until it is unmounted.
OLD = "sockcheck-old-root"


def run(*words: str | Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    if done.returncode:
        command = " ".join(map(str, words))
        print(f"sockcheck: {command}: {done.stderr.strip()}", file=sys.stderr)
        sys.exit(2)


def make_network() -> None:
    """Ways out of the namespace, on which nothing is said by itself."""
    for family in "all", "default":
        path = Path(f"/proc/sys/net/ipv6/conf/{family}/disable_ipv6")
        if path.exists():
            path.write_text("1")
    run("ip", "link", "add", INTERFACES[0], "type", "veth", "peer", INTERFACES[1])
    for number, name in enumerate(INTERFACES, 1):
        run("ip", "address", "add", f"192.0.2.{number}/24", "dev", name)
        run("ip", "link", "set", name, "up")
    run("ip", "link", "set", "lo", "up")
    run("ip", "route", "add", "default", "dev", INTERFACES[0])


def packets() -> dict[str, tuple[int, int]]:
    """Of each interface, how many packets it has received and sent."""
    found = {}
    for line in Path("/proc/net/dev").read_text().splitlines()[2:]:
        name, numbers = line.split(":")
        counts = numbers.split()
        found[name.strip()] = int(counts[1]), int(counts[9])
    return found


def settings() -> dict[str, str]:
    found = {}
    for path in sorted(Path("/proc/sys/net").rglob("*")):
        try:
            if path.is_file():
                found[str(path)] = path.read_text(errors="replace")
        except OSError:
            continue
    return found


def enter_overlay(room: Path, folder: Path) -> int:
    """Changes the root to one whose changes go elsewhere; where to, as a descriptor."""
    for name in "upper", "work", "merged":
        (room / name).mkdir()
    merged = room / "merged"
    dirs = f"lowerdir=/,upperdir={room}/upper,workdir={room}/work"
    run("mount", "-t", "overlay", "overlay", "-o", dirs, merged)
    for name in "proc", "dev", "sys":
        run("mount", "--rbind", f"/{name}", merged / name)
    run("mount", "--bind", folder, f"{merged}{folder}")
    upper = os.open(room / "upper", os.O_RDONLY | os.O_DIRECTORY)
    (merged / OLD).mkdir()
    os.chdir(merged)
    run("pivot_root", ".", OLD)
    os.chdir("/")
    ctypes.CDLL(None, use_errno=True).umount2(f"/{OLD}".encode(), MNT_DETACH)
    os.rmdir(f"/{OLD}")
    return upper


def changed_files(upper: int) -> list[str]:
    """What has been made or changed outside of the folder, which is another mount."""
    found: list[str] = []
    for place, _, files, _ in os.fwalk(".", dir_fd=upper):
        found += [os.path.normpath(f"/{place}/{name}") for name in files]
    # The file that stood for the old root is gone again: an overlay may say so.
    return [name for name in found if name != f"/{OLD}"]


def end_orphans() -> int:
    """Ends all processes that are left; how many there were."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    left = 0
    for pid in map(int, children):
        # One that has ended by itself only waits to be told of.
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        left += state != "Z"
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return left


class Watch:
    """What was there before, and what has come since."""

    def __init__(self, upper: int) -> None:
        self.upper = upper
        self.packets = packets()
        self.settings = settings()
        self.files = set(changed_files(upper))

    def look(self) -> list[str]:
        now = packets()
        wrong = [
            f"{name}: packets {self.packets.get(name)} before, {now[name]} now"
            for name in now
            if now[name] != self.packets.get(name)
        ]
        for name in set(changed_files(self.upper)) - self.files:
            wrong.append(f"{name} was made or changed")
        return wrong

    def look_at_last(self) -> list[str]:
        wrong = self.look()
        now = settings()
        for name, value in self.settings.items():
            # What counts by itself is no setting.
            if now.get(name) != value and not name.endswith("entries"):
                wrong.append(f"{name}: {value.strip()} before, {now.get(name)} now")
        if end_orphans():
            wrong.append("a process")
        return wrong


def inside(asked: argparse.Namespace) -> int:
    folder = asked.folder.resolve()
    tool = (asked.tool or asked.build / "fuzz" / "sockcheck-fuzz").resolve()
    make_network()
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        run("mount", "-t", "tmpfs", "-o", "size=256m", "sockcheck", room)
        upper = enter_overlay(room, folder)
        return watched(asked, tool, folder, upper)


def watched(asked: argparse.Namespace, tool: Path, folder: Path, upper: int) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.chdir(folder)
    watch = Watch(upper)
    command = [tool, "--target", asked.target, "--findings", folder / "findings"]
    process = subprocess.Popen(
        [*command, "random", str(asked.programs), str(asked.seed)],
        stdout=subprocess.PIPE,
        text=True,
    )
    wrong: list[str] = []
    while process.poll() is None and not wrong:
        wrong = watch.look()
        time.sleep(0.2)
    if wrong:
        process.kill()
    report = process.communicate(timeout=60)[0]
    print(report, end="")
    wrong = wrong or watch.look_at_last()
    for what in wrong:
        print(f"sockcheck: it has left: {what}", file=sys.stderr)
    if wrong:
        return 1
    if process.returncode:
        print(f"sockcheck: {tool}: exit status {process.returncode}", file=sys.stderr)
        return 1 if process.returncode == 1 else 2
    names = ", ".join(watch.packets)
    print(f"nothing has left: no packet on {names}; no file outside of the run's")
    print("folder; no setting of the network; no process")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--programs", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", default="host")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--tool", type=Path, help="in place of sockcheck-fuzz")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.folder = asked.folder or asked.build / "fuzz" / "watch"
    if asked.inside:
        return inside(asked)
    if os.geteuid():
        print("sockcheck: fuzz-watch needs root", file=sys.stderr)
        return 2
    asked.folder.mkdir(parents=True, exist_ok=True)
    words = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable]
    return subprocess.run([*words, *sys.argv, "--inside"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
