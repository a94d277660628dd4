"""The inventory as a document: what the JSON output is, and what the other forms show. `docs/inventory.md` describes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.interpret.events import Reference
    from keylint.inventory import InventoryItem, Use
    from keylint.owners import Owners
    from keylint.program.nodes import Span
    from keylint.source import Source

VERSION = 1

Document = dict[str, Any]
"""Plain values, as JSON has them. Text is what the analyzed code says: whoever shows it escapes it."""


def document(
    items: Iterable[InventoryItem],
    references: Iterable[Reference],
    incomplete: Iterable[Finding],
    sources: Mapping[str, Source],
    owners: Owners,
) -> Document:
    """Everything that the inventory says, in a fixed order. Paths are as the run was given them; rows and columns are 1-based."""
    notes = [{**_at(finding.path, finding.span, sources), "message": _text(finding.message)} for finding in incomplete]
    return {
        "version": VERSION,
        "complete": not notes,
        "items": [_item(item, sources, owners) for item in items],
        "handed_over": [
            {
                **_at(reference.place.path, reference.place.span, sources),
                "store": reference.store.name,
                "name": _text(reference.name),
                "receiver": _text(reference.receiver),
            }
            for reference in references
            if reference.kind in ("function", "module")
        ],
        "not_analyzed": notes,
    }


def _item(item: InventoryItem, sources: Mapping[str, Source], owners: Owners) -> Document:
    owner = owners.of(item.place.path)
    everyone = dict.fromkeys(name for use in item.uses for name in owners.of(use.place.path))
    return {
        "store": item.store,
        "store_title": item.title,
        "item_class": item.item_class or None,
        "kind": item.noun or None,
        "app": _text(item.app) or None,
        "known": item.known,
        "description": _text(item.description),
        "identity": [{"part": part.name, "value": _text(part.text) if part.text else None, "known": part.known} for part in item.parts],
        "classes": [
            {
                "constant": _text(seen.constant) or None,
                "when": seen.when,
                "device_only": seen.device_only,
                "origin": seen.origin,
                "problem": _text(seen.problem) or None,
            }
            for seen in item.classes
        ],
        "leaves_device": item.leaves_device,
        "leaves_device_because": list(item.why),
        "owner": _text(" ".join(owner)),
        "owners": [_text(name) for name in everyone],
        "writes": [_use(use, sources) for use in item.writes],
        "reads": [_use(use, sources) for use in item.reads],
        "deletes": [_use(use, sources) for use in item.deletes],
        "contexts": list(item.contexts),
        "serialized": item.serialized,
    }


def _use(use: Use, sources: Mapping[str, Source]) -> Document:
    return {
        **_at(use.place.path, use.place.span, sources),
        "verb": use.verb,
        "call": _text(use.spelled),
        "function": _text(use.within) or None,
        "contexts": [
            {
                "kind": root.kind,
                "title": root.title,
                "entry": _text(root.name),
                **_at(root.place.path, root.place.span, sources),
            }
            for root in use.roots
        ],
        "serialized": use.serialized,
    }


def _at(path: str, span: Span, sources: Mapping[str, Source]) -> Document:
    source = sources.get(path)
    row, column = (1, 1) if source is None else source.position(span.start)
    return {"filename": _text(path), "row": row, "column": column}


def _text(text: str) -> str:
    # What is not valid text has lone surrogates, which strict parsers reject.
    return text.encode("utf-8", "replace").decode()
