"""The inventory for a terminal: a row an item with the calls that touch it beneath, under the owner of the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from keylint.reports.inventory import words
from keylint.reports.terminal import BLUE, BOLD, CYAN, RED, YELLOW, painted, printable, printable_path, width

if TYPE_CHECKING:
    from keylint.reports.inventory.document import Document

USUAL = 100
"""Columns where there is no terminal."""
NARROWEST = 80
"""Columns that are used even where there are fewer."""

_LEAVES, _SERIALIZED = "LEAVES DEVICE", "SERIALIZED"
_COLOURS = {"yes": YELLOW, "unknown": CYAN}


def table(document: Document, columns: int, colours: bool = False) -> str:
    """The whole inventory. Rows fit into `columns`; paths are never cut, so that they can be followed."""
    return "".join(f"{line}\n" for line in _lines(document, max(columns, NARROWEST), colours))


def summary(document: Document) -> str:
    """One sentence that sums it up."""
    return f"{words.tally(document)}.\n"


def _lines(document: Document, columns: int, colours: bool) -> Iterator[str]:
    items = sorted(document["items"], key=words.owner)
    flexible = columns - len(_LEAVES) - len(_SERIALIZED) - 6
    wide = (flexible * 3 // 5, flexible - flexible * 3 // 5)
    for owner, owned in groupby(items, key=words.owner):
        yield painted(printable_path(owner), BLUE, colours)
        yield painted(f"{'ITEM':<{wide[0]}}  {'STORE':<{wide[1]}}  {_LEAVES}  {_SERIALIZED}", BOLD, colours)
        for item in owned:
            yield from _item(item, wide, colours)
        yield ""
    if document["handed_over"]:
        yield painted("Handed to other code, so what is stored there is not seen:", BOLD, colours)
        for note in document["handed_over"]:
            receiver = f" to {printable(note['receiver'])}" if note["receiver"] else ""
            yield f"  {printable_path(words.place(note))}: {printable(note['name'])}{receiver}"
        yield ""
    if document["not_analyzed"]:
        yield painted("Not analyzed, so items may be missing here:", RED, colours)
        yield from (f"  {printable_path(words.place(note))}: {printable(note['message'])}" for note in document["not_analyzed"])
        yield ""


def _item(item: dict[str, Any], wide: tuple[int, int], colours: bool) -> Iterator[str]:
    names = _wrapped(printable(words.name(item)), wide[0])
    stores = _wrapped(printable(words.store(item)), wide[1])
    for number in range(max(len(names), len(stores))):
        name = painted(_cell(names, number, wide[0]), BOLD, colours)
        store = _cell(stores, number, wide[1])
        if number == 0:
            verdict = item["leaves_device"]
            leaves = painted(f"{verdict:<{len(_LEAVES)}}", _COLOURS.get(verdict, BOLD), colours)
            yield f"{name}  {store}  {leaves}  {item['serialized']}"
        else:
            yield f"{name}  {store}".rstrip()
    if item["app"]:
        yield f"  {'in':<8}{printable(item['app'])}"
    for seen in words.classes(item):
        yield f"  {'class':<8}{printable(seen)}"
    if item["leaves_device_because"]:
        yield f"  {'leaves':<8}{', '.join(item['leaves_device_because'])}"
    for use in words.uses(item):
        within = f"  {printable(use['function'])}" if use["function"] else ""
        roots = words.roots(use)
        contexts = f"  [{printable(', '.join(roots))}]" if roots else ""
        yield f"  {use['verb']:<8}{printable(words.place(use))}{within}{contexts}"


def _cell(lines: list[str], number: int, wide: int) -> str:
    """The line of that number, or none, in `wide` columns."""
    text = lines[number] if number < len(lines) else ""
    return text + " " * (wide - width(text))


def _wrapped(text: str, wide: int) -> list[str]:
    """`text` in lines of at most `wide` columns, parted between words, or within one that is too long."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and width(lines[-1]) + 1 + width(word) <= wide:
            lines[-1] += f" {word}"
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if width(lines[-1]) + width(letter) > wide:
                lines.append("")
            lines[-1] += letter
    return lines
