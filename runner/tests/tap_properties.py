# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What holds of the TAP reader for any bytes: tried by pytest, and by fuzz_tap."""

from __future__ import annotations

import json

from sockcheck.tap import Point, Reader, escape

Told = tuple[bool, int, str, object, object, object]


def told(point: Point) -> Told:
    """All that is in a point; JSON tells 1 from 1.0 and from True."""
    fields = json.dumps(point.fields, sort_keys=True)
    return point.ok, point.number, point.name, point.skip, point.todo, fields


def read(*portions: bytes) -> tuple[list[Point], Reader]:
    reader = Reader()
    points = [point for portion in portions for point in reader.feed(portion)]
    reader.close()
    return points, reader


def cut(stream: bytes, size: int) -> list[bytes]:
    return [stream[at : at + size] for at in range(0, len(stream), size)]


def written(points: list[Point]) -> bytes:
    """The points as a worker writes them, each with its block."""
    text = "TAP version 14\n"
    for point in points:
        text += f"{'' if point.ok else 'not '}ok {point.number} - {escape(point.name)}"
        if point.skip is not None:
            text += f" # SKIP {point.skip}"
        elif point.todo is not None:
            text += f" # TODO {point.todo}"
        if point.fields:
            block = (
                f"  {key}: {json.dumps(point.fields[key])}" for key in point.fields
            )
            text += "\n  ---\n" + "\n".join(block) + "\n  ..."
        text += "\n"
    return (text + f"1..{len(points)}\n").encode()


def check(data: bytes) -> None:
    """The first byte says in which portions the others come."""
    size, stream = 1 + (data[0] if data else 0), data[1:]
    points, reader = read(stream)
    found = [told(point) for point in points]
    again, cut_reader = read(*cut(stream, size))
    assert [told(point) for point in again] == found, "portions matter"
    assert cut_reader.torn == reader.torn, "portions tear"
    assert sorted(point.number for point in points) == list(range(1, len(points) + 1))
    lines = stream.decode("utf-8", "replace").split("\n")
    for point in points:
        word = f"{'ok' if point.ok else 'not ok'} {point.number} - "
        assert any(line.startswith(word) for line in lines), "a point from nowhere"
    if not reader.torn:
        same, whole = read(written(points))
        assert not whole.torn, whole.torn
        assert [told(point) for point in same] == found, "written, it is another"
