# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A stand-in for build/sockcheck: does to each case what a test tells it to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).resolve().parent.parent

# The program itself. What it does is in a JSON file beside it.
PROGRAM = r'''
import json, os, re, signal, sys, time

told = json.load(open(sys.argv[0] + ".json"))
argv = sys.argv[1:]
if "--target" in argv and argv[argv.index("--target") + 1] != "host":
    sys.exit("sockcheck: unknown target '%s'" % argv[argv.index("--target") + 1])
if "--list" in argv:
    sys.stdout.write(told["list"])
    sys.exit(0)
if "--rules" in argv:
    sys.stdout.write(told["rules"])
    sys.exit(0)
if told["start"]:
    sys.stderr.write(told["start"])
    sys.exit(9)
with open(sys.argv[0] + ".argv", "w") as file:
    json.dump(argv, file)

def clean_up(number, frame):
    # As long as ending a case may take.
    time.sleep(told["cleanup"])
    with open(sys.argv[0] + ".cleaned", "a") as cleaned:
        cleaned.write("%s\n" % os.readlink("/proc/self"))
    os._exit(0)

if told["cleanup"]:
    signal.signal(signal.SIGTERM, clean_up)
sys.stdout.write("TAP version 14\n")
sys.stdout.flush()
# Its number as the runner sees it, from within a process namespace as well.
with open(sys.argv[0] + ".pids", "a") as pids:
    pids.write("%s\n" % os.readlink("/proc/self"))
number = 0

def told_in_arguments():
    """The cases of --run, each every Nth, behind one: as build/sockcheck has it."""
    values = {name: [] for name in ("--run", "--shard", "--after")}
    for name, value in zip(argv, argv[1:]):
        if name in values:
            values[name].append(value)
    first, step = map(int, (values["--shard"] or ["0/1"])[0].split("/"))
    globs = [re.escape(glob).replace(r"\*", ".*") for glob in values["--run"]]
    names = [name for name in told["names"] if re.fullmatch("|".join(globs), name)]
    behind = names.index(values["--after"][0]) + 1 if values["--after"] else 0
    return [names[at] for at in range(first, len(names), step) if at >= behind]

asked = iter(sys.stdin.readline, "")
if "--run" in argv:
    asked = told_in_arguments()
for line in asked:
    name = line.rstrip("\n")
    number += 1
    does = told["does"].get(name, {"write": "ok"})
    if "touch" in does:
        open(sys.argv[0] + ".touched", "w").close()
    time.sleep(does.get("sleep", told["sleep"]))
    if "once" in does:
        # Only the first worker that gets here does this.
        try:
            os.close(os.open(sys.argv[0] + ".once", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            does = {"write": "ok"}
    if "stderr" in does:
        sys.stderr.write(does["stderr"])
        sys.stderr.flush()
    text = does.get("write", "")
    if text == "ok":
        text = "ok {n} - {name}\n  ---\n  duration_ms: 0.5\n  ...\n"
    text = text.replace("{n}", str(number)).replace("{name}", name)
    sys.stdout.write(text)
    sys.stdout.flush()
    if "signal" in does:
        os.kill(os.getpid(), does["signal"])
    if "exit" in does:
        os._exit(does["exit"])
print("1..%d" % number)
sys.stdout.flush()
if told["end"]:
    os.kill(os.getpid(), told["end"])
'''


def failed(verdict: str = "fail", **fields: Any) -> dict[str, Any]:
    """Doing: a point that is not ok."""
    known = {
        "verdict": verdict,
        "rule": "socket.family.unregistered",
        "says": "a family that nobody registered is refused",
        "citations": ["socket(2) EAFNOSUPPORT", "net/socket.c:__sock_create"],
        "call": "socket(AF_AX25, SOCK_STREAM, 0)",
        "expected": "-1 EAFNOSUPPORT",
        "came": "-1 EINVAL",
        "duration_ms": 1.25,
        **fields,
    }
    block = "".join(f"  {key}: {json.dumps(known[key])}\n" for key in known)
    return {"write": "not ok {n} - {name}\n  ---\n" + block + "  ...\n"}


def skipped(reason: str) -> dict[str, Any]:
    return {"write": "ok {n} - {name} # SKIP " + reason + "\n"}


class Fake:
    """A directory with the program in it, as a test sees it."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        self.folder = folder
        self.names = names
        self.does: dict[str, dict[str, Any]] = {}
        self.sleep = 0.0
        self.start = ""
        self.end = 0
        self.cleanup = 0.0
        self.sandbox = {"namespaces": "user+network", "why": ""}
        self.list_text = ""
        self.extra_rules: list[str] = []
        self.binary = folder / "sockcheck"
        self.results = folder / "results"
        self.deviations = folder / "deviations"
        self.deviations.mkdir()

    def deviate(self, text: str) -> None:
        (self.deviations / "host.ini").write_text(text)

    def listing(self) -> str:
        cases = [
            {
                "name": name,
                "rule": rule_of(name),
                "call": name.split(".")[0],
                "at": "cases/socket/x.c:1",
                "needs": [],
            }
            for name in self.names
        ]
        target = {"name": "host", "version": "Linux 6.18"}
        return (
            f'{{"sockcheck": "0.1",\n"target": {json.dumps(target)},\n'
            f'"sandbox": {json.dumps(self.sandbox)},\n"cases": [\n'
            + ",\n".join(json.dumps(case) for case in cases)
            + "\n]}\n"
        )

    def make(self) -> None:
        rules = sorted({rule_of(name) for name in self.names} | set(self.extra_rules))
        told = {
            "list": self.list_text or self.listing(),
            "rules": '{"rules": [\n'
            + ",\n".join(json.dumps({"id": rule}) for rule in rules)
            + "\n]}\n",
            "names": self.names,
            "does": self.does,
            "sleep": self.sleep,
            "start": self.start,
            "end": self.end,
            "cleanup": self.cleanup,
        }
        Path(f"{self.binary}.json").write_text(json.dumps(told))
        self.binary.write_text(f"#!{sys.executable} -S\n{PROGRAM}")
        self.binary.chmod(0o755)

    def command(self, *options: str) -> list[str]:
        paths = [
            *("--binary", str(self.binary)),
            *("--results", str(self.results)),
            *("--deviations", str(self.deviations)),
        ]
        return [sys.executable, "-m", "sockcheck", "check", *paths, *options]

    def environment(self) -> dict[str, str]:
        """Ours, but not that of a harness that may be running the tests."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("HARNESS_") and key != "NO_COLOR"
        }
        return {**kept, "PYTHONPATH": str(RUNNER)}

    def run_by(self, program: str) -> subprocess.CompletedProcess[str]:
        """Let a Python program prepare the process, which then runs the command."""
        program = f"import os, resource, signal, sys\n{program}\n"
        program += "os.execv(sys.argv[1], sys.argv[1:])\n"
        return subprocess.run(
            [sys.executable, "-c", program, *self.command("--jobs", "8")],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def check(self, *options: str) -> subprocess.CompletedProcess[str]:
        self.make()
        return subprocess.run(
            self.command(*options),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def several(self, word: str, *options: str) -> subprocess.CompletedProcess[str]:
        """A command on several targets, which has its own folder for what it writes."""
        command = self.command(*options)
        command[command.index("--results")] = "--output"
        command[command.index("check")] = word
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.results / "results.json").read_text())
        return report

    def verdicts(self) -> dict[str, str]:
        return {case["name"]: case["verdict"] for case in self.report()["cases"]}

    def case(self, name: str) -> dict[str, Any]:
        [case] = [case for case in self.report()["cases"] if case["name"] == name]
        found: dict[str, Any] = case
        return found

    def wait_for_touch(self) -> None:
        """Wait until a case with "touch" has begun."""
        until = time.monotonic() + 20
        while not Path(f"{self.binary}.touched").exists():
            assert time.monotonic() < until
            time.sleep(0.01)

    def pids(self, what: str = "pids") -> set[str]:
        """The workers that were started, or of them those that were "cleaned" up."""
        path = Path(f"{self.binary}.{what}")
        return set(path.read_text().split()) if path.exists() else set()

    def workers_left(self) -> list[str]:
        """The workers that were started and are still there."""
        return [pid for pid in self.pids() if Path(f"/proc/{pid}").exists()]


def rule_of(name: str) -> str:
    return name.split("[")[0]
