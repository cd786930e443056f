# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Expressions of C as trees, by precedence; and the node that all trees are made of."""

from __future__ import annotations

from sockcheck.mutation.c_tokens import Token

_LEVELS = [
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
]
PRECEDENCE = {mark: level for level, marks in enumerate(_LEVELS) for mark in marks}
COMPARISONS = ("==", "!=", "<", ">", "<=", ">=")
ASSIGNMENTS = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")
_PREFIXES = ("!", "~", "-", "+", "*", "&", "++", "--")
_CAST_WORDS = set(
    "const struct union enum unsigned signed int long short char void bool __user "
    "__force u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64 __be16 __be32 "
    "__be64 __le32 __sum16 __wsum size_t ssize_t loff_t typeof socklen_t "
    "__kernel_size_t __poll_t gfp_t __kernel_sa_family_t sa_family_t kuid_t".split()
)


class NotUnderstood(Exception):
    """The text is none that this reads: it stays as it is."""


class Node:
    """A part of the text, from one word to another, and the parts that it has."""

    __slots__ = ("kind", "word", "tokens", "first", "stop", "children")

    def __init__(
        self,
        kind: str,
        word: str,
        tokens: list[Token],
        first: int,
        stop: int,
        children: list[Node],
    ) -> None:
        self.kind = kind
        # The operator, the function called, or the name itself.
        self.word = word
        self.tokens = tokens
        self.first = first
        self.stop = stop
        self.children = children

    @property
    def start(self) -> int:
        return self.tokens[self.first].start

    @property
    def end(self) -> int:
        return self.tokens[max(self.first, self.stop - 1)].end

    @property
    def words(self) -> list[str]:
        return [token.text for token in self.tokens[self.first : self.stop]]

    @property
    def text(self) -> str:
        """Its text on one line, with one space where there was any."""
        parts: list[str] = []
        before = None
        for token in self.tokens[self.first : self.stop]:
            if before is not None and before.end != token.start:
                parts.append(" ")
            parts.append(" ".join(token.text.split("\\\n")))
            before = token
        return "".join(parts)

    def bare(self) -> Node:
        """Without brackets around it, and without likely() and unlikely()."""
        node = self
        while node.kind == "paren" or (
            node.kind == "call"
            and node.word in ("likely", "unlikely")
            and len(node.children) == 1
        ):
            node = node.children[0]
        return node

    def changes_something(self) -> bool:
        """Whether it calls, assigns or counts: evaluated twice, it may differ."""
        if self.kind in ("call", "assign", "opaque", "postfix"):
            return True
        if self.kind == "unary" and self.word in ("++", "--"):
            return True
        return any(child.changes_something() for child in self.children)


class Expressions:
    """Reads expressions out of a list of words."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.end = 0

    def whole(self, first: int, end: int) -> Node:
        """The expression of these words; opaque where it is none."""
        saved = self.place, self.end
        self.place, self.end = first, end
        try:
            node = self._comma()
            if self.place != end:
                raise NotUnderstood("more than an expression")
        except NotUnderstood:
            node = Node("opaque", "", self.tokens, first, end, [])
        self.place, self.end = saved
        return node

    def _text(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].text if place < self.end else ""

    def _kind(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].kind if place < self.end else ""

    def _node(self, kind: str, word: str, first: int, children: list[Node]) -> Node:
        return Node(kind, word, self.tokens, first, self.place, children)

    def _comma(self) -> Node:
        first = self.place
        parts = [self._assignment()]
        while self._text() == ",":
            self.place += 1
            parts.append(self._assignment())
        return parts[0] if len(parts) == 1 else self._node("comma", ",", first, parts)

    def _assignment(self) -> Node:
        first = self.place
        left = self._ternary()
        mark = self._text()
        if mark not in ASSIGNMENTS:
            return left
        self.place += 1
        return self._node("assign", mark, first, [left, self._assignment()])

    def _ternary(self) -> Node:
        first = self.place
        condition = self._binary(0)
        if self._text() != "?":
            return condition
        self.place += 1
        parts = [condition]
        if self._text() != ":":
            parts.append(self._comma())
        if self._text() != ":":
            raise NotUnderstood("? without :")
        self.place += 1
        parts.append(self._assignment())
        return self._node("ternary", "?", first, parts)

    def _binary(self, least: int) -> Node:
        first = self.place
        left = self._unary()
        while self._kind() == "mark" and PRECEDENCE.get(self._text(), -1) >= least:
            mark = self._text()
            self.place += 1
            right = self._binary(PRECEDENCE[mark] + 1)
            left = self._node(_binary_kind(mark), mark, first, [left, right])
        return left

    def _unary(self) -> Node:
        first = self.place
        text, kind = self._text(), self._kind()
        if kind == "mark" and text in _PREFIXES:
            self.place += 1
            return self._node("unary", text, first, [self._unary()])
        if text in ("sizeof", "__alignof__", "offsetof", "typeof"):
            self.place += 1
            if self._text() == "(":
                self.place = self._closing() + 1
            else:
                self._unary()
            return self._node("sizeof", text, first, [])
        if text == "(" and self._is_cast():
            self.place = self._closing() + 1
            if self._text() == "{":
                self.place = self._closing() + 1
                return self._node("opaque", "", first, [])
            return self._node("cast", "", first, [self._unary()])
        return self._postfix()

    def _closing(self) -> int:
        depth = 0
        for place in range(self.place, self.end):
            text = self.tokens[place].text
            if self.tokens[place].kind == "mark":
                depth += (text in "([{") - (text in ")]}")
            if depth == 0:
                return place
        raise NotUnderstood("a bracket that is not closed")

    def _is_cast(self) -> bool:
        close = self._closing()
        inside = self.tokens[self.place + 1 : close]
        if not inside or any(t.kind != "name" and t.text != "*" for t in inside):
            return False
        if close + 1 >= self.end:
            return False
        if inside[0].text in _CAST_WORDS:
            return True
        behind = self.tokens[close + 1]
        return inside[-1].text == "*" and (behind.kind != "mark" or behind.text in "(&")

    def _primary(self) -> Node:
        first = self.place
        text, kind = self._text(), self._kind()
        if text == "(":
            close = self._closing()
            if self._text(1) == "{":
                self.place = close + 1
                return self._node("opaque", "", first, [])
            inner = Expressions(self.tokens)
            inner.place, inner.end = self.place + 1, close
            node = inner._comma()
            if inner.place != close:
                raise NotUnderstood("more than an expression in brackets")
            self.place = close + 1
            return self._node("paren", "", first, [node])
        if kind == "text":
            while self._kind() == "text":
                self.place += 1
            return self._node("text", "", first, [])
        if kind in ("name", "number", "char"):
            self.place += 1
            return self._node(kind, text, first, [])
        raise NotUnderstood(f"{text!r} where an expression is due")

    def _postfix(self) -> Node:
        first = self.place
        node = self._primary()
        while True:
            text = self._text()
            if text == "(":
                arguments = self._arguments()
                word = node.word if node.kind == "name" else ""
                node = self._node("call", word, first, arguments)
            elif text == "[":
                close = self._closing()
                index = self.whole(self.place + 1, close)
                self.place = close + 1
                node = self._node("index", "", first, [node, index])
            elif text in (".", "->"):
                if self._kind(1) != "name":
                    raise NotUnderstood("a member without a name")
                self.place += 2
                node = self._node("member", text, first, [node])
            elif text in ("++", "--"):
                self.place += 1
                node = self._node("postfix", text, first, [node])
            else:
                return node

    def _arguments(self) -> list[Node]:
        close = self._closing()
        found = []
        begin = self.place + 1
        depth = 0
        for place in range(begin, close + 1):
            text = self.tokens[place].text
            if depth == 0 and (place == close or text == ","):
                if begin < place:
                    found.append(self.whole(begin, place))
                begin = place + 1
            elif self.tokens[place].kind == "mark":
                depth += (text in "([{") - (text in ")]}")
        self.place = close + 1
        return found


def _binary_kind(mark: str) -> str:
    if mark in ("&&", "||"):
        return "logic"
    return "compare" if mark in COMPARISONS else "binary"
