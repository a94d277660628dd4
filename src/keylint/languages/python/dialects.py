"""Syntax of other Pythons, 2 and newer than the running one, brought into the running one's, keeping the columns of what matters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keylint.languages.python.lines import TOKEN

_PRINT = re.compile(r"((?:^|[:;])\s*print)[ \t](?!=)([^;]*)")
_EXCEPT = re.compile(r"^(except\s.*?)\s*,\s*([^\W\d]\w*)\s*:", re.DOTALL)
_EXCEPT_SEVERAL = re.compile(r"^(except\*?)\s([^:]*,[^:]*):", re.DOTALL)
_RAISE = re.compile(r"^(raise\s+[\w.]+\s*),(.*)$", re.DOTALL)
_LONG = re.compile(r"(?<![\w.])(0[xX][0-9a-fA-F]+|\d+)[lL]\b")
_OCTAL = re.compile(r"(?<![\w.])0([0-7]{1,20})\b")
_UNICODE_RAW = re.compile(r"\b[uU]([rR])$")
_GENERIC = re.compile(r"^((?:async\s+)?(?:def|class)\s+\w+\s*)(\[)")
_ALIAS = re.compile(r"^type\s+\w+\s*(?:\[|=(?!=))")
_MAX_HEADER = 1000
"""Longer ones are nobody's, and the patterns for them take the square of the length."""
_BRACES = re.compile(r"\{[^{}]*\}")


def translated(code: str) -> Iterator[str]:
    """What the running Python would call `code`, likeliest first. Line breaks stay where they are."""
    if _ALIAS.match(code):
        # It names a type, lazily: nothing happens.
        yield "pass"
    plain = _outside_strings(code)
    if plain != code:
        yield plain
    for candidate in (_generic(plain), _except(plain), _raise(plain), _print(plain)):
        if candidate != plain:
            yield candidate
    for outer, inner in (('"', "'"), ("'", '"')):
        # Since Python 3.12 what stands in an f-string may use the quote that surrounds it.
        nested = _BRACES.sub(lambda match, outer=outer, inner=inner: match[0].replace(outer, inner), code)  # type: ignore[misc]
        if nested != code:
            yield nested


def _generic(code: str) -> str:
    """Blanks out type parameters (Python 3.12)."""
    match = _GENERIC.match(code)
    if match is None:
        return code
    depth = 0
    for position in range(match.start(2), len(code)):
        depth += {"[": 1, "]": -1}.get(code[position], 0)
        if depth == 0:
            blank = "".join(character if character == "\n" else " " for character in code[match.start(2) : position + 1])
            # A line break there is outside of any bracket now.
            return code[: match.start(2)] + blank.replace(" \n", "\\\n") + code[position + 1 :]
    return code


def _except(code: str) -> str:
    """`except A, e` binds in Python 2; `except A, B` names two types since Python 3.14. Types have capitals."""
    if len(code) > _MAX_HEADER:
        return code
    match = _EXCEPT.match(code)
    if match is not None and not match[2][0].isupper():
        return _EXCEPT.sub(r"\1 as \2:", code, count=1)
    return _EXCEPT_SEVERAL.sub(r"\1(\2):", code, count=1)


def _raise(code: str) -> str:
    return _RAISE.sub(r"\1(\2)", code)


def _print(code: str) -> str:
    return _PRINT.sub(r"\1(\2)", code)


def _outside_strings(code: str) -> str:
    parts: list[str] = []
    position = 0
    for token in TOKEN.finditer(code):
        if token.lastgroup == "string":
            parts.append(_UNICODE_RAW.sub(r" \1", _operators(code[position : token.start()])))
            parts.append(token[0])
            position = token.end()
    parts.append(_operators(code[position:]))
    return "".join(parts)


def _operators(code: str) -> str:
    code = code.replace("<>", "!=")
    code = _LONG.sub(r"\1 ", code)
    return _OCTAL.sub(lambda match: str(int(match[1], 8)).rjust(len(match[0])), code)
