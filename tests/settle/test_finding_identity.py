"""What makes two findings the same one."""

from __future__ import annotations

import pytest

from keylint.findings import Finding
from keylint.program.nodes import Span
from keylint.settle.identity import identities
from keylint.source import Source


def finding(source: Source, text: str, code: str = "KL101", symbol: str = "save", nth: int = 0) -> Finding:
    start = -1
    for _ in range(nth + 1):
        start = source.data.index(text.encode(), start + 1)
    return Finding(code, "name", "error", "high", source.path, Span(start, start + len(text.encode())), "message", symbol=symbol)


def identity(text: str, at: str, code: str = "KL101", symbol: str = "save") -> str:
    source = Source("a.ts", text.encode())
    return identities([finding(source, at, code, symbol)], {"a.ts": source}, str)[0].digest


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("put(a)", "put(b, c)", True),
        ("put(a)", "put(\n  a\n)", True),
        ("put(a)", "set(a)", False),
        ("store.put(a)", "other.put(a)", False),
        ("S.ALWAYS", "S . ALWAYS", True),
        ("S.ALWAYS", "S.ALWAYS_THIS", False),
        ("(put)(a)", "(put)(b)", False),
    ],
)
def test_what_is_pointed_at(first: str, second: str, same: bool) -> None:
    assert (identity(first, first) == identity(second, second)) is same


def test_rule_symbol_and_path_tell_findings_apart() -> None:
    one = identity("put(a)", "put(a)")
    assert one == identity("// far below\n\nput(a)", "put(a)")
    assert one != identity("put(a)", "put(a)", code="KL102")
    assert one != identity("put(a)", "put(a)", symbol="load")
    source = Source("b.ts", b"put(a)")
    assert identities([finding(source, "put(a)")], {"b.ts": source}, str)[0].digest != one


def test_equal_ones_are_counted_in_the_order_of_the_file() -> None:
    source = Source("a.ts", b"put(a); put(b); put(a)")
    found = [finding(source, "put(a)"), finding(source, "put(b)"), finding(source, "put(a)", nth=1)]
    assert [item.occurrence for item in identities(found, {"a.ts": source}, str)] == [1, 2, 3]


def test_without_a_source_there_is_still_an_identity() -> None:
    lost = Finding("KL900", "not-analyzed", "error", "high", "a.ts", Span(0, 0), "message")
    assert identities([lost], {}, str)[0].text == identities([lost], {"a.ts": Source("a.ts", b"x")}, str)[0].text
