# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the gate with a tree and a patch, and of bisect, on stand-in kernels."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from conftest import NAMES
from fake import Fake, failed, skipped
from gate_fake import AS_BEFORE, DIES, OTHERWISE, FakeTree, fingerprint

LOST, GONE, GAINED = NAMES[3], NAMES[13], NAMES[23]


@pytest.fixture
def tree(tmp_path: Path, fake: Fake) -> FakeTree:
    made = FakeTree(tmp_path, fake)
    fake.does[GAINED] = failed()
    made.answers_otherwise(
        {
            LOST: failed(came="3"),
            GONE: skipped("this kernel has no such thing"),
            GAINED: {"write": "ok"},
        }
    )
    return made


def test_a_patch_is_told_by_what_it_changes(tree: FakeTree) -> None:
    done = tree.gate("--patch", "-", patch=tree.patch_to(OTHERWISE))
    assert done.returncode == 1, done.stderr
    assert tree.kinds() == {
        LOST: "newly failing",
        GONE: "newly skipped",
        GAINED: "newly passing",
    }
    assert f"{LOST}   cases/socket/x.c:1" in done.stdout
    assert "before    pass" in done.stdout and "came      3" in done.stdout


def test_the_users_tree_stays_as_it_is(tree: FakeTree) -> None:
    patch = tree.patch_to(OTHERWISE)
    (tree.folder / "new.c").write_text("not in git yet\n")
    before = fingerprint(tree.folder)
    assert tree.gate("--patch", "-", patch=patch).returncode == 1
    assert fingerprint(tree.folder) == before


def test_a_patch_adds_moves_and_removes_files(tree: FakeTree) -> None:
    tree.git("mv", "net/socket.c", "net/moved.c")
    (tree.folder / "net" / "added.c").write_text("int added;\n")
    tree.git("rm", "-q", "Kconfig")
    tree.git("add", ".")
    tree.commit("Move")
    patch = tree.git("format-patch", "--stdout", "-1", "-M")
    tree.git("reset", "--quiet", "--hard", "HEAD~1")
    before = fingerprint(tree.folder)
    done = tree.gate("--patch", "-", patch=patch)
    assert done.returncode == 0, done.stderr
    assert "changes nothing in this kernel" in done.stdout
    [source] = tree.build.glob("*/source")
    assert (source / "net" / "moved.c").exists() and (source / "net/added.c").exists()
    assert not (source / "Kconfig").exists()
    # The next gate begins with the tree as it is.
    tree.gate()
    assert (source / "Kconfig").exists() and not (source / "net" / "moved.c").exists()
    assert fingerprint(tree.folder) == before


def test_what_was_patched_is_new_when_it_is_as_before(tree: FakeTree) -> None:
    """Else make would keep what it has built of the patched file."""
    tree.gate("--patch", "-", patch=tree.patch_to(OTHERWISE))
    [source] = tree.build.glob("*/source")
    patched = (source / "kernel.sh").stat().st_mtime_ns
    assert tree.gate().returncode == 1
    assert (source / "kernel.sh").read_text() == (tree.folder / "kernel.sh").read_text()
    assert (source / "kernel.sh").stat().st_mtime_ns > patched
    assert (source / "net" / "socket.c").is_symlink()


def test_a_tree_without_git_is_taken_without_what_was_built(tree: FakeTree) -> None:
    patch = tree.patch_to(OTHERWISE)
    (tree.folder / ".git").rename(tree.folder.parent / "elsewhere")
    (tree.folder / ".config").write_text("CONFIG_NET=y\n")
    (tree.folder / "net" / "socket.o").write_text("built\n")
    (tree.folder / "include" / "linux").mkdir(parents=True)
    (tree.folder / "include" / "linux" / "net.h").write_text("int net;\n")
    done = tree.gate("--patch", "-", patch=patch)
    assert done.returncode == 1, done.stderr
    [source] = tree.build.glob("*/source")
    assert not (source / ".config").exists()
    assert not (source / "net" / "socket.o").exists()
    assert (source / "include" / "linux" / "net.h").exists()


@pytest.mark.parametrize(
    "text, said",
    [
        ("NOT-C\n", "error: this is not C"),
        ("", ""),
    ],
)
def test_a_patch_that_does_not_build_or_apply(
    tree: FakeTree, text: str, said: str
) -> None:
    patch = tree.patch_to(text or OTHERWISE)
    if not text:
        patch = patch.replace("Networking", "Something else")
        said = "patch does not apply"
    done = tree.gate("--patch", "-", patch=patch)
    assert done.returncode == 2
    assert said in done.stderr and "sockcheck: " in done.stderr


def test_a_kernel_that_does_not_boot_is_a_regression(tree: FakeTree) -> None:
    done = tree.gate("--patch", "-", patch=tree.patch_to(DIES))
    assert done.returncode == 1, done.stderr
    assert "Kernel panic" in done.stdout and "did not come to its end" in done.stdout
    assert set(tree.kinds().values()) == {"not run"}


@pytest.mark.parametrize("words", [["--patch", "x"], ["--kernel", "x", "--tree", "y"]])
def test_options_that_do_not_go_together(tree: FakeTree, words: list[str]) -> None:
    done = tree.run("gate", *words)
    assert done.returncode == 2 and done.stderr.startswith("sockcheck: ")


def test_a_saved_run_is_compared_with(tree: FakeTree, tmp_path: Path) -> None:
    assert tree.gate().returncode == 1
    saved = tmp_path / "saved.json"
    (tree.results / "new" / "results.json").rename(saved)
    assert tree.gate("--base", str(saved)).returncode == 0
    tree.kernel(OTHERWISE)
    assert tree.gate("--base", str(saved)).returncode == 1
    assert tree.kinds()[LOST] == "newly failing"
    # Cases that were not asked for are not lost.
    kept = tree.gate("--base", str(saved), "--run", NAMES[0])
    assert kept.returncode == 0 and "not asked for in this run" in kept.stdout


def test_a_mail_answers_the_patchs(tree: FakeTree, tmp_path: Path) -> None:
    patch = tree.patch_to(OTHERWISE)
    [name] = [
        line[12:]
        for line in patch.split("\n")
        if line.lower().startswith("message-id: ")
    ]
    done = tree.gate("--patch", "-", "--format", "mbox", patch=patch)
    path = tmp_path / "mbox"
    path.write_text(done.stdout)
    [message] = mailbox.mbox(path)
    assert message["Subject"] == "Re: [PATCH] net: a better kernel"
    assert message["In-Reply-To"] == name
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes) and LOST in body.decode()


def test_skips_of_our_own_kernels_are_defects(tree: FakeTree, tmp_path: Path) -> None:
    tree.kernel(OTHERWISE)
    tree.fake.does[GAINED] = {"write": "ok"}
    done = tree.gate("--run", GONE)
    assert done.returncode == 1 and "this kernel has no such thing" in done.stdout
    allowed = tmp_path / "allowed.ini"
    allowed.write_text("[this kernel has no *]\nwhy = it is a script\n")
    assert tree.gate("--run", GONE, "--allowed", str(allowed)).returncode == 0


def test_cases_that_a_file_names(tree: FakeTree, tmp_path: Path) -> None:
    named = tmp_path / "cases"
    named.write_text(f"# quick ones\n{GONE}\n\n{NAMES[0]}\n")
    patch = tree.patch_to(OTHERWISE)
    done = tree.gate("--patch", "-", "--cases", str(named), patch=patch)
    assert done.returncode == 1 and tree.kinds() == {GONE: "newly skipped"}
    named.write_text("# none\n")
    done = tree.gate("--cases", str(named))
    assert done.returncode == 2 and "names no case" in done.stderr


def test_the_limit_ends_a_hanging_kernel(tree: FakeTree) -> None:
    tree.kernel("sleep 600\n")
    done = tree.gate("--limit", "10")
    assert done.returncode == 1 and "the limit of 10 s has come" in done.stdout


@pytest.mark.parametrize("first", [2, 5])
def test_bisect_finds_the_commit(tree: FakeTree, first: int) -> None:
    good = tree.commit("good")
    commits = []
    for number in range(7):
        text = AS_BEFORE if number < first else OTHERWISE
        # One that does not build is passed over.
        tree.kernel(f"# {number}\n" + ("NOT-C\n" if number == 3 else "") + text)
        commits.append(tree.commit(f"number {number}"))
    before = fingerprint(tree.folder)
    done = tree.run(
        "bisect",
        *("--tree", str(tree.folder), "--good", good, "--bad", "main", "--case", LOST),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith(f"{commits[first]} is the first bad commit")
    assert fingerprint(tree.folder) == before


def test_bisect_needs_ends_that_differ(tree: FakeTree) -> None:
    ends = ("--tree", str(tree.folder), "--good", "main", "--bad", "main")
    done = tree.run("bisect", *ends, "--case", LOST)
    assert done.returncode == 2 and "is not bad: pass" in done.stderr
    done = tree.run("bisect", *ends, "--case", "no.such.case")
    assert done.returncode == 2 and "no case is called" in done.stderr
