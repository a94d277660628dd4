"""Flow's type syntax where TypeScript's grammar has nothing like it, blanked out at equal length.

Every pattern is one that no JavaScript expression can match, or hardly: what it blanks is lost to the analysis.
"""

from __future__ import annotations

import re

_SIGNS = re.compile(rb"@flow\b|import\s+typeof\b|\{\||\bopaque\s+type\b")
_TYPEOF = re.compile(rb"\bimport\s+typeof\b|[{,]\s*typeof(?=\s+[\w$]+[^}]{0,2000}\}\s*from\b)")
_TYPE = rb"(?:string|number|boolean|mixed|unknown|any|void|[A-Z][\w$.]*)(?:<[^<>\n]{0,80}>)?"
_BLANKED = re.compile(
    rb"|".join(
        (
            rb"%checks\b",
            # `{ a: T, ... }`: no spread ends so.
            rb"\.\.\.(?=[\s,]*(?://[^\n]*\n\s*)?\})(?:\s*,)?",
            # `+name: T`, read-only, and `-name: T`.
            rb"(?:(?<=[{,;(|])|(?<=[{,;(|] )|(?<=^)|(?<=[ \t]))[+-](?=(?:#?[\w$]+|\[[^\]\n]{0,80}\]|'[^'\n]{0,80}')\??:[ \t])",
            rb"(?<=[\w$]<)[+-](?=[A-Z])",
            # `<T: Bound>`.
            rb"(?<=[\w$]<)(?P<bounded>[A-Z][\w$]*)(?P<bound>:\s*\??[\w$.]+(?:<[^<>()]{0,80}>)?)(?=\s*[,>=])",
            rb"(?<=[\w$])<>(?=[\s,;){>|(])",
            # `?(…) => T`: what may be missing, where a type begins.
            rb"(?<=: )\?(?=\()",
            # `: T => U`.
            rb"(?<=[:|]) *\??" + _TYPE + rb" => (?=\??" + _TYPE + rb"\s*[,;)=}|])",
        )
    ),
    re.MULTILINE,
)
_OPAQUE = re.compile(rb"\bopaque(\s+type\s+[\w$]+)(\s*:[^=;\n]*)?")
_EXACT = re.compile(rb"\{\||(?<!\|)\|\}")


def spells_flow(data: bytes) -> bool:
    """Whether the file says or shows that its types are Flow's."""
    return _SIGNS.search(data) is not None


def without_flow(data: bytes) -> bytes:
    """`data` with what only Flow understands replaced by white space, or by TypeScript of the same length."""
    data = _TYPEOF.sub(lambda match: match[0].replace(b"typeof", b"type  "), data)
    data = _OPAQUE.sub(lambda match: b" " * len(b"opaque") + match[1] + b" " * len(match[2] or b""), data)
    data = _BLANKED.sub(_blank, data)
    return _EXACT.sub(lambda match: match[0].replace(b"|", b" "), data)


def _blank(match: re.Match[bytes]) -> bytes:
    kept = match["bounded"] or b""
    return kept + re.sub(rb"\S", b" ", match[0][len(kept) :])
