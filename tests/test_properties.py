"""Whatever is done to real code, a run ends, crashes nowhere, and points into the file."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from harness import FIXTURES, read_fixture
from keylint.check import Result, analyze_sources
from keylint.findings import Finding
from keylint.rules.registry import resolve
from keylint.settings import Settings

EVERYTHING = Settings(resolve(["all"]), "low")
SECONDS = 20.0
"""Processor time after which a run counts as hung. The largest mutation of a fixture takes under one."""
MANIFESTS = {
    "swift": ("Package.swift", b'let package = Package(name: "APP", targets: [.executableTarget(name: "APP", path: ".")])'),
    "py": ("pyproject.toml", b'[project]\nname = "APP"\n'),
    "js": ("package.json", b'{"name": "APP", "dependencies": {"expo": "1"}}'),
}
"""What makes a folder an app of its own."""
SUFFIXES = ("swift", "ts", "tsx", "js", "py")
LARGEST = 20_000
"""Characters of a mutated file at most, so that an example stays an example."""

GRAIN = [
    *"()[]{}<>'\"`\n\r\t\\;:,.=!?&|@#$_~^%*+-/ \x00\x7f\u2028\ufeff\u202eé😀",
    "\r\n",
    "\ud7ff",
    "//",
    "/*",
    "*/",
    '"""',
    "${",
    "\\(",
    "#if os(iOS)\n",
    "#else\n",
    "#endif\n",
    "case .some(let x): ",
    "let ",
    "guard let ",
    "if ",
    "else ",
    "switch x {",
    "while True:\n",
    "for x in y ",
    "func f(",
    "def f(",
    "async ",
    "await ",
    "yield ",
    "try ",
    "catch {",
    "except:\n",
    "finally:\n",
    "return ",
    "break ",
    "lambda ",
    "=> ",
    "-> ",
    "...",
    "**",
    "?? ",
    "?.",
    "class A(",
    "extension A {",
    "@x ",
    "import keyring\n",
    "import * as SecureStore from 'expo-secure-store'\n",
    "SecItemAdd(",
    "kSecAttrAccessible",
    "// keylint: ignore[KL101]\n",
    "# keylint: ignore-file[KL201]\n",
    "# noqa: KL",
]


class Hung(BaseException):
    """No `Exception`: a run must not be able to catch it."""


@contextmanager
def in_time() -> Iterator[None]:
    """Raises `Hung` once what is inside has used up its processor time."""
    if not hasattr(signal, "ITIMER_VIRTUAL"):
        yield
        return

    def hung(_signal: int, _frame: FrameType | None) -> None:
        raise Hung(f"still running after {SECONDS:g} s of processor time")

    before = signal.signal(signal.SIGVTALRM, hung)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def checked(*files: tuple[str, bytes]) -> Result:
    """A run over `files` that ended in time, failed nowhere, and whose findings lie within their files."""
    with in_time():
        result = analyze_sources(files, EVERYTHING)
    for finding in (*result.findings, *result.incomplete):
        assert "internal failure" not in finding.message, finding.message
        if finding.path in result.sources:
            data = result.sources[finding.path].data
            for start, end in [finding.span, *(item.span for item in finding.related if item.path == finding.path)]:
                assert 0 <= start <= end <= len(data), finding
                data[:start].decode()
                data[:end].decode()
        assert finding.path in dict(files)
        assert all(item.path in dict(files) for item in finding.related)
    return result


@cache
def blocks() -> tuple[tuple[str, str], ...]:
    """Suffix and text of every file of the fixtures."""
    return tuple(
        (path.rpartition(".")[2], text)
        for fixture in sorted(FIXTURES.glob("*.md"))
        for case in read_fixture(fixture).cases
        for path, text in case.files
    )


def a_part(text: str, draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, len(text)))
    return start, draw(st.integers(start, min(len(text), start + 400)))


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str]:
    """A path, and the text of a fixture with parts cut, doubled, moved, or taken from another fixture."""
    suffix, text = draw(st.sampled_from(blocks()))
    for kind in draw(
        st.lists(st.sampled_from(["cut", "truncate", "double", "many", "splice", "grain", "swap", "word"]), min_size=1, max_size=5)
    ):
        start, end = a_part(text, draw)
        if kind == "cut":
            text = text[:start] + text[end:]
        elif kind == "truncate":
            text = text[:start]
        elif kind == "double":
            text = text[:end] + text[start:]
        elif kind == "many":
            text = text[:start] + text[start : min(end, start + 12)] * draw(st.integers(2, 400)) + text[end:]
        elif kind == "splice":
            other = draw(st.sampled_from(blocks()))[1]
            first, last = a_part(other, draw)
            text = text[:start] + other[first:last] + text[end:]
        elif kind == "grain":
            text = text[:start] + "".join(draw(st.lists(st.sampled_from(GRAIN), max_size=6))) + text[start:]
        elif kind == "swap":
            lines = text.split("\n")
            one, other_one = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
            lines[one], lines[other_one] = lines[other_one], lines[one]
            text = "\n".join(lines)
        else:
            words = sorted({word for word in text.replace("(", " ").replace(".", " ").split() if word.isidentifier()})
            if words:
                text = text.replace(draw(st.sampled_from(words)), draw(st.sampled_from(words)))
        text = text[:LARGEST]
    suffix = draw(st.sampled_from([suffix] * 9 + list(SUFFIXES)))
    return f"case.{suffix}", text


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(mutations())
def test_mutated_code_ends_and_crashes_nowhere(mutated: tuple[str, str]) -> None:
    path, text = mutated
    checked((path, text.encode("utf-8", "replace")))


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(
    st.sampled_from(blocks()), st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 40), st.binary(max_size=8)), min_size=1, max_size=4)
)
def test_damaged_bytes_end_and_crash_nowhere(block: tuple[str, str], damage: list[tuple[int, int, bytes]]) -> None:
    suffix, text = block
    data = text.encode()
    for at, length, put in damage:
        at %= len(data) + 1
        data = data[:at] + put + data[at + length :]
    checked((f"case.{suffix}", data))


def shape(result: Result) -> list[tuple[str, str, int, str]]:
    """What a run found, by row rather than by byte."""

    def row(finding: Finding) -> int:
        source = result.sources.get(finding.path)  # none of a file that does not decode
        return source.position(finding.span.start).row if source is not None else 1

    return [(finding.path, finding.code, row(finding), finding.confidence) for finding in result.findings]


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from(blocks()))
def test_line_ends_and_a_byte_order_mark_change_no_finding(block: tuple[str, str]) -> None:
    suffix, text = block
    path = f"case.{suffix}"
    assume("coding:" not in text)  # a mark overrules a cookie
    plain = shape(checked((path, text.encode())))
    assert shape(checked((path, text.replace("\n", "\r\n").encode()))) == plain
    assert shape(checked((path, b"\xef\xbb\xbf" + text.encode()))) == plain


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from(blocks()))
def test_blank_lines_at_the_top_move_findings_and_nothing_else(block: tuple[str, str]) -> None:
    suffix, text = block
    path = f"case.{suffix}"
    assume("coding:" not in text)  # a cookie counts in the first two lines only
    moved = [(where, code, row - 3, confidence) for where, code, row, confidence in shape(checked((path, b"\n\n\n" + text.encode())))]
    assert moved == shape(checked((path, text.encode())))


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.sampled_from(blocks()), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_neither_the_order_of_files_nor_the_company_of_other_apps_changes_findings(chosen: list[tuple[str, str]], random: object) -> None:
    files = [(f"{number}.{suffix}", text.encode()) for number, (suffix, text) in enumerate(chosen)]
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert checked(*shuffled).findings == checked(*files).findings

    apps = []
    for number, (suffix, text) in enumerate(chosen):
        name, manifest = MANIFESTS.get(suffix, MANIFESTS["js"])
        apps.append(((f"app{number}/main.{suffix}", text.encode()), (f"app{number}/{name}", manifest.replace(b"APP", b"app%d" % number))))
    alone = [finding for app in apps for finding in checked(*app).findings]
    assert sorted(map(repr, alone)) == sorted(map(repr, checked(*(file for app in apps for file in app)).findings))


def test_a_hung_run_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_properties.SECONDS", 0.05)

    def hang() -> None:
        with in_time():
            while True:
                pass

    with pytest.raises(Hung):
        hang()
