"""Strings, templates and numbers as the values they have at run time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keylint.languages.typescript.context import Lowering, first, span
from keylint.program.nodes import Expression, Literal, Opaque, Span, Template

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|(\r\n|[\s\S]))")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": "", "\r\n": "", "\r": "", "\u2028": "", "\u2029": ""}
_SURROGATE = re.compile("[\ud800-\udfff]")


def unescape(text: str) -> str:
    """`text` with JavaScript's escape sequences resolved."""
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_resolve, text)
    if _SURROGATE.search(text):
        # Pairs written as two escapes are one character; a lone half is none and could not be written out.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _resolve(match: re.Match[str]) -> str:
    braced, unicode, byte, octal, other = match.groups()
    if other is not None:
        return _SIMPLE.get(other, other)
    code = int(octal, 8) if octal is not None else int(braced or unicode or byte, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def string_value(context: Lowering, node: Node) -> str:
    """The value of a `string` node."""
    return unescape(context.data[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "replace"))


def string(context: Lowering, node: Node) -> Expression:
    """`'text'`."""
    return Literal(span(node), string_value(context, node))


def template_parts(context: Lowering, node: Node) -> list[Expression]:
    """Text and substitutions of a `template_string` node, in order; empty text is left out."""
    found: list[Expression] = []
    start, end = node.start_byte + 1, node.end_byte - 1

    def text(until: int) -> None:
        if until > start:
            value = context.data[start:until].decode("utf-8", "replace").replace("\r\n", "\n")
            found.append(Literal(Span(start, until), unescape(value)))

    for child in node.named_children:
        if child.type == "template_substitution":
            text(child.start_byte)
            start = child.end_byte
            inner = first(child)
            found.append(Opaque(span(child), (), "missing") if inner is None else context.expression(inner))
    text(end)
    return found


def template(context: Lowering, node: Node) -> Expression:
    """A template string; one without substitutions is plain text."""
    found = template_parts(context, node)
    if not found:
        return Literal(span(node), "")
    if len(found) == 1 and isinstance(found[0], Literal) and node.named_child_count > 0 and not _substitutes(node):
        return Literal(span(node), found[0].value)
    return Template(span(node), tuple(found))


def _substitutes(node: Node) -> bool:
    return any(child.type == "template_substitution" for child in node.named_children)


def number(context: Lowering, node: Node) -> Expression:
    """`1`, `0x1f`, `1_000`, `1.5e3`, `10n`."""
    value = number_value(context.text(node))
    return Opaque(span(node), (), "number") if value is None else Literal(span(node), value)


def number_value(text: str) -> int | float | None:
    """The value of a numeric literal, or `None` if it is not one."""
    if text.isdecimal() and text[0] != "0" and len(text) < 16:
        return int(text)
    text = text.replace("_", "").rstrip("n").lower()
    try:
        if text[:2] in ("0x", "0o", "0b"):
            return int(text, 0)
        if text.isdigit():
            return int(text, 8) if text[0] == "0" and len(text) > 1 and not set(text) & {"8", "9"} else int(text)
        return float(text)
    except ValueError:
        return None


def property_key(context: Lowering, node: Node) -> Expression:
    """The key of a property: its text, or what stands in brackets."""
    if node.type == "computed_property_name":
        return context.operand(node)
    if node.type == "string":
        return string(context, node)
    if node.type == "number":
        value = number_value(context.text(node))
        return Literal(span(node), context.text(node) if value is None else f"{value:g}" if isinstance(value, float) else str(value))
    return Literal(span(node), context.text(node))
