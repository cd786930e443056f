# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Globs: finding some that match just the given names of a rule's cases.

A name is its rule and a variant, `rule[udp,peek,recv]`. A glob that is tried has one or
two of the variant's words at their places, three at its beginning or end, or the first
part of a word: `*[udp,*`, `*,recv]`, `*[udp,*,recv]`, `*,before-*`.
"""

from __future__ import annotations

import functools
import heapq

from sockcheck.selection import glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator

# Of a name with more words, only so many are looked at.
MOST_WORDS = 10


def find(
    names: list[str], wanted: Iterable[str], avoided: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Globs that match all wanted names and none to avoid, and what no glob is for.

    Which of the other names they match does not matter. The fewest are not sought: each
    is the one that matches the most of what is left.
    """
    order = list(dict.fromkeys(wanted))
    wanted_names = set(order)
    kept_out = set(avoided) - wanted_names
    avoided_names = [name for name in names if name in kept_out]
    found: list[str] = []
    left = dict.fromkeys(order)
    heap = _candidates(order, avoided_names)
    while left and heap:
        size, cost, pattern, matches = heapq.heappop(heap)
        now = sum(name in left for name in matches)
        if now < -size:
            # It was better when other names were left, too.
            if now > 1:
                heapq.heappush(heap, (-now, cost, pattern, matches))
            continue
        fits = glob(pattern)
        if any(map(fits, avoided_names)):
            continue
        for name in [name for name in left if fits(name)]:
            del left[name]
        found.append(pattern)
    return _needed(found, order, set(left)), list(left)


_Candidate = tuple[int, int, str, list[str]]


def _candidates(wanted: list[str], avoided: list[str]) -> list[_Candidate]:
    """The globs of the wanted names, the one that matches most first."""
    matches: dict[str, list[str]] = {}
    for name in wanted:
        for pattern in patterns(name):
            matches.setdefault(pattern, []).append(name)
    for name in avoided:
        for pattern in patterns(name):
            matches.pop(pattern, None)
    heap = []
    for pattern, names in matches.items():
        exact = pattern in (_one_word(names[0]), _exact(names[0]))
        # A single name stands there as it is; of several globs, the plainest is read
        # most easily.
        if len(names) > 1 or exact:
            cost = len(pattern) + 8 * pattern.count("*")
            if pattern[1:2] not in ("[", ","):
                # The end of a word, or a whole name.
                cost += 4 + len(names[0])
            heap.append((-len(names), cost, pattern, names))
    heapq.heapify(heap)
    return heap


def _needed(found: list[str], wanted: list[str], without: set[str]) -> list[str]:
    """The globs, but for those whose names the others match as well."""
    matches = {
        pattern: {name for name in filter(glob(pattern), wanted)} - without
        for pattern in found
    }
    for pattern in sorted(found, key=lambda pattern: len(matches[pattern])):
        others = [matches[other] for other in matches if other != pattern]
        if matches[pattern] <= set().union(*others):
            del matches[pattern]
    return [pattern for pattern in found if pattern in matches]


@functools.lru_cache(maxsize=None)
def patterns(name: str) -> tuple[str, ...]:
    """All globs that are tried for a name."""
    return tuple(dict.fromkeys(_patterns(name)))


def _patterns(name: str) -> Iterator[str]:
    yield _one_word(name)
    if "[" not in name or not name.endswith("]"):
        return
    yield _exact(name)
    inside = name[name.index("[") + 1 : -1]
    words = _one_word(inside).split(",")[:MOST_WORDS]
    last = len(words) - 1
    if inside.count(",") > last:
        # The end is not in sight.
        last += 1
    else:
        yield f"*{words[-1]}]"
    places = range(len(words))
    for place in places:
        yield _of(words, (place,), last)
        for other in range(place + 1, len(words)):
            yield _of(words, (place, other), last)
    yield _of(words, tuple(places[:3]), last)
    yield _of(words, tuple(places[-3:]), last)
    for place in places:
        yield from _of_parts(words, place, last)


def _of(words: list[str], places: tuple[int, ...], last: int) -> str:
    text = ("*[" if places[0] == 0 else "*,") + words[places[0]]
    for before, place in zip(places, places[1:]):
        text += ("," if place == before + 1 else ",*,") + words[place]
    return text + ("]" if places[-1] == last else ",*")


def _of_parts(words: list[str], place: int, last: int) -> Iterator[str]:
    """A word's first parts, alone and with the last word: `*,before-*`."""
    begins = "*[" if place == 0 else "*,"
    at = words[place].find("-")
    while at >= 0:
        part = words[place][: at + 1]
        yield f"{begins}{part}*"
        if place < last < len(words):
            yield f"{begins}{part}*,{words[last]}]"
        at = words[place].find("-", at + 1)


def _exact(name: str) -> str:
    return _one_word("*" + name[name.index("[") :]) if "[" in name else name


def _one_word(text: str) -> str:
    """A glob may hold no blanks, as they divide globs."""
    return "".join("?" if letter.isspace() else letter for letter in text)
