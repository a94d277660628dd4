"""What `keylint suppress` writes: it silences the finding, changes nothing but comments, and reads as a person would write it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from harness import FIXTURES, LANGUAGE, Case, read_fixture
from keylint.check import Result, Settings, analyze_sources
from keylint.languages import front_end
from keylint.rules.registry import resolve
from keylint.settle.writing import Outcome, Wish, suppressed
from keylint.source import Source

WISH = Wish("before the linter", today="2027-01-31")
SPAN = re.compile(r"Span\(start=\d+, end=\d+\)")


def language(path: str) -> str:
    return LANGUAGE[path.rpartition(".")[2]]


def ours(result: Result) -> list[str]:
    """What is reported about suppressions."""
    return sorted(f"{finding.path}: {finding.code}" for finding in result.findings if finding.code in ("KL901", "KL902", "KL903"))


def left(result: Result) -> list[str]:
    """What is reported and can be suppressed."""
    return [f"{finding.path}: {finding.code}" for finding in result.findings if not finding.code.startswith("KL90")]


def written(sources: Iterable[tuple[str, bytes]], settings: Settings, wish: Wish = WISH) -> dict[str, Outcome]:
    """What is written for everything that is found in `sources`."""
    result = analyze_sources(list(sources), settings)
    found: dict[str, Outcome] = {}
    for path in {finding.path for finding in result.findings}:
        findings = [finding for finding in result.findings if finding.path == path and not finding.code.startswith("KL90")]
        if findings:
            found[path] = suppressed(result.sources[path], language(path), findings, wish)
    return found


def program(source: Source, language: str) -> str:
    """What the front end makes of a text, wherever it stands. The parser may name a construct by its place."""
    module = front_end(language).lower(source, (b"",))
    return SPAN.sub("", repr(module))


_FIXTURES = [read_fixture(path) for path in sorted(FIXTURES.glob("*.md"))]
_ALL = [(f"{fixture.code}:{case.row}:{case.title}", case) for fixture in _FIXTURES for case in fixture.cases if case.expected]
# All of them take a minute and a half and show no more; every other one is as a Windows editor would save it.
_CASES = [pytest.param(case, bool(number % 2), id=name) for number, (name, case) in enumerate(_ALL[::4])]


@pytest.mark.parametrize(("case", "windows"), _CASES)
def test_a_case_is_silent_with_its_comments(case: Case, windows: bool) -> None:
    settings = Settings(resolve(case.select), stores=case.stores, policies=case.policies, today=WISH.today)
    # Without the marks, which would be comments in the way.
    sources = {path: re.sub(r"[ \t]*(//|#|/\*) [^\n]*?expect: KL[^\n*]*(\*/)?$", "", text, flags=re.MULTILINE) for path, text in case.files}
    raw = {path: (b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() if windows else text.encode()) for path, text in sources.items()}
    manifests = {path: text.encode() for path, text in case.manifests}
    before = analyze_sources([*raw.items(), *manifests.items()], settings)
    outcomes = written([*raw.items(), *manifests.items()], settings)
    for path, outcome in outcomes.items():
        assert not outcome.left
        old = Source.decode(path, raw[path], language(path))
        assert program(outcome.source, language(path)) == program(old, language(path))
        if path.endswith(".py"):
            assert _same_python(old.data, outcome.source.data)
        assert outcome.source.data.count(b"\n") - outcome.source.data.count(b"\r\n") == 0 or not windows
        raw[path] = outcome.source.data.decode().encode(old.encoding)
        assert raw[path].startswith(b"\xef\xbb\xbf") is windows
    after = analyze_sources([*raw.items(), *manifests.items()], settings)
    assert left(after) == []
    assert ours(after) == ours(before)
    assert len(after.silenced) >= len(left(before))
    assert not written([*raw.items(), *manifests.items()], settings)


def _same_python(old: bytes, new: bytes) -> bool:
    try:
        tree = ast.dump(ast.parse(old))
    except SyntaxError:
        return True  # The front end has its own recovery, which was compared.
    return ast.dump(ast.parse(new)) == tree
