"""Reads the Markdown fixtures and runs their cases: what a rule's specification says, and what the analysis found.

A fixture is `# CODE name`, prose, and cases. `## title` starts a case; its fenced blocks are files, named by a line such as
`` `src/store.ts`: `` just before, or `case.<suffix>`. `json`, `yaml`, `text` and named `toml` blocks are manifests beside the files; a
`toml` block without a name configures the case: `select`, `policy`, `stores`. A comment that ends in `expect: KL101` (several codes with
commas) marks the line that a finding points at, `expect-next: KL101` the line below. Unmarked lines must stay silent.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from keylint.check import analyze_sources
from keylint.config.finding import ConfigError
from keylint.config.reading import read
from keylint.policy import Policy
from keylint.rules.registry import UnknownSelector, codes, resolve
from keylint.settings import Settings
from keylint.stores.model import Store

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIXTURES = Path(__file__).parent.parent / "fixtures" / "rules"

SUFFIX = {"swift": "swift", "ts": "ts", "tsx": "tsx", "js": "js", "jsx": "jsx", "python": "py"}
"""Fence language to file suffix."""

MANIFESTS = frozenset(("json", "toml", "yaml", "text"))
"""Fence languages of manifests, which a line before them names."""

LANGUAGE = {"swift": "swift", "ts": "typescript", "tsx": "typescript", "js": "typescript", "jsx": "typescript", "py": "python"}
"""File suffix to the language that a rule names."""

_FILE_NAME = re.compile(r"^`([^`]+)`:$")
_TITLE = re.compile(r"^# (KL\d{3}) ([a-z0-9-]+)$")
_COMMENT = re.compile(r"(?://|#|/\*|<!--)(.*)$")
_MARKER = re.compile(r"\b(expect[\w-]*)\s*:\s*(.*?)\s*(?:\*/.*)?$")
_CODES = re.compile(r"KL\d{3}(?:\s*,\s*KL\d{3})*")


class MalformedFixture(Exception):
    """A fixture that says something the harness does not understand."""


class Mark(NamedTuple):
    """A finding: where it points, and its rule."""

    path: str
    row: int
    code: str


class Case(NamedTuple):
    """One case: its files, the findings it expects, the selectors that choose the rules, what its configuration declares, and the manifests
    beside its files. `row` is that of its heading."""

    title: str
    row: int
    files: tuple[tuple[str, str], ...]
    expected: tuple[Mark, ...]
    select: tuple[str, ...]
    stores: tuple[Store, ...] = ()
    policies: tuple[Policy, ...] = ()
    manifests: tuple[tuple[str, str], ...] = ()

    @property
    def languages(self) -> set[str]:
        """The languages of its files."""
        return {LANGUAGE[path.rpartition(".")[2]] for path, _ in self.files}


class Declared(NamedTuple):
    """What a case's configuration says."""

    select: tuple[str, ...] = ()
    stores: tuple[Store, ...] = ()
    policies: tuple[Policy, ...] = ()


class Fixture(NamedTuple):
    """A fixture file."""

    path: Path
    code: str
    name: str
    cases: tuple[Case, ...]


def read_fixture(path: Path) -> Fixture:
    """Parses a fixture file. Raises `MalformedFixture`."""
    return parse_fixture(path, path.read_text(encoding="utf-8"))


def parse_fixture(path: Path, text: str) -> Fixture:
    """Parses a fixture's text. Raises `MalformedFixture`."""
    lines = text.splitlines()
    title = _TITLE.match(lines[0]) if lines else None
    if title is None:
        raise MalformedFixture(f"{path.name}:1: the first line must be '# CODE name'")
    code, name = title.groups()
    if codes().get(code) != name:
        raise MalformedFixture(f"{path.name}:1: there is no rule {code} {name}")
    cases: list[Case] = []
    reader = _Reader(path, lines)
    while (heading := reader.next_heading()) is not None:
        cases.append(reader.case(heading, code))
    titles = Counter(case.title for case in cases)
    for repeated in (title_ for title_, count in titles.items() if count > 1):
        raise MalformedFixture(f"{path.name}: two cases are called {repeated!r}")
    return Fixture(path, code, name, tuple(cases))


class _Reader:
    """Walks the lines of a fixture."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.index = 1

    def wrong(self, row: int, what: str) -> MalformedFixture:
        return MalformedFixture(f"{self.path.name}:{row}: {what}")

    def next_heading(self) -> str | None:
        while self.index < len(self.lines):
            line = self.lines[self.index]
            self.index += 1
            if line.startswith("```"):
                raise self.wrong(self.index, "a block outside a case")
            if line.startswith("# "):
                raise self.wrong(self.index, "a second title")
            if line.startswith("## "):
                return line[3:].strip()
        return None

    def case(self, title: str, code: str) -> Case:
        row = self.index
        files: dict[str, str] = {}
        manifests: dict[str, str] = {}
        expected: list[Mark] = []
        select: tuple[str, ...] = ("default", code)
        declared = Declared()
        name: str | None = None
        while self.index < len(self.lines) and not self.lines[self.index].startswith("## "):
            line = self.lines[self.index]
            self.index += 1
            if line.startswith("# "):
                raise self.wrong(self.index, "a second title")
            if line.startswith("```"):
                fence = line[3:].strip()
                start = self.index
                block = self.block()
                if fence in MANIFESTS and name is not None:
                    if name in manifests or self.marks(name, block, start):
                        raise self.wrong(start, f"{name} is there twice" if name in manifests else "no finding points into a manifest")
                    manifests[name] = "\n".join(block) + "\n"
                elif fence == "toml":
                    declared = self.configuration("\n".join(block), start)
                    select = declared.select or select
                elif fence in SUFFIX:
                    path = name or f"case.{SUFFIX[fence]}"
                    if path in files:
                        raise self.wrong(start, f"the case has two files called {path}")
                    if path.rpartition(".")[2] not in LANGUAGE:
                        raise self.wrong(start, f"{path} has no suffix of a language")
                    files[path] = "\n".join(block) + "\n"
                    expected.extend(self.marks(path, block, start))
                else:
                    raise self.wrong(start, f"unknown fence language {fence!r}")
                name = None
            elif match := _FILE_NAME.match(line):
                name = match[1]
            elif line.strip():
                name = None
        if not files:
            raise self.wrong(row, "a case without a file")
        expected.sort()
        beside = tuple(manifests.items())
        return Case(title, row, tuple(files.items()), tuple(expected), select, declared.stores, declared.policies, beside)

    def block(self) -> list[str]:
        block: list[str] = []
        while self.index < len(self.lines):
            line = self.lines[self.index]
            self.index += 1
            if line.rstrip() == "```":
                return block
            block.append(line)
        raise self.wrong(self.index, "a block without an end")

    def configuration(self, text: str, row: int) -> Declared:
        try:
            found = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise self.wrong(row, f"not TOML: {error}") from None
        known = {"select", "policy", "stores"}
        if not found or set(found) - known:
            raise self.wrong(row, f"unknown configuration: {sorted(set(found) - known)}")
        select = found.get("select", [])
        if not isinstance(select, list) or not all(isinstance(item, str) for item in select):
            raise self.wrong(row, "`select` must be a list of selectors")
        try:
            resolve(select)
        except UnknownSelector as error:
            raise self.wrong(row, str(error)) from None
        try:
            config = read("keylint.toml", text.encode(), "")
        except ConfigError as error:
            raise self.wrong(row, str(error)) from None
        return Declared(tuple(select), config.stores, config.policies)

    def marks(self, path: str, block: list[str], first_row: int) -> list[Mark]:
        """The findings that the comments of a block expect."""
        found: list[Mark] = []
        for row, line in enumerate(block, 1):
            comment = _COMMENT.search(line)
            marker = _MARKER.search(comment[1]) if comment else None
            if marker is None:
                continue
            kind, listed = marker.groups()
            if kind not in ("expect", "expect-next"):
                raise self.wrong(first_row + row, f"unknown marker {kind!r}")
            if not _CODES.fullmatch(listed):
                raise self.wrong(first_row + row, f"not a list of codes: {listed!r}")
            target = row + 1 if kind == "expect-next" else row
            if target > len(block):
                raise self.wrong(first_row + row, "the marker points past the end of the file")
            for code in re.split(r"\s*,\s*", listed):
                if code not in codes():
                    raise self.wrong(first_row + row, f"unknown code {code}")
                found.append(Mark(path, target, code))
        return found


def findings(case: Case) -> tuple[Mark, ...]:
    """What the analysis finds in a case. Every fixture's file must be analyzed or say so itself."""
    sources = [(path, text.encode()) for path, text in (*case.files, *case.manifests)]
    result = analyze_sources(sources, Settings(resolve(case.select), stores=case.stores, policies=case.policies))
    assert set(result.unsupported) == {path for path, _ in case.manifests}
    assert not result.incomplete or "KL900" in resolve(case.select), "a file was not analyzed"
    return tuple(
        sorted(
            Mark(
                finding.path,
                result.sources[finding.path].position(finding.span.start).row if finding.path in result.sources else 1,
                finding.code,
            )
            for finding in result.findings
        )
    )


def difference(expected: tuple[Mark, ...], found: tuple[Mark, ...]) -> list[str]:
    """What is missing and what is too much, one line each. Empty when all is well."""
    missing, surplus = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    lines = [f"{mark.path}:{mark.row}: {mark.code} was not found" for mark in missing.elements()]
    return sorted(lines + [f"{mark.path}:{mark.row}: {mark.code} was not expected" for mark in surplus.elements()])
