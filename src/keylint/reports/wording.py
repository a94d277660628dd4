"""A finding in one text, for formats that have a single field for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keylint.findings import Finding


def sentence(text: str) -> str:
    """`text` with a full stop, unless it ends already."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def said(finding: Finding) -> str:
    """What happens, then what to do."""
    return f"{sentence(finding.message)} {sentence(finding.remedy)}" if finding.remedy else sentence(finding.message)
