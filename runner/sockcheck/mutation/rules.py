# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The rules by which faults are made: what may be wrong in a function's own text.

    comparison   < for <=, == for !=, and so on
    condition    always or never true: of if, while and ?:
    operand      one side of && or || has no say
    errno        another error, or success, in its place; success for an error passed on
    assignment   left out: =, |=, &=, ++
    call         left out, where its result is not used
    constant     one more; true for false
    flag         left out of a | b, or kept where & ~a would take it away
    arithmetic   + for -, and the reverse
    negation     left out, where a value is made
    jump         goto, break, continue or return left out, where it is not all that a
                 condition decides

Where a fault of one rule would be the same as another's, only one is made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Iterator

from sockcheck.mutation.c_expressions import Node
from sockcheck.mutation.c_tree import Function

_TURNED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
_ERRORS = ("err", "error", "ret", "rc", "res", "retval", "result")
_error = re.compile(r"E[A-Z][A-Z0-9]+").fullmatch
_integer = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)").fullmatch
_constant = re.compile(r"[A-Z][A-Z0-9_]*").fullmatch
# Whose arguments stay: checked by the compiler, or said to be impossible.
_NO_ARGUMENTS = re.compile(
    r"(__)?(BUILD_)?BUG_ON\w*|WARN\w*|DEBUG_NET_WARN\w*|IS_ENABLED|static_branch_\w+"
    r"|lockdep_\w+|pr_\w+|printk|net_\w*ratelimited|trace_\w+|container_of|\w+_STATS\w*"
    r"|netdev_(dbg|info|warn)|BPF_CGROUP_\w+|cgroup_bpf_enabled|rcu_dereference_\w+"
    r"|__must_hold|typecheck|indirect_call\w*"
).fullmatch
# What is not left out: a kernel whose locks, lists of memory or counts are wrong is
# another fault than one that a caller sees, and statistics and traces are seen by none.
_KEPT_CALLS = re.compile(
    r".*(lock|unlock|rcu|trace|kfree|free_|_free|consume_skb|mb\b|barrier|prefetch"
    r"|resched|STATS|lockdep|might_|audit|ratelimit|memalloc|_dbg|netdev_put|dev_put"
    r"|dev_hold"
    r"|preempt|_bh_|local_bh|refcount|WARN|BUG|static_branch|atomic_inc|atomic_dec).*"
    r"|sock_put|sock_hold|module_put|pr_.*|dst_release|in_dev_put|in6_dev_put|put_net"
    r"|skb_get|sock_prot_inuse_add|bh_.*|init_waitqueue.*|xa_init.*"
    r"|kmemcheck.*|net_timestamp_check|sk_mark_napi_id|sk_mark_napi_id_once|DEFINE_.*"
).fullmatch
_compiled_in = re.compile(r"\bIS_ENABLED\(|\bCONFIG_[A-Z]|static_branch_|__builtin_")


class Fault:
    """One fault: the text it stands for, and how it is woven into the original's.

    `kind` is how: `forced` (a truth that is asked for, then set aside), `either` (both
    values are had, and compared), `choice` (one or the other is), `skip` (a statement).
    """

    __slots__ = ("rule", "function", "node", "kind", "mutated", "ordinal", "number")

    def __init__(self, rule: str, node: Node, kind: str, mutated: str) -> None:
        self.rule = rule
        self.function = ""
        self.node = node
        self.kind = kind
        # The expression in its place; for `forced`, 0 or 1; for `skip`, nothing.
        self.mutated = mutated
        self.ordinal = 0
        self.number = 0

    @property
    def replacement(self) -> str:
        """What a person would have written in the node's place."""
        if self.kind == "skip":
            return ";"
        if self.kind == "forced" and self.node.changes_something():
            return f"(({self.node.text}), {self.mutated})"
        return self.mutated

    @property
    def text(self) -> str:
        return f"{self.node.text} -> {self.replacement}"


def faults_of(function: Function) -> list[Fault]:
    """All faults of a function, in the order of its text."""
    found = list(_statement(function.body, function))
    if function.body.children:
        last = function.body.children[-1]
        found = [f for f in found if not (f.kind == "skip" and f.node is last)]
    found = [fault for fault in found if fault.replacement != fault.node.text]
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for fault in found:
        fault.function = function.name
        key = fault.rule, fault.text
        fault.ordinal = seen[key]
        seen[key] += 1
    return found


def _statement(node: Node, function: Function) -> Iterator[Fault]:
    if node.kind in ("if", "while"):
        yield from _condition(node.children[0], loop=node.kind == "while")
        yield from _expression(node.children[0], function)
        for child in node.children[1:]:
            yield from _statement(child, function)
    elif node.kind == "do":
        yield from _statement(node.children[0], function)
        yield from _condition(node.children[1], loop=True)
        yield from _expression(node.children[1], function)
    elif node.kind == "for":
        for child in node.children[:3]:
            yield from _expression(child, function)
        yield from _condition(node.children[1], loop=True)
        yield from _statement(node.children[3], function)
    elif node.kind == "switch":
        yield from _expression(node.children[0], function)
        yield from _statement(node.children[1], function)
    elif node.kind in ("block", "loop"):
        yield from _block(node, function)
    elif node.kind == "return":
        for child in node.children:
            yield from _passed_on(child, function)
            yield from _expression(child, function)
    elif node.kind == "declaration":
        for child in node.children:
            yield from _expression(child, function)
    elif node.kind == "expression":
        yield from _left_out(node)
        yield from _expression(node.children[0], function)


def _block(node: Node, function: Function) -> Iterator[Fault]:
    """A jump that stands alone in a block is the condition's, and not left out."""
    for place, child in enumerate(node.children):
        if child.kind in ("return", "jump") and place > 0:
            yield Fault("jump", child, "skip", "")
        yield from _statement(child, function)


def _usable(node: Node) -> bool:
    """Whether the text is one that a choice at run time can stand for."""
    if node.kind in ("opaque", "empty") or node.first >= node.stop:
        return False
    if any(token.kind == "directive" for token in node.tokens[node.first : node.stop]):
        return False
    return not _compiled_in.search(" ".join(node.words).replace(" (", "("))


def _condition(node: Node, loop: bool = False) -> Iterator[Fault]:
    """Never true; and always, unless that would go on for ever."""
    if not _usable(node) or _impossible(node):
        return
    if node.bare().kind in ("number", "name") and node.bare().word in ("0", "1"):
        return
    yield Fault("condition", node, "forced", "0")
    if not loop:
        yield Fault("condition", node, "forced", "1")


def _impossible(node: Node) -> bool:
    return any(
        re.fullmatch(r"(WARN|BUG|DEBUG_NET_WARN)\w*", word) for word in node.words
    )


def _passed_on(node: Node, function: Function) -> Iterator[Fault]:
    """return err: success in its place."""
    if node.kind == "name" and node.word in _ERRORS and "*" not in function.gives:
        yield Fault("errno", node, "either", "0")


def _left_out(node: Node) -> Iterator[Fault]:
    inner = node.children[0].bare()
    if not _usable(inner):
        return
    if inner.kind == "assign":
        if inner.word == "=" and _is_error(inner.children[1].bare()):
            return
        yield Fault("assignment", node, "skip", "")
    elif inner.kind == "postfix" or (inner.kind == "unary" and inner.word[0] in "+-"):
        yield Fault("assignment", node, "skip", "")
    elif inner.kind == "call" and inner.word and not _KEPT_CALLS(inner.word):
        if not _NO_ARGUMENTS(inner.word):
            yield Fault("call", node, "skip", "")
    elif inner.kind == "call" and not inner.word:
        yield Fault("call", node, "skip", "")


def _is_error(node: Node) -> bool:
    if node.kind != "unary" or node.word != "-":
        return False
    inner = node.children[0].bare()
    return inner.kind == "name" and bool(_error(inner.word))


def _expression(node: Node, function: Function, asked: bool = True) -> Iterator[Fault]:
    """Faults within an expression; `asked` where only its truth counts."""
    if node.kind in ("opaque", "sizeof", "empty"):
        return
    if node.kind == "call" and _NO_ARGUMENTS(node.word):
        return
    if _usable(node):
        yield from _here(node, asked)
    for place, child in enumerate(node.children):
        if node.kind == "assign" and place == 0 and child.bare().kind == "name":
            continue
        # The address of a place is no value to be chosen.
        if node.kind == "unary" and (node.word == "&" or _is_error(node)):
            break
        yield from _expression(child, function, _is_asked(node, place, asked))


def _is_asked(node: Node, place: int, asked: bool) -> bool:
    if node.kind == "logic":
        return True
    if node.kind == "ternary" and place == 0:
        return len(node.children) == 3
    if node.kind == "unary" and node.word == "!":
        return True
    transparent = node.kind == "paren" or node.word in ("likely", "unlikely")
    return asked and transparent


def _here(node: Node, asked: bool) -> Iterator[Fault]:
    if node.kind == "compare":
        yield from _comparison(node)
    elif node.kind == "logic":
        yield from _operands(node)
    elif node.kind == "ternary" and len(node.children) == 2:
        # a ?: b gives the truth it asks for.
        yield Fault("condition", node, "choice", f"({node.children[1].text})")
    elif node.kind == "ternary":
        yield from _condition(node.children[0])
    elif _is_error(node):
        other = "-EINVAL" if node.children[0].bare().word != "EINVAL" else "-EFAULT"
        yield Fault("errno", node, "choice", other)
        yield Fault("errno", node, "choice", "0")
    elif node.kind == "unary" and node.word == "!" and not asked:
        yield Fault("negation", node, "choice", f"!({node.text})")
    elif node.kind == "binary":
        yield from _binary(node)
    elif node.kind == "number" and _integer(node.word):
        yield Fault(
            "constant", node, "choice", str(int(node.word.rstrip("uUlL"), 0) + 1)
        )
    elif node.kind == "name" and node.word in ("true", "false"):
        other = "false" if node.word == "true" else "true"
        yield Fault("constant", node, "choice", other)


def _comparison(node: Node) -> Iterator[Fault]:
    left, right = node.children
    mutated = f"{left.text} {_TURNED[node.word]} {right.text}"
    # Both are asked for, where asking changes nothing, to tell where they differ.
    pure = not node.changes_something() and node.word not in ("==", "!=")
    yield Fault("comparison", node, "either" if pure else "choice", mutated)


def _operands(node: Node) -> Iterator[Fault]:
    """Each operand of a chain of the same mark: as if it were not there."""
    neutral = "1" if node.word == "&&" else "0"
    for child in node.children:
        inner = child.bare()
        if inner.kind == "logic" and inner.word == node.word:
            continue
        if _usable(child) and not _impossible(child):
            yield Fault("operand", child, "forced", neutral)


def _binary(node: Node) -> Iterator[Fault]:
    left, right = node.children
    pure = "choice" if node.changes_something() else "either"
    if node.word == "|":
        for kept, other in ((left, right), (right, left)):
            inner = other.bare()
            if inner.kind == "binary" and inner.word == "|":
                continue
            if inner.kind == "name" and _constant(inner.word):
                yield Fault("flag", node, pure, f"({kept.text})")
    elif node.word == "&" and right.bare().kind == "unary" and right.bare().word == "~":
        yield Fault("flag", node, pure, f"({left.text})")
    elif node.word in ("+", "-"):
        turned = "-" if node.word == "+" else "+"
        yield Fault("arithmetic", node, "choice", f"{left.text} {turned} {right.text}")
