# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the kernel's configuration: it is that of the kernel that runs now."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from sockcheck import kernel_config

BOOTS = [f"{digit * 8}-1111-2222-3333-{digit * 12}" for digit in "ab"]


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What /proc says, as files; no variable yet, and none afterwards."""
    monkeypatch.setattr(kernel_config, "PACKED", str(tmp_path / "config.gz"))
    monkeypatch.setattr(kernel_config, "BOOT_ID", str(tmp_path / "boot_id"))
    monkeypatch.setenv(kernel_config.VARIABLE, "")
    (tmp_path / "build").mkdir()
    return tmp_path


def provide(proc: Path, boot: str, text: str) -> str:
    """What the binary reads when a kernel of this configuration was booted."""
    (proc / "boot_id").write_text(f"{boot}\n" if boot else "")
    (proc / "config.gz").write_bytes(gzip.compress(text.encode()))
    os.environ[kernel_config.VARIABLE] = ""
    kernel_config.provide(str(proc / "build" / "sockcheck"))
    return Path(os.environ[kernel_config.VARIABLE]).read_text()


def test_each_boot_has_its_own(proc: Path) -> None:
    first, second = "CONFIG_INET=y\n", "CONFIG_INET=m\n"
    assert provide(proc, BOOTS[0], f"# a comment\n{first}") == first
    # It is not unpacked again for each run.
    assert provide(proc, BOOTS[0], second) == first
    assert provide(proc, BOOTS[1], second) == second


def test_those_of_earlier_boots_are_removed(proc: Path) -> None:
    others = proc / "build" / "config-6.1.0-18-amd64"
    others.write_text("not ours\n")
    provide(proc, BOOTS[0], "CONFIG_INET=y\n")
    provide(proc, BOOTS[1], "CONFIG_INET=y\n")
    left = {path.name for path in others.parent.iterdir()}
    assert left == {others.name, f"config-{os.uname().release}-{BOOTS[1]}"}


def test_without_a_boots_id_it_is_always_unpacked(proc: Path) -> None:
    for text in ("CONFIG_INET=y\n", "CONFIG_INET=m\n"):
        assert provide(proc, "", text) == text
