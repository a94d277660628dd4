"""Encodings, line ends and comments of Python files."""

from __future__ import annotations

import ast

import pytest

from keylint.languages import python
from keylint.program.nodes import Evaluate
from keylint.source import Source, UndecodableSource


@pytest.mark.parametrize(
    "raw",
    [
        "# -*- coding: latin-1 -*-\ns = 'é'; keyring\n".encode("latin-1"),
        b"\xef\xbb\xbf# coding: ascii\r\ns = '\xc3\xa9'; keyring\r\n",
        "#!python\rs = '😀'\r\f; keyring\r".replace("\r\f", "").encode(),
    ],
)
def test_places_in_any_encoding(raw: bytes) -> None:
    source = Source.decode("x.py", raw, "python")
    statement = python.lower(source, (b"",)).body.statements[-1]
    assert isinstance(statement, Evaluate)
    assert source.text(*statement.span) == "keyring"
    position = source.position(statement.span.start)
    assert (position.row, position.column) == (2, 10)


@pytest.mark.parametrize(
    ("encoding", "rest"), [("unicode_escape", b"'\\ud800'"), ("utf-7", b"+2AA-"), ("undefined", b""), ("hex", b""), ("x", b"")]
)
def test_encodings_that_make_no_text(encoding: str, rest: bytes) -> None:
    with pytest.raises(UndecodableSource):
        Source.decode("x.py", b"# coding: " + encoding.encode() + b"\n" + rest, "python")


def test_a_tree_that_somebody_else_parsed() -> None:
    source = Source("x.py", b"def f():\n    return keyring\n")
    tree = ast.parse(source.data.decode())
    assert python.lower_tree(source, tree, (b"keyring",)) == python.lower(source, (b"keyring",))


@pytest.mark.parametrize("broken", ["", "x y z = (\n"])
def test_comments(broken: str) -> None:
    text = f"# first\nx = '# no' # é second\nif x: # 😀\n    # alone\n    y = '''\n# no\n'''\n{broken}# last"
    source = Source("x.py", text.encode())
    found = python.comments(source)
    assert [(comment.text, comment.alone) for comment in found] == [
        ("# first", True),
        ("# é second", False),
        ("# 😀", False),
        ("# alone", True),
        ("# last", True),
    ]
    assert [source.text(*comment.span) for comment in found] == [comment.text for comment in found]


def test_comments_with_carriage_returns() -> None:
    source = Source("x.py", b"a = 1 # b\r\n# c\rd = 2 # e\n")
    assert [(source.text(*comment.span), comment.alone) for comment in python.comments(source)] == [
        ("# b", False),
        ("# c", True),
        ("# e", False),
    ]
