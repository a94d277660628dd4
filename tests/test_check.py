"""One run: what could not be analyzed is said, and nothing that goes wrong hides anything else."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from keylint import check, lowering
from keylint.analysis import Runner
from keylint.check import Result, analyze_sources, check_paths
from keylint.findings import Finding
from keylint.languages import Comment, NotParsed
from keylint.lowering import Lowerer, Order
from keylint.program.module import Gap, Module
from keylint.program.nodes import Block, Span
from keylint.rules import registry
from keylint.rules.registry import Failure, Judgement, resolve
from keylint.select import Candidate, Selection
from keylint.settings import Settings
from keylint.source import Source

DEFAULT = Settings(resolve([]))
BARE_ADD = b"""import Security
func save(_ data: Data) {
  let query: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecValueData as String: data]
  if SecItemAdd(query as CFDictionary, nil) != errSecSuccess { fatalError() }
}
"""


def found(result: Result) -> list[tuple[str, str]]:
    return [(finding.path, finding.code) for finding in result.findings]


class FakeLanguage:
    """A front end that does as it is told."""

    def __init__(self, gaps: Sequence[Span] = (), error: BaseException | None = None) -> None:
        self.gaps = gaps
        self.error = error

    def lower(self, source: Source, words: Sequence[bytes]) -> Module:
        if self.error is not None:
            raise self.error
        return Module("swift", Block(Span(0, len(source.data)), ()), gaps=tuple(Gap(span) for span in self.gaps))

    def comments(self, source: Source) -> list[Comment]:
        if self.error is not None:
            raise self.error
        return []


@pytest.fixture
def front_end(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeLanguage], None]:
    def install(fake: FakeLanguage) -> None:
        for module in (check, lowering):
            monkeypatch.setattr(module, "front_end", lambda language: fake)

    return install


def test_findings_from_bytes_to_place() -> None:
    result = analyze_sources([("a.swift", BARE_ADD)], DEFAULT)
    assert found(result) == [("a.swift", "KL101")]
    finding = result.findings[0]
    assert BARE_ADD[finding.span.start : finding.span.end].startswith(b"SecItemAdd(")
    assert result.sources["a.swift"].position(finding.span.start) == (4, 6)
    assert (result.files, result.analyzed, result.incomplete) == (1, 1, ())


def test_only_selected_rules_speak() -> None:
    assert found(analyze_sources([("a.swift", BARE_ADD)], Settings(resolve(["KL2"])))) == []


def test_a_file_without_a_trigger_word_is_not_decoded() -> None:
    result = analyze_sources([("a.swift", b"let a = \xff"), ("b.md", b"SecItemAdd"), ("tool", b"#!/usr/bin/python3\n")], DEFAULT)
    assert (result.findings, result.files, result.analyzed, result.unsupported) == ((), 2, 0, ("b.md",))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.swift", b"// \xff\nSecItemAdd()", "not valid utf-8"),
        ("a.swift", "SecItemAdd()".encode("utf-16"), "not valid utf-8"),
        ("a.py", b"# coding: no-such\nimport keyring\n", "claims to be no-such"),
    ],
)
def test_undecodable(name: str, data: bytes, why: str) -> None:
    result = analyze_sources([(name, data)], DEFAULT)
    assert found(result) == [(name, "KL900")]
    assert why in result.findings[0].message
    assert result.incomplete == result.findings


def test_not_selected_is_still_incomplete() -> None:
    result = analyze_sources([("a.swift", b"\xff SecItem")], Settings(resolve(["KL101"])))
    assert result.findings == ()
    assert [finding.code for finding in result.incomplete] == ["KL900"]


@pytest.mark.parametrize("error", [NotParsed("no tree"), RecursionError(), MemoryError(), KeyError("x")])
def test_a_failing_front_end_costs_its_file(front_end: Callable[[FakeLanguage], None], error: Exception) -> None:
    front_end(FakeLanguage(error=error))
    result = analyze_sources([("a.swift", b"SecItem")], DEFAULT)
    assert found(result) == [("a.swift", "KL900")]
    assert len(result.incomplete) == 1
    if not isinstance(error, NotParsed):
        assert f"test_check.py:{FakeLanguage.lower.__code__.co_firstlineno + 2}: {type(error).__name__}" in result.findings[0].message


def test_a_failing_comment_reader_hides_nothing(front_end: Callable[[FakeLanguage], None]) -> None:
    front_end(FakeLanguage(error=ValueError("boom")))
    result = analyze_sources([("a.swift", b"SecItem // keylint: ignore-file")], DEFAULT)
    assert found(result) == [("a.swift", "KL900")] * 2


def test_a_failing_rule_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = registry.judge
    monkeypatch.setattr(registry, "judge", lambda seen, codes: Judgement(real(seen, codes).findings, [Failure("KL201", KeyError("k"))]))
    result = analyze_sources([("a.swift", BARE_ADD)], DEFAULT)
    assert found(result) == [("a.swift", "KL900"), ("a.swift", "KL101")]
    assert "KL201" in result.findings[0].message
    assert len(result.incomplete) == 1


def test_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses = [
        Finding("KL101", "missing-accessibility", "error", confidence, "a.swift", Span(0, 1), "m")
        for confidence in ("low", "medium", "high")
    ]
    monkeypatch.setattr(registry, "judge", lambda seen, codes: Judgement(guesses, []))
    for least, count in (("low", 3), ("medium", 2), ("high", 1)):
        assert len(analyze_sources([("a.swift", BARE_ADD)], Settings(resolve([]), least)).findings) == count


def test_gaps_that_mention_a_store_are_named(front_end: Callable[[FakeLanguage], None]) -> None:
    data = b"a\n?? SecItemAdd\nb\n??\n?? kSecClass ??\n??\n"
    spans = [Span(21, 23), Span(data.index(b"kSecClass"), data.index(b"kSecClass") + 2), Span(2, 4), Span(18, 20)]
    front_end(FakeLanguage(spans))
    result = analyze_sources([("a.swift", data)], DEFAULT)
    assert found(result) == [("a.swift", "KL904")]
    assert "lines 2, 5" in result.findings[0].message
    assert result.findings[0].span == Span(2, 4)
    assert result.incomplete == ()


def test_neighbouring_gaps_are_one_range(front_end: Callable[[FakeLanguage], None]) -> None:
    data = b"SecItem\nSecItem\n\nSecItem\n"
    front_end(FakeLanguage([Span(0, 2), Span(8, 9), Span(17, 19)]))
    assert "lines 1-2, 4" in analyze_sources([("a.swift", data)], DEFAULT).findings[0].message


def test_gaps_without_a_store_are_silent(front_end: Callable[[FakeLanguage], None]) -> None:
    front_end(FakeLanguage([Span(0, 2)]))
    assert analyze_sources([("a.swift", b"??\nSecItemAdd")], DEFAULT).findings == ()


def test_suppressed_findings_are_counted() -> None:
    silenced = BARE_ADD.replace(b"{ fatalError() }", b"{ fatalError() } // keylint: ignore[KL101] public")
    result = analyze_sources([("a.swift", silenced), ("b.swift", BARE_ADD)], DEFAULT)
    assert found(result) == [("b.swift", "KL101")]
    assert len(result.silenced) == 1


def test_an_accepted_failure_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "judge", lambda seen, codes: Judgement([], [Failure("KL201", KeyError("k"))]))
    result = analyze_sources([("a.swift", b"// keylint: ignore-file[KL900]\n" + BARE_ADD)], DEFAULT)
    assert (result.findings, result.incomplete, len(result.silenced)) == ((), (), 1)


def test_a_comment_in_a_string_suppresses_nothing() -> None:
    text = b'let s = "// keylint: ignore-file[KL101]"\n' + BARE_ADD
    assert found(analyze_sources([("a.swift", text)], DEFAULT)) == [("a.swift", "KL101")]


@pytest.mark.parametrize("jobs", [1, 3])
def test_many_files_come_in_order_however_they_are_spread(tmp_path: Path, jobs: int) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}.swift").write_bytes(BARE_ADD if number % 2 else b"let a = 1")
    result = check_paths([str(tmp_path)], DEFAULT, jobs=jobs)
    assert found(result) == [(str(tmp_path / f"{number:02}.swift"), "KL101") for number in range(1, 20, 2)]
    assert (result.files, result.analyzed) == (20, 10)


def test_a_directory_that_cannot_be_listed_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "select", lambda *_arguments: Selection([], [("shut", "Permission denied")], []))
    result = check_paths(["."], DEFAULT)
    assert found(result) == [("shut", "KL900")]
    assert "Permission denied" in result.findings[0].message
    assert len(result.incomplete) == 1


def test_a_named_file_that_vanishes_is_not_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for root, count in (("", 1), (".", 0)):
        candidates = [Candidate("gone.swift", "swift", root)]
        monkeypatch.setattr(check, "select", lambda *_arguments, found=candidates: Selection(found, [], []))
        assert len(check_paths(["."], DEFAULT).incomplete) == count


@pytest.mark.parametrize("at", [Lowerer, Runner])
def test_a_process_that_dies_is_reported(at: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        (tmp_path / f"{number}.swift").write_bytes(BARE_ADD)
    real = at.__call__
    here = os.getpid()

    def dies(self: object, item: Order | str) -> object:
        if (item if isinstance(item, str) else item.candidate.path).endswith("4.swift"):
            assert os.getpid() != here
            os._exit(0)
        return real(self, item)

    monkeypatch.setattr(at, "__call__", dies)
    result = check_paths([str(tmp_path)], DEFAULT, jobs=2)
    assert [code for _, code in found(result)] == ["KL900" if number == 4 else "KL101" for number in range(10)]
    assert len(result.incomplete) == 1


TYPESCRIPT = (
    b"import * as SecureStore from 'expo-secure-store';\nexport const load = async () =>\n%s  await SecureStore.getItemAsync('k');%s\n"
)


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("a.ts", TYPESCRIPT % (b"", b""), ["KL110"]),
        ("a.ts", TYPESCRIPT % (b"", b" // keylint: ignore[KL110] x"), []),
        ("a.ts", TYPESCRIPT % (b"  // keylint: ignore[missing-options]\n", b""), []),
        ("a.ts", TYPESCRIPT % (b"  /* keylint: ignore[KL110] */\n", b""), []),
        ("a.ts", TYPESCRIPT % (b"", b" const s = `// keylint: ignore[KL110]`;"), ["KL110"]),
        ("a.ts", TYPESCRIPT % (b"", b" const s = /\\/\\/ keylint: ignore/;"), ["KL110"]),
        ("a.ts", TYPESCRIPT % (b"", b" // # noqa"), ["KL110"]),
        ("a.swift", BARE_ADD.replace(b"  if", b"  /* keylint: ignore[KL101]\n   * explained */\n  if"), []),
        ("a.swift", BARE_ADD.replace(b"  if", b'  print("/*"); // keylint: ignore[KL101]\n  if'), ["KL901", "KL101"]),
        ("a.swift", BARE_ADD.replace(b"  if", b"  /* /* keylint: ignore[KL101] */ */\n  if"), []),
    ],
)
def test_suppressions_through_the_front_ends(path: str, data: bytes, expected: list[str]) -> None:
    assert [finding.code for finding in analyze_sources([(path, data)], DEFAULT).findings] == expected


def test_suppressions_in_markup() -> None:
    text = b"""import * as SecureStore from 'expo-secure-store';
export const View = () => (
  <div>
    {/* keylint: ignore[KL110] shown nowhere */}
    <button onClick={async () => { await SecureStore.getItemAsync('k'); }} />
    <button onClick={async () => { await SecureStore.getItemAsync('k'); }} />
  </div>
);
"""
    result = analyze_sources([("a.tsx", text)], DEFAULT)
    assert [result.sources["a.tsx"].position(finding.span.start).row for finding in result.findings] == [6]
    assert len(result.silenced) == 1


def test_python_noqa() -> None:
    add = b"import keyring\nkeyring.delete_password('s', 'u')\nkeyring.set_password('s', 'u', v)%s\n"
    assert [finding.code for finding in analyze_sources([("a.py", add % b"")], DEFAULT).findings] == ["KL201"]
    for comment, count in ((b"  # noqa", 1), (b"  # noqa: KL201", 1), (b"  # noqa: E501", 0), (b"  # type: ignore # noqa: KL2", 1)):
        assert len(analyze_sources([("a.py", add % comment)], DEFAULT).silenced) == count
