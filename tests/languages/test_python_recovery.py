"""Python text that the parser refuses: what is lost, and that nothing else is."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_rendering import block, function, kind, lowered

from keylint.languages import NotParsed, python
from keylint.program.module import Module
from keylint.source import Source, UndecodableSource


def lost(text: str) -> list[str]:
    return [text.encode()[slice(*gap.span)].decode() for gap in lowered(text).gaps]


def rendered(text: str) -> list[str]:
    module = lowered(text)
    return [block(module.body), *map(function, module.functions)]


def test_a_bad_line_costs_itself() -> None:
    text = "a = 1\nb = = 2\nc = 3\n"
    assert rendered(text) == ["let a = 1; let b = ?Constant(); let c = 3"]
    assert lost(text) == ["b = = 2"]


def test_a_function_around_a_bad_line_is_kept() -> None:
    text = "def f(a):\n    b(\n        a a,\n    )\n    return a\ndef g(): return 2\n"
    assert rendered(text) == ["", "function f(a) {return a}", "function g() {return 2}"]
    assert lost(text) == ["b(\n        a a,\n    )"]


def test_an_open_bracket_ends_where_a_statement_must_begin() -> None:
    text = "a = f(1,\ndef g():\n    return 2\n"
    assert rendered(text) == ["let a = ?Constant()", "function g() {return 2}"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("if a b:", "if ?Constant() {c()}"),
        ("while a b:", "while ?Constant() {c()}"),
        ("for a b:", "for _ in ?Constant() {c()}"),
        ("with a b:", "with ?Constant() {c()}"),
        ("if a", "if ?Constant() {c()}"),
        ("gibberish a b:", "if ?Constant() {c()}"),
        ("else:", "if ?Constant() {c()}"),
        ("try:", "if 1 {c()}"),
    ],
)
def test_a_bad_header_keeps_its_suite_under_an_unknown_condition(line: str, expected: str) -> None:
    text = f"{line}\n    c()\nd = 1\n"
    assert rendered(text) == [f"{expected}; let d = 1"]
    assert lost(text) == [line]


def test_a_bad_function_header_keeps_name_and_body() -> None:
    assert rendered("def f(a, (b, c)):\n    return b\n")[1] == "function f(*_, **__) {return b}"


def test_a_header_without_a_suite() -> None:
    assert rendered("def f():\ndef g():\n    return 1\nif a:\n") == ["if a {}", "function f() {}", "function g() {return 1}"]


def test_python_2_keeps_its_meaning() -> None:
    text = (
        "def f(a):\n    try:\n        print 'x', a,\n        if a <> 0777L: print a # why\n        return ur'\\d<>'\n"
        "    except (A, B), e:\n        raise C, 'not ' + e\n"
    )
    assert lost(text) == []
    # Since Python 3.14 `except A, e` names two types.
    caught = "A, B as e" if sys.version_info < (3, 14) else "[A, B], e"
    assert rendered(text)[1] == (
        f"function f(a) {{try {{print('x', a); if (!= a 511) {{print(a)}}; return '\\\\d<>'}} except {caught} {{raise C((+ 'not ' e))}}}}"
    )


def test_newer_syntax_keeps_its_meaning() -> None:
    text = (
        "type A[T] = list[T]\ncase_ = 1\nclass B[T: (int, str)](C): pass\n"
        "def f[T, *U](a: T) -> U:\n    try:\n        return f'{a['k']}'\n    except D, E:\n        b()\n"
    )
    assert lost(text) == []
    assert rendered(text) == [
        "let case_ = 1",
        "function f(a: T) -> U {try {return f(a['k'])} except D, E {b()}}",
    ]
    assert lowered(text).types[0].inherits == ("C",)


def test_marks_of_a_merge_conflict_do_not_end_a_class() -> None:
    text = "class A:\n    def f(self):\n<<<<<<< HEAD\n        a()\n=======\n        b()\n>>>>>>> other\n    def g(self): return 1\n"
    assert kind(lowered(text).types[0]) == "class A [method f(self) {a(); b()} | method g(self) {return 1}]"
    assert lost(text) == ["<<<<<<< HEAD", "=======", ">>>>>>> other"]


def test_a_missing_triple_quote_does_not_swallow_definitions() -> None:
    text = "def f():\n    \"\"One.\"\"\"\n    return 1\ndef g():\n    \"\"\"Two.\"\"\"\n    return 2\n"
    assert [part.name for part in lowered(text).functions] == ["f", "g"]


def test_names_that_begin_like_keywords() -> None:
    text = "x y\nclass A:\n    case_sensitive: bool\n    for_you = 1\n    if_ = 2\n"
    assert lost(text) == ["x y"]


def test_tabs_and_spaces_mixed_as_python_2_allowed() -> None:
    text = "def f():\n        a()\n\tb()\n\tif c:\n\t    d()\n"
    assert rendered(text)[1] == "function f() {a(); b(); if c {d()}}"
    made = lowered(text).functions[0]
    assert made.body is not None
    assert [text[slice(*part.span)] for part in made.body.statements][:2] == ["a()", "b()"]


def test_places_after_a_repair_are_those_of_the_file() -> None:
    text = "é = = 1\r\n\tdef f():\r\n\t\treturn '☃' + name\r\n"
    module = lowered(text)
    assert [text.encode()[slice(*part.name_span)].decode() for part in module.functions] == ["f"]
    body = module.functions[0].body
    assert body is not None
    assert text.encode()[slice(*body.span)].decode() == "return '☃' + name"


@pytest.mark.parametrize("text", ["(" * 300, "a b c\nd e f\n", "{% if %}\n<html>\n", "\ufeff\ufeffx y", "x y\n" * 100_000])
def test_nothing_left_is_not_parsed(text: str) -> None:
    with pytest.raises(NotParsed):
        lowered(text)


def test_bytes_that_are_not_text_are_not_parsed() -> None:
    with pytest.raises(NotParsed):
        python.lower(Source("x.py", b"a = '\xff'"), ())


def test_zero_bytes_are_a_gap() -> None:
    assert lost("a = 1\n\0\0\nb = 2\n") == ["\0\0"]


def test_an_empty_file_is_a_program() -> None:
    assert lowered("").body.statements == ()
    assert lowered("# only a comment").body.statements == ()


def test_a_hundred_levels_of_indentation() -> None:
    text = "".join(" " * level + "if a:\n" for level in range(120)) + " " * 120 + "b()\n"
    assert lowered(text).gaps


def test_a_deep_expression_costs_its_own_line() -> None:
    text = "a = 1\nb = " + "(" * 250 + ")" * 250 + "\nc = 2\n"
    assert rendered(text) == ["let a = 1; let b = ?Constant(); let c = 2"]


def check(module: Module, size: int) -> None:
    """Every place lies within the file."""
    for gap in module.gaps:
        assert 0 <= gap.span.start <= gap.span.end <= size
    for part in (*module.functions, *module.types, *module.body.statements):
        assert 0 <= part.span.start <= part.span.end <= size


def lower_any(raw: bytes) -> None:
    try:
        source = Source.decode("x.py", raw, "python")
    except UndecodableSource:
        return
    python.comments(source)
    try:
        module = python.lower(source, (b"",))
    except NotParsed:
        return
    check(module, len(source.data))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    lower_any(raw)


WORDS = """def f(a):|if x:|else:|try:|except E, e:|finally:|class A(B):|return|print a|a = 1|match a:|case 1:|case _:|with a as b:|@a
async def|await x|'|\"""|\'\'\'|(|)|[|{|}|\\|f'{a}'|lambda: 0|:|;|# c|é|😀|0777|`a`|x <> y|yield|import a|from . import *|*|async"""
SPACES = ("    ", "\t", "\n", "\r\n", "\r", "\f", "\0", "\ufeff", "\\\n")
PIECES = st.sampled_from((*WORDS.replace("\n", "|").split("|"), *SPACES))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_any_arrangement_of_python(pieces: list[str]) -> None:
    lower_any("".join(pieces).encode())


VALID = """\
import keyring
class A(B):
    @property
    def a(self): return keyring.get_password('s', f'{self.u}')
    def b(self, *, k: 'int | None' = None):
        try:
            with self.lock, c() as d:
                match d:
                    case {'k': [1, *e]}: self.x = [i for i in e if i]
        except (E, F) as e:
            raise
        finally:
            x, *y = k or {**k}
"""


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(VALID)), st.integers(0, 12), st.text(alphabet="abc()[]{}:,'\"\\\n\t =#*@\0é", max_size=4))
def test_random_edits(position: int, removed: int, inserted: str) -> None:
    lower_any((VALID[:position] + inserted + VALID[position + removed :]).encode())
