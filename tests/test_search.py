"""Which files the later waves read: found on bytes, so too many may be found, and never one too few."""

from __future__ import annotations

import pytest

from keylint.search import Match, Search, Searcher, declared_in, last_segment, python_names, typescript_names, words_of
from keylint.select import Candidate


def match(search: Search, path: str, text: str) -> Match | None:
    language = {"swift": "swift", "py": "python"}.get(path.rpartition(".")[2], "typescript")
    found = Searcher(search, lambda candidate: text.encode())([Candidate(path, language, "")])
    return found[0] if found else None


SWIFT = Search({b"Vault": frozenset((b"save",)), b"shared": frozenset()})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("let v = Vault()\nv.save()", {b"Vault"}),
        ("let v = Vault()\nv.other()", None),
        ("let v = Vaults()\nv.save()", None),
        ("shared.x()", {b"shared"}),
        ("typealias Box = Vault", {b"Vault"}),
        ("final class Own: Base, Vault { }", {b"Vault"}),
        ("class Own<T: Any>: Vault { }", {b"Vault"}),
        ("class Own { let v: Vault }", None),
        ("save()", None),
    ],
)
def test_swift_is_searched_for_names_with_their_members(text: str, names: set[bytes] | None) -> None:
    found = match(SWIFT, "a.swift", text)
    assert (set(found.names) if found is not None else None) == names


def test_a_swift_file_says_what_it_imports() -> None:
    found = match(SWIFT, "a.swift", "import Core\nimport struct Kit.Part\nshared.x()")
    assert found is not None
    assert {name for name, _ in found.specifiers} >= {"Core"}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.ts", "import { put } from './vault';", [("./vault", {b"put"})]),
        ("a.ts", "import { put as keep, other } from '../vault.js';", [("../vault.js", {b"keep"})]),
        ("a.ts", "import { other } from './vault';", None),
        ("a.ts", "export * from './vault';", [("./vault", set())]),
        ("a.ts", "import { put } from './vaults';", None),
        ("a.ts", "const { put } = require('./vault');", [("./vault", {b"put"})]),
        ("a.py", "from app.vault import put as keep", [("app.vault", {b"put"})]),
        ("a.py", "import app.vault", [("app.vault", {b"vault"})]),
        ("a.py", "from app.vault import *", [("app.vault", {b"put"})]),
        ("a.py", "from app import vault", [("app", {b"vault"}), ("app.vault", set())]),
        ("a.py", "from app import other", None),
    ],
)
def test_imports_are_searched_for_their_last_segment(path: str, text: str, expected: list[tuple[str, set[bytes]]] | None) -> None:
    found = match(Search(modules={"vault": frozenset((b"put",))}), path, text)
    assert (None if found is None else [(name, set(taken)) for name, taken in found.specifiers]) == expected


def test_what_cannot_be_read_or_is_made_by_a_machine_matches_nothing() -> None:
    def gone(candidate: Candidate) -> bytes:
        raise FileNotFoundError

    assert Searcher(SWIFT, gone)([Candidate("a.swift", "swift", "")]) == []
    assert match(SWIFT, "a.ts", "shared") is None
    assert match(SWIFT, "a.swift", "// @generated\nshared.x()") is None


def test_declarations() -> None:
    text = b"let z = 1\nstruct A {}\nextension B { func put() {} }\nextension C {}\n"
    text += b"private let d = 1\nlet e = 1\n  let f = 1\ntypealias G = A\r\nfunc h() {}\n"
    text += b"@discardableResult public func i() {}\nnonisolated(unsafe) var j = 1\nfileprivate func k() {}\n"
    wanted = {name: frozenset((b"put",)) for name in (b"A", b"B", b"d", b"e", b"f", b"G", *(bytes([letter]) for letter in b"hijkz"))}
    wanted[b"C"] = frozenset((b"get",))
    assert set(declared_in(text, wanted)) == {b"A", b"B", b"e", b"G", b"h", b"i", b"j", b"z"}


@pytest.mark.parametrize(
    ("specifier", "segment"),
    [
        ("./a/vault", "vault"),
        ("@/a/vault.ts", "vault"),
        ("./vault.service", "vault.service"),
        ("vault/", "vault"),
        (".", ""),
        ("../..", ""),
        ("./", ""),
        ("a.b.vault", "vault"),
        ("..vault", "vault"),
        ("@acme/vault", "vault"),
    ],
)
def test_last_segments(specifier: str, segment: str) -> None:
    assert last_segment(specifier) == segment


def test_names_that_imports_bind() -> None:
    assert set(typescript_names(b"import vault, { put as keep, type T } from './v'", "./v", frozenset((b"put",)))) == {b"vault", b"keep"}
    assert set(typescript_names(b"import * as all from './v'", "./v", frozenset((b"put",)))) == {b"all"}
    assert set(typescript_names(b"import {\n  put,\n  drop,\n} from './v'", "./v", frozenset())) == {b"put", b"drop"}
    assert set(python_names(b"from v import (\n  put as keep,\n  drop)\nput()", "v")) == {b"put", b"keep", b"drop"}
    assert set(python_names(b"import a.v as w, b", "a.v")) == {b"w"}
    assert set(python_names(b"import a.v", "a.v")) == {b"a", b"v"}
    assert set(python_names(b"from v import *", "v")) >= {b"*"}


def test_words_are_those_of_identifiers() -> None:
    assert words_of("a.b_c($d) é-f".encode()) == {b"a", b"b_c", b"$d", "é".encode(), b"f"}
