# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the terminal: the progress line, colours, and text that fits."""

from __future__ import annotations

import os
import pty
import select
import subprocess

import pytest

from fake import Fake, failed
from sockcheck.report_files import folder_of
from sockcheck.screen import clean, wrapped
from sockcheck.selection import glob


def on_terminal(fake: Fake, *options: str, **environment: str) -> str:
    """What a run writes on a terminal."""
    fake.make()
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        fake.command(*options),
        env={**fake.environment(), "TERM": "xterm", **environment},
        stdout=theirs,
    )
    os.close(theirs)
    written = b""
    while select.select([ours], [], [], 20)[0]:
        try:
            data = os.read(ours, 4096)
        except OSError:
            break
        written += data
    child.wait(20)
    os.close(ours)
    return written.decode()


def slow(fake: Fake) -> None:
    fake.sleep = 0.02
    fake.does[fake.names[2]] = failed()


def test_a_terminal_has_progress_and_colour(fake: Fake) -> None:
    slow(fake)
    written = on_terminal(fake)
    assert "/40 cases" in written and "not as expected" in written
    assert f"\033[1;31mFAIL\033[0m {fake.names[2]}" in written
    # The line is erased before anything else; so a line holds one thing only.
    for line in written.split("\r\n"):
        assert "a second" not in line.split("\r\033[K")[-1]
    assert written.count("a second") < 40


def test_no_color_means_none(fake: Fake) -> None:
    slow(fake)
    written = on_terminal(fake, NO_COLOR="1")
    assert "/40 cases" in written and "\033[1" not in written


def test_a_dumb_terminal_gets_plain_lines(fake: Fake) -> None:
    slow(fake)
    written = on_terminal(fake, TERM="dumb")
    assert written.replace("\r\n", "").isprintable()


@pytest.mark.parametrize("option", ["--tap", "--quiet"])
def test_no_progress_where_none_is_wanted(fake: Fake, option: str) -> None:
    slow(fake)
    assert "a second" not in on_terminal(fake, option)


def test_clean() -> None:
    assert clean("a\nb\tc\x1b\x9b\u202e\ud800é") == (
        "a\nb\\tc\\x1b\\x9b\\u202e\\ud800é"
    )


def test_wrapped() -> None:
    words = ["one", "two", "a-very-long-word-indeed", "four"]
    assert wrapped(words, "  ", 12) == (
        "  one, two,\n  a-very-long-word-indeed,\n  four"
    )


def test_glob_takes_brackets_as_they_are() -> None:
    assert glob("a.*[0x?]")("a.b.c[0x1]")
    assert not glob("a[0-9]")("a5")
    assert not glob("a.b")("aXb")
    assert glob("a\\*")("a\\b")


def test_a_target_as_a_folder() -> None:
    assert folder_of("host") == "host"
    assert folder_of("./libstack.so,prefix=foo_") == "libstack.so_prefix_foo_"
    assert folder_of("../../etc") == "etc"
    assert folder_of("..") == "target"
