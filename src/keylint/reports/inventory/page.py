"""The inventory as one HTML page that needs nothing else: rows are written here, its script only searches, filters and sorts them.

All text comes from the analyzed code. It is escaped on its way into the page, and what could reorder or hide what follows it is spelled
out. The page is plain ASCII, so no encoding that it is stored or served in can change it.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from keylint.reports.inventory import words
from keylint.reports.terminal import printable

if TYPE_CHECKING:
    from keylint.reports.inventory.document import Document

COLUMNS = ("Item", "Store", "Class", "Leaves device", "Written", "Read", "Deleted", "Reached from", "Serialized")

_SHOWN = 4
"""Calls that a cell shows before it folds the rest."""

_ENDS = re.compile(r"(?<=[_/])|(?<=[a-z])(?=[A-Z])")
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def page(document: Document, version: str) -> str:
    """The page for a document."""
    template = files(__package__).joinpath("page.html").read_text(encoding="ascii")
    style, script = _between(template, "<style>", "</style>"), _between(template, "<script>", "</script>")
    parts = {
        "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
        "version": _text(version),
        "summary": _text(words.tally(document)),
        "tiles": "".join(_tiles(document)),
        "warning": _warning(document),
        "columns": "".join(f'<th scope="col">{column}</th>' for column in COLUMNS),
        "rows": "".join(_groups(document)),
        "handed-over": _handed_over(document),
        "data": data(document),
    }
    filled = []
    for piece in template.split("<!--"):
        name, mark, rest = piece.partition("-->")
        filled.append(parts[name] + rest if mark else piece)
    return "".join(filled).encode("ascii", "xmlcharrefreplace").decode()


def data(document: Document) -> str:
    """The document as JSON that can stand in an element of a page: ASCII, without a character that means something in HTML."""
    return json.dumps(document, separators=(",", ":")).translate(_UNSAFE)


def _between(text: str, begin: str, end: str) -> str:
    return text.partition(begin)[2].partition(end)[0]


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _text(text: str) -> str:
    """`text` as the page shows it."""
    return escape(printable(text))


def _code(text: str) -> str:
    """A name from the analyzed code: whatever direction it is written in, it does not reorder what stands around it."""
    return f"<code><bdi>{_breakable(_text(text))}</bdi></code>"


def _breakable(shown: str) -> str:
    """Escaped text that may be broken where its words and folders end."""
    return _ENDS.sub("<wbr>", shown)


def _tiles(document: Document) -> Iterator[str]:
    items = document["items"]
    known = [item for item in items if item["known"]]
    for count, what in (
        (len(known), "have a known key"),
        (len(items) - len(known), "have an unknown key"),
        (sum(item["leaves_device"] == "yes" for item in items), "leave the device"),
        (sum(item["serialized"] in ("no", "partly") for item in items), "are not serialized throughout"),
    ):
        yield f"<div><dd>{count}</dd><dt>{what}</dt></div>"


def _warning(document: Document) -> str:
    if document["complete"]:
        return ""
    notes = "".join(f"<li>{_code(words.place(note))} {_text(note['message'])}</li>" for note in document["not_analyzed"])
    return f'<section class="warning" role="alert"><h2>Incomplete: items may be missing here</h2><ul>{notes}</ul></section>'


def _handed_over(document: Document) -> str:
    notes = "".join(
        f"<li>{_code(words.place(note))} {_code(note['name'])}{' to ' + _code(note['receiver']) if note['receiver'] else ''}</li>"
        for note in document["handed_over"]
    )
    why = "A store or one of its functions is handed to other code here. What that code stores is not in the table."
    return f"<section><h2>Handed over</h2><p>{why}</p><ul>{notes}</ul></section>" if notes else ""


def _groups(document: Document) -> Iterator[str]:
    numbered = sorted(enumerate(document["items"]), key=lambda entry: words.owner(entry[1]))
    if not numbered:
        yield f'<tbody><tr><td colspan="{len(COLUMNS)}">No stored items were found.</td></tr></tbody>'
    for owner, owned in groupby(numbered, key=lambda entry: words.owner(entry[1])):
        heading = f'<tr class="owner"><th scope="rowgroup" colspan="{len(COLUMNS)}"><bdi>{_text(owner)}</bdi></th></tr>'
        yield f"<tbody>{heading}{''.join(_row(number, item) for number, item in owned)}</tbody>\n"


def _row(number: int, item: dict[str, Any]) -> str:
    cells = [
        _cell(_text(words.store(item))),
        _cell(_lines(map(_class, item["classes"])) or _text(words.classes(item)[0])),
        _cell(_badge(item["leaves_device"], "leaves") + _small(item["leaves_device_because"])),
        *(_cell(_uses(item[verb]), len(item[verb])) for verb in ("writes", "reads", "deletes")),
        _cell(_lines(f'<span class="badge">{_text(kind)}</span>' for kind in item["contexts"]) or "<small>none seen</small>"),
        _cell(_badge(item["serialized"], "serialized")),
    ]
    return f'<tr data-item="{number}"><th scope="row">{_name(item)}</th>{"".join(cells)}</tr>'


def _cell(content: str, rank: int | None = None) -> str:
    return f"<td>{content}</td>" if rank is None else f'<td data-rank="{rank}">{content}</td>'


def _name(item: dict[str, Any]) -> str:
    if item["known"]:
        text = _marked(words.name(item))
    else:
        text = f"{_badge('unknown key', 'key')} {_marked(item['description'])}"
    others = [name for name in item["owners"] if name not in item["owner"].split(" ")]
    if item["app"]:
        text += f"<small>in {_text(item['app'])}</small>"
    return text + (f"<small>also {_text(', '.join(others))}</small>" if others else "")


def _marked(text: str) -> str:
    """Text in which backquotes mark code."""
    return "".join(_code(part) if index % 2 else _text(part) for index, part in enumerate(text.split("`")))


def _class(seen: dict[str, Any]) -> str:
    constant, _, meaning = words.class_in_words(seen).rpartition(": ")
    return f"{_code(constant)} {_text(meaning)}" if constant else _text(meaning)


def _uses(uses: list[dict[str, Any]]) -> str:
    shown = _lines(map(_use, uses[:_SHOWN]))
    if rest := uses[_SHOWN:]:
        return f"{shown}<details><summary>{len(rest)} more</summary>{_lines(map(_use, rest))}</details>"
    return shown or "<small>nowhere</small>"


def _use(use: dict[str, Any]) -> str:
    function = f"{_code(use['function'])} " if use["function"] else ""
    return f"{function}<small>{_text(use['verb'])} in {_path(words.place(use))}</small>{_small(words.roots(use))}"


def _path(text: str) -> str:
    return f"<bdi>{_breakable(_text(text))}</bdi>"


def _lines(entries: Iterable[str]) -> str:
    listed = "".join(f"<li>{entry}</li>" for entry in entries)
    return f"<ul>{listed}</ul>" if listed else ""


def _small(texts: Iterable[str]) -> str:
    return "".join(f" <small>{_text(text)}</small>" for text in texts)


def _badge(text: str, kind: str) -> str:
    """A verdict of ours: no text from the analyzed code."""
    return f'<span class="badge {kind}-{text.partition(" ")[0]}">{text}</span>'
