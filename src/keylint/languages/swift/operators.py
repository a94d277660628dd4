"""An expression's tree to a flat row of tokens, so that it can be put together again by Swift's own precedence.

The grammar nests operators by rules of its own: `a == b || c` comes as `a == (b || c)`, `!a.b()` as `(!a.b)()`, and
`x ? .a : .b ?? c` has the `??` inside the member. Parentheses it keeps, so the order of the tokens says it all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keylint.languages.swift.context import EXTRAS
from keylint.languages.swift.types import NODES as TYPES

if TYPE_CHECKING:
    from tree_sitter import Node

ASSIGNMENT, TERNARY, DEFAULT = 90, 100, 105
CAST = 132

PRECEDENCE = {
    "<<": 160,
    ">>": 160,
    "*": 150,
    "/": 150,
    "%": 150,
    "&": 150,
    "&*": 150,
    "+": 140,
    "-": 140,
    "|": 140,
    "^": 140,
    "&+": 140,
    "&-": 140,
    "...": 135,
    "..<": 135,
    "??": 131,
    "<": 130,
    "<=": 130,
    ">": 130,
    ">=": 130,
    "==": 130,
    "!=": 130,
    "===": 130,
    "!==": 130,
    "~=": 130,
    "&&": 120,
    "||": 110,
}
"""How tightly an infix operator binds; one that is not here has `DEFAULT`."""

OPERATIONS = {
    "+": "+",
    "-": "-",
    "*": "*",
    "/": "/",
    "%": "%",
    "??": "default",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "!=": "!=",
    "===": "==",
    "!==": "!=",
    "~=": "~=",
    "&&": "and",
    "||": "or",
}
"""Swift's spelling to the neutral program's."""

_COMPARISONS = frozenset(("==", "!=", "<=", ">=", "===", "!==", "~="))


class Token(NamedTuple):
    """One piece of an expression.

    `kind` is `operand`, `prefix`, `infix`, `postfix`, `member`, `call`, `?`, `!`, `cast`, `ternary`, `try`, `await` or `error`;
    `text` the operator; `node` the operand, suffix, type or middle expression.
    """

    kind: str
    text: str
    node: Node
    start: int
    end: int


def is_assignment(operator: str) -> bool:
    """Whether the infix `operator` assigns."""
    return operator.endswith("=") and operator not in _COMPARISONS


INFIX = frozenset(
    (
        "additive_expression",
        "multiplicative_expression",
        "range_expression",
        "infix_expression",
        "nil_coalescing_expression",
        "comparison_expression",
        "equality_expression",
        "conjunction_expression",
        "disjunction_expression",
        "bitwise_operation",
        "assignment",
    )
)
"""Node types of infix operators."""

_PREFIX = frozenset(("prefix_expression", "open_start_range_expression"))
_POSTFIX = frozenset(("postfix_expression", "open_end_range_expression"))
_TRANSPARENT = frozenset(
    ("directly_assignable_expression", "consume_expression", "value_parameter_pack", "value_pack_expansion", "interpolated_expression")
)

COMPOUND = (
    INFIX
    | _PREFIX
    | _POSTFIX
    | _TRANSPARENT
    | {
        "as_expression",
        "check_expression",
        "navigation_expression",
        "call_expression",
        "ternary_expression",
        "try_expression",
        "await_expression",
        "ERROR",
    }
)
"""Node types that are more than one token."""


def tokens(nodes: list[Node]) -> list[Token]:
    """The tokens of the expression that the sibling `nodes` spell, in source order."""
    out: list[Token] = []
    stack: list[Node | Token] = [*reversed(nodes)]
    while stack:
        item = stack.pop()
        if isinstance(item, Token):
            out.append(item)
            continue
        kind = item.type
        if kind in EXTRAS or item.is_missing:
            continue
        if kind not in COMPOUND:
            if kind == "?":
                out.append(_token("?", item))
            elif kind == "bang":
                out.append(_token("!", item))
            elif item.is_named:
                out.append(_token("operand", item))
            continue
        children = item.children
        if kind in INFIX:
            stack.extend(_with_infix(child) for child in reversed(children))
        elif kind == "call_expression" and _is_operator(children[0]):
            # `!(a && b)`, which the grammar takes for a call of the function `!`.
            stack.extend(_token("operand", child) if child.type == "call_suffix" else child for child in reversed(children[1:]))
            stack.append(_token("prefix", children[0]))
        elif kind == "navigation_expression" or kind == "call_expression":
            stack.extend(_with_suffix(child) for child in reversed(children))
        elif kind in _PREFIX:
            stack.extend(reversed(children[1:]))
            stack.append(_token("prefix", children[0]))
        elif kind in _POSTFIX:
            last = children[-1]
            stack.append(_token("!" if last.type == "bang" else "postfix", last))
            stack.extend(reversed(children[:-1]))
        elif kind == "try_expression":
            stack.extend(reversed(children[1:]))
            stack.append(_token("try", children[0]))
        elif kind == "await_expression":
            stack.extend(reversed(children[1:]))
            stack.append(_token("await", children[0]))
        elif kind == "as_expression" or kind == "check_expression":
            _cast(children, stack)
        elif kind == "ternary_expression":
            _ternary(children, stack)
        elif kind == "ERROR":
            out.append(_token("error", item))
        else:
            stack.extend(child for child in reversed(children) if child.is_named or child.type == "?")
    return out


def _token(kind: str, node: Node) -> Token:
    """A token; operators carry their text."""
    text = "" if kind == "operand" else (node.text or b"").decode("utf-8", "replace") if node.end_byte - node.start_byte < 16 else ""
    return Token(kind, text, node, node.start_byte, node.end_byte)


def _is_operator(node: Node) -> bool:
    kind = node.type
    return kind == "bang" or kind == "custom_operator" or not node.is_named


def _with_infix(child: Node) -> Node | Token:
    kind = child.type
    if kind == "custom_operator" or (not child.is_named and kind != "?"):
        return _token("infix", child)
    return child


def _with_suffix(child: Node) -> Node | Token:
    kind = child.type
    if kind == "navigation_suffix":
        return _token("member", child)
    if kind == "call_suffix":
        return _token("call", child)
    return child


def _cast(children: list[Node], stack: list[Node | Token]) -> None:
    for index, child in enumerate(children):
        if child.type == "as_operator" or child.type == "is":
            of = next((node for node in children[index + 1 :] if node.type in TYPES), child)
            text = (child.text or b"").decode()
            stack.append(Token("cast", text, of, child.start_byte, of.end_byte))
            stack.extend(reversed(children[:index]))
            return
    stack.extend(reversed(children))


def _ternary(children: list[Node], stack: list[Node | Token]) -> None:
    question = next((index for index, child in enumerate(children) if child.type == "?" and not child.child_count), -1)
    colon = next((index for index, child in enumerate(children) if child.type == ":"), -1)
    middle = [child for child in children[question + 1 : colon] if child.is_named and child.type not in EXTRAS]
    if question < 1 or colon < question or not middle:
        stack.extend(reversed(children))
        return
    stack.extend(reversed(children[colon + 1 :]))
    stack.append(Token("ternary", "?:", middle[0], children[question].start_byte, children[colon].end_byte))
    stack.extend(reversed(children[:question]))
