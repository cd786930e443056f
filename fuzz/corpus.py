# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make fuzz-corpus`: the programs of fuzz/corpus on each target of this process.

Each target ends with a line such as

    corpus-host: 318 passed, 0 failed, 0 skipped

of programs: skipped are those of which no call could be judged. The exit status is 1
where one failed, and 2 where a target could not be had.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import known
from fuzz import STACKS


def run(target: str, build: Path, folder: Path) -> int:
    name = known.name_of(target)
    path = target
    if target in STACKS:
        path = str((build / "targets" / f"{target}.so").resolve())
    listed = build / "fuzz" / "known" / name
    findings = build / "fuzz" / "findings" / "corpus" / name
    known.write([target], listed)
    findings.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            build / "fuzz" / "sockcheck-fuzz",
            *("--target", path, "--findings", findings),
            *("corpus", folder),
        ],
        env=dict(os.environ, SOCKCHECK_KNOWN=str(listed)),
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
    )
    lines = done.stdout.splitlines()
    for line in lines[:-1]:
        print(line)
    if lines:
        print(lines[-1].replace("corpus:", f"corpus-{name}:", 1), flush=True)
    return done.returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--corpus", type=Path, default=Path("fuzz/corpus"))
    parser.add_argument("targets", nargs="+")
    asked = parser.parse_args()
    return max(run(target, asked.build, asked.corpus) for target in asked.targets)


if __name__ == "__main__":
    sys.exit(main())
