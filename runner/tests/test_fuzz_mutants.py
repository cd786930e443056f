# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of fuzzing kernels with faults, with programs in place of the kernel and of the
fuzzer: which faults are drawn, and what counts as found."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Callable

import pytest

from program import TOP

sys.path.insert(0, str(TOP / "fuzz"))

import mutants  # noqa: E402
from sockcheck.trouble import Trouble  # noqa: E402

KERNEL = """#!/bin/sh
for word; do
    case $word in
    SCRIPT=*) script=${word#SCRIPT=} ;;
    sockcheck_fault=*) export FAULT=${word#sockcheck_fault=} ;;
    esac
done
echo Linux version 6.1.99
if [ "$FAULT" = 4 ]; then
    echo Kernel panic - not syncing: Kernel mode fault at addr 0x0
    exit 1
fi
sh "$script"
"""
# Of 64 faults, programs come to all but 6 and 7.
MARKS = (2**64 - 1 - 2**6 - 2**7).to_bytes(8, "little")
# 1 is found, 2 is not, 3 only has what every kernel has, 4 does not come so far, and
# what comes with 5 is known of the kernel without a fault.
FUZZER = """#!/bin/sh
found() { echo "FOUND $1"; echo program; echo "close(3)"; echo "==7== ERROR"; exit 77; }
case $FAULT in
0)
    test -z "$SOCKCHECK_FINDINGS" ||
        echo "FOUND accept4: EIO" >"$SOCKCHECK_FINDINGS/a.txt"
    ;;
1) found "bind.inet.bound: EINVAL" ;;
3) grep -q '^shutdown: EIO' "$SOCKCHECK_KNOWN" || found "shutdown: EIO" ;;
5) grep -q '^accept4: EIO' "$SOCKCHECK_KNOWN" || found "accept4: EIO" ;;
esac
exit 0
"""
REPLAY = """#!/bin/sh
folder=$(dirname "$0")
test "$1" = corpus && test -d "$2" && exec cp "$folder/marks" "$folder/kernels-marks"
test "$1" = replay && test "$FAULT" = 0 || exit 2
grep -q '^FOUND shutdown: EIO' "$2" && exit 1
tail -1 "$2" | grep -q '^close(3)$' || exit 2
exit 0
"""

Run = Callable[..., int]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def noticed(number: int, **other: str) -> dict[str, object]:
    entry = {
        "number": number,
        "id": f"net/socket.c:__sys_bind:0:condition:{number}",
        "how": "fail",
        "by": "bind.inet.bound[any]",
    }
    return {**entry, **other}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(TOP)
    write(tmp_path / "mutation/kernel/linux", KERNEL)
    write(tmp_path / "fuzz/quick/fuzz_target", FUZZER)
    write(tmp_path / "fuzz/sockcheck-fuzz", REPLAY)
    write(
        tmp_path / "fuzz/program",
        '#!/bin/sh\ntest "$1" = --variations && cp "$3" "$2"\n',
    )
    (tmp_path / "fuzz/marks").write_bytes(MARKS)
    monkeypatch.setattr(mutants, "MARKS", str(tmp_path / "fuzz/kernels-marks"))

    def run(*entries: dict[str, object], words: tuple[str, ...] = ()) -> int:
        lines = [{"stamp": "of a kernel"}, *entries]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / "mutation/results.jsonl").write_text(text)
        command = ["mutants.py", "--build", str(tmp_path), "--time", "1", *words]
        command += ["--jobs", "2", "--mutation", str(tmp_path / "mutation")]
        monkeypatch.setattr(sys, "argv", command)
        return mutants.run(mutants.arguments())

    return run


def results(tmp_path: Path) -> dict[int, str]:
    tried = json.loads((tmp_path / "fuzz/mutants.json").read_text())
    return {one["number"]: one["found"] for one in tried}


def test_what_is_found_and_what_is_not(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(noticed(1), noticed(2)) == 1
    assert results(tmp_path) == {1: "bind.inet.bound: EINVAL", 2: ""}
    said = capsys.readouterr().out
    assert "1 of 2 faults found in 1 s each" in said
    assert "NOT FOUND" in said


def test_nine_in_ten_are_enough(run: Run, tmp_path: Path) -> None:
    assert run(noticed(1)) == 0


@pytest.mark.parametrize("number", [3, 5])
def test_what_the_healthy_kernel_has_too_is_not_found(
    run: Run, tmp_path: Path, number: int
) -> None:
    assert run(noticed(number)) == 1
    assert results(tmp_path) == {number: ""}


def test_a_kernel_that_ends_is_found(run: Run, tmp_path: Path) -> None:
    assert run(noticed(4)) == 0
    assert results(tmp_path)[4].startswith("the kernel: Kernel panic")


def test_which_faults_are_drawn(run: Run, tmp_path: Path) -> None:
    """Those that a case notices by its result, by a rule that programs reach, with what
    programs have calls for, and that they come to."""
    assert (
        run(
            noticed(1),
            noticed(2, how="timeout"),
            noticed(3, by="splice.nothing[tcp]"),
            noticed(4, id="net/vmw_vsock/af_vsock.c:vsock_bind:0:call:4"),
            {"number": 5, "id": "net/socket.c:sock_init:0:call:5", "verdict": "left"},
            noticed(6),
            noticed(8, by="bind.inet.bound[listed,had-peer]"),
        )
        == 0
    )
    assert list(results(tmp_path)) == [1]


def test_one_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    assert run(noticed(1), noticed(2), words=("--fault", "2")) == 1
    assert list(results(tmp_path)) == [2]


def test_another_lot(run: Run, tmp_path: Path) -> None:
    drawn = []
    for seed in ("1", "2", "1"):
        run(
            *(noticed(number) for number in range(10, 30)),
            words=("--sample", "2", "--seed", seed),
        )
        drawn.append(list(results(tmp_path)))
    assert drawn[0] == drawn[2]
    assert drawn[0] != drawn[1]


def test_a_kernel_without_marks(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fuzz/marks").unlink()
    (tmp_path / "fuzz/kernels-marks").mkdir()
    with pytest.raises(Trouble, match="log says why"):
        run(noticed(1))


def test_none_to_draw(run: Run) -> None:
    with pytest.raises(Trouble, match="no such fault"):
        run(noticed(1, how="timeout"))


def test_without_results(run: Run, tmp_path: Path) -> None:
    run(noticed(1))
    (tmp_path / "mutation/results.jsonl").unlink()
    with pytest.raises(Trouble, match="make mutation writes it"):
        mutants.run(mutants.arguments())
