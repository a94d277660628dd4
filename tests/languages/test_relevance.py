"""Which parts of a file can matter, on names alone."""

from __future__ import annotations

import pytest

from keylint.languages.relevance import Unit, relevant_units
from keylint.program.nodes import Span


def kept(*parts: str, words: tuple[bytes, ...] = (b"STORE",)) -> str:
    """Parts are `names: text`; the first letters of those kept."""
    data = b""
    units = []
    for part in parts:
        names, _, text = part.partition(": ")
        start = len(data)
        data += text.encode()
        units.append(Unit(Span(start, len(data)), tuple(name.encode() for name in names.split(","))))
        data += b"\n"
    found = relevant_units(data, units, words)
    return "".join(part[0] for index, part in enumerate(parts) if index in found)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["a: x", "b: y"], ""),
        (["a: STORE", "b: y"], "a"),
        (["a: STORE()", "b: a()", "c: b()", "d: x"], "abc"),
        (["a: STORE(k)", "k: 1", "j: 2"], "ak"),
        (["a: STORE(k)", "k: j", "j: 2"], "akj"),
        (["a: STORE()", "b: aa()", "c: a_b()"], "a"),
        (["a: STORE(k)", "k: 1", "c: k = 2", "d: k == 2", "e: print(k)"], "akc"),
        (["a: STORE(k)", "k: 1", "c: k[0] = 2"], "akc"),
        (["a: STORE(k)", "k: 1", "c: k.update(x)", "x: 3"], "akcx"),
        (["a: STORE(k)", "k: 1", "c: k.x", "d: k?.add(1)"], "akd"),
        (["a: STORE()", "b: // a"], "ab"),
        (["a,é: STORE()", "b: é()", "c: éé()"], "ab"),
        (["a: b()", "b: c()", "c: STORE; a()"], "abc"),
    ],
)
def test_what_matters(parts: list[str], expected: str) -> None:
    assert kept(*parts) == expected


def test_what_may_hold_an_object_of_a_type_with_a_part_that_matters() -> None:
    data = b"class Vault: STORE; shared = Vault(); make() = Vault(); held = Holder(); other = Other()"
    parts = {"STORE": (b"put", b"Vault"), "shared = Vault()": (b"shared", b"Holder"), "make() = Vault()": (b"make", b"")}
    parts |= {"held = Holder()": (b"held", b""), "other = Other()": (b"other", b"")}
    units = []
    for text, (name, owner) in parts.items():
        start = data.index(text.encode())
        units.append(Unit(Span(start, start + len(text)), (name,), owner=owner, holds="=" in text and "()" not in text[:6]))
    assert relevant_units(data, units, (b"STORE",)) == {0, 1, 3}


def test_several_words_and_no_words() -> None:
    assert kept("a: ONE", "b: TWO", "c: x", words=(b"ONE", b"TWO")) == "ab"
    assert kept("a: ONE", words=()) == ""


def test_many_names_are_followed_as_few_are() -> None:
    parts = [f"a{number}: a{number + 1}()" for number in range(150)]
    assert kept(*parts, "a150: STORE", "z: y") == "a" * 151


def test_a_part_that_matters_for_what_it_is_part_of() -> None:
    units = [Unit(Span(0, 1), (b"a",), matters=True), Unit(Span(2, 3), (b"b",)), Unit(Span(4, 7), (b"c",))]
    assert relevant_units(b"x y a()", units, (b"STORE",)) == {0, 2}


def test_a_word_across_two_parts_is_in_neither() -> None:
    data = b"STORE"
    assert relevant_units(data, [Unit(Span(0, 2), (b"a",)), Unit(Span(3, 5), (b"b",))], (b"TORE",)) == {0}
