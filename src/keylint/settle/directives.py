"""What a comment says to the linter: `keylint: ignore[KL101] until=2027-01-31 reason`, `keylint: ignore-file[…]`, Python's `noqa: KL101`.

This is about the text alone. What is nearly such a directive, but cannot be understood, is one with a `problem`: it suppresses nothing,
since a slip of the pen must not widen it, and somebody has to say so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

MOST = 50
"""Directives of a comment that are heard, and codes that one may list. Nobody writes more."""

IGNORE, IGNORE_FILE, NOQA = "ignore", "ignore-file", "noqa"

_OURS = re.compile(r"(?<![\w-])keylint[^\S\r\n]*(?P<colon>:?)[^\S\r\n]*(?P<word>[a-z][\w-]*)", re.IGNORECASE)
_MEANT = re.compile(r"ignor|disable|suppress|nolint|noqa", re.IGNORECASE)
_LISTING = re.compile(r"\s*(?:[\[(]|(?::\s*)?KL\d)", re.IGNORECASE)
_NOQA = re.compile(r"# noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)
_ITEM = re.compile(r"[^\s,]+")
_BARE_ITEM = re.compile(r"[,\s]*([A-Za-z][\w-]*)")
_LIKE_A_CODE = re.compile(r"KL(?:[\d-][\w-]*)?\Z", re.IGNORECASE)
"""What stands without brackets and is no prose, though it may be no code either."""
_UNTIL = re.compile(r"(?<![\w-])until[^\S\r\n]*(?:=[^\S\r\n]*|:[^\S\r\n]*(?=\d))(\S*)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_OTHERS = re.compile(r"(?<=\s)(?:#|//)[^\S\r\n]*(?=[\w-]+\s*:|noqa|nosec|pragma)", re.IGNORECASE)
"""Where a comment begins to speak to another tool."""
_PROSE_OPENS_WITH = "-*#/\u2013\u2014"
_BEFORE_REASON = re.compile(r"(?:[-*/\u2013\u2014:,;.\s]|#\s)+")


class Item(NamedTuple):
    """A code, prefix or name as written, and where: `start` and `end` count characters of the comment."""

    text: str
    start: int
    end: int


class Directive(NamedTuple):
    """What a comment asks for.

    `items` are the codes listed, `None` for all. `until` is the last day that it counts, in ISO form. `problem` says why it is not
    understood. It reaches from `start` to `end` in the text of the comment, its reason included; `head` is where its codes end.
    """

    kind: str
    items: tuple[Item, ...] | None
    start: int
    end: int
    head: int
    reason: str = ""
    until: str = ""
    problem: str = ""


def directives(text: str, names: Collection[str], noqa: bool) -> Iterator[Directive]:
    """The directives in the text of a comment, in which rules have `names`; Python's `noqa` among them where it counts."""
    stop = _contents_end(text)
    found = list(islice((match for match in _OURS.finditer(text, 0, stop) if _addresses_us(match, text)), MOST))
    foreign = _NOQA.search(text) if noqa else None
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else stop
        yield _ours(match, text, _line_end(text, match.end(), end), names)
    if foreign is not None:
        yield _noqa(foreign, text)


def _contents_end(text: str) -> int:
    """Where the text of a comment ends, without what closes it."""
    contents = text.rstrip()
    if contents.endswith("*/"):
        contents = contents[:-2].rstrip("*")
    return len(contents.removesuffix("-->").rstrip())


def _addresses_us(match: re.Match[str], text: str) -> bool:
    """It is meant as a directive, well written or not, and not prose about this tool."""
    listing = _LISTING.match(text, match.end())
    if not match["colon"]:
        return listing is not None and bool(_MEANT.match(match["word"]))
    return listing is not None or bool(_MEANT.match(match["word"]))


def _line_end(text: str, start: int, end: int) -> int:
    """Where what follows `start` in its line ends, before what is said to other tools."""
    line = re.search(r"[\r\n]|\*/", text[start:end])  # Swift's comments nest
    end = start + line.start() if line else end
    other = _OTHERS.search(text, start, end)
    return start + len(text[start : other.start() if other else end].rstrip())


def _ours(match: re.Match[str], text: str, end: int, names: Collection[str]) -> Directive:
    word = match["word"].lower()
    if not match["colon"]:
        return _wrong(match.start(), end, "there is no colon after 'keylint'")
    if word not in (IGNORE, IGNORE_FILE):
        return _wrong(match.start(), end, f"'{match['word']}' is neither 'ignore' nor 'ignore-file'")
    at = match.end()
    while at < end and text[at] in " \t":
        at += 1
    items: tuple[Item, ...] | None
    if text[at:end].startswith("["):
        bracket = text.find("]", at, end)
        if bracket < 0:
            return _wrong(match.start(), end, "the bracket is not closed")
        items = tuple(Item(found[0], found.start(), found.end()) for found in islice(_ITEM.finditer(text, at + 1, bracket), MOST + 1))
        if not items or len(items) > MOST:
            return _wrong(match.start(), end, f"it lists more than {MOST} codes" if items else "the brackets are empty")
        head = bracket + 1
    elif at < end and not text[at].isalnum() and text[at] not in _PROSE_OPENS_WITH:
        return _wrong(match.start(), end, "codes stand in square brackets: ignore[CODE]")
    else:
        items = _bare(text, at, end, names)
        head = items[-1].end if items else match.end()
    return _explained(Directive(word, items, match.start(), end, head), text[head:end])


def _bare(text: str, at: int, end: int, names: Collection[str]) -> tuple[Item, ...] | None:
    """Codes and names without brackets, as long as there are some."""
    items: list[Item] = []
    while len(items) < MOST and (match := _BARE_ITEM.match(text, at, end)) and (_LIKE_A_CODE.match(match[1]) or match[1].lower() in names):
        items.append(Item(match[1], match.start(1), match.end(1)))
        at = match.end()
    return tuple(items) or None


def _explained(directive: Directive, tail: str) -> Directive:
    """`directive` with the date and the reason that its `tail` gives."""
    dates = list(_UNTIL.finditer(tail))
    reason = _reason(_UNTIL.sub(" ", tail))
    if not dates:
        return directive._replace(reason=reason)
    if len(dates) > 1:
        return directive._replace(problem="it names more than one date")
    until = dates[0][1].rstrip(".,;:)")
    if not _is_date(until):
        return directive._replace(problem=f"'{until}' is no date: until=YYYY-MM-DD", reason=reason)
    return directive._replace(reason=reason, until=until)


def _is_date(text: str) -> bool:
    if not _DATE.match(text):
        return False
    from datetime import date  # few comments have one

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _reason(text: str) -> str:
    opening = _BEFORE_REASON.match(text)
    return " ".join(text[opening.end() if opening else 0 :].split())


def _wrong(start: int, end: int, problem: str) -> Directive:
    return Directive(IGNORE, (), start, end, end, problem=problem)


def _noqa(match: re.Match[str], text: str) -> Directive:
    end = _line_end(text, match.end(), len(text))
    other = text.find("#", match.end(), end)
    end = match.end() + len(text[match.end() : other if other >= 0 else end].rstrip())
    items: tuple[Item, ...] | None = None
    if match["codes"] is not None:
        items = tuple(Item(found[0], found.start(), found.end()) for found in islice(_ITEM.finditer(text, *match.span("codes")), MOST))
    return Directive(NOQA, items, match.start(), end, match.end(), _reason(text[match.end() : end]))
