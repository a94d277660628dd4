"""The specifiers that are seen in a file's bytes."""

from __future__ import annotations

import time

import pytest

from keylint.project.imports import imports_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a from './a'", ["./a"]),
        ('import{a}from"a";import"b"', ["a", "b"]),
        ("import * as a from 'a'\nexport * from './b'\nexport { c } from './c'", ["a", "./b", "./c"]),
        ("import type { T } from './types'", ["./types"]),
        ("import {\n  a, // first\n  b,\n} from\n  './ab'", ["./ab"]),
        ("import a = require('a')", ["a"]),
        ("const a = require ( 'a' ), b = require(`b`)", ["a", "b"]),
        ("const A = lazy(() => import(/* webpackChunkName: 'x' */ './A'))", ["./A"]),
        ("await import(\n  // why\n  './a',\n)", ["./a"]),
        ("import './a'\nimport './a'", ["./a"]),
        ("import'./b';import'./a'", ["./b", "./a"]),
        ("const important = 'x'; const fromage = 'y'; required('z')", []),
        ("import(path); require(name); import.meta.url", []),
        ("import 'unterminated\nimport './a'", ["./a"]),
        ("import", []),
        ("from '", []),
        ("import /* never closed './a'", []),
        ("import a from '\xe9'", ["\xe9"]),
    ],
)
def test_typescript(text: str, expected: list[str]) -> None:
    assert imports_of("typescript", text.encode()) == expected


def test_what_is_no_utf8_is_no_specifier() -> None:
    assert imports_of("typescript", b"import '\xff'; import 'a'") == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a", ["a"]),
        ("import a.b.c", ["a", "a.b", "a.b.c"]),
        ("import a as b, c.d as e, f", ["a", "c", "c.d", "f"]),
        ("from a import b", ["a", "a.b"]),
        ("from a.b import c as d, e", ["a.b", "a.b.c", "a.b.e"]),
        ("from . import a", [".", ".a"]),
        ("from .. import a", ["..", "..a"]),
        ("from .a import b", [".a", ".a.b"]),
        ("from ..a.b import c", ["..a.b", "..a.b.c"]),
        ("from.a import(b,c)", [".a", ".a.b", ".a.c"]),
        ("from . a import b", [".a", ".a.b"]),
        ("from a import *", ["a"]),
        ("from .a import*", [".a"]),
        ("from a import (\n    b,  # one\n    c as d,\n\n    e,\n)", ["a", "a.b", "a.c", "a.e"]),
        ("from a import b, \\\n    c", ["a", "a.b", "a.c"]),
        ("from a \\\n    import b", ["a", "a.b"]),
        ("from a import (\r\n    b,\r\n)\r\nimport c\r\n", ["a", "a.b", "c"]),
        ("from fromage.importer import b", ["fromage.importer", "fromage.importer.b"]),
        ("if x: import a; import b", ["a", "b"]),
        ("try:\n\timport a\nexcept ImportError:\n\tfrom b import a", ["a", "b", "b.a"]),
        ("importlib.import_module('a.b')", ["a.b"]),
        ("import_module(\n    \".a\", __package__)", [".a"]),
        ("x = __import__('a')", ["a"]),
        ("yield from stream()\nimport a", ["a"]),
        ("# from here on import a", ["a"]),
        ("important = 1\nreimport = 2", []),
        ("import", []),
        ("from", []),
        ("from a import", ["a"]),
        ("from a import (", ["a"]),
        ("import_module(", []),
        ("import \u00e9t\u00e9", ["\u00e9t\u00e9"]),
    ],
)
def test_python(text: str, expected: list[str]) -> None:
    assert imports_of("python", text.encode()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import Core", ["Core"]),
        ("@testable import Core\n@_exported public import Kit", ["Core", "Kit"]),
        ("import struct Core.Token", ["Core"]),
        ("import class Core.Vault\nimport Core.Submodule", ["Core"]),
        ("import `Core`", ["Core"]),
        ("#if canImport(UIKit)\nimport UIKit\n#endif", ["UIKit"]),
        ("let important = 1", []),
        ("import", []),
    ],
)
def test_swift(text: str, expected: list[str]) -> None:
    assert imports_of("swift", text.encode()) == expected


HOSTILE = ("a.", "import ", "from ", "import '", "from a import (b,\n", "import /*", "import \\\n", "import(\n", "from a import (#\n")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["typescript", "python", "swift"])
def test_hostile_text_takes_no_time(text: str, language: str) -> None:
    data = b"import " + text.encode() * (300_000 // len(text))
    start = time.process_time()
    imports_of(language, data)
    assert time.process_time() - start < 2
