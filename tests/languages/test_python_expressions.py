"""Python expressions in the neutral program."""

from __future__ import annotations

import pytest
from python_rendering import inside, lowered, value

from keylint.program.nodes import Evaluate, Member, Opaque


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a' 'b'", "'ab'"),
        ("b'\\x00'", "b'\\x00'"),
        ("None", "None"),
        ("-1", "-1"),
        ("- -1.5", "1.5"),
        ("...", "?Constant()"),
        ("'\\ud800'", "'?'"),
        ("a.b.c", "a.b.c"),
        ("a['k']", "a['k']"),
        ("a[1:n]", "a[?Slice(1, n)]"),
        ("a[b, c]", "a[[b, c]]"),
        ("f(1, *a, k=2, **o)", "f(1, *a, k=2, **o)"),
        ("f(x for x in y)", "f(generator(x for x in y))"),
        ("isinstance(a, (B, C))", "(is a [B, C])"),
        ("isinstance(a)", "isinstance(a)"),
        ("{'a': 1, **b}", "{'a': 1, *b}"),
        ("a | {'k': 1}", "{*a, 'k': 1}"),
        ("{'k': 1} | a", "{'k': 1, *a}"),
        ("a | b", "?BitOr(a, b)"),
        ("[1, *a]", "[1, *a]"),
        ("{1, 2}", "[1, 2]"),
        ("1, 2", "[1, 2]"),
        ("a if t else b", "(t ? a : b)"),
        ("a and b and c", "(and a (and b c))"),
        ("a or not b", "(or a (not b))"),
        ("a is None", "(== a None)"),
        ("a is not None", "(!= a None)"),
        ("a not in b", "(not in a b)"),
        ("1 < a <= 2", "(and (< 1 a) (<= a 2))"),
        ("a + b - c * d / e % f", "(- (+ a b) (% (/ (* c d) e) f))"),
        ("a ** b", "?Pow(a, b)"),
        ("~a", "?Invert(a)"),
        ("'%s' % a", "(% '%s' a)"),
        ("f'a{b}c{d!s}'", "f('a' b 'c' d)"),
        ("f'{b!r}{c:>{w}}'", "f(?FormattedValue(b) ?FormattedValue(c, f('>' w)))"),
        ("lambda a, *b, c=1: a", "closure (a, *b, c = 1 (keyword)) {return a}"),
        ("[a for a in b if a if c]", "list(a for a in b if a if c)"),
        ("{k: v for k, v in b}", "dict(k: v for [k, v] in b)"),
        ("[c for a in b for c in a]", "list(list(c for c in a) for a in b)"),
        ("{c: a for a in b for c in a}", "list(dict(c: a for c in a) for a in b)"),
        ("(a := b)", "let a = b"),
    ],
)
def test_expression(text: str, expected: str) -> None:
    assert value(text) == expected


def test_suspension_and_generators() -> None:
    assert inside("await a(b)") == "await a(b)"
    assert inside("x = yield a") == "var x = yield a"
    assert inside("yield from a") == "yield a"
    assert inside("return [x async for x in y]") == "return list(x for x in await y)"


def test_walrus_belongs_to_the_function() -> None:
    assert inside("if (a := b): pass") == "if var a = b {}"


def test_name_of_a_member_has_its_own_place() -> None:
    text = "é . naïve"
    statement = lowered(text).body.statements[0]
    assert isinstance(statement, Evaluate)
    assert isinstance(statement.value, Member)
    assert text.encode()[slice(*statement.value.name_span)].decode() == "naïve"
    assert text.encode()[slice(*statement.value.span)].decode() == text


def test_numbers_that_python_refuses_to_print_are_unknown() -> None:
    assert value("0x" + "f" * 20_000) == "?Constant()"


@pytest.mark.parametrize("text", ["a" + ".b" * 900, "f" + "()" * 900, "a" + "[0]" * 900, "-" * 900 + "a"])
def test_deep_nesting_is_cut_off_and_admitted(text: str) -> None:
    module = lowered(text)
    assert module.gaps


def test_long_chains_stay_shallow() -> None:
    module = lowered("x = " + " + ".join(f"'{index}'" for index in range(2000)) + "\ny = " + " or ".join("abcdefgh" * 100))
    assert not module.gaps
    assert not any(isinstance(part, Evaluate) and isinstance(part.value, Opaque) for part in module.body.statements)
