"""The formats that manifests are written in, as text to plain values. Nothing raises; what makes no sense is `None` or empty."""

from __future__ import annotations

import re
import sys
from typing import Any

_COMMENTS = re.compile(r'("(?:[^"\\\n]|\\.)*")|/\*.*?(?:\*/|\Z)|//[^\n]*', re.S)
_TRAILING_COMMAS = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])', re.S)
_MOST_ITEMS = 500


def parse_json(text: str) -> Any:
    """The value of JSON that may have comments and trailing commas."""
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if not text or text.isspace():
        return None
    plain = _COMMENTS.sub(lambda match: match[1] or " ", text)
    try:
        return json.loads(_TRAILING_COMMAS.sub(lambda match: match[1] or "", plain))
    except (ValueError, RecursionError):
        return None


def parse_toml(text: str) -> dict[str, Any]:
    """The table of a TOML document."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def yaml_list(text: str, key: str) -> list[str]:
    """The texts of a simple list under a top-level `key` of a YAML document."""
    found: list[str] = []
    under = False
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if not line[0].isspace() and not stripped.startswith("- "):
            name, _, rest = stripped.partition(":")
            under = name.strip("'\"") == key
            inline = rest.strip()
            if under and inline.startswith("["):
                found.extend(_scalar(item) for item in inline.strip("[]").split(","))
        elif under and stripped.startswith("- "):
            found.append(_scalar(stripped[2:]))
    return [item for item in found if item][:_MOST_ITEMS]


def _scalar(text: str) -> str:
    text = text.strip()
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else ""
    return text.partition(" #")[0].strip()


def texts(value: Any) -> list[str]:
    """The texts in a list; a text alone is a list of one."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)][:_MOST_ITEMS] if isinstance(value, list) else []


def table(value: Any, *keys: str) -> dict[str, Any]:
    """The table that `keys` lead to in nested tables; empty when one of them is something else."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text_of(value: Any) -> str:
    """`value` if it is text."""
    return value if isinstance(value, str) else ""
