# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Functions of a C file, and their bodies as trees of statements and expressions.

Not a compiler's reading: the text is not preprocessed, so that what is found can be
changed where a person wrote it. What is not understood is `opaque`, and stays as it is.
"""

from __future__ import annotations

import re

from sockcheck.mutation.c_expressions import Expressions, Node, NotUnderstood
from sockcheck.mutation.c_tokens import Token, tokens_of

OPENERS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = set(OPENERS.values())
_TYPE_WORDS = set(
    "auto bool char const double enum extern float int long register restrict short "
    "signed static struct typedef union unsigned void volatile typeof __typeof__ "
    "u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64 __be16 __be32 __be64 __le32 "
    "__sum16 __wsum size_t ssize_t loff_t pid_t kuid_t kgid_t gfp_t umode_t dev_t "
    "__kernel_size_t __poll_t atomic_t netdev_features_t sockptr_t wait_queue_head_t "
    "possible_net_t".split()
)
_declares = re.compile(r"(DEFINE|DECLARE)_[A-Z_]+").fullmatch


class Function:
    """One definition: its name, whether it gives something back, its body."""

    __slots__ = ("name", "gives", "body", "start", "end")

    def __init__(self, name: str, gives: str, body: Node, end: int) -> None:
        self.name = name
        # The words in front of the name: "static int".
        self.gives = gives
        self.body = body
        self.start = body.start
        self.end = end


def functions_of(source: str, wanted: set[str]) -> tuple[list[Function], list[str]]:
    """The functions of these names, and the names of those not understood."""
    tokens = tokens_of(source)
    found: list[Function] = []
    failed: list[str] = []
    depth = 0
    for at, token in enumerate(tokens):
        if token.text in OPENERS and token.kind == "mark":
            depth += 1
        elif token.text in CLOSERS and token.kind == "mark":
            depth = max(0, depth - 1)
        elif depth == 0 and token.kind == "name" and token.text in wanted:
            body = _body_after(tokens, at)
            if body is None:
                continue
            try:
                block = Statements(tokens).block(body)
            except NotUnderstood:
                failed.append(token.text)
                continue
            gives = _words_before(tokens, at)
            found.append(Function(token.text, gives, block, block.end))
    return found, failed


def _body_after(tokens: list[Token], name: int) -> int | None:
    """Where the body's brace is, if this name begins a definition."""
    if name + 1 >= len(tokens) or tokens[name + 1].text != "(":
        return None
    try:
        behind = closing(tokens, name + 1) + 1
    except NotUnderstood:
        return None
    while behind < len(tokens) and tokens[behind].kind == "name":
        behind += 1  # __acquires and its like
        if behind < len(tokens) and tokens[behind].text == "(":
            behind = closing(tokens, behind) + 1
    if behind < len(tokens) and tokens[behind].text == "{":
        return behind
    return None


def _words_before(tokens: list[Token], name: int) -> str:
    words = []
    at = name - 1
    while at >= 0 and (tokens[at].kind == "name" or tokens[at].text == "*"):
        words.append(tokens[at].text)
        at -= 1
    return " ".join(reversed(words))


def closing(tokens: list[Token], at: int) -> int:
    """The place of the bracket that closes the one at this place."""
    depth = 0
    for place in range(at, len(tokens)):
        if tokens[place].kind != "mark":
            continue
        if tokens[place].text in OPENERS:
            depth += 1
        elif tokens[place].text in CLOSERS:
            depth -= 1
            if depth == 0:
                return place
    raise NotUnderstood("a bracket that is not closed")


class Statements:
    """Reads statements, by recursive descent."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.expressions = Expressions(tokens)

    def block(self, at: int) -> Node:
        self.place = at
        return self._statement()

    def _text(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].text if place < len(self.tokens) else ""

    def _take(self, text: str) -> None:
        if self._text() != text:
            raise NotUnderstood(f"{self._text()!r} where {text!r} is due")
        self.place += 1

    def _node(
        self, kind: str, first: int, children: list[Node], word: str = ""
    ) -> Node:
        return Node(kind, word, self.tokens, first, self.place, children)

    def _skip_directives(self) -> None:
        while self.place < len(self.tokens) and (
            self.tokens[self.place].kind == "directive"
        ):
            self.place += 1

    def _statement(self) -> Node:
        self._skip_directives()
        if self.place >= len(self.tokens):
            raise NotUnderstood("the end within a function")
        text = self._text()
        known = getattr(self, f"_{text}_statement", None)
        if known:
            node: Node = known()
            return node
        if text == "{":
            return self._braces()
        if self.tokens[self.place].kind == "name" and self._text(1) == ":":
            return self._label(2)
        if self._is_declaration():
            return self._declaration()
        if self._is_loop_macro():
            return self._loop_macro()
        return self._simple()

    def _braces(self) -> Node:
        first = self.place
        self._take("{")
        children = []
        self._skip_directives()
        while self._text() != "}":
            children.append(self._statement())
            self._skip_directives()
        self._take("}")
        return self._node("block", first, children)

    def _label(self, words: int) -> Node:
        first = self.place
        self.place += words
        return self._node("label", first, [])

    def _case_statement(self) -> Node:
        first = self.place
        while self._text() != ":":
            if self._text() in ("", "{", "}", ";"):
                raise NotUnderstood("a case without its colon")
            self.place += 1
        self.place += 1
        return self._node("label", first, [])

    def _default_statement(self) -> Node:
        return self._label(2)

    def _bracketed(self) -> Node:
        """( expression )"""
        self._take("(")
        end = closing(self.tokens, self.place - 1)
        node = self.expressions.whole(self.place, end)
        self.place = end + 1
        return node

    def _if_statement(self) -> Node:
        first = self.place
        self.place += 1
        children = [self._bracketed(), self._statement()]
        if self._text() == "else":
            self.place += 1
            children.append(self._statement())
        return self._node("if", first, children)

    def _while_statement(self) -> Node:
        first = self.place
        self.place += 1
        return self._node("while", first, [self._bracketed(), self._statement()])

    def _switch_statement(self) -> Node:
        first = self.place
        self.place += 1
        return self._node("switch", first, [self._bracketed(), self._statement()])

    def _do_statement(self) -> Node:
        first = self.place
        self.place += 1
        body = self._statement()
        self._take("while")
        condition = self._bracketed()
        self._take(";")
        return self._node("do", first, [body, condition])

    def _for_statement(self) -> Node:
        first = self.place
        self.place += 1
        end = closing(self.tokens, self.place)
        parts = self._split(self.place + 1, end, ";")
        self.place = end + 1
        if len(parts) != 3:
            raise NotUnderstood("a for of other than three parts")
        heads = [
            self.expressions.whole(*part) if part[0] < part[1] else self._nothing(part)
            for part in parts
        ]
        return self._node("for", first, [*heads, self._statement()])

    def _nothing(self, part: tuple[int, int]) -> Node:
        return Node("empty", "", self.tokens, part[0], part[1], [])

    def _split(self, first: int, end: int, mark: str) -> list[tuple[int, int]]:
        parts = []
        begin = place = first
        while place < end:
            if self.tokens[place].text in OPENERS:
                place = closing(self.tokens, place)
            elif self.tokens[place].text == mark:
                parts.append((begin, place))
                begin = place + 1
            place += 1
        parts.append((begin, end))
        return parts

    def _semicolon(self) -> int:
        """The place of the statement's end."""
        place = self.place
        while place < len(self.tokens):
            text = self.tokens[place].text
            if text in OPENERS:
                place = closing(self.tokens, place)
            elif text == ";":
                return place
            elif text in CLOSERS or self.tokens[place].kind == "directive":
                break
            place += 1
        raise NotUnderstood("a statement without its end")

    def _return_statement(self) -> Node:
        first = self.place
        end = self._semicolon()
        children = []
        if first + 1 < end:
            children = [self.expressions.whole(first + 1, end)]
        self.place = end + 1
        return self._node("return", first, children)

    def _jump(self) -> Node:
        first = self.place
        self.place = self._semicolon() + 1
        return self._node("jump", first, [], self.tokens[first].text)

    _goto_statement = _jump
    _break_statement = _jump
    _continue_statement = _jump

    def _simple(self) -> Node:
        first = self.place
        end = self._semicolon()
        children = []
        if first < end:
            children = [self.expressions.whole(first, end)]
        self.place = end + 1
        return self._node("expression" if children else "empty", first, children)

    def _is_declaration(self) -> bool:
        token = self.tokens[self.place]
        if token.kind != "name":
            return False
        if token.text in _TYPE_WORDS or _declares(token.text):
            return True
        ahead = 1
        while self._text(ahead) == "*":
            ahead += 1
        behind = self.tokens[min(self.place + ahead, len(self.tokens) - 1)]
        if behind.kind != "name":
            return False
        return ahead == 1 or self._text(ahead + 1) in ("=", ";", ",", "[")

    def _declaration(self) -> Node:
        """Its first values are expressions; a list of them in braces is opaque."""
        first = self.place
        end = self._semicolon()
        children = []
        if "static" not in [token.text for token in self.tokens[first:end]]:
            for begin, stop in self._split(first, end, ","):
                for place in range(begin, stop):
                    if self.tokens[place].text == "=":
                        if self.tokens[place + 1].text != "{":
                            value = self.expressions.whole(place + 1, stop)
                            children.append(value)
                        break
        self.place = end + 1
        return self._node("declaration", first, children)

    def _is_loop_macro(self) -> bool:
        """name(...) and then what begins a statement: hlist_for_each_entry."""
        if self.tokens[self.place].kind != "name" or self._text(1) != "(":
            return False
        behind = closing(self.tokens, self.place + 1) + 1
        if behind >= len(self.tokens):
            return False
        token = self.tokens[behind]
        return token.text == "{" or token.kind == "name"

    def _loop_macro(self) -> Node:
        first = self.place
        self.place = closing(self.tokens, first + 1) + 1
        return self._node("loop", first, [self._statement()], self.tokens[first].text)
