# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the TAP reader: whole streams, torn ones, and garbage."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockcheck.tap import Point, Reader, escape, unescape
from tap_properties import check, read

WHOLE = b"""TAP version 14
# a comment
ok 1 - a.b[0x10]
  ---
  duration_ms: 1.312
  ...
not ok 2 - a.c
  ---
  verdict: "fail"
  citations: ["socket(2) EINVAL", "net/socket.c:__sock_create"]
  came: "-1 EINVAL"
  ...
ok 3 - a.d # SKIP needs CAP_NET_RAW
ok 4 - a.\\#e
1..4
"""
PASSES = ["a.b[0x10]", "a.#e"]


def passes(points: list[Point]) -> list[str]:
    return [point.name for point in points if point.ok and point.skip is None]


def test_a_whole_stream() -> None:
    points, reader = read(WHOLE)
    assert not reader.torn and reader.ended
    assert [point.number for point in points] == [1, 2, 3, 4]
    assert passes(points) == PASSES
    assert points[0].fields == {"duration_ms": 1.312}
    assert points[1].verdict == "fail"
    assert points[1].fields["citations"][0] == "socket(2) EINVAL"
    assert points[2].skip == "needs CAP_NET_RAW"


def test_points_come_as_soon_as_they_are_whole() -> None:
    reader = Reader()
    assert not reader.feed(b"TAP version 14\nok 1 - a\n")
    assert not reader.feed(b"  ---\n  duration_ms: 1\n")
    assert [point.name for point in reader.feed(b"  ...\n")] == ["a"]
    assert not reader.feed(b"ok 2 - b # SKIP no")
    assert [point.skip for point in reader.feed(b"ne\n")] == ["none"]


def test_the_block_of_a_skip_belongs_to_it() -> None:
    points, reader = read(
        b"TAP version 14\nok 1 - a # SKIP no\n  ---\n  duration_ms: 2\n  ...\n1..1\n"
    )
    assert not reader.torn
    assert [(p.skip, p.fields) for p in points] == [("no", {"duration_ms": 2})]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_portions_do_not_matter(size: int) -> None:
    portions = [WHOLE[at : at + size] for at in range(0, len(WHOLE), size)]
    points, reader = read(*portions)
    assert not reader.torn
    assert passes(points) == PASSES and len(points) == 4


HEAD = "TAP version 14\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok 1 - a\n1..1\n",
        "TAP version 15\n1..0\n",
        HEAD,
        HEAD + "ok 1 - a\n",
        HEAD + "ok 1 - a\n1..1",
        HEAD + "ok 2 - a\n1..2\n",
        HEAD + "ok 1 a\n1..1\n",
        HEAD + "ok - a\n1..1\n",
        HEAD + "ok 1 - a\n1..2\n",
        HEAD + "ok 1 - a\n1..1\nok 2 - b\n",
        HEAD + "not ok 1 - a\n1..1\n",
        HEAD + "not ok 1 - a # SKIP no\n1..1\n",
        HEAD + "ok 1 - a # NOTE no\n1..1\n",
        HEAD + "Bail out! no\n",
        HEAD + "Segmentation fault\n",
        HEAD + "ok 1 - a\n  ---\n  duration_ms: 1\n1..1\n",
        HEAD + "ok 1 - a\n  ---\n  duration_ms: one\n  ...\n1..1\n",
        HEAD + 'ok 1 - a\n  ---\n  duration_ms: "1"\n  ...\n1..1\n',
        HEAD + "ok 1 - a\n  ---\n  duration_ms: NaN\n  ...\n1..1\n",
        HEAD + "ok 1 - a\n  ---\n  duration_ms: -1\n  ...\n1..1\n",
        HEAD + "ok 1 - a\n  ---\n  duration_ms: true\n  ...\n1..1\n",
        HEAD + "ok 1 - a\n  ---\n  says: 1\n  says: 1\n  ...\n1..1\n",
        HEAD + 'ok 1 - a\n  ---\n  came: "1"\n  came: "2"\n  ...\n1..1\n',
        HEAD + "ok 1 - a\n  ---\n  citations: [1]\n  ...\n1..1\n",
        HEAD + "ok 1 - a\n  ---\n  deep: " + "[" * 100000 + "\n  ...\n1..1\n",
        HEAD + 'ok 1 - a\n  ---\n  verdict: "fail"\n  ...\n1..1\n',
        HEAD + 'not ok 1 - a\n  ---\n  verdict: "pass"\n  ...\n1..1\n',
        HEAD + "  ---\n  duration_ms: 1\n  ...\n1..0\n",
    ],
)
def test_what_is_not_right_tears_the_stream(text: str) -> None:
    points, reader = read(text.encode())
    assert reader.torn
    assert not points or passes(points) == ["a"]


def test_a_line_without_an_end_is_given_up() -> None:
    reader = Reader()
    reader.feed(HEAD.encode())
    for _ in range(100):
        reader.feed(b"x" * 100_000)
    assert reader.torn == "a line without an end"


def whole_prefix_passes(data: bytes) -> list[str]:
    """What may pass at most, told without the reader: complete ok lines, in order."""
    found = []
    for line in data.split(b"\n")[:-1]:
        if line.startswith(b"ok ") and b"# SKIP" not in line:
            found.append(unescape(line.split(b" - ")[1].decode()))
    return found


@given(st.integers(0, len(WHOLE)))
def test_a_torn_stream_has_only_the_passes_that_were_in_it(length: int) -> None:
    points, reader = read(WHOLE[:length])
    assert bool(reader.torn) == (length < len(WHOLE))
    came = passes(points)
    assert came == whole_prefix_passes(WHOLE[:length])[: len(came)]


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_garbage_never_raises_and_never_passes(portions: list[bytes]) -> None:
    points, reader = read(*portions)
    assert reader.torn
    assert not points


@given(
    st.integers(0, len(WHOLE) - 1),
    st.binary(max_size=20),
    st.integers(0, 20),
    st.data(),
)
def test_a_damaged_stream_has_no_pass_that_was_not_in_it(
    at: int, put: bytes, lost: int, data: st.DataObject
) -> None:
    damaged = WHOLE[:at] + put + WHOLE[at + lost :]
    cut = data.draw(st.integers(0, len(damaged)))
    points, _reader = read(damaged[:cut], damaged[cut:])
    text = damaged.decode("utf-8", "replace")
    for point in points:
        line = f"ok {point.number} - {escape(point.name)}"
        # The very line is there, and is no failure.
        lines = [found for found in text.split("\n") if found.startswith(line)]
        assert not point.ok or point.skip is not None or lines


@given(st.binary(max_size=60), st.integers(0, len(WHOLE)), st.integers(0, 20))
def test_what_holds_for_any_bytes_holds(put: bytes, at: int, lost: int) -> None:
    check(put)
    check(b"\x03" + WHOLE[:at] + put + WHOLE[at + lost :])


LINES = st.sampled_from(
    [
        *WHOLE.decode().splitlines(),
        "ok 2 - a.c",
        "ok 1 - # SKIP",
        "1..1",
        "1..0",
        "  came: 1",
        "    ok 1 - nested",
        "Bail out!",
        "pragma +strict",
        "\\",
        "ok 1 - \\",
    ]
)


@given(st.lists(LINES, max_size=12))
def test_shuffled_lines_never_raise(lines: list[str]) -> None:
    text = HEAD + "".join(f"{line}\n" for line in lines)
    check(b"\x03" + text.encode())
    points, _reader = read(text.encode())
    assert [point.number for point in points] == list(range(1, len(points) + 1))
    failed = {line[4:] for line in lines if line.startswith("not ok")}
    for point in points:
        line = f"ok {point.number} - {escape(point.name)}"
        assert point.ok == (line not in failed) or point.name == "a.c"


NAME = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=30)


@given(NAME)
def test_names_survive_their_escapes(name: str) -> None:
    assert unescape(escape(name)) == name
    points, reader = read(f"{HEAD}ok 1 - {escape(name)}\n1..1\n".encode())
    assert not reader.torn
    assert [point.name for point in points] == [name]


@given(st.text(max_size=200))
def test_texts_survive_their_block(text: str) -> None:
    block = f'  verdict: "fail"\n  output: {json.dumps(text)}\n'
    stream = f"{HEAD}not ok 1 - a\n  ---\n{block}  ...\n1..1\n"
    points, reader = read(stream.encode())
    assert not reader.torn
    assert points[0].fields["output"] == text
