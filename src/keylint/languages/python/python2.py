"""Python 2's syntax brought into today's, keeping the columns of what matters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keylint.languages.python.lines import TOKEN

_PRINT = re.compile(r"((?:^|[:;])\s*print)[ \t](?!=)([^;]*)")
_EXCEPT = re.compile(r"^(except\s.*?)\s*,\s*([^\W\d]\w*)\s*:", re.DOTALL)
_RAISE = re.compile(r"^(raise\s+[\w.]+\s*),(.*)$", re.DOTALL)
_LONG = re.compile(r"(?<![\w.])(0[xX][0-9a-fA-F]+|\d+)[lL]\b")
_OCTAL = re.compile(r"(?<![\w.])0([0-7]+)\b")
_UNICODE_RAW = re.compile(r"\b[uU]([rR])$")


def modernized(code: str) -> Iterator[str]:
    """What `code` may have meant, likeliest first. Line breaks stay where they are."""
    plain = _outside_strings(code)
    if plain != code:
        yield plain
    for candidate in (_except(plain), _raise(plain), _print(plain)):
        if candidate != plain:
            yield candidate


def _except(code: str) -> str:
    return _EXCEPT.sub(r"\1 as \2:", code, count=1)


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
