# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ci/oss-fuzz: what OSS-Fuzz would build is what it would take."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent.parent
NEEDED = "clang", "clang++", "zip", "unzip", "objdump", "file"

missing = [name for name in NEEDED if not shutil.which(name)]


def has_libfuzzer() -> bool:
    if missing:
        return False
    done = subprocess.run(
        ["clang", "-print-file-name=libclang_rt.fuzzer-x86_64.a"],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip()).exists()


@pytest.mark.skipif(bool(missing), reason=f"no {', '.join(missing)}: ci/setup fuzz")
@pytest.mark.skipif(not has_libfuzzer(), reason="no libFuzzer: ci/setup fuzz")
def test_the_build_is_one_that_is_taken() -> None:
    done = subprocess.run(
        [TOP / "ci" / "oss-fuzz" / "check"],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    assert "fuzz_program: checked" in done.stdout
