"""A configuration to start with: what a project is like now, and the file that says so.

Nothing of the file changes what is reported. What would is there as a comment, with what it would change.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from keylint.check import Result, check_paths, observe_paths
from keylint.config.writing import quoted, value
from keylint.languages import language_of
from keylint.rules.registry import resolve
from keylint.rules.rule import STRICT
from keylint.settings import Settings

if TYPE_CHECKING:
    from keylint.analysis import Step
    from keylint.findings import Finding
    from keylint.inventory import InventoryItem
    from keylint.settings import Configured

LANGUAGES = {"swift": "Swift", "typescript": "TypeScript or JavaScript", "python": "Python"}

_NOT_WRITTEN_HERE = frozenset(
    {
        "external",
        "externals",
        "gen",
        "generated",
        "__generated__",
        "submodules",
        "third-party",
        "third_party",
        "thirdparty",
        "vendor",
        "vendored",
    }
)
"""Names of directories whose code others wrote, or a program did."""
_MOST_KEYS = 10
_MOST_TABLES = 6
_LONGEST_KEY = 60
"""Characters from which on what is seen of a key may not be all of it."""


class Seen(Struct, frozen=True):
    """What a project is like.

    - `languages`: files of each, by the name of the language; `using`: those languages from which stores are used.
    - `stores`: calls of each, by title. `items` are what is stored.
    - `findings` are those of now, `stricter` those that the strict rules would add. `incomplete`: something could not be looked at.
    """

    languages: Mapping[str, int]
    using: frozenset[str]
    stores: Mapping[str, int]
    items: tuple[InventoryItem, ...]
    findings: tuple[Finding, ...]
    stricter: tuple[Finding, ...]
    incomplete: bool


class _Wider:
    """`settings` with more rules."""

    def __init__(self, settings: Configured, codes: frozenset[str]) -> None:
        self._settings = settings
        self._codes = codes
        self._known: dict[int, Settings] = {}

    def of(self, path: str) -> Settings:
        own = self._settings.of(path)
        known = self._known.get(id(own))
        if known is None:
            known = self._known[id(own)] = replace(own, codes=own.codes | self._codes)
        return known

    def leaves_out(self, path: str) -> bool:
        return self._settings.leaves_out(path)


def look(directory: str, settings: Configured, jobs: int, step: Step | None = None) -> Seen:
    """Looks at the project in `directory`. Raises `ConfigError`."""
    from keylint.inventory import inventory
    from keylint.select import select

    result = check_paths([directory], _Wider(settings, resolve([STRICT])), jobs=jobs, step=step)
    observed = observe_paths([directory], settings, jobs=jobs, step=step)
    items = inventory(observed.observations)
    calls = Counter[str]()
    for item in items:
        calls[item.title] += len(item.uses)
    using = {language_of(use.place.path) or "python" for item in items for use in item.uses}
    candidates = [each for each in select([directory]).candidates if not settings.leaves_out(each.path)]
    now, stricter = _parted(result, settings)
    return Seen(
        dict(Counter(candidate.language or "python" for candidate in candidates).most_common()),
        frozenset(using),
        dict(calls.most_common()),
        items,
        now,
        stricter,
        bool(result.incomplete or observed.incomplete),
    )


def _parted(result: Result, settings: Configured) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    now = tuple(finding for finding in result.findings if finding.code in settings.of(finding.path).codes)
    known = set(map(id, now))
    return now, tuple(finding for finding in result.findings if id(finding) not in known)


def counted(findings: Sequence[Finding]) -> str:
    """How often each rule reports, most often first: "KL101 (3), KL304 (1)"."""
    counts = sorted(Counter(finding.code for finding in findings).items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{code} ({count})" for code, count in counts)


def number(count: int, noun: str) -> str:
    """A number of things, whose plural needs an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def file_text(seen: Seen, directory: str, extends: str = "", table: str = "") -> str:
    """The file: with `extends`, one that adds to that file; with `table`, part of a file, in that table of it."""
    parts = [
        _heading(seen, table),
        _extension(extends) if extends else _choice(),
        _strict(seen),
        _left_for_later(seen, directory),
        () if extends else _failing(),
        _reasons(),
        _exclusion(seen, directory),
        _policy(seen, table),
    ]
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts if part)


def _heading(seen: Seen, table: str) -> Sequence[str]:
    written = [f"{LANGUAGES[language]} in {number(count, 'file')}" for language, count in seen.languages.items()]
    calls = [f"{title} ({number(count, 'call')})" for title, count in seen.stores.items()]
    return [
        *([f"[{table}]"] if table else []),
        "# How keylint checks this project. 'keylint config show PATH' says what applies to a file, and from where.",
        f"# Seen when this was written: {', '.join(written) or 'no source files'}.",
        f"# Stores: {comment(', '.join(calls)) if calls else 'none'}.",
        f"# Findings: {counted(seen.findings) or 'none'}.",
    ]


def _extension(extends: str) -> Sequence[str]:
    return ["# The configuration that held here so far. Keys that stand here replace what it says.", f"extend = {quoted(extends)}"]


def _choice() -> Sequence[str]:
    return [
        "# The rules that are reported: codes (KL101), names, the beginning of codes (KL1), groups (default, strict, contracts).",
        'select = ["default"]',
    ]


def _strict(seen: Seen) -> Sequence[str]:
    more = f"would add {counted(seen.stricter)}" if seen.stricter else "would add nothing now"
    return [f"# Stricter rules {more}.", '# extend-select = ["strict"]']


def _left_for_later(seen: Seen, directory: str) -> Sequence[str]:
    codes = sorted({finding.code for finding in seen.findings} - {"KL900"})
    if not codes:
        return []
    first = next(finding for finding in seen.findings if finding.code == codes[0])
    return [
        "# Findings that are to wait: 'keylint baseline' notes each of them, so that only new ones are reported.",
        "# To switch rules off instead, everywhere or in some files only:",
        f"# ignore = {value(codes[:3])}",
        f"# per-file-ignores = {{ {quoted(_pattern(first.path, directory))} = {value(codes[:1])} }}",
    ]


def _failing() -> Sequence[str]:
    return ['# The least severity that makes the exit status 1: "error", "warning" or "info".', 'fail-on = "warning"']


def _reasons() -> Sequence[str]:
    return ["# A comment that suppresses a finding must say why.", "# require-reason = true"]


def _exclusion(seen: Seen, directory: str) -> Sequence[str]:
    """Directories with findings whose code others wrote. Excluding them would change what is reported, so it is up to the reader."""
    found: Counter[str] = Counter()
    for finding in seen.findings:
        names = os.path.relpath(finding.path, directory).replace(os.sep, "/").split("/")[:-1]
        for place, name in enumerate(names, 1):
            if name.lower() in _NOT_WRITTEN_HERE:
                found["/" + "".join(f"{_plain(part)}/" for part in names[:place])] += 1
                break
    if not found:
        return []
    lines = [f"#   {quoted(path)},  # {number(count, 'finding')}" for path, count in sorted(found.items())]
    return [
        "# Code that is not written here, it seems. Dependencies and build products are left out anyway.",
        "# exclude = [",
        *lines,
        "# ]",
    ]


def _pattern(path: str, directory: str) -> str:
    """A file's path as a pattern that means nothing else."""
    return "".join(f"/{_plain(name)}" for name in os.path.relpath(path, directory).split(os.sep))


def _plain(name: str) -> str:
    """A name as a pattern in .gitignore syntax that means nothing else."""
    return "".join(f"\\{char}" if char in "*?[]\\!# " else char for char in name)


def _policy(seen: Seen, table: str) -> Sequence[str]:
    """A table for the items of each store that have the same classes now."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for item in seen.items:
        classes = sorted({f"{each.when}{'-this-device-only' if each.device_only else ''}" for each in item.classes if each.when})
        if (name := _key(item)) and classes and len(classes) == len(item.classes):
            groups.setdefault((item.store, tuple(classes)), []).append(name)
    if not groups:
        return []
    lines = [
        "# Which items may have which accessibility classes (KL117). As it is now, to begin with; the first table that is about an item",
        "# decides.",
    ]
    header = f"[[{table}.policy]]" if table else "[[policy]]"
    for (store, allowed), names in sorted(groups.items())[:_MOST_TABLES]:
        shown = list(dict.fromkeys(names))
        lines += ["#", f"# {header}", f"# stores = {value([store])}", "# keys = ["]
        lines += [f"#   {quoted(name)}," for name in shown[:_MOST_KEYS]]
        lines += [f"#   # and {len(shown) - _MOST_KEYS} more, which 'keylint inventory' lists"] if len(shown) > _MOST_KEYS else []
        lines += ["# ]", f"# classes = {value(allowed)}"]
    return lines


def _key(item: InventoryItem) -> str:
    """What a policy's `keys` would call the item, as a pattern that means nothing else; empty where that cannot be told."""
    from keylint.rules.accessibility.policies import KEYS

    if not item.known or not item.writes:
        return ""
    texts = {part.noun or part.name: part.text for part in item.parts if part.known and 0 < len(part.text) < _LONGEST_KEY}
    found = next((texts[name] for name in KEYS if name in texts), "")
    return "".join(f"[{char}]" if char in "*?[" else char for char in found)


def comment(text: str) -> str:
    """Text for a comment, which must not end it."""
    return quoted(text)[1:-1]
