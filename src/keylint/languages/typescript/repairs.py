"""What the grammars are known not to read, replaced at equal length so that the rest parses. Values are read from the original."""

from __future__ import annotations

import re

from keylint.languages.typescript.flow import spells_flow, without_flow

_ATTRIBUTE = re.compile(rb"""=[ \t]*(?:"[^"\n]*"|'[^'\n]*')""")
_IMPORT_TYPE = re.compile(rb"""(?<=[:<|&,] )(typeof )?import\(\s*(?:"[^"\n]*"|'[^'\n]*')\s*\)(?:\.(?=[A-Za-z_$]))?""")


def repaired(data: bytes, *, typed: bool) -> bytes:
    """`data` without the constructs that are known to throw the parser off. Flow's types are left out unless the file is `typed`."""
    if not typed and spells_flow(data):
        data = without_flow(data)
    # A bare `&` in a JSX attribute is taken for a character reference.
    data = _ATTRIBUTE.sub(lambda match: match[0].replace(b"&", b"_"), data)
    return _IMPORT_TYPE.sub(_named, data)


def _named(match: re.Match[bytes]) -> bytes:
    """A type's name in place of `import('x')` or `import('x').`, whose generics the grammar does not read."""
    text = match[0]
    return b" " * len(text) if text.endswith(b".") else b"T".ljust(len(text))
