"""Findings for people: `full` with the source and the reasons, `concise` with one line each; the summary and the statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from keylint.findings import BASE, BASELINE, COMMENT
from keylint.reports.terminal import BLUE, BOLD, COMMAND_MARK, CYAN, RED, YELLOW, painted, printable, printable_path, width

if TYPE_CHECKING:
    from keylint.findings import Finding, Silenced
    from keylint.program.nodes import Span
    from keylint.source import Source

Sources = Mapping[str, "Source"]
"""Sources by path. A file that could not be decoded has none: its findings stand at its first character."""

_SEVERITY_COLOURS = {"error": RED, "warning": YELLOW, "info": CYAN}
_NOUNS = (("error", "error"), ("warning", "warning"), ("info", "note"))
_SILENCED = ((COMMENT, "suppressed"), (BASELINE, "in the baseline"), (BASE, "not new"))
_TAB = "    "
_WINDOW = 160
"""Columns of a source line that are shown."""


def concise(findings: Sequence[Finding], sources: Sources, colours: bool = False) -> str:
    """One line a finding: `path:row:col: CODE message`."""
    return "".join(
        f"{painted(printable_path(finding.path), BOLD, colours)}:{_at(finding.path, finding.span, sources)}: "
        f"{painted(finding.code, _SEVERITY_COLOURS[finding.severity], colours)} {printable(finding.message)}\n"
        for finding in findings
    )


def full(findings: Sequence[Finding], sources: Sources, colours: bool = False) -> str:
    """Every finding with its source line, related places, reasons and remedy, and an empty line after it."""
    shown = "".join(f"{line}\n" for finding in findings for line in (*_finding(finding, sources, colours), ""))
    return COMMAND_MARK.sub(r"\\u{23}", shown)  # A source line is put together from parts that were made printable one by one.


def summary(findings: Sequence[Finding], silenced: Sequence[Silenced] = (), analyzed_none: bool = False) -> str:
    """One sentence that sums up a run."""
    kinds = Counter(item.kind for item in silenced)
    counted = ", ".join(f"{kinds[kind]} {what}" for kind, what in _SILENCED if kinds[kind])
    hidden = f" ({counted})" if counted else ""
    if not findings:
        return f"No findings{hidden}.\n" if not analyzed_none else f"No findings{hidden}: no file mentions a store.\n"
    counts = Counter(finding.severity for finding in findings)
    parts = [_count(counts[severity], noun) for severity, noun in _NOUNS if counts[severity]]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Found {listed} in {_count(len({finding.path for finding in findings}), 'file')}{hidden}.\n"


def statistics(findings: Sequence[Finding]) -> str:
    """How often each rule reported, most often first."""
    counts = counted(findings)
    digits = len(str(max((count for _, _, count in counts), default=0)))
    return "".join(f"{count:>{digits}}  {code}  {name}\n" for code, name, count in counts)


def counted(findings: Sequence[Finding]) -> list[tuple[str, str, int]]:
    """Code, name and number of findings of each rule, most often first."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    return [(code, name, count) for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _at(path: str, span: Span, sources: Sources) -> str:
    source = sources.get(path)
    if source is None:
        return "1:1"
    position = source.position(span.start)
    return f"{position.row}:{position.column}"


def _finding(finding: Finding, sources: Sources, colours: bool) -> Iterator[str]:
    colour = _SEVERITY_COLOURS[finding.severity]
    place = f"{painted(printable_path(finding.path), BOLD, colours)}:{_at(finding.path, finding.span, sources)}"
    label = painted(f"{finding.severity} {finding.code}", colour, colours)
    yield f"{place}: {label} {painted(printable(finding.message), BOLD, colours)}"

    places = [(finding.path, finding.span), *((related.path, related.span) for related in finding.related)]
    margin = len(str(max((sources[path].position(span.start).row for path, span in places if path in sources), default=0)))
    edge = f"{' ' * margin} {painted('|', BLUE, colours)}"
    source = sources.get(finding.path)
    if source is not None and finding.span.end > finding.span.start:
        yield edge
        yield from _snippet(source, finding.span, margin, "^", colour, colours)
    for related in finding.related:
        arrow = painted(f"{' ' * margin}-->", BLUE, colours)
        yield f"{arrow} {printable(related.path)}:{_at(related.path, related.span, sources)}: {printable(related.message)}"
        if (other := sources.get(related.path)) is not None:
            yield edge
            yield from _snippet(other, related.span, margin, "-", BLUE, colours)
    yield edge
    notes = [("note", reason) for reason in finding.reasons]
    if finding.remedy:
        notes.append(("help", finding.remedy))
    for label, text in notes:
        yield f"{' ' * margin} {painted('=', BLUE, colours)} {painted(f'{label}:', BOLD, colours)} {printable(text)}"


def _snippet(source: Source, span: Span, margin: int, mark: str, colour: str, colours: bool) -> Iterator[str]:
    """The first line of `span`, underlined. A long line is cut around it, a span of several lines ends with `...`."""
    row, column = source.position(span.start)
    end_row, end_column = source.position(span.end)
    line = source.line(row)
    start = column - 1
    stop = len(line) if end_row > row else end_column - 1
    first = max(0, start - _WINDOW // 2) if len(line) > _WINDOW else 0
    last = first + _WINDOW
    before = _shown(line[first:start])
    within = _shown(line[start : min(stop, last)])
    after = _shown(line[min(stop, last) : last])
    before = f"...{before}" if first else before
    after = f"{after}..." if len(line) > last else after
    yield f"{painted(f'{row:>{margin}} |', BLUE, colours)} {before}{within}{after}".rstrip()
    underline = mark * max(1, width(within)) + ("..." if end_row > row else "")
    yield f"{' ' * margin} {painted('|', BLUE, colours)} {' ' * width(before)}{painted(underline, colour, colours)}"


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))
