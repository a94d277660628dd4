"""One file read and lowered, whatever is wrong with it."""

from __future__ import annotations

import pytest

from keylint.lowering import LARGEST_WHOLE, WHOLE, Lowerer, Order, failure
from keylint.scan import NotRead
from keylint.select import Candidate
from keylint.stores import catalogue

PYTHON = Candidate("a.py", "python", "")
TEXT = "import keyring\ndef put(): keyring.set_password('a', 'b', 'c')\ndef call(): other()\ndef idle(): pass\n"


def lower(order: Order, text: bytes | Exception) -> tuple[object, str]:
    def read(candidate: Candidate) -> bytes:
        if isinstance(text, Exception):
            raise text
        return text

    found = Lowerer(catalogue.load(["python"]), read)(order)
    assert found.order is order
    names = None if found.module is None else {function.name for function in found.module.functions if not function.skipped}
    return names, found.problem


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Order(PYTHON), {"put"}),
        (Order(PYTHON, frozenset((b"other",))), {"put", "call"}),
        (Order(PYTHON, asked=frozenset((b"idle",))), {"put", "idle"}),
        (Order(PYTHON, asked=frozenset((WHOLE,))), {"put", "call", "idle"}),
    ],
)
def test_an_order_says_which_parts_matter(order: Order, names: set[str]) -> None:
    assert lower(order, TEXT.encode()) == (names, "")


def test_a_large_file_is_never_lowered_whole() -> None:
    text = TEXT + "#" * LARGEST_WHOLE
    assert lower(Order(PYTHON, asked=frozenset((WHOLE, b"idle"))), text.encode())[0] == {"put", "idle"}


def test_what_goes_wrong_is_a_problem_of_the_file() -> None:
    assert lower(Order(PYTHON), FileNotFoundError()) == (None, "it vanished")
    assert lower(Order(PYTHON._replace(root="src")), FileNotFoundError()) == (None, "")
    assert lower(Order(PYTHON), NotRead("too large")) == (None, "too large")
    assert lower(Order(PYTHON), b"x = '\xff'")[0] is None
    assert lower(Order(PYTHON), b"x = '\xff'")[1]
    assert lower(Order(PYTHON._replace(language="unknown")), b"x")[1].startswith("internal failure at ")


def test_orders_of_one_file_are_joined() -> None:
    first = Order(PYTHON, frozenset((b"a",)), asked=frozenset((b"x",)))
    second = Order(PYTHON, frozenset((b"b",)), frozenset((b"T",)))
    joined = first.joined(second)
    assert joined == Order(PYTHON, frozenset((b"a", b"b")), frozenset((b"T",)), frozenset((b"x",)))
    assert first.adds_to(second)
    assert second.adds_to(first)
    assert not first.adds_to(joined)
    whole = Order(PYTHON, frozenset((b"a",)), asked=frozenset((WHOLE,)))
    assert not first.adds_to(whole)
    assert second.adds_to(whole)


def test_a_failure_names_the_line() -> None:
    with pytest.raises(ValueError, match="x") as raised:
        raise ValueError("x" * 300)
    assert failure(raised.value).startswith("internal failure at test_lowering.py:")
    assert len(failure(raised.value)) < 300
