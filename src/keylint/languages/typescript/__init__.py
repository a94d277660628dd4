"""The front end for TypeScript, TSX and JavaScript."""

from __future__ import annotations

from keylint.languages.typescript.comments import comments
from keylint.languages.typescript.lowering import lower

__all__ = ["comments", "lower"]
